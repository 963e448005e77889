import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CapturedLine } from '../../src/traffic/pcapng.ts';
import { pcapng } from '../../src/traffic/pcapng.ts';
import { FrameRing } from '../../src/traffic/frame-ring.ts';
import { missing } from '../support/peers.ts';

const LINES: readonly CapturedLine[] = [
  { name: 'meter', framing: 'mbap' },
  { name: 'bus', framing: 'rtu' },
];

function recorded(): FrameRing {
  const ring = new FrameRing();
  const put = (line: string, direction: 'sent' | 'received', hex: string, at: number): void => {
    const bytes = Uint8Array.from(hex.split(' ').map((text) => parseInt(text, 16)));
    ring.record(line, { at: 0, direction, bytes }, at);
  };
  const at = 1_772_188_649_412_345;
  put('meter', 'sent', '00 07 00 00 00 06 11 03 0B B7 00 02', at);
  put('bus', 'sent', '01 03 00 01 00 05 D4 09', at + 1_000);
  put('meter', 'received', '00 07 00 00 00 07 11 03 04 40 A8 00 00', at + 12_000);
  put('meter', 'sent', '00 08 00 00 00 06 11 03 9C 41 00 01', at + 20_000);
  put('meter', 'received', '00 08 00 00 00 03 11 83 02', at + 21_000);
  return ring;
}

describe.skipIf(missing('tshark'))('a capture in tshark', () => {
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dinrail-capture-'));
    file = join(folder, 'lines.pcapng');
    await writeFile(file, pcapng(recorded().read(0, 100), LINES));
  });

  afterAll(async () => rm(folder, { recursive: true }));

  async function fields(...names: string[]): Promise<string[]> {
    const wanted = names.flatMap((name) => ['-e', name]);
    const { stdout } = await promisify(execFile)(
      'tshark',
      ['-r', file, '-T', 'fields', ...wanted],
      { timeout: 20_000 },
    );
    return stdout.trimEnd().split('\n');
  }

  test('it decodes Modbus TCP by itself: transaction, unit, function and exception', async () => {
    expect(
      await fields(
        'frame.time_epoch',
        'mbtcp.trans_id',
        'mbtcp.unit_id',
        'modbus.func_code',
        'modbus.exception_code',
      ),
    ).toEqual([
      '1772188649.412345000\t7\t17\t3\t',
      '1772188649.413345000\t\t\t\t',
      '1772188649.424345000\t7\t17\t3\t',
      '1772188649.432345000\t8\t17\t3\t',
      '1772188649.433345000\t8\t17\t3\t2',
    ]);
  });

  test('frames of a serial line are those of their interface, in their direction', async () => {
    const rows = await fields('frame.interface_name', 'rtacser.eventtype');
    expect(rows.map((row) => row.split('\t')[0])).toEqual([
      'meter',
      'bus',
      'meter',
      'meter',
      'meter',
    ]);
    expect(rows[1]).toBe('bus\t0x02');
  });
});
