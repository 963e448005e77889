import { describe, expect, test } from 'vitest';
import { benchDevice, PortBench, type PortBenchOptions } from '../../test/support/port-bench.ts';

const POINTS = {
  pv: 'hr:1 i16 °C',
  sp: { at: 'hr:2 i16 °C', access: 'rw' },
  deviation: { expr: 'sp - pv', unit: '°C' },
};

function open(options: Partial<PortBenchOptions> = {}): PortBench {
  const bench = new PortBench({ kind: 'tcp', devices: [benchDevice(POINTS)], ...options });
  bench.unit(1).holding.setRegisters(1, [70, 75]);
  bench.engine.start();
  return bench;
}

/** Reads a point of the furnace back and confirms what it is. */
async function readAndConfirm(bench: PortBench, name = 'sp'): Promise<void> {
  const point = bench.point(name);
  const reading = bench.port().readBack(point);
  await bench.clock.run(100);
  const back = await reading;
  if ('value' in back) bench.port().confirmed(point, back.value, bench.clock.wallMicros());
  await bench.clock.run(0);
}

describe('a confirmed value', () => {
  test('comes to the rail with what follows from it, as one unit', async () => {
    const bench = open();
    await bench.clock.run(100);
    const heard: unknown[] = [];
    bench.engine.subscribe((changed, { points, at }) =>
      heard.push([changed.map(({ point, value }) => [point.name, value]), points.length, at]),
    );
    const at = bench.clock.wallMicros();
    bench.port().confirmed(bench.point('sp'), 80, at);
    expect(heard).toEqual([
      [
        [
          ['sp', 80],
          ['deviation', 10],
        ],
        2,
        at,
      ],
    ]);
    expect(bench.engine.sample('furnace.sp')).toMatchObject({ value: 80, quality: 'good', at });
  });

  test('has the registers that were read back', async () => {
    const bench = open();
    await bench.clock.run(100);
    bench.unit(1).holding.set(2, 0xfffe);
    await readAndConfirm(bench);
    expect(bench.engine.sample('furnace.sp')).toMatchObject({ value: -2, raw: [0xfffe] });
    await bench.clock.run(1_000);
    bench.unit(1).holding.set(2, 5);
    await bench.clock.run(1_000);
    expect(bench.engine.sample('furnace.sp')).toMatchObject({ value: 5, raw: [5] });
  });

  test('brings the other points of its registers along', async () => {
    const points = { word: { at: 'hr:2 u16', access: 'rw' }, low: 'hr:2.0', high: 'hr:2.15' };
    const bench = open({ devices: [benchDevice(points)] });
    await bench.clock.run(100);
    bench.unit(1).holding.set(2, 0x8000);
    await readAndConfirm(bench, 'word');
    expect(bench.value('furnace.word')).toBe(0x8000);
    expect(bench.value('furnace.low')).toBe(false);
    expect(bench.value('furnace.high')).toBe(true);
  });

  test('is not put on the rail of a line that has ended', async () => {
    const bench = open();
    await bench.clock.run(100);
    const port = bench.port();
    bench.engine.stop();
    port.confirmed(bench.point('sp'), 80, bench.clock.wallMicros());
    expect(bench.value('furnace.sp')).toBe(75);
  });

  test('of a point that cannot be read has no place on the rail', () => {
    const bench = open({
      devices: [benchDevice({ ...POINTS, go: { at: 'hr:9 u16', access: 'wo' } })],
    });
    bench.port().confirmed(bench.point('go'), 1, bench.clock.wallMicros());
    expect(bench.engine.sample('furnace.go')).toBeUndefined();
  });

  test('ages by itself while no poll brings one', async () => {
    const bench = open({ devices: [benchDevice(POINTS, { everyMs: { sp: 60_000 } })] });
    await bench.clock.run(100);
    bench.delayOf = ({ text }) => (text === 'read 3 2+1' ? undefined : 10);
    await bench.clock.run(2_000);
    bench.port().confirmed(bench.point('sp'), 80, bench.clock.wallMicros());
    await bench.clock.run(2_999);
    expect(bench.engine.sample('furnace.sp')).toMatchObject({ value: 80, quality: 'stale' });
    await bench.clock.run(3_001);
    expect(bench.engine.sample('furnace.sp')).toMatchObject({ quality: 'bad' });
  });

  test('says how many repeated points there are, where it counts them', async () => {
    const points = {
      blocks: { at: 'hr:3 u16', access: 'rw', valid: [0, 6] },
      'block_{n}': { at: 'hr:4 u16', repeat: { count: 6, countFrom: 'blocks' } },
    };
    const bench = open({ devices: [benchDevice(points)] });
    bench.unit(1).holding.setRegisters(3, [2, 11, 12, 13, 14, 15, 16]);
    await bench.clock.run(500);
    expect(bench.value('furnace.block_2')).toBe(12);
    expect(bench.engine.sample('furnace.block_3')).toMatchObject({ cause: 'not-present' });
    bench.unit(1).holding.set(3, 3);
    await readAndConfirm(bench, 'blocks');
    await bench.clock.run(1_000);
    expect(bench.value('furnace.block_3')).toBe(13);
    expect(bench.engine.sample('furnace.block_4')).toMatchObject({ cause: 'not-present' });
  });
});

describe('a poll that was asked before', () => {
  /** Moments at which the poll's answer may come. */
  const MOMENTS = ['before the write', 'before reading back', 'before confirming', 'after it'];

  /** What happens, in order; the poll was asked, and done by the device, before all of it. */
  async function history(bench: PortBench, moment: string): Promise<(number | undefined)[]> {
    const shown: (number | undefined)[] = [];
    await bench.clock.run(2_000);
    bench.delayOf = () => undefined;
    await bench.clock.run(500);
    const old = bench.arrived.length;
    await bench.clock.run(501);
    const poll = bench.arrived[old]!;
    expect(poll.text).toBe('read 3 1+2');
    bench.delayOf = ({ text }) =>
      text.startsWith('write') || text === 'read 3 2+1' ? 10 : undefined;
    const answerAt = (now: string): void => {
      if (now === moment) poll.answer();
    };
    bench.engine.subscribe(() => shown.push(bench.value('furnace.sp') as number));
    bench.unit(1).holding.set(1, 71);
    answerAt('before the write');
    const point = bench.point('sp');
    const written = bench.port().write(point, { function: 6, address: 2, word: 80 }, Infinity);
    await bench.clock.run(30);
    answerAt('before reading back');
    expect(await written).toEqual({ kind: 'acknowledged' });
    const reading = bench.port().readBack(point);
    await bench.clock.run(30);
    expect(await reading).toEqual({ value: 80 });
    answerAt('before confirming');
    await bench.clock.run(1);
    bench.port().confirmed(point, 80, bench.clock.wallMicros());
    answerAt('after it');
    await bench.clock.run(1);
    return shown;
  }

  test.each(MOMENTS)('cannot bring the old value back when it is answered %s', async (moment) => {
    const bench = open({ inFlight: 4 });
    const shown = await history(bench, moment);
    const first = shown.indexOf(80);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(shown.slice(first).every((value) => value === 80)).toBe(true);
    // Its other point is as new as it was.
    expect(bench.value('furnace.pv')).toBe(70);
    expect(bench.value('furnace.deviation')).toBe(10);
    bench.delayOf = () => 10;
    bench.unit(1).holding.set(2, 81);
    await bench.clock.run(1_100);
    expect(bench.value('furnace.sp')).toBe(81);
    expect(bench.value('furnace.pv')).toBe(71);
  });

  test('does not say that the point was confirmed again', async () => {
    const bench = open({ inFlight: 4 });
    await bench.clock.run(500);
    bench.delayOf = () => undefined;
    await bench.clock.run(600);
    const heard: string[][] = [];
    bench.engine.subscribe((_, { points }) => heard.push(points.map(({ name }) => name)));
    bench.port().confirmed(bench.point('sp'), 80, bench.clock.wallMicros());
    bench.arrived.at(-1)!.answer();
    await bench.clock.run(1);
    expect(heard).toEqual([
      ['sp', 'deviation'],
      ['pv', 'deviation'],
    ]);
    expect(bench.engine.sample('furnace.sp')).toMatchObject({ at: 1_767_225_601_100_000 });
  });

  test('cannot bring it back on a serial line, wherever the write meets the poll', async () => {
    const bench = open({ kind: 'serial' });
    await bench.clock.run(500);
    const shown: unknown[] = [];
    bench.engine.subscribe(() => shown.push(bench.value('furnace.sp')));
    const point = bench.point('sp');
    for (let phase = 0; phase < 60; phase += 1) {
      shown.length = 0;
      const next = 100 + phase;
      // Each round begins at another place of the poll.
      await bench.clock.run(990 + phase - (bench.clock.now() % 1_000));
      const written = bench.port().write(point, { function: 6, address: 2, word: next }, Infinity);
      await bench.clock.run(200);
      expect(await written).toEqual({ kind: 'acknowledged' });
      const reading = bench.port().readBack(point);
      await bench.clock.run(200);
      expect(await reading).toEqual({ value: next });
      bench.port().confirmed(point, next, bench.clock.wallMicros());
      await bench.clock.run(1_500);
      const first = shown.indexOf(next);
      expect(shown.slice(first).every((value) => value === next)).toBe(true);
    }
  });
});
