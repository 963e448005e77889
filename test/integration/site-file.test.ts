/** What a site file leads to before a device is asked: checks and plans. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runProgramToEnd } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'dinrail-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('check reports five different mistakes at once, each with line and column', async () => {
  const file = join(folder, 'wrong.yaml');
  writeFileSync(
    file,
    [
      'version: 1',
      'devices:',
      '  m:',
      '    at: tpc://192.168.1.50',
      '    slave_id: 3',
      '    every: 5',
      '    points:',
      '      v: "40001 float V"',
      '  n: { line: nowhere, profile: schneider/pm8000 }',
      '',
    ].join('\n'),
  );
  const { code, stdout } = await runProgramToEnd(['check', file]);
  const places = [...stdout.matchAll(/wrong\.yaml:(\d+):(\d+) +error/g)].map(
    ([, line, column]) => `${line}:${column}`,
  );
  expect(places).toEqual(['4:9', '5:5', '6:12', '8:17', '9:14']);
  expect(stdout).toMatch(/did you mean "unit"\?/);
  expect(code).toBe(3);
});

test('plan shows the requests of a site', async () => {
  const file = join(folder, 'meter.yaml');
  writeFileSync(
    file,
    'version: 1\ndevices: { m: { at: tcp://192.168.1.50, profile: schneider/pm8000, plan: greedy, limits: { registers: 100 }, groups: { fast: 10s, slow: 10s } } }\n',
  );
  const { code, stdout } = await runProgramToEnd(['plan', file, '--json']);
  const [line] = JSON.parse(stdout) as { requests: { start: string; count: number }[] }[];
  expect(line?.requests.map(({ start, count }) => [start, count])).toEqual([
    ['hr:2999', 78],
    ['hr:3109', 98],
    ['hr:3207', 36],
  ]);
  expect(code).toBe(0);
});

test('a plan that its line cannot carry is refused, with the sum', async () => {
  const file = join(folder, 'busy.yaml');
  const points = Array.from({ length: 12 }, (_, index) => `p${index}: "hr:${index * 200} u16"`);
  writeFileSync(
    file,
    `version: 1\nlines: { bus: "serial:/dev/ttyNone 9600 8N1" }\ndevices: { m: { line: bus, every: 200ms, points: { ${points.join(', ')} } } }\n`,
  );
  for (const command of ['check', 'run', 'plan']) {
    const { code, stdout, stderr } = await runProgramToEnd([command, file]);
    expect(stdout + stderr).toMatch(
      /line bus cannot carry its plan: 60 requests per second need \d+ ms of every second, \d+ ms on the wire and 300 ms of turnaround/,
    );
    expect(code).toBe(3);
  }
});
