import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fakeOutput } from '../../test/support/fake-output.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { CliContext } from './context.ts';
import { ScanProgress } from './scan-progress.ts';
import { lastScanFile, loadScan, saveScan, scanLines, type ScanResult } from './scan-result.ts';

const folder = mkdtempSync(join(tmpdir(), 'dinrail-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const endpoint = 'serial:/dev/ttyUSB0 9600 8N1';
const RESULT: ScanResult = {
  ...{ version: 1, at: '2026-02-27T10:00:00Z', target: '/dev/ttyUSB0', probed: 247, total: 247 },
  ...{ seconds: 40, interrupted: false },
  found: [
    { endpoint, unit: 21, ms: 61, slow: true, exception: 2, candidates: [] },
    {
      ...{ endpoint, unit: 1, ms: 4.2, name: 'Eurotherm 3216' },
      candidates: [
        { profile: 'eurotherm/3216', confidence: 'likely', checks: 2, reading: 'pv 23 °C' },
        { profile: 'a/b', confidence: 'possible', checks: 1 },
      ],
    },
  ],
  noise: [{ endpoint, unit: 9, damaged: 3 }],
};

describe('a result', () => {
  test('is printed by unit, with what is known and what is odd', () => {
    expect(scanLines(RESULT, false).map((line) => line.trim().replaceAll(/ {2,}/g, ' | '))).toEqual(
      [
        '1 | answers | 4.2 ms | Eurotherm 3216 | eurotherm/3216 (likely) | pv 23 °C, or a/b',
        '9 | noise | 3 damaged answers: two devices on one id, or missing termination',
        '21 | answers | 61 ms | unknown device | exception 2: no hr:0, slow: give it a longer timeout',
      ],
    );
    expect(scanLines(RESULT, true)[0]).toContain('/dev/ttyUSB0');
  });

  test('is kept where state is kept, and found again', async () => {
    const context = { env: { XDG_STATE_HOME: folder } } as unknown as CliContext;
    expect(lastScanFile(context)).toBe(join(folder, 'dinrail', 'last-scan.json'));
    await expect(loadScan(context, 'last')).rejects.toThrow(/"dinrail scan" writes it/);
    await saveScan(context, RESULT);
    expect(await loadScan(context, 'last')).toEqual(RESULT);
    expect(lastScanFile({ env: {} })).toMatch(/\.local\/state\/dinrail\/last-scan\.json$/);
  });

  test.each(['', 'null', '[]', '{"version":2,"found":[]}', '{"version":1,"found":[{"unit":"1"}]}'])(
    'is not "%s"',
    async (text) => {
      const file = join(folder, 'other.json');
      writeFileSync(file, text);
      await expect(loadScan({ env: {} } as unknown as CliContext, file)).rejects.toThrow(
        /is no result/,
      );
    },
  );
});

describe('progress', () => {
  test('is a bar with the time left on a terminal, no more than ten times a second', () => {
    const [output, clock] = [fakeOutput({ isTerminal: true, columns: 120 }), new ManualClock()];
    const progress = new ScanProgress(output, clock, 'unit');
    for (let done = 1; done <= 100; done += 1) {
      clock.advance(50);
      progress.update(done, 200, 2);
    }
    expect(output.text().split('\r')).toHaveLength(52 - 1);
    expect(output.text()).toMatch(
      /\runit 99\/200 █{20}░{20} {2}49% {2}2 found {2}5 s left {3}Ctrl-C keeps results/,
    );
    progress.clear();
    expect(output.text()).toMatch(/\r\u001b\[K$/);
  });

  test('is never wider than the terminal', () => {
    const output = fakeOutput({ isTerminal: true, columns: 40 });
    new ScanProgress(output, new ManualClock(), 'unit').update(1, 2, 0);
    expect(output.text().replaceAll(/\r|\u001b\[K/g, '').length).toBeLessThan(40);
  });

  test('is a few lines where nobody watches', () => {
    const output = fakeOutput();
    const progress = new ScanProgress(output, new ManualClock(), 'unit');
    for (let done = 1; done <= 100; done += 1) progress.update(done, 100, 0);
    expect(output.lines()).toHaveLength(3);
    progress.clear();
    expect(output.text()).not.toContain('\u001b');
  });
});
