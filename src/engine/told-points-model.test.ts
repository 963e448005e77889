/**
 * Histories: a line is polled, points are written, read back and confirmed, and answers come late, in any
 * order or not at all. Every value of a register is one of its own, so that an old one is seen.
 *
 * DINRAIL_HISTORIES sets how many histories are tried.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { benchDevice, PortBench } from '../../test/support/port-bench.ts';
import { sleep } from '../base/clock.ts';
import type { SendResult } from '../gate/device-port.ts';

const HISTORIES = Number(process.env['DINRAIL_HISTORIES'] ?? 200);
const TIMEOUT_MS = 100;
const POINTS = {
  a: { at: 'hr:1 u16', access: 'rw' },
  b: { at: 'hr:2 u16', access: 'rw' },
  c: { at: 'hr:50 u16', access: 'rw' },
};
type Name = keyof typeof POINTS;
const NAMES = Object.keys(POINTS) as Name[];
const ADDRESSES: Readonly<Record<Name, number>> = { a: 1, b: 2, c: 50 };

interface Step {
  readonly afterMs: number;
  readonly point: Name;
  readonly kind: 'write' | 'write in time' | 'change' | 'hang up';
  readonly pauseMs: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  afterMs: fc.integer({ min: 0, max: 150 }),
  point: fc.constantFrom(...NAMES),
  kind: fc.constantFrom('write', 'write', 'write in time', 'change', 'hang up'),
  pauseMs: fc.constantFrom(0, 0, 5, 40),
});

const history = fc.record({
  kind: fc.constantFrom('tcp' as const, 'serial' as const),
  inFlight: fc.integer({ min: 1, max: 4 }),
  retries: fc.integer({ min: 0, max: 1 }),
  everyMs: fc.record({
    a: fc.constantFrom(50, 200),
    b: fc.constantFrom(50, 200),
    c: fc.constant(80),
  }),
  /** When each request is answered; -1 is never. Taken in turn. */
  delays: fc.array(
    fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0, max: 60 }) },
      { weight: 2, arbitrary: fc.integer({ min: 61, max: 190 }) },
      { weight: 1, arbitrary: fc.constant(-1) },
    ),
    { minLength: 1, maxLength: 40 },
  ),
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
});

type History = typeof history extends fc.Arbitrary<infer It> ? It : never;

/** A run of one history, with what must hold in it. */
class Run {
  readonly bench: PortBench;
  readonly problems: string[] = [];
  /** The values that each register has had, in order. */
  readonly #had = new Map<Name, number[]>();
  /** The newest value of each point that was confirmed. */
  readonly #confirmed = new Map<Name, number>();
  /** Frames by their value, and when they may leave at the latest. */
  readonly #frames = new Map<number, { readonly notAfter: number; seen: number }>();
  #next = 100;
  #isOver = false;
  #turn: Promise<void> = Promise.resolve();

  constructor({ kind, inFlight, retries, everyMs, delays }: History) {
    const device = benchDevice(POINTS, { everyMs, retries, timeoutMs: TIMEOUT_MS });
    this.bench = new PortBench({
      kind,
      inFlight: kind === 'tcp' ? inFlight : 1,
      devices: [device],
    });
    let asked = 0;
    this.bench.delayOf = ({ pdu, at }) => {
      if (pdu[0] === 6) this.#arrives(pdu, at);
      if (this.#isOver) return 5;
      asked += 1;
      const delay = delays[asked % delays.length] ?? 0;
      return delay < 0 ? undefined : delay;
    };
    for (const name of NAMES) this.#change(name);
    this.bench.engine.subscribe(() => {
      this.#look();
    });
  }

  async step({ afterMs, point, kind, pauseMs }: Step): Promise<void> {
    await this.bench.clock.run(afterMs);
    if (kind === 'change') this.#change(point);
    else if (kind === 'hang up') this.bench.dialer.transports.at(-1)?.hangUp();
    else {
      const notAfter = kind === 'write' ? Infinity : this.bench.clock.now() + 60;
      // As the gate does: one at a time.
      this.#turn = this.#turn.then(async () => this.#write(point, notAfter, pauseMs));
    }
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.bench.clock.run(2_000);
    // A device that was silent for long is asked again after a minute at most.
    for (let second = 0; second < 70 && this.#strays.length > 0; second += 1) {
      await this.bench.clock.run(1_000);
    }
    this.problems.push(...this.#strays);
  }

  /** Points that are not on the rail as the device has them. */
  get #strays(): readonly string[] {
    return NAMES.flatMap((name) => {
      const value = this.bench.value(`furnace.${name}`);
      const has = this.bench.unit(1).holding.get(ADDRESSES[name]);
      return value === has ? [] : [`${name} is ${String(value)} and not ${has} in the end`];
    });
  }

  async #write(name: Name, notAfter: number, pauseMs: number): Promise<void> {
    const point = this.bench.point(name);
    const port = this.bench.port();
    const word = (this.#next += 1);
    const frame = { notAfter, seen: 0 };
    this.#frames.set(word, frame);
    const sent = await port.write(point, { function: 6, address: ADDRESSES[name], word }, notAfter);
    this.#judge(sent, frame.seen);
    await sleep(this.bench.clock, pauseMs);
    const back = await port.readBack(point);
    if (!('value' in back)) return;
    this.#confirmed.set(name, Number(back.value));
    port.confirmed(point, back.value, this.bench.clock.wallMicros());
  }

  #judge(sent: SendResult, seen: number): void {
    if (seen > 1) this.problems.push('a frame was sent twice');
    if (sent.kind === 'not-sent' && seen > 0) this.problems.push('sent, and said not to be');
    if (sent.kind === 'acknowledged' && seen === 0) this.problems.push('acknowledged by nobody');
    if (sent.kind === 'exception') this.problems.push('refused');
  }

  #arrives(pdu: Uint8Array, at: number): void {
    const [, , address, high = 0, low = 0] = [...pdu];
    const value = high * 256 + low;
    const frame = this.#frames.get(value);
    const name = NAMES.find((one) => ADDRESSES[one] === address);
    if (frame === undefined || name === undefined) {
      this.problems.push('nobody wrote that');
      return;
    }
    frame.seen += 1;
    if (at >= frame.notAfter) this.problems.push('sent after its time');
    this.#had.get(name)?.push(value);
  }

  #change(name: Name): void {
    this.#next += 1;
    this.bench.unit(1).holding.set(ADDRESSES[name], this.#next);
    this.#had.set(name, [...(this.#had.get(name) ?? []), this.#next]);
  }

  #look(): void {
    for (const [name, confirmed] of this.#confirmed) {
      const value = this.bench.value(`furnace.${name}`);
      if (value === undefined) continue;
      const had = this.#had.get(name) ?? [];
      if (had.indexOf(Number(value)) >= had.indexOf(confirmed)) continue;
      this.problems.push(`${name} is ${String(value)} again, after ${confirmed}`);
    }
  }
}

test('no history shows a value that is older than the confirmed one, or sends a frame twice', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (one) => {
      const run = new Run(one);
      run.bench.engine.start();
      for (const each of one.steps) await run.step(each);
      await run.end();
      expect(run.problems).toEqual([]);
    }),
    { numRuns: HISTORIES },
  );
}, 120_000);
