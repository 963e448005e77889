import { expect, test } from 'vitest';
import { MemoryFolder, OPERATOR } from '../../test/support/gate-bench.ts';
import { benchDevice, PortBench } from '../../test/support/port-bench.ts';
import { silentLogger } from '../base/log.ts';
import { WriteGate } from '../gate/write-gate.ts';
import type { WriteRequest, WriteResult } from '../gate/write-request.ts';
import type { GatedPoint } from '../gate/gate-setup.ts';
import type { WriteRules } from '../profile/write-rules.ts';

/** The whole way: a request at the gate, a frame on the line, the value on the rail. */
const POINTS = {
  pv: 'hr:1 i16 °C',
  sp: { at: 'hr:2 i16 °C', access: 'rw' },
  pump: { at: 'co:3', access: 'rw' },
  fan: 'hr:5.4',
  start: { at: 'hr:9 u16', access: 'wo' },
};
const RULES: Readonly<Record<string, WriteRules>> = {
  sp: { min: 0, max: 1200 },
  pump: {},
  fan: { function: 'mask' },
  start: { min: 0, max: 1 },
};

async function open(kind: 'tcp' | 'serial', inFlight = 1) {
  const devices = [1, 2, 3].map((unit) => {
    return benchDevice(POINTS, { name: `f${unit}`, unit, everyMs: { pv: 250, sp: 250 } });
  });
  const bench = new PortBench({ kind, devices, inFlight });
  const points = devices.flatMap((device) =>
    Object.entries(RULES).map(([name, rules]): GatedPoint => {
      const point = {
        ...bench.point(name, device.name),
        ...(name === 'fan' && { access: 'rw' as const }),
      };
      return { id: `${device.name}.${name}`, device: device.name, point, rules };
    }),
  );
  const gate = new WriteGate({
    ...{ clock: bench.clock, logger: silentLogger, files: new MemoryFolder(), view: bench.engine },
    portOf: (device) => bench.engine.port(device),
  });
  gate.configure({
    ...{ writes: 'on', from: ['loopback'], devices: new Set(devices.map(({ name }) => name)) },
    points: new Map(points.map((point) => [point.id, point])),
  });
  await gate.open();
  bench.engine.start();
  await bench.clock.run(2_000);
  const write = async (
    point: string,
    value: WriteRequest['value'],
    ms = 400,
  ): Promise<WriteResult> => {
    const result = gate.write({ point, value, who: OPERATOR });
    await bench.clock.run(ms);
    return result;
  };
  return { bench, gate, write };
}

const KINDS = [
  ['TCP', 'tcp', 1],
  ['TCP with four in flight', 'tcp', 4],
  ['a serial line', 'serial', 1],
] as const;

test.each(KINDS)('over %s a write is confirmed, and no poll takes it back', async (_, kind, n) => {
  const { bench, write } = await open(kind, n);
  const shown: unknown[] = [];
  bench.engine.subscribe(() => shown.push(bench.value('f2.sp')));
  for (let value = 1; value <= 20; value += 1) {
    await bench.clock.run(value * 7);
    expect(await write('f2.sp', value)).toMatchObject({
      ...{ outcome: 'confirmed', code: 'read-back', old: value - 1, readback: value },
    });
  }
  const changes = shown.filter((value, index) => index === 0 || value !== shown[index - 1]);
  expect(changes).toEqual(Array.from({ length: 21 }, (__, value) => value));
  expect(bench.writes).toHaveLength(20);
});

test.each(KINDS)('over %s each kind of point is written', async (_, kind, n) => {
  const { bench, write } = await open(kind, n);
  bench.unit(1).holding.set(5, 0xffff);
  await bench.clock.run(1_100);
  expect(await write('f1.pump', true)).toMatchObject({ outcome: 'confirmed' });
  expect(await write('f1.fan', false)).toMatchObject({ outcome: 'confirmed', old: true });
  expect(await write('f1.start', 1)).toMatchObject({ outcome: 'confirmed', code: 'acknowledged' });
  expect(bench.unit(1).holding.get(5)).toBe(0xffef);
  expect(bench.writes.map(({ text }) => text)).toEqual(['write 5 3', 'write 22 5', 'write 6 9']);
  expect(bench.value('f1.fan')).toBe(false);
});

test('a frame that nobody answers is unknown, and is not sent again', async () => {
  const { bench, write } = await open('serial');
  bench.delayOf = ({ text }) => (text.startsWith('write') ? undefined : 5);
  expect(await write('f1.sp', 80, 3_000)).toMatchObject({
    ...{ outcome: 'confirmed', code: 'seen-after-timeout', readback: 80 },
  });
  expect(bench.writes).toHaveLength(1);
});

test('a device that went silent is not written to', async () => {
  const { bench, write } = await open('tcp');
  bench.delayOf = ({ unit }) => (unit === 1 ? undefined : 5);
  await bench.clock.run(4_000);
  expect(await write('f1.sp', 80)).toMatchObject({ outcome: 'refused', code: 'device-down' });
  expect(await write('f2.sp', 80)).toMatchObject({ outcome: 'confirmed' });
  expect(bench.writes.map(({ unit }) => unit)).toEqual([2]);
});

test('a frame that cannot leave in its time is not sent', async () => {
  const { bench, gate } = await open('serial');
  // The write itself is held back by a read of the same line that nobody answers.
  bench.delayOf = ({ text, unit }) => (unit === 2 && text.startsWith('read') ? undefined : 5);
  const request = { point: 'f1.sp', value: 80, who: OPERATOR, ttlMs: 30 };
  const results: WriteResult[] = [];
  const begin = bench.clock.now();
  for (let phase = 0; phase < 30; phase += 1) {
    void gate.write(request).then((result) => results.push(result));
    await bench.clock.run(237);
  }
  expect(results.length).toBeGreaterThan(20);
  for (const { outcome, code } of results) {
    expect(['confirmed', 'unchanged', 'failed', 'refused'], code).toContain(outcome);
  }
  expect(results.some(({ code }) => code === 'not-sent' || code === 'expired')).toBe(true);
  for (const { at } of bench.writes) expect((at - begin) % 237).toBeLessThan(30);
});
