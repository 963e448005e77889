import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp, type ModbusServer } from '../../src/server/listen-tcp.ts';
import type { UnitTables } from '../../src/server/unit-tables.ts';
import { RawClient } from './raw-client.ts';
import { contents, frame, hex, makeTables, RULES } from './rules.ts';

// A listening server and real sockets. The part that answers has the same table in its own tests, cut
// at every byte; here it is what the network makes of it.

let tables: UnitTables;
let server: ModbusServer;
let clients: RawClient[];

beforeEach(async () => {
  tables = makeTables();
  clients = [];
  server = await serve();
});

afterEach(async () => {
  for (const client of clients) client.close();
  await server.close();
});

async function serve(unknownUnit: 'exception' | 'silence' = 'exception'): Promise<ModbusServer> {
  const units = new Map([[1, tables]]);
  return listenTcp({ port: 0, units, unknownUnit, clock: systemClock });
}

async function dial(): Promise<RawClient> {
  const client = await RawClient.dial(server.port);
  clients.push(client);
  return client;
}

/** What a client hears that sends these pieces, as far as an answer of this size. */
async function ask(size: number, ...pieces: readonly Uint8Array[]): Promise<string> {
  const client = await dial();
  await client.send(...pieces);
  return (await client.take(size)).toString('hex').toUpperCase();
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}

describe.each(RULES)('V1.1b3 section %s: %s', (_, __, asked, answered) => {
  const answer = frame(answered);

  test('over a connection', async () => {
    const before = contents(tables);
    expect(await ask(answer.length, frame(asked))).toBe(text(answer));
    // A refused request changes nothing, wherever its fault is.
    if ((hex(answered)[0] ?? 0) >= 0x80) expect(contents(tables)).toEqual(before);
  });

  test('in pieces', async () => {
    const bytes = frame(asked);
    const cuts = [0, 1, 5, 6, 7, 8, bytes.length - 1, bytes.length];
    const pieces = cuts.slice(1).map((cut, index) => bytes.subarray(cuts[index], cut));
    expect(await ask(answer.length, ...pieces)).toBe(text(answer));
  });

  test('three in one segment, each with its own id, in their order', async () => {
    const three = [10, 11, 12].map((id) => frame(asked, 1, id));
    const received = await ask(answer.length * 3, Buffer.concat(three));
    const ids = [0, 1, 2].map((index) => received.slice(index * answer.length * 2).slice(0, 4));
    expect(ids).toEqual(['000A', '000B', '000C']);
    expect(received).toHaveLength(answer.length * 6);
  });
});

/** What is sent, and all that comes back before the server ends the connection. */
const ENDS: readonly (readonly [section: string, rule: string, sent: string, back: string])[] = [
  ['3.1.3', 'protocol id 1', '0007 0001 0006 01 03 0BB7 0001', ''],
  ['3.1.3', 'protocol id 0100', '0007 0100 0006 01 03 0BB7 0001', ''],
  ['3.1.3', 'protocol id FFFF', '0007 FFFF 0006 01 03 0BB7 0001', ''],
  ['3.1.3', 'length 0', '0007 0000 0000 01 03 0BB7 0001', ''],
  ['3.1.3', 'length 1: no function code', '0007 0000 0001 01 03 0BB7 0001', ''],
  ['3.1.3', 'length 255: no frame is so long', '0007 0000 00FF 01 03 0BB7 0001', ''],
  ['3.1.3', 'length FFFF', '0007 0000 FFFF 01 03 0BB7 0001', ''],
  ['3.1.3', 'a header alone that is corrupt, and nothing behind it', '0007 0000 00FF', ''],
  [
    '4.4.2.1',
    'a request before a corrupt header is answered first',
    ...([
      '0007 0000 0006 01 03 0BB7 0001 0008 0001 0006 01',
      '0007 0000 0005 01 03 02 0102',
    ] as const),
  ],
  [
    '4.4.2.1',
    'length one too long swallows the next frame, and what is left is corrupt',
    ...([
      '0007 0000 0007 01 03 0BB7 0001 0008 0000 0006 01 03 0BB7 0001',
      '0007 0000 0003 01 83 03',
    ] as const),
  ],
  [
    '4.4.2.1',
    'length one too short leaves a byte, and what follows is corrupt',
    ...([
      '0007 0000 0005 01 03 0BB7 0001 0008 0000 0006 01 03 0BB7 0001',
      '0007 0000 0003 01 83 03',
    ] as const),
  ],
];

describe.each(ENDS)('TCP guide section %s: %s', (_, __, sent, back) => {
  test('ends the connection, and no other', async () => {
    const before = contents(tables);
    const [client, other] = [await dial(), await dial()];
    await client.send(hex(sent));
    expect(text(await client.rest())).toBe(back.replaceAll(' ', ''));
    expect(server.counters.corrupt).toBe(1);
    expect(contents(tables)).toEqual(before);
    await other.send(frame('03 0BB7 0001'));
    expect(text(await other.take(11))).toBe('0007000000050103020102');
  });
});

const ANSWERS: readonly (readonly [section: string, rule: string, sent: string, back: string])[] = [
  ['3.1.3', 'transaction id 0', '0000 0000 0006 01 03 0BB7 0001', '0000 0000 0005 01 03 02 0102'],
  [
    '3.1.3',
    'transaction id FFFF',
    'FFFF 0000 0006 01 03 0BB7 0001',
    'FFFF 0000 0005 01 03 02 0102',
  ],
  [
    '3.1.3',
    'the same id twice is two requests',
    ...([
      '0007 0000 0006 01 03 0BB7 0001 0007 0000 0006 01 03 0BB8 0001',
      '0007 0000 0005 01 03 02 0102 0007 0000 0005 01 03 02 0304',
    ] as const),
  ],
  [
    '3.1.3',
    'length one short of the request',
    '0007 0000 0005 01 03 0BB7 00',
    '0007 0000 0003 01 83 03',
  ],
  [
    '3.1.3',
    'length one more than the request',
    ...(['0007 0000 0007 01 03 0BB7 0001 00', '0007 0000 0003 01 83 03'] as const),
  ],
  ['3.1.3', 'the shortest frame', '0007 0000 0002 01 03', '0007 0000 0003 01 83 03'],
  [
    '3.1.3',
    'the longest frame',
    ...([`0007 0000 00FE 01 03 ${'00'.repeat(252)}`, '0007 0000 0003 01 83 03'] as const),
  ],
  [
    '4.4.2.1',
    'a unit that is not served',
    '0007 0000 0006 02 03 0BB7 0001',
    '0007 0000 0003 02 83 0B',
  ],
  [
    '4.4.2.1',
    'unit 0 is no broadcast',
    '0007 0000 0006 00 06 0BB8 0001',
    '0007 0000 0003 00 86 0B',
  ],
  [
    '4.4.2.1',
    'unit 255 where it is not served',
    '0007 0000 0006 FF 03 0BB7 0001',
    '0007 0000 0003 FF 83 0B',
  ],
  [
    '4.4.2.1',
    'a function that does not exist, in a unit that does not',
    ...(['0007 0000 0002 02 63', '0007 0000 0003 02 E3 0B'] as const),
  ],
  [
    '4.2.2',
    'requests of different functions in one segment are answered in their order',
    ...([
      '0001 0000 0006 01 06 0BB8 BEEF 0002 0000 0006 01 03 0BB8 0001 0003 0000 0002 01 63 0004 0000 0006 01 01 000A 0003',
      '0001 0000 0006 01 06 0BB8 BEEF 0002 0000 0005 01 03 02 BEEF 0003 0000 0003 01 E3 01 0004 0000 0004 01 01 01 05',
    ] as const),
  ],
];

test.each(ANSWERS)('TCP guide section %s: %s', async (_, __, sent, back) => {
  const [bytes, expected] = [hex(sent), back.replaceAll(' ', '')];
  expect(await ask(expected.length / 2, bytes)).toBe(expected);
  expect(server.counters.corrupt).toBe(0);
});

test('TCP guide section 4.4.2.1: a unit that is not served can be silence', async () => {
  await server.close();
  server = await serve('silence');
  const client = await dial();
  await client.send(frame('03 0BB7 0001', 2, 1), frame('03 0BB7 0001', 1, 2));
  expect(text(await client.take(11))).toBe('0002000000050103020102');
});

test('TCP guide section 4.2.2: 500 requests in a stream of odd pieces are answered in their order', async () => {
  const stream = Buffer.concat(
    Array.from({ length: 500 }, (_, id) => frame(id % 3 === 0 ? '63' : '04 0000 0002', 1, id)),
  );
  const pieces: Buffer[] = [];
  for (let at = 0, size = 1; at < stream.length; at += size, size = ((size * 7) % 97) + 1) {
    pieces.push(stream.subarray(at, at + size));
  }
  const client = await dial();
  await client.send(...pieces);
  const expected = Buffer.concat(
    Array.from({ length: 500 }, (_, id) =>
      frame(id % 3 === 0 ? 'E3 01' : '04 04 000A 0014', 1, id),
    ),
  );
  expect(text(await client.take(expected.length))).toBe(text(expected));
});

test('section 6: every function code is answered once, with itself or its exception', async () => {
  const client = await dial();
  for (let code = 0; code < 256; code += 1) {
    await client.send(frame(code.toString(16).padStart(2, '0')));
    const known = [1, 2, 3, 4, 5, 6, 15, 16, 22, 23].includes(code);
    const flagged = (code | 0x80).toString(16).padStart(2, '0');
    expect(text(await client.take(9))).toBe(text(frame(`${flagged} ${known ? '03' : '01'}`)));
  }
});
