import { expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp } from '../../src/server/listen-tcp.ts';
import type { UnitTables } from '../../src/server/unit-tables.ts';
import { RawClient } from './raw-client.ts';
import { contents, frame, makeTables } from './rules.ts';

// Sound requests, spoiled in every way a byte can be, sent to a listening server. What it answers is
// known beforehand: one answer for each frame up to the first corrupt header, in their order.

/** The long run has a million. */
const FRAMES = Number(process.env['MUTATED_FRAMES'] ?? 50_000);
const PER_CONNECTION = 50;
const SEED = 20_260_101;

const SOUND = [
  ...['01 000A 000B', '01 083D 0001', '02 000A 0003', '03 0BB7 007D', '04 0000 0003'],
  ...['05 000B FF00', '06 0BB8 1234', '0F 000A 000A 02 CD01', '10 0BB8 0002 04 000A 0102'],
  ...['16 0BB8 00F2 0025', '17 0BB7 0002 0BB8 0001 02 BEEF', '2B 0E 01 00', '07'],
  `10 0C79 0006 0C ${'5A'.repeat(12)}`,
].map((pdu) => frame(pdu));

type Draw = (below: number) => number;

/** Numbers that look drawn by lot and are the same in every run: xorshift, 32 bits. */
function drawing(seed: number): Draw {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const EDGES = [0, 1, 2, 0x7f, 0x80, 0xfe, 0xff];

/** Each spoils a frame in one way. */
const MUTATIONS: readonly ((bytes: Buffer, draw: Draw) => Buffer)[] = [
  (bytes) => bytes,
  (bytes, draw) => {
    const at = draw(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << draw(8));
    return bytes;
  },
  (bytes, draw) => {
    bytes[draw(bytes.length)] = draw(256);
    return bytes;
  },
  (bytes, draw) => {
    bytes[draw(bytes.length)] = EDGES[draw(EDGES.length)] ?? 0;
    return bytes;
  },
  // Behind the header, with a length that says so: these reach the functions.
  (bytes, draw) => {
    for (let turn = draw(4); turn >= 0; turn -= 1) {
      bytes[7 + draw(bytes.length - 7)] = EDGES[draw(EDGES.length)] ?? 0;
    }
    return bytes;
  },
  (bytes, draw) => withLength(bytes.subarray(0, 8 + draw(bytes.length - 7))),
  (bytes, draw) => withLength(Buffer.concat([bytes, Buffer.alloc(draw(12), draw(256))])),
  (bytes, draw) => {
    bytes[7] = draw(256);
    return bytes;
  },
  (bytes, draw) => {
    bytes.writeUInt16BE((bytes.readUInt16BE(4) + draw(5) - 2) & 0xffff, 4);
    return bytes;
  },
  (bytes, draw) => bytes.subarray(0, 1 + draw(bytes.length)),
];

function withLength(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt16BE(copy.length - 6, 4);
  return copy;
}

/** Most headers stay sound, or nothing behind them would ever be looked at. */
function spoiled(draw: Draw): Buffer {
  const sound = Buffer.from(SOUND[draw(SOUND.length)] ?? frame('07'));
  sound.writeUInt16BE(draw(0x1_0000), 0);
  const bytes = MUTATIONS[draw(MUTATIONS.length)]?.(sound, draw) ?? sound;
  if (draw(50) === 0) return bytes;
  if (bytes.length < 8) return frame('03');
  bytes.writeUInt16BE(0, 2);
  return withLength(bytes);
}

interface Asked {
  readonly id: number;
  readonly unit: number;
  readonly code: number;
}

/** The frames of a stream up to the first corrupt header, or to one that is not whole. */
function framesOf(stream: Buffer): { frames: Asked[]; isCorrupt: boolean } {
  const frames: Asked[] = [];
  let at = 0;
  while (stream.length - at >= 6) {
    const length = stream.readUInt16BE(at + 4);
    const isCorrupt = stream.readUInt16BE(at + 2) !== 0 || length < 2 || length > 254;
    if (isCorrupt) return { frames, isCorrupt };
    if (at + 6 + length > stream.length) break;
    const [unit = 0, code = 0] = stream.subarray(at + 6);
    frames.push({ id: stream.readUInt16BE(at), unit, code });
    at += 6 + length;
  }
  return { frames, isCorrupt: false };
}

/** What is wrong with the answers, in words; none has more bytes or less than it says. */
function problemsOf(answers: Buffer, asked: readonly Asked[]): string[] {
  const problems: string[] = [];
  let at = 0;
  for (const { id, unit, code } of asked) {
    if (answers.length - at < 9) return [...problems, `no answer to ${id}`];
    const end = at + 6 + answers.readUInt16BE(at + 4);
    const pdu = answers.subarray(at + 7, end);
    const isSame =
      answers.readUInt16BE(at) === id &&
      answers.readUInt16BE(at + 2) === 0 &&
      answers[at + 6] === unit;
    if (!isSame || end > answers.length) return [...problems, `a foreign answer to ${id}`];
    if (!isWellFormed(pdu, code, unit)) problems.push(`${pdu.toString('hex')} to function ${code}`);
    at = end;
  }
  return at === answers.length ? problems : [...problems, `${answers.length - at} bytes too many`];
}

const FIXED_SIZES: Readonly<Record<number, number>> = { 5: 5, 6: 5, 15: 5, 16: 5, 22: 7 };

function isWellFormed(pdu: Buffer, code: number, unit: number): boolean {
  const [answered = 0, second = 0] = pdu;
  if (answered >= 0x80) {
    const exceptions = unit === 1 ? [1, 2, 3] : [11];
    return answered === (code | 0x80) && pdu.length === 2 && exceptions.includes(second);
  }
  if (answered !== code || unit !== 1) return false;
  return pdu.length === (FIXED_SIZES[code] ?? 2 + second);
}

/** All that no client may change. */
function fixedPart(tables: UnitTables): string {
  const copy = makeTables();
  copy.coil.setBits(10, tables.coil.bits(10, 2_100));
  copy.holding.setRegisters(2_999, tables.holding.registers(2_999, 244));
  copy.discrete.setBits(10, tables.discrete.bits(10, 2_100));
  copy.input.setRegisters(0, tables.input.registers(0, 300));
  copy.coil.setBits(10, new Uint8Array(2_000));
  copy.holding.setRegisters(3_000, new Uint16Array(200));
  return contents(copy).join(' ');
}

test(
  `${FRAMES} spoiled frames: no crash, no hang, no malformed answer, no forbidden write`,
  { timeout: 60_000 + FRAMES },
  async () => {
    const tables = makeTables();
    const before = fixedPart(tables);
    const units = new Map([[1, tables]]);
    const server = await listenTcp({ port: 0, units, clock: systemClock });
    const honest = await RawClient.dial(server.port);
    const draw = drawing(SEED);
    let answers = 0;
    let corrupt = 0;
    for (let sent = 0; sent < FRAMES; sent += PER_CONNECTION) {
      const stream = Buffer.concat(Array.from({ length: PER_CONNECTION }, () => spoiled(draw)));
      const client = await RawClient.dial(server.port);
      const cut = draw(stream.length);
      if (draw(4) === 0) await client.send(stream.subarray(0, cut), stream.subarray(cut));
      else await client.send(stream);
      client.finish();
      const asked = framesOf(stream);
      expect(problemsOf(await client.rest(), asked.frames)).toEqual([]);
      client.close();
      answers += asked.frames.length;
      corrupt += asked.isCorrupt ? 1 : 0;
      await honest.send(frame('04 0000 0003'));
      expect((await honest.take(15)).equals(frame('04 06 000A 0014 FFFF'))).toBe(true);
    }
    expect(fixedPart(tables)).toBe(before);
    // Most of what was sent has been looked at, and what was corrupt was seen to be.
    expect(answers).toBeGreaterThan(FRAMES / 2);
    expect(server.counters.corrupt).toBe(corrupt);
    expect(contents(tables)).not.toEqual(contents(makeTables()));
    honest.close();
    await server.close();
  },
);
