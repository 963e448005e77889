import { describe, expect, test } from 'vitest';
import { benchDevice, PortBench, type PortBenchOptions } from '../../test/support/port-bench.ts';
import type { SendResult, WriteFrame } from '../gate/device-port.ts';

const POINTS = {
  pv: 'hr:1 i16 °C',
  sp: { at: 'hr:2 i16 °C', access: 'rw' },
  deviation: { expr: 'pv - sp', unit: '°C' },
  far: 'hr:100 u16',
  further: 'hr:150 u16',
  pump: { at: 'co:3', access: 'rw' },
};

const SET: WriteFrame = { function: 6, address: 2, word: 80 };

function open(options: Partial<PortBenchOptions> = {}): PortBench {
  const bench = new PortBench({ kind: 'tcp', devices: [benchDevice(POINTS)], ...options });
  bench.unit(1).holding.setRegisters(1, [70, 75]);
  bench.engine.start();
  return bench;
}

/** A write whose result can be looked at while time goes by. */
function write(
  bench: PortBench,
  { frame = SET, notAfter = Infinity, device = 'furnace' } = {},
): { result: SendResult | undefined } {
  const watched: { result: SendResult | undefined } = { result: undefined };
  const point = bench.point('sp', device);
  void bench
    .port(device)
    .write(point, frame, notAfter)
    .then((result) => (watched.result = result));
  return watched;
}

describe('a frame', () => {
  const rows: [string, WriteFrame, pdu: number[]][] = [
    ['5, on', { function: 5, address: 3, on: true }, [5, 0, 3, 0xff, 0]],
    ['5, off', { function: 5, address: 3, on: false }, [5, 0, 3, 0, 0]],
    ['6', { function: 6, address: 2, word: 0xfffe }, [6, 0, 2, 0xff, 0xfe]],
    ['15', { function: 15, address: 3, bits: [true, false, true] }, [15, 0, 3, 0, 3, 1, 5]],
    ['16', { function: 16, address: 2, words: [1, 0xabcd] }, [16, 0, 2, 0, 2, 4, 0, 1, 0xab, 0xcd]],
    ['22', { function: 22, address: 2, andMask: 0xfff0, orMask: 5 }, [22, 0, 2, 0xff, 0xf0, 0, 5]],
  ];
  test.each(rows)('of function %s is sent as the specification has it', async (_, frame, pdu) => {
    for (const kind of ['tcp', 'serial'] as const) {
      const bench = open({ kind });
      const written = write(bench, { frame });
      await bench.clock.run(500);
      expect(written.result, kind).toEqual({ kind: 'acknowledged' });
      expect(bench.writes.map((it) => [...it.pdu])).toEqual([pdu]);
    }
  });

  test('that the device refuses is an exception', async () => {
    const bench = open();
    const written = write(bench, { frame: { function: 6, address: 999, word: 1 } });
    await bench.clock.run(500);
    expect(written.result).toEqual({ kind: 'exception', exception: 2 });
  });

  test('goes ahead of every poll, behind the one transaction under way', async () => {
    for (const kind of ['tcp', 'serial'] as const) {
      const many = benchDevice({ a: 'hr:1 u16', b: 'hr:20 u16', c: 'hr:40 u16', d: 'hr:60 u16' });
      const devices = [benchDevice(POINTS), { ...many, name: 'other', unit: 2 }];
      const bench = open({ kind, devices });
      for (let round = 0; round < 8; round += 1) {
        await bench.clock.run(7);
        const before = bench.arrived.length;
        const written = write(bench);
        await bench.clock.run(60);
        const place = bench.arrived.slice(before).findIndex(({ text }) => text === 'write 6 2');
        expect(place, kind).toBeLessThanOrEqual(0);
        expect(written.result, kind).toEqual({ kind: 'acknowledged' });
      }
    }
  });

  test('takes the first place that becomes free where four are on the wire at once', async () => {
    const points = Object.fromEntries([0, 1, 2, 3, 4, 5].map((n) => [`p${n}`, `hr:${n * 20} u16`]));
    const devices = [benchDevice({ ...points, sp: { at: 'hr:2 u16', access: 'rw' } })];
    const bench = open({ devices, inFlight: 4, delayOf: () => undefined });
    await bench.clock.run(1);
    expect(bench.texts).toHaveLength(1);
    const busy = open({
      devices: [1, 2, 3, 4, 5, 6].map((unit) => ({ ...devices[0]!, name: `f${unit}`, unit })),
      ...{ inFlight: 4, delayOf: () => undefined },
    });
    await busy.clock.run(1);
    expect(busy.arrived).toHaveLength(4);
    write(busy, { device: 'f6' });
    await busy.clock.run(1);
    expect(busy.writes).toHaveLength(0);
    busy.arrived[2]!.answer();
    await busy.clock.run(1);
    expect(busy.texts[4]).toBe('6 write 6 2');
  });
});

describe('a frame is sent once', () => {
  test('and its result is unknown when nobody answers', async () => {
    for (const kind of ['tcp', 'serial'] as const) {
      const bench = open({ kind, devices: [benchDevice(POINTS, { retries: 3 })] });
      bench.delayOf = ({ text }) => (text.startsWith('write') ? undefined : 10);
      const written = write(bench);
      await bench.clock.run(20_000);
      expect(written.result, kind).toEqual({ kind: 'unknown', reason: 'no answer within 200 ms' });
      expect(bench.writes, kind).toHaveLength(1);
    }
  });

  test('when the connection is lost while it is on its way', async () => {
    const bench = open();
    await bench.clock.run(100);
    bench.delayOf = () => undefined;
    const written = write(bench);
    await bench.clock.run(1);
    expect(bench.writes).toHaveLength(1);
    bench.dialer.transport.hangUp();
    bench.delayOf = () => 10;
    await bench.clock.run(5_000);
    expect(written.result).toMatchObject({ kind: 'unknown' });
    expect(bench.writes).toHaveLength(1);
  });

  test('when the line is closed while it is on its way', async () => {
    const bench = open({ delayOf: ({ text }) => (text.startsWith('read') ? 10 : undefined) });
    await bench.clock.run(100);
    const written = write(bench);
    await bench.clock.run(1);
    bench.engine.stop();
    await bench.clock.run(1);
    expect(written.result).toMatchObject({ kind: 'unknown' });
  });

  test('when the answer is one to another question', async () => {
    const bench = open();
    await bench.clock.run(100);
    bench.delayOf = () => undefined;
    const written = write(bench);
    await bench.clock.run(1);
    const other = bench.writes[0]!;
    // The same function and address with another value.
    other.pdu[4] = 81;
    bench.unit(1).holding.set(2, 80);
    bench.dialer.transport.receive(
      Uint8Array.of(0, bench.arrived.length, 0, 0, 0, 6, 1, ...other.pdu),
    );
    await bench.clock.run(500);
    expect(written.result).toMatchObject({ kind: 'unknown' });
    expect(bench.writes).toHaveLength(1);
  });
});

describe('a frame is not sent', () => {
  test('after its time, though the transaction before it takes long', async () => {
    for (const kind of ['tcp', 'serial'] as const) {
      const bench = open({ kind });
      await bench.clock.run(500);
      bench.delayOf = () => undefined;
      await bench.clock.run(501);
      const written = write(bench, { notAfter: bench.clock.now() + 50 });
      await bench.clock.run(49);
      expect(written.result).toBeUndefined();
      await bench.clock.run(2);
      expect(written.result, kind).toMatchObject({ kind: 'not-sent' });
      await bench.clock.run(5_000);
      expect(bench.writes, kind).toEqual([]);
    }
  });

  test('after its time, though nobody has looked at the clock since', async () => {
    const bench = open();
    await bench.clock.run(100);
    // Both are due at this moment, and the frame could leave before the alarm is heard.
    const written = write(bench, { notAfter: bench.clock.now() });
    await bench.clock.run(100);
    expect(written.result).toMatchObject({ kind: 'not-sent' });
    expect(bench.writes).toEqual([]);
  });

  test('when the time is over as soon as the connection is there', async () => {
    const bench = open();
    await bench.clock.run(100);
    bench.dialer.isRefusing = true;
    bench.dialer.transport.hangUp();
    await bench.clock.run(2_000);
    const written = write(bench);
    await bench.clock.run(1);
    expect(written.result).toMatchObject({ kind: 'not-sent' });
    expect(bench.writes).toEqual([]);
  });

  test('to a device that is silent, and the line is not kept busy for it', async () => {
    const bench = open();
    await bench.clock.run(100);
    bench.delayOf = () => undefined;
    await bench.clock.run(6_000);
    expect(bench.engine.devices()[0]?.state).toBe('silent');
    const before = bench.arrived.length;
    const written = write(bench);
    const read = bench.port().readBack(bench.point('sp'));
    await bench.clock.run(1);
    expect(written.result).toEqual({ kind: 'not-sent', reason: 'furnace does not answer' });
    expect(await read).toEqual({ cause: 'furnace does not answer' });
    expect(bench.arrived).toHaveLength(before);
  });

  test('to a device that has become silent while it waited', async () => {
    const bench = open({ devices: [benchDevice(POINTS, { timeoutMs: 3_000 })] });
    await bench.clock.run(500);
    bench.delayOf = () => undefined;
    await bench.clock.run(501);
    // The third failure in a row is the transaction that it waits behind.
    await bench.clock.run(6_500);
    const written = write(bench);
    await bench.clock.run(10_000);
    expect(written.result).toMatchObject({ kind: 'not-sent' });
    expect(bench.writes).toEqual([]);
  });

  test('on a line that has been closed', async () => {
    const bench = open();
    await bench.clock.run(100);
    const port = bench.port();
    bench.engine.stop();
    expect(await port.write(bench.point('sp'), SET, Infinity)).toEqual({
      ...{ kind: 'not-sent', reason: 'the line has been closed' },
    });
    expect(await port.readBack(bench.point('sp'))).toEqual({ cause: 'the line has been closed' });
  });

  test('while another line is closed around it, when it has not left yet', async () => {
    const bench = open();
    await bench.clock.run(100);
    bench.delayOf = () => undefined;
    await bench.clock.run(1_000);
    const written = write(bench);
    await bench.clock.run(1);
    bench.engine.stop();
    await bench.clock.run(1);
    expect(written.result).toMatchObject({ kind: 'not-sent' });
  });
});

test('a device that is not there has no port', () => {
  expect(open().engine.port('stove')).toBeUndefined();
});

test('an answer to a write says that the device is well', async () => {
  const bench = open({ delayOf: ({ text }) => (text.startsWith('write') ? 10 : undefined) });
  await bench.clock.run(300);
  expect(bench.engine.devices()[0]?.state).toBe('failing');
  write(bench, { frame: { function: 6, address: 999, word: 1 } });
  await bench.clock.run(50);
  expect(bench.engine.devices()[0]).toMatchObject({
    ...{ state: 'good', lastAnswerAt: 1_767_225_600_310_000 },
  });
});

describe('reading back', () => {
  test('asks for the registers of the point alone, ahead of the polls', async () => {
    for (const kind of ['tcp', 'serial'] as const) {
      const bench = open({ kind });
      await bench.clock.run(1_001);
      const before = bench.arrived.length;
      const back = bench.port().readBack(bench.point('sp'));
      await bench.clock.run(100);
      expect(await back).toEqual({ value: 75 });
      expect(bench.arrived[before]?.text, kind).toBe('read 3 2+1');
    }
  });

  test.each([
    ['a value that the device says it has not', { at: 'hr:2 u16', invalid: [75] }, 'sentinel'],
    ['a register that is not there', 'hr:900 u16', 'exception-2'],
  ])('gives the cause for %s', async (_, sp, cause) => {
    const bench = open({ devices: [benchDevice({ ...POINTS, deviation: 'hr:4 u16', sp })] });
    const back = bench.port().readBack(bench.point('sp'));
    await bench.clock.run(100);
    expect(await back).toEqual({ cause });
  });

  test('gives the cause when nobody answers', async () => {
    const bench = open();
    await bench.clock.run(100);
    bench.delayOf = () => undefined;
    const back = bench.port().readBack(bench.point('sp'));
    await bench.clock.run(300);
    expect(await back).toEqual({ cause: 'timeout' });
  });
});
