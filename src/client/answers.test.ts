/**
 * Histories: clients ask, a peer answers as badly as it can, and no answer may reach another request.
 *
 * Every value says which question it belongs to, so that a wrong one is seen. DINRAIL_HISTORIES sets how
 * many histories are tried.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GatewayError } from '../base/errors.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { encodeMbap, MbapDeframer } from '../codec/frame/mbap.ts';
import { encodeRtu } from '../codec/frame/rtu.ts';
import { readCoils } from '../codec/pdu/read-bits.ts';
import { readHoldingRegisters, readInputRegisters } from '../codec/pdu/read-registers.ts';
import { writeMultipleRegisters } from '../codec/pdu/write-multiple-registers.ts';
import { writeSingleRegister } from '../codec/pdu/write-single-register.ts';
import { FakeDialer, type FakeTransport } from '../../test/support/fake-transport.ts';
import type { ModbusClient, RequestOptions } from './client.ts';
import { lineClient } from './line-client.ts';
import { networkTiming, serialTiming } from './line-timing.ts';
import { tcpClient } from './tcp-client.ts';

const HISTORIES = Number(process.env['DINRAIL_HISTORIES'] ?? 3_000);
const TIMEOUT_MS = 100;
/** Characters take 0.087 ms, and the gap is 1.75 ms. */
const FAST_SERIAL = serialTiming({ baud: 115_200, dataBits: 8, parity: 'none', stopBits: 1 });

interface Question {
  readonly afterMs: number;
  readonly unit: number;
  readonly kind: 'holding' | 'input' | 'coils' | 'single' | 'multiple';
  readonly start: number;
  readonly count: number;
  readonly retries: number;
  readonly isUrgent: boolean;
  readonly abortAfterMs: number | undefined;
}

/** What the peer does with one request. */
interface Fate {
  readonly kind:
    | 'answer'
    | 'exception'
    | 'silence'
    | 'twice'
    | 'other unit'
    | 'other function'
    | 'other length'
    | 'other id'
    | 'damaged'
    | 'echo'
    | 'noise first'
    | 'hang up';
  readonly delayMs: number;
  /** The frame comes in two parts. */
  readonly cutAt: number;
  readonly cutMs: number;
  readonly noise: Uint8Array;
}

const question: fc.Arbitrary<Question> = fc.record({
  afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 150 })),
  unit: fc.integer({ min: 1, max: 2 }),
  kind: fc.constantFrom('holding', 'holding', 'input', 'coils', 'single', 'multiple'),
  start: fc.integer({ min: 0, max: 4 }),
  count: fc.integer({ min: 1, max: 2 }),
  retries: fc.integer({ min: 0, max: 2 }),
  isUrgent: fc.boolean(),
  abortAfterMs: fc.option(fc.integer({ min: 0, max: 150 }), { nil: undefined, freq: 8 }),
});

function fate(kinds: readonly Fate['kind'][], maxDelayMs: number): fc.Arbitrary<Fate> {
  return fc.record({
    kind: fc.constantFrom(...kinds),
    delayMs: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: maxDelayMs })),
    cutAt: fc.nat({ max: 12 }),
    cutMs: fc.constantFrom(0, 0, 1, 5),
    noise: fc.uint8Array({ minLength: 1, maxLength: 12 }),
  });
}

/** The value of a register names its unit, its table and its address. */
function registerOf(unit: number, functionCode: number, address: number): number {
  return (unit << 12) | (functionCode << 8) | address;
}

function coilOf(unit: number, address: number): number {
  return (address * 7 + unit * 3) & 1;
}

/** The PDU that is right for this request PDU. */
function rightAnswer(unit: number, pdu: Uint8Array): Uint8Array {
  const functionCode = pdu[0] ?? 0;
  const start = ((pdu[1] ?? 0) << 8) | (pdu[2] ?? 0);
  const count = ((pdu[3] ?? 0) << 8) | (pdu[4] ?? 0);
  if (functionCode === 6) return pdu;
  if (functionCode === 16) return pdu.slice(0, 5);
  const addresses = Array.from({ length: count }, (_, index) => start + index);
  if (functionCode === 1) {
    const bits = addresses.reduce((byte, at, bit) => byte | (coilOf(unit, at) << bit), 0);
    return Uint8Array.of(1, 1, bits);
  }
  const registers = addresses.map((at) => registerOf(unit, functionCode, at));
  return Uint8Array.of(functionCode, count * 2, ...registers.flatMap((r) => [r >> 8, r & 0xff]));
}

/** Asks and says what is wrong with the answer, if anything. */
async function askOne(
  client: ModbusClient,
  { unit, kind, start, count }: Question,
  options: RequestOptions,
): Promise<string | undefined> {
  const range = { start, count };
  const addresses = Array.from({ length: count }, (_, index) => start + index);
  const check = (got: ArrayLike<number>, right: readonly number[]): string | undefined =>
    String(Array.from(got)) === String(right) ? undefined : `${Array.from(got)}, not ${right}`;
  switch (kind) {
    case 'holding':
    case 'input': {
      const codec = kind === 'holding' ? readHoldingRegisters : readInputRegisters;
      const right = addresses.map((at) => registerOf(unit, codec.functionCode, at));
      return check(await client.request(codec, unit, range, options), right);
    }
    case 'coils': {
      const right = addresses.map((at) => coilOf(unit, at));
      return check(await client.request(readCoils, unit, range, options), right);
    }
    case 'single':
      await client.request(writeSingleRegister, unit, { address: start, value: count }, options);
      return undefined;
    case 'multiple': {
      const block = { start, values: addresses };
      await client.request(writeMultipleRegisters, unit, block, options);
      return undefined;
    }
  }
}

interface Piece {
  readonly unit: number;
  readonly pdu: Uint8Array;
  /** Noise in front. */
  readonly before?: Uint8Array;
}

type Spoiler = (answer: Piece, request: Uint8Array, noise: Uint8Array) => readonly Piece[];

const asItIs: Spoiler = (answer) => [answer];
const nothing: Spoiler = () => [];

/** What each fate makes of the right answer. */
const SPOILERS: Readonly<Record<Fate['kind'], Spoiler>> = {
  answer: asItIs,
  'other id': asItIs,
  damaged: asItIs,
  silence: nothing,
  'hang up': nothing,
  exception: ({ unit }, request) => [{ unit, pdu: Uint8Array.of((request[0] ?? 0) | 0x80, 2) }],
  twice: (answer) => [answer, answer],
  'other unit': ({ unit }, request) => [{ unit: unit + 1, pdu: rightAnswer(unit + 1, request) }],
  'other function': ({ unit, pdu }) => [
    { unit, pdu: Uint8Array.of((pdu[0] ?? 0) ^ 7, ...pdu.subarray(1)) },
  ],
  'other length': ({ unit, pdu }) => [{ unit, pdu: Uint8Array.of(...pdu, 0, 0) }],
  echo: (answer, request) => [{ ...answer, pdu: request }, answer],
  'noise first': (answer, _, noise) => [{ ...answer, before: noise }],
};

interface Bench {
  readonly clock: ManualClock;
  readonly client: ModbusClient;
  /** Whole frames that arrived. */
  frames: number;
}

/** Delivers bytes in two parts. */
function deliver(
  clock: ManualClock,
  transport: FakeTransport,
  bytes: Uint8Array,
  { delayMs, cutAt, cutMs }: Fate,
): void {
  const cut = Math.min(cutAt, bytes.length);
  const at = clock.now() + delayMs;
  clock.alarm(at, () => {
    transport.receive(bytes.subarray(0, cut));
    if (cutMs === 0) transport.receive(bytes.subarray(cut));
  });
  if (cutMs > 0) clock.alarm(at + cutMs, () => transport.receive(bytes.subarray(cut)));
}

function tcpBench(fates: readonly Fate[], inFlight: number): Bench {
  const clock = new ManualClock();
  const dialer = new FakeDialer();
  const client = tcpClient(dialer, {
    ...{ clock, inFlight, timeoutMs: TIMEOUT_MS, timeoutsInRow: 6 },
    backoff: { firstMs: 10, maxMs: 50 },
  });
  const bench: Bench = { clock, client, frames: 0 };
  let turn = 0;
  dialer.onDial = (transport) => {
    const deframer = new MbapDeframer();
    transport.onWrite = (bytes) => {
      deframer.push(bytes);
      for (let frame = deframer.next(); frame !== undefined; frame = deframer.next()) {
        const { transactionId, unitId, pdu } = frame;
        const fate = fates[turn % fates.length]!;
        turn += 1;
        if (fate.kind === 'hang up')
          clock.alarm(clock.now() + fate.delayMs, () => transport.hangUp());
        const id = fate.kind === 'other id' ? transactionId ^ 0x8000 : transactionId;
        const answers = SPOILERS[fate.kind](
          { unit: unitId, pdu: rightAnswer(unitId, pdu) },
          pdu,
          fate.noise,
        ).map(({ unit, pdu: answer }) =>
          encodeMbap({ transactionId: id, unitId: unit, pdu: answer }),
        );
        const stream = Uint8Array.from(answers.flatMap((answer) => [...answer]));
        clock.alarm(clock.now() + fate.delayMs, () => {
          if (transport.isOpen) bench.frames += answers.length;
        });
        // TCP keeps the order of bytes: parts of two answers never mix.
        if (stream.length > 0) deliver(clock, transport, stream, { ...fate, cutMs: 0 });
      }
    };
  };
  return bench;
}

/**
 * What nobody could find out on a line where answers have no number is left out: a doubled answer with a
 * pause in the middle, and a late answer under the name of another that is asked.
 */
function possible(fate: Fate): Fate {
  return fate.kind === 'twice' ? { ...fate, cutMs: Math.min(fate.cutMs, 1) } : fate;
}

const LINE_SPOILERS: typeof SPOILERS = {
  ...SPOILERS,
  'other unit': ({ pdu }) => [{ unit: 9, pdu }],
  'other function': ({ unit, pdu }) => [{ unit, pdu: Uint8Array.of(0x17, ...pdu.subarray(1)) }],
};

function lineBench(fates: readonly Fate[], timing = FAST_SERIAL): Bench {
  const clock = new ManualClock();
  const dialer = new FakeDialer();
  const client = lineClient(dialer, {
    ...{ clock, timing, timeoutMs: TIMEOUT_MS },
    backoff: { firstMs: 10, maxMs: 50 },
  });
  const bench: Bench = { clock, client, frames: 0 };
  let turn = 0;
  dialer.onDial = (transport) => {
    transport.onWrite = (bytes) => {
      const unit = bytes[0] ?? 0;
      const request = bytes.subarray(1, -2);
      const fate = fates[turn % fates.length]!;
      turn += 1;
      if (fate.kind === 'hang up')
        clock.alarm(clock.now() + fate.delayMs, () => transport.hangUp());
      const right = { unit, pdu: rightAnswer(unit, request) };
      const parts = LINE_SPOILERS[fate.kind](right, request, fate.noise).map(
        ({ unit: from, pdu, before }) => {
          const frame = encodeRtu(from, pdu);
          if (fate.kind === 'damaged') frame[2] = (frame[2] ?? 0) ^ 0x55;
          return [...(before ?? []), ...frame];
        },
      );
      const stream = Uint8Array.from(parts.flat());
      if (stream.length > 0) deliver(clock, transport, stream, possible(fate));
    };
  };
  return bench;
}

async function play({ clock, client }: Bench, questions: readonly Question[]): Promise<string[]> {
  const wrong: string[] = [];
  let settled = 0;
  for (const one of questions) {
    await clock.run(one.afterMs);
    const abort = new AbortController();
    if (one.abortAfterMs !== undefined) {
      clock.alarm(clock.now() + one.abortAfterMs, () => {
        abort.abort(new Error('given up'));
      });
    }
    askOne(client, one, {
      retries: one.retries,
      priority: one.isUrgent ? 'urgent' : 'normal',
      signal: abort.signal,
    })
      .catch((error: unknown) => {
        const isExpected = error instanceof GatewayError || (error as Error).message === 'given up';
        return isExpected ? undefined : String(error);
      })
      .then((problem) => {
        settled += 1;
        if (problem !== undefined) wrong.push(`${one.kind} ${one.unit}/${one.start}: ${problem}`);
      })
      .catch(() => undefined);
  }
  // Each may be sent three times and be waited for, and one after the other.
  await clock.run(questions.length * 3 * TIMEOUT_MS * 4);
  if (settled !== questions.length) wrong.push(`${questions.length - settled} never settled`);
  const { requests, answers, timeouts, exceptions } = client.counters;
  if (answers + timeouts > requests) wrong.push('more outcomes than requests');
  if (exceptions > answers) wrong.push('more exceptions than answers');
  client.close();
  return wrong;
}

const TCP_KINDS: readonly Fate['kind'][] = [
  ...(['answer', 'answer', 'exception', 'silence', 'twice', 'other unit'] as const),
  ...(['other function', 'other length', 'other id', 'hang up'] as const),
];

const LINE_KINDS: readonly Fate['kind'][] = [
  ...([
    'answer',
    'answer',
    'exception',
    'silence',
    'twice',
    'other unit',
    'other function',
  ] as const),
  ...(['other length', 'damaged', 'echo', 'noise first', 'hang up'] as const),
];

const settings = { seed: 20_260_101, numRuns: HISTORIES };

test('over TCP no answer reaches another request', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(question, { minLength: 1, maxLength: 8 }),
      fc.array(fate(TCP_KINDS, 600), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 4 }),
      async (questions, fates, inFlight) => {
        const bench = tcpBench(fates, inFlight);
        expect(await play(bench, questions)).toEqual([]);
        const { answers, late, foreign, damaged } = bench.client.counters;
        expect(answers + late + foreign + damaged).toBe(bench.frames);
      },
    ),
    settings,
  );
}, 3_600_000);

test.each([
  ['a serial line', FAST_SERIAL],
  ['RTU over TCP', networkTiming()],
])(
  'over %s no answer reaches another request',
  async (_, timing) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(question, { minLength: 1, maxLength: 8 }),
        fc.array(fate(LINE_KINDS, 2 * TIMEOUT_MS - 10), { minLength: 1, maxLength: 8 }),
        async (questions, fates) => {
          expect(await play(lineBench(fates, timing), questions)).toEqual([]);
        },
      ),
      settings,
    );
  },
  3_600_000,
);
