import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { crc16 } from '../codec/frame/crc16.ts';
import { AnswerBuffer } from './answer-buffer.ts';
import { MbapServerCore } from './mbap-core.ts';
import { RtuServerCore } from './rtu-core.ts';
import { serverCounters, type Service } from './service.ts';
import { UnitTables } from './unit-tables.ts';

// Whatever arrives: no crash, no malformed answer, and nothing changes that clients may not write.

const SEED = 20260101;
const RUNS = 3000;

const extents = [
  { start: 0, count: 40 },
  { start: 100, count: 200 },
];
const writable = [{ start: 110, count: 50 }];

function makeTables(): UnitTables {
  const tables = new UnitTables({
    coil: { extents, writable },
    discrete: { extents },
    input: { extents },
    holding: { extents, writable },
  });
  for (const { start, count } of extents) {
    const pattern = Array.from({ length: count }, (_, index) => (index * 40503) & 0xffff);
    tables.holding.setRegisters(start, pattern);
    tables.input.setRegisters(start, pattern);
    tables.coil.setBits(
      start,
      pattern.map((value) => value & 1),
    );
    tables.discrete.setBits(
      start,
      pattern.map((value) => value & 2),
    );
  }
  return tables;
}

/** Everything that clients may not write. */
function fixedPart({ coil, discrete, input, holding }: UnitTables): string {
  const outside = (address: number): boolean => address < 110 || address >= 160;
  const addresses = extents.flatMap(({ start, count }) =>
    Array.from({ length: count }, (_, index) => start + index),
  );
  return JSON.stringify([
    addresses.filter(outside).map((address) => [coil.get(address), holding.get(address)]),
    addresses.map((address) => [discrete.get(address), input.get(address)]),
  ]);
}

const FIXED = fixedPart(makeTables());

const word = fc.oneof(
  fc.integer({ min: 0, max: 0xffff }),
  fc.constantFrom(0, 1, 39, 40, 100, 109, 110, 123, 125, 126, 159, 160, 1968, 2000, 0xff00, 0xffff),
);
const words = fc
  .array(word, { maxLength: 8 })
  .map((list) => Uint8Array.from(list.flatMap((value) => [value >> 8, value & 0xff])));
const functionCode = fc.oneof(
  fc.constantFrom(1, 2, 3, 4, 5, 6, 15, 16, 22, 23),
  fc.integer({ min: 0, max: 255 }),
);
/** From nearly right to noise. */
const pdu = fc
  .tuple(functionCode, words, fc.uint8Array({ maxLength: 30 }))
  .map(([code, head, tail]) => Uint8Array.of(code, ...head, ...tail));

/** A well-formed PDU answers a request with this function code. */
function expectAnswer(asked: number, answer: Uint8Array): void {
  const [code = 0, second = 0] = answer;
  if (code >= 0x80) {
    expect(code).toBe(asked | 0x80);
    expect(answer).toHaveLength(2);
    expect([1, 2, 3]).toContain(second);
    return;
  }
  expect(code).toBe(asked);
  if ([1, 2, 3, 4, 23].includes(code)) expect(answer).toHaveLength(2 + second);
  else expect(answer).toHaveLength(code === 22 ? 7 : 5);
}

test('a request of any content gets one well-formed answer, however its bytes are cut', () => {
  const tables = makeTables();
  const property = fc.property(
    fc.array(pdu, { minLength: 1, maxLength: 5 }),
    fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 }),
    (pdus, sizes) => {
      const { core, out } = mbap(tables);
      const frames = pdus.map((body, id) =>
        Buffer.from([id >> 8, id, 0, 0, 0, body.length + 1, 1, ...body]),
      );
      feed(Buffer.concat(frames), sizes, (chunk) => {
        core.receive(chunk, 0, out);
      });
      expect(core.failure).toBeUndefined();
      const answers = cutMbap(out.view());
      expect(answers.map(({ id }) => id)).toEqual(pdus.map((_, id) => id));
      for (const [index, answer] of answers.entries()) {
        expectAnswer(pdus[index]?.[0] ?? 0, answer.pdu);
      }
    },
  );
  fc.assert(property, { seed: SEED, numRuns: RUNS });
  expect(fixedPart(tables)).toBe(FIXED);
});

test('noise ends in a corrupt stream or in well-formed answers', () => {
  const tables = makeTables();
  const property = fc.property(fc.uint8Array({ maxLength: 600 }), fc.boolean(), (noise, framed) => {
    const { core, out } = mbap(tables);
    const start = framed ? [0, 7, 0, 0, 0, 6, 1] : [];
    core.receive(Uint8Array.of(...start, ...noise), 0, out);
    for (const { pdu: answer } of cutMbap(out.view())) expectAnswer(answer[0] ?? 0, answer);
  });
  fc.assert(property, { seed: SEED, numRuns: RUNS });
  expect(fixedPart(tables)).toBe(FIXED);
});

test('on an RTU line, only whole frames for us are answered, and each answer has its checksum', () => {
  const tables = makeTables();
  const unit = fc.constantFrom(0, 1, 1, 1, 9);
  const stretch = fc.tuple(unit, pdu, fc.constantFrom('whole', 'whole', 'damaged', 'cut'));
  const property = fc.property(
    fc.array(stretch, { minLength: 1, maxLength: 4 }),
    fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 }),
    (stretches, sizes) => {
      const { core, out, clock } = rtu(tables);
      for (const [unitId, body, state] of stretches) {
        out.reuse();
        feed(rtuFrame(unitId, body, state), sizes, (chunk) => {
          core.receive(chunk, clock.now(), out);
        });
        clock.advance(10);
        if (core.silenceAt <= clock.now()) core.silence(out);
        const answer = out.view();
        if (unitId !== 1 || state === 'damaged') expect(answer).toHaveLength(0);
        if (answer.length === 0) continue;
        expect(answer[0]).toBe(1);
        expect(crc16(answer)).toBe(0);
        expectAnswer(body[0] ?? 0, answer.subarray(1, -2));
      }
    },
  );
  fc.assert(property, { seed: SEED, numRuns: RUNS });
  expect(fixedPart(tables)).toBe(FIXED);
});

function mbap(units: UnitTables) {
  const clock = new ManualClock();
  const counters = serverCounters();
  const service: Service = {
    units,
    unknownUnit: 'exception',
    interceptor: undefined,
    clock,
    counters,
  };
  return { core: new MbapServerCore(service, 'test', () => undefined), out: new AnswerBuffer() };
}

function rtu(tables: UnitTables) {
  const clock = new ManualClock();
  const units = new Map([[1, tables]]);
  const counters = serverCounters();
  const service: Service = {
    units,
    unknownUnit: 'silence',
    interceptor: undefined,
    clock,
    counters,
  };
  const core = new RtuServerCore(service, 'test', 10, () => undefined);
  return { core, clock, out: new AnswerBuffer() };
}

function rtuFrame(unitId: number, body: Uint8Array, state: string): Buffer {
  const crc = crc16(Uint8Array.of(unitId, ...body));
  const bytes = Buffer.from([unitId, ...body, crc & 0xff, crc >> 8]);
  if (state === 'damaged') bytes[bytes.length - 1] = ~(crc >> 8);
  return state === 'cut' ? bytes.subarray(0, -1) : bytes;
}

/** Hands out the bytes in chunks of these sizes, over and over. */
function feed(bytes: Buffer, sizes: readonly number[], take: (chunk: Buffer) => void): void {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    take(Buffer.from(bytes.subarray(at, at + size)));
    at += size;
  }
}

/** Cuts answers apart by their lengths; whatever is left over fails. */
function cutMbap(bytes: Buffer): { id: number; pdu: Buffer }[] {
  const answers: { id: number; pdu: Buffer }[] = [];
  for (let at = 0; at < bytes.length;) {
    expect(bytes.readUInt16BE(at + 2)).toBe(0);
    const end = at + 6 + bytes.readUInt16BE(at + 4);
    expect(end).toBeLessThanOrEqual(bytes.length);
    answers.push({ id: bytes.readUInt16BE(at), pdu: bytes.subarray(at + 7, end) });
    at = end;
  }
  return answers;
}
