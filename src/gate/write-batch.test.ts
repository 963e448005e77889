import { describe, expect, test } from 'vitest';
import { GateBench, OPERATOR, setpoint } from '../../test/support/gate-bench.ts';
import { registerPoint } from '../../test/support/points.ts';
import type { WriteRequest } from './write-request.ts';

/** The name of a batch in four registers, and the flag that says that it is whole. */
const TEXT = registerPoint({ name: 'text', type: 'str', size: 8, count: 4, access: 'rw' });
const POINTS = [
  { point: TEXT, rules: {} },
  setpoint({ min: 0, max: 1 }, { name: 'flag', address: 5 }),
  setpoint({}, { address: 6 }),
];

function batch(text: string, flag: number): WriteRequest[] {
  return [
    { point: 'furnace.text', value: text, who: OPERATOR },
    { point: 'furnace.flag', value: flag, who: OPERATOR },
  ];
}

describe('several writes to one device', () => {
  test('go out in order, and no other writer comes between', async () => {
    const bench = await GateBench.open(POINTS);
    const [results, other] = await Promise.all([
      bench.gate.writeAll(batch('BATCH-07', 1)),
      bench.write(5),
    ]);

    expect(results.map(({ code }) => code)).toEqual(['read-back', 'read-back']);
    expect(other).toMatchObject({ code: 'read-back' });
    expect(bench.device.frames.map(({ address }) => address)).toEqual([0, 5, 6]);
  });

  test('are all refused when one of them is', async () => {
    const bench = await GateBench.open(POINTS);
    const results = await bench.gate.writeAll(batch('BATCH-07', 2));

    expect(results.map(({ code }) => code)).toEqual(['batch-stopped', 'range']);
    expect(bench.device.frames).toEqual([]);
  });

  test('end behind the first that the device has not taken', async () => {
    const bench = await GateBench.open(POINTS);
    bench.device.answer = 'lost';
    const results = await bench.gate.writeAll(batch('BATCH-07', 1));

    expect(results.map(({ code }) => code)).toEqual(['no-answer', 'batch-stopped']);
    expect(bench.device.frames.length).toBe(1);
  });

  test.each<[string, WriteRequest[]]>([
    ['none', []],
    ['33', Array.from({ length: 33 }, () => batch('A', 1)[0]!)],
    ['two devices', [...batch('A', 1), { point: 'press.flag', value: 1, who: OPERATOR }]],
    ['a key', [{ ...batch('A', 1)[0]!, idempotencyKey: 'k' }]],
  ])('are no batch: %s', async (_, requests) => {
    const bench = await GateBench.open(POINTS);
    const results = await bench.gate.writeAll(requests);

    expect(results.every(({ code }) => code === 'invalid-request')).toBe(true);
    expect(bench.device.frames).toEqual([]);
  });
});
