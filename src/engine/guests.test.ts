import { beforeEach, describe, expect, test } from 'vitest';
import { benchDevice, PortBench, type PortBenchOptions } from '../../test/support/port-bench.ts';
import { ClosedError, NotSentError, OverloadError } from '../base/errors.ts';
import type { BenchAnswer, BenchQuestion } from '../workbench/bench-line.ts';

const ONE: BenchQuestion = { unit: 1, table: 'holding', start: 120, count: 2 };

/** Two devices that are polled each second. */
const TWO = [
  benchDevice({ pv: 'hr:1 u16' }),
  benchDevice({ pv: 'hr:1 u16' }, { name: 'other', unit: 2 }),
];

let bench: PortBench;

async function open(options: Partial<PortBenchOptions> = {}): Promise<void> {
  bench = new PortBench({ kind: 'serial', devices: TWO, ...options });
  bench.engine.start();
  await bench.clock.run(500);
  bench.arrived.length = 0;
}

async function read(question: Partial<BenchQuestion> = {}, signal?: AbortSignal) {
  const line = bench.engine.bench('line');
  if (line === undefined) throw new Error('no bench');
  return line.read({ ...ONE, ...question }, signal);
}

/** What became of it, once something has. */
function watched(reading: Promise<BenchAnswer>): { answer?: BenchAnswer; error?: unknown } {
  const found: { answer?: BenchAnswer; error?: unknown } = {};
  void reading.then(
    (answer) => (found.answer = answer),
    (error: unknown) => (found.error = error),
  );
  return found;
}

const isGuest = (text: string): boolean => text.includes(' 120+');

/** When polls of a unit went out. */
function pollsOf(unit: number): readonly number[] {
  return bench.arrived
    .filter((it) => it.unit === unit && !isGuest(it.text))
    .map(({ at }) => Math.round(at));
}

describe('registers that nobody has configured', () => {
  beforeEach(async () => open());

  test('are read through the line that polls', async () => {
    bench.unit(1).holding.setRegisters(120, [0x1234, 0xabcd]);
    const found = watched(read());
    await bench.clock.run(100);
    expect(found.answer?.data).toEqual(Uint8Array.of(0x12, 0x34, 0xab, 0xcd));
    expect(found.answer?.tookMs).toBeGreaterThan(0);
  });

  test.each([
    ['coil', 'read 1 120+2'],
    ['discrete', 'read 2 120+2'],
    ['holding', 'read 3 120+2'],
    ['input', 'read 4 120+2'],
  ] as const)('of the table %s are asked for by their function', async (table, text) => {
    watched(read({ table }));
    await bench.clock.run(100);
    expect(bench.texts).toEqual([`1 ${text}`]);
  });

  test('of a unit that is no device of ours are read, too', async () => {
    bench.unit(77).holding.setRegisters(120, [7, 7]);
    const found = watched(read({ unit: 77 }));
    await bench.clock.run(100);
    expect([...(found.answer?.data ?? [])]).toEqual([0, 7, 0, 7]);
  });

  test('that a device does not have bring its exception, and its points stay good', async () => {
    const found = watched(read({ start: 5000 }));
    await bench.clock.run(100);
    expect(found.error).toMatchObject({ code: 'modbus-exception', exception: 2 });
    expect(bench.engine.devices().map(({ state }) => state)).toEqual(['good', 'good']);
  });

  test('leave nothing on the rail', async () => {
    let heard = 0;
    bench.engine.subscribe(() => (heard += 1));
    watched(read());
    await bench.clock.run(100);
    expect(heard).toBe(0);
  });
});

describe('whoever looks at a line', () => {
  const rows = [
    ['serial', 10],
    ['serial', 40],
    ['tcp', 10],
    ['tcp', 60],
  ] as const;
  test.each(rows)(
    'on %s with answers of %d ms takes a fifth of its time at most, and polls stay on their grid',
    async (kind, delay) => {
      await open({ kind, delayOf: () => delay });
      let [answers, held] = [0, 0];
      const ask = (): void => {
        void read().then(({ tookMs }) => {
          [answers, held] = [answers + 1, held + tookMs];
          ask();
        });
      };
      // As many as may wait, always.
      for (let index = 0; index < 4; index += 1) ask();
      await bench.clock.run(60_000);
      expect(held / 60_000).toBeLessThanOrEqual(0.2);
      // It is no token either: what is free is used.
      expect(held / 60_000).toBeGreaterThan(0.1);
      expect(answers).toBeGreaterThan(60);
      const after = bench.arrived.filter(({ unit, text }) => unit === 1 && !isGuest(text));
      expect(after.map(({ at }) => Math.floor(at / 1000))).toEqual(
        Array.from({ length: 60 }, (_, index) => index + 1),
      );
      // The first of two devices is asked at the full second, within the pause between two frames.
      for (const { at } of after) expect(at % 1000).toBeLessThan(10);
      expect(bench.engine.devices().map(({ skipped }) => skipped)).toEqual([0, 0]);
    },
  );

  test('at a unit that does not answer delays no poll, and rests the longer', async () => {
    await open({ delayOf: ({ unit }) => (unit === 77 ? undefined : 10) });
    const before = pollsOf(1).length;
    const ask = (): void => {
      void read({ unit: 77 }).catch(() => {
        ask();
      });
    };
    ask();
    await bench.clock.run(30_000);
    expect(
      pollsOf(1)
        .slice(before)
        .map((at) => at % 1000),
    ).toEqual(Array(30).fill(0));
    const asked = bench.arrived.filter(({ unit }) => unit === 77).map(({ at }) => at);
    expect(asked.length).toBeGreaterThan(5);
    // Some 200 ms and as long again for a late answer, then four times both.
    asked.slice(1).forEach((at, index) => {
      expect(at - (asked[index] ?? 0)).toBeGreaterThanOrEqual(1900);
    });
  });

  test('at registers that a device leaves without an answer delays none of its polls', async () => {
    // On a serial line whatever is asked of this unit next waits for the late answer.
    await open({ delayOf: ({ text }) => (isGuest(text) ? undefined : 10) });
    const ask = (): void => {
      void read().catch(() => {
        ask();
      });
    };
    ask();
    await bench.clock.run(30_000);
    expect(pollsOf(1).map((at) => at % 1000)).toEqual(Array(30).fill(0));
    expect(pollsOf(2)).toHaveLength(30);
    expect(bench.texts.filter(isGuest).length).toBeGreaterThan(10);
    expect(bench.engine.devices().map(({ state }) => state)).toEqual(['good', 'good']);
  });

  test('and is answered when nobody waits for it any more is never taken for a poll', async () => {
    const device = benchDevice({ pv: 'hr:1 u16' }, { everyMs: { pv: 100 }, timeoutMs: 300 });
    const mistaken: number[] = [];
    for (let delay = 60; delay < 300; delay += 5) {
      await open({ devices: [device], delayOf: ({ text }) => (isGuest(text) ? delay : 10) });
      bench.unit(1).holding.setRegisters(120, [777]);
      bench.engine.subscribe((changed) => {
        if (changed.some(({ value }) => value === 777)) mistaken.push(delay);
      });
      watched(read({ count: 1 }));
      await bench.clock.run(1_000);
      expect(bench.texts).toContain('1 read 3 120+1');
      expect(pollsOf(1).length).toBeGreaterThan(6);
    }
    expect(mistaken).toEqual([]);
  });

  test('on a line that has no gap waits five seconds, then goes ahead once', async () => {
    const busy = benchDevice(
      { a: 'hr:1 u16', b: 'hr:50 u16' },
      { everyMs: { a: 40, b: 40 }, timeoutMs: 200 },
    );
    await open({ devices: [busy, { ...busy, name: 'other', unit: 2 }], delayOf: () => 10 });
    const from = bench.clock.now();
    const found = watched(read());
    await bench.clock.run(4_900);
    expect(found.answer).toBeUndefined();
    await bench.clock.run(300);
    expect(found.answer).toBeDefined();
    const asked = bench.arrived.find(({ text }) => isGuest(text))?.at ?? 0;
    expect(asked - from).toBeGreaterThanOrEqual(5_000);
  });

  test('waits with three others at most: the next one is told to come again', async () => {
    await open({ delayOf: () => undefined });
    // One is on its way, four wait.
    for (let index = 0; index < 5; index += 1) watched(read());
    await expect(read()).rejects.toThrow(OverloadError);
  });

  test('is told after eight seconds that there was no time for it', async () => {
    const slow = TWO.map((device) => ({ ...device, timeoutMs: 400 }));
    const delayOf = ({ text }: { text: string }) => (isGuest(text) ? undefined : 10);
    await open({ kind: 'tcp', inFlight: 2, devices: slow, delayOf });
    const found = [0, 1, 2, 3, 4].map(() => watched(read()));
    await bench.clock.run(8_100);
    expect(found.at(-1)?.error).toBeInstanceOf(NotSentError);
    expect(bench.engine.standstillMs()).toBe(0);
  });

  test('may give up before its turn', async () => {
    await open({ delayOf: ({ text }) => (isGuest(text) ? undefined : 10) });
    watched(read());
    const given = new AbortController();
    const found = watched(read({ start: 120, count: 1 }, given.signal));
    given.abort(new Error('enough'));
    await bench.clock.run(5_000);
    expect(found.error).toMatchObject({ message: 'enough' });
    expect(bench.texts).not.toContain('1 read 3 120+1');
  });

  test('goes when the line goes', async () => {
    await open({ delayOf: ({ text }) => (isGuest(text) ? undefined : 10) });
    const found = [watched(read()), watched(read())];
    bench.engine.stop();
    await bench.clock.run(10);
    for (const { error } of found) expect(error).toBeInstanceOf(ClosedError);
    await expect(read()).rejects.toThrow(ClosedError);
  });

  test('on a line with several transactions at once takes one of them', async () => {
    await open({ kind: 'tcp', inFlight: 4 });
    const found = [watched(read()), watched(read())];
    await bench.clock.run(15);
    expect(found[0]?.answer).toBeDefined();
    expect(found[1]?.answer).toBeUndefined();
    await bench.clock.run(60);
    expect(found[1]?.answer).toBeDefined();
  });
});
