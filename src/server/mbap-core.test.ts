import { describe, expect, test, vi } from 'vitest';
import { AnswerBuffer } from './answer-buffer.ts';
import { MbapServerCore } from './mbap-core.ts';
import { serverCounters, type Service } from './service.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { UnitTables, type UnitHooks, type UnitTablesSpec } from './unit-tables.ts';

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

const SPEC: UnitTablesSpec = {
  coil: { extents: [{ start: 10, count: 2100 }], writable: [{ start: 10, count: 2000 }] },
  discrete: { extents: [{ start: 10, count: 2100 }] },
  input: { extents: [{ start: 0, count: 300 }] },
  holding: { extents: [{ start: 2999, count: 244 }], writable: [{ start: 3000, count: 200 }] },
};

function makeTables(hooks?: UnitHooks): UnitTables {
  const tables = new UnitTables(SPEC, hooks);
  tables.coil.setBits(10, [1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0]);
  tables.discrete.setBits(10, [0, 1, 1]);
  tables.input.setRegisters(0, [10, 20, 0xffff]);
  tables.holding.setRegisters(2999, [0x0102, 0x0304, 0x0506]);
  return tables;
}

interface SetUp {
  readonly hooks?: UnitHooks;
  readonly service?: Partial<Service>;
}

/** A core that serves unit 1, and a way to ask it: chunks in, all that was answered out. */
function setUp({ hooks, service }: SetUp = {}) {
  const tables = makeTables(hooks);
  const units = new Map([[1, tables]]);
  const clock = new ManualClock();
  const counters = serverCounters();
  const late: string[] = [];
  const core = new MbapServerCore(
    { units, unknownUnit: 'exception', interceptor: undefined, clock, counters, ...service },
    '127.0.0.1:9',
    (frame) => late.push(Buffer.from(frame).toString('hex').toUpperCase()),
  );
  const out = new AnswerBuffer();
  const ask = (...chunks: Uint8Array[]): string => {
    out.reuse();
    for (const chunk of chunks) core.receive(chunk, clock.now(), out);
    return out.view().toString('hex').toUpperCase();
  };
  return { tables, units, clock, counters, late, core, ask };
}

/** A frame with transaction id 0007 for unit 1. */
function frame(pdu: string, unitId = 1, transactionId = 7): Buffer {
  const body = hex(pdu);
  const header = Buffer.alloc(7);
  header.writeUInt16BE(transactionId, 0);
  header.writeUInt16BE(body.length + 1, 4);
  header[6] = unitId;
  return Buffer.concat([header, body]);
}

const spaceless = (text: string): string => text.replaceAll(' ', '');

/** Every rule as a row: section of V1.1b3, the rule, the request PDU, the answer PDU. */
const RULES: readonly (readonly [section: string, rule: string, ask: string, answer: string])[] = [
  // Reading.
  ['6.1', 'coils are packed from the lowest bit', '01 000A 000B', '01 02 CD03'],
  ['6.1', 'coils may begin anywhere in a byte', '01 000C 0009', '01 02 F300'],
  ['6.1', 'spare bits are 0', '01 000A 0003', '01 01 05'],
  ['6.1', '2000 coils are the most', '01 000A 07D0', `01 FA CD03 ${'00'.repeat(248)}`],
  ['6.1', '2001 coils are too many', '01 000A 07D1', '81 03'],
  ['6.1', 'no coils are too few', '01 000A 0000', '81 03'],
  ['6.1', 'a range that begins before the table', '01 0009 0002', '81 02'],
  ['6.1', 'a range that ends behind the table', '01 083D 0002', '81 02'],
  ['6.1', 'the last coil', '01 083D 0001', '01 01 00'],
  ['6.1', 'a range that ends behind 65535', '01 FFFF 0002', '81 02'],
  ['6.2', 'inputs are not coils', '02 000A 0003', '02 01 06'],
  ['6.2', '2001 inputs are too many', '02 000A 07D1', '82 03'],
  ['6.2', 'no inputs are too few', '02 000A 0000', '82 03'],
  ['6.2', 'an address before the table', '02 0000 0001', '82 02'],
  ['6.3', 'high byte first', '03 0BB7 0003', '03 06 0102 0304 0506'],
  ['6.3', '126 registers are too many', '03 0BB7 007E', '83 03'],
  ['6.3', 'no registers are too few', '03 0BB7 0000', '83 03'],
  ['6.3', '256 registers are not 0 of them', '03 0BB7 0100', '83 03'],
  ['6.3', 'quantity is judged before the address', '03 0000 0000', '83 03'],
  ['6.3', 'an address before the table', '03 0BB6 0002', '83 02'],
  ['6.3', 'the last register', '03 0CAA 0001', '03 02 0000'],
  ['6.3', 'a range that ends behind the table', '03 0CAA 0002', '83 02'],
  ['6.3', 'a range that would wrap round', '03 FFFF 0002', '83 02'],
  ['6.4', 'input registers', '04 0000 0003', '04 06 000A 0014 FFFF'],
  ['6.4', '126 input registers are too many', '04 0000 007E', '84 03'],
  ['6.4', 'a range that ends behind the table', '04 012B 0002', '84 02'],
  // Writing one.
  ['6.5', 'FF00 sets, and is repeated', '05 000B FF00', '05 000B FF00'],
  ['6.5', '0000 clears, and is repeated', '05 000A 0000', '05 000A 0000'],
  ['6.5', '0001 is no coil value', '05 000A 0001', '85 03'],
  ['6.5', 'FFFF is no coil value', '05 000A FFFF', '85 03'],
  ['6.5', '00FF is no coil value', '05 000A 00FF', '85 03'],
  ['6.5', 'the value is judged before the address', '05 0000 1234', '85 03'],
  ['6.5', 'an address before the table', '05 0009 FF00', '85 02'],
  ['6.5', 'a coil that is only to be read', '05 07DA FF00', '85 02'],
  ['6.6', 'the request is repeated', '06 0BB8 FFFF', '06 0BB8 FFFF'],
  ['6.6', 'an address before the table', '06 0000 0001', '86 02'],
  ['6.6', 'a register that is only to be read', '06 0BB7 0001', '86 02'],
  // Writing many.
  ['6.11', 'address and count are repeated', '0F 000A 000A 02 CD01', '0F 000A 000A'],
  ['6.11', '1968 coils are the most', `0F 000A 07B0 F6 ${'FF'.repeat(246)}`, '0F 000A 07B0'],
  ['6.11', '1969 coils are too many', `0F 000A 07B1 F7 ${'FF'.repeat(247)}`, '8F 03'],
  ['6.11', 'no coils are too few', '0F 000A 0000 00', '8F 03'],
  ['6.11', 'a byte count below the count', '0F 000A 0009 01 FF', '8F 03'],
  ['6.11', 'a byte count above the count', '0F 000A 0008 02 FF00', '8F 03'],
  ['6.11', 'a byte count without its bytes', '0F 000A 0010 02 FF', '8F 03'],
  ['6.11', 'bytes behind the byte count', '0F 000A 0008 01 FFFF', '8F 03'],
  ['6.11', 'a byte count that contradicts count and length', '0F 000A 0008 02 FF', '8F 03'],
  ['6.11', 'a range that ends where writing does', '0F 07D9 0002 01 03', '8F 02'],
  ['6.12', 'address and count are repeated', '10 0BB8 0002 04 000A 0102', '10 0BB8 0002'],
  ['6.12', '123 registers are the most', `10 0BB8 007B F6 ${'00'.repeat(246)}`, '10 0BB8 007B'],
  ['6.12', '124 registers are too many', `10 0BB8 007C F8 ${'00'.repeat(247)}`, '90 03'],
  ['6.12', 'no registers are too few', '10 0BB8 0000 00', '90 03'],
  ['6.12', 'a byte count below the count', '10 0BB8 0002 02 000A', '90 03'],
  ['6.12', 'a byte count above the count', '10 0BB8 0001 04 000A 0102', '90 03'],
  ['6.12', 'a byte count without its bytes', '10 0BB8 0002 04 000A 01', '90 03'],
  ['6.12', 'bytes behind the byte count', '10 0BB8 0001 02 000A 01', '90 03'],
  ['6.12', 'a byte count that contradicts count and length', '10 0BB8 0001 03 000A', '90 03'],
  ['6.12', 'a count that times two fits a byte', '10 0BB8 0081 02 000A', '90 03'],
  ['6.12', 'a range that begins inside and ends outside', '10 0CAA 0002 04 0001 0002', '90 02'],
  ['6.12', 'a range that ends where writing does', '10 0C7F 0002 04 0001 0002', '90 02'],
  ['6.12', 'a range that begins before writing does', '10 0BB7 0002 04 0001 0002', '90 02'],
  // Masks, and writing with reading.
  ['6.16', 'the request is repeated', '16 0BB8 00F2 0025', '16 0BB8 00F2 0025'],
  ['6.16', 'an address before the table', '16 0000 00F2 0025', '96 02'],
  ['6.16', 'a register that is only to be read', '16 0BB7 00F2 0025', '96 02'],
  ['6.16', 'a request that is cut', '16 0BB8 00F2', '96 03'],
  ['6.17', 'the write comes before the read', '17 0BB7 0002 0BB8 0001 02 BEEF', '17 04 0102 BEEF'],
  ['6.17', 'no registers to read', '17 0BB8 0000 0BB8 0001 02 0001', '97 03'],
  ['6.17', '126 registers to read', '17 0BB8 007E 0BB8 0001 02 0001', '97 03'],
  ['6.17', 'no registers to write', '17 0BB8 0001 0BB8 0000 00', '97 03'],
  ['6.17', '122 registers to write', `17 0BB8 0001 0BB8 007A F4 ${'00'.repeat(242)}`, '97 03'],
  ['6.17', '121 registers to write', `17 0BB7 0001 0BB8 0079 F2 ${'00'.repeat(242)}`, '17 02 0102'],
  ['6.17', 'a byte count that does not fit', '17 0BB8 0001 0BB8 0002 02 0001', '97 03'],
  ['6.17', 'bytes behind the byte count', '17 0BB8 0001 0BB8 0001 02 0001 00', '97 03'],
  ['6.17', 'a byte count that contradicts all', '17 0BB8 0001 0BB8 0001 04 0001', '97 03'],
  ['6.17', 'an address to read that is not there', '17 0000 0001 0BB8 0001 02 0001', '97 02'],
  ['6.17', 'an address to write that is not there', '17 0BB8 0001 0000 0001 02 0001', '97 02'],
  ['6.17', 'registers that are only to be read', '17 0BB8 0001 0BB7 0001 02 0001', '97 02'],
  // Functions, and requests that end too early or too late.
  ['7', 'a function that is not there', '07', '87 01'],
  ['7', 'a function that is not there, with data', '2B 0E 01 00', 'AB 01'],
  ['7', 'the largest function code', '7F', 'FF 01'],
  ['4.1', 'function 0 is none', '00', '80 01'],
  ['4.1', 'function 80 has the flag already', '80', '80 01'],
  ['4.1', 'a request that looks like an exception', '83 02', '83 01'],
  ['4.1', 'function FF', 'FF', 'FF 01'],
  ...['01', '02', '03', '04', '05', '06', '0F', '10', '16', '17'].map(
    (code) =>
      [
        '7',
        `a bare function code ${code}`,
        code,
        `${(0x80 | parseInt(code, 16)).toString(16)} 03`,
      ] as const,
  ),
  ['7', 'a read that is cut', '03 0BB8 00', '83 03'],
  ['7', 'a read with a byte too many', '03 0BB8 0001 00', '83 03'],
  ['7', 'a coil write with a byte too many', '05 000A FF00 00', '85 03'],
  ['7', 'a register write that is cut', '06 0BB8 FF', '86 03'],
];

describe.each(RULES)('V1.1b3 section %s: %s', (_, __, asked, answered) => {
  test('is answered as it should be', () => {
    const { ask, core } = setUp();
    const answer = frame(answered).toString('hex').toUpperCase();
    expect(ask(frame(asked))).toBe(answer);
    expect(core.failure).toBeUndefined();
  });

  test('is answered the same when it comes byte by byte, and twice in one chunk', () => {
    const { ask } = setUp();
    const answer = frame(answered).toString('hex').toUpperCase();
    const bytes = frame(asked);
    expect(ask(...[...bytes].map((byte) => Uint8Array.of(byte)))).toBe(answer);
    // A write-and-read may change what the second one reads, so only its size is compared.
    expect(ask(Buffer.concat([bytes, bytes]))).toHaveLength(answer.length * 2);
  });

  test('changes nothing when it is refused', () => {
    if ((hex(answered)[0] ?? 0) < 0x80) return;
    const onWrite = vi.fn();
    const { ask, tables } = setUp({ hooks: { onWrite } });
    ask(frame(asked));
    expect(onWrite).not.toHaveBeenCalled();
    expect(contents(tables)).toEqual(contents(makeTables()));
  });
});

function contents({ coil, discrete, input, holding }: UnitTables): string[] {
  const hexOf = ({ bytes }: { bytes: Buffer }): string => bytes.toString('hex');
  return [coil, discrete, input, holding].flatMap(({ extents }) => extents.map(hexOf));
}

describe('what a write leaves behind', () => {
  test.each([
    ['a coil', '05 000B FF00', 'coil', 11, 1],
    ['coils, and only those', '0F 000B 0003 01 FD', 'coil', 11, 3],
    ['a register', '06 0BB8 1234', 'holding', 3000, 1],
    ['registers', '10 0BB8 0002 04 000A 0102', 'holding', 3000, 2],
    ['a masked register', '16 0BB8 FF00 0055', 'holding', 3000, 1],
    ['registers of a read and write', '17 0BB7 0001 0BB9 0001 02 BEEF', 'holding', 3001, 1],
  ] as const)('%s is told once, when all of it is there', (_, pdu, table, start, count) => {
    const seen: number[][] = [];
    const hooks: UnitHooks = {
      onWrite(name, first, number) {
        expect(name).toBe(table);
        seen.push([first, number, ...valuesOf(set.tables, name, first, number)]);
      },
    };
    const set = setUp({ hooks });
    set.ask(frame(pdu));
    expect(seen).toEqual([[start, count, ...valuesOf(set.tables, table, start, count)]]);
    expect(contents(set.tables)).not.toEqual(contents(makeTables()));
  });

  test('coils around the written ones stay', () => {
    const { ask, tables } = setUp();
    ask(frame('0F 000B 0003 01 05'));
    expect([...tables.coil.bits(10, 11)]).toEqual([1, 1, 0, 1, 0, 0, 1, 1, 1, 1, 0]);
  });

  test('a mask keeps and sets bits', () => {
    const { ask, tables } = setUp();
    tables.holding.set(3000, 0x12);
    ask(frame('16 0BB8 00F2 0025'));
    expect(tables.holding.get(3000)).toBe(0x17);
  });
});

function valuesOf(tables: UnitTables, table: 'coil' | 'holding', start: number, count: number) {
  return [
    ...(table === 'coil' ? tables.coil.bits(start, count) : tables.holding.registers(start, count)),
  ];
}

describe('the envelope (TCP guide 3.1.3)', () => {
  test.each([
    ['a protocol id of 1', '0007 0001 0006 01 03 0BB7 0001', 'protocol id is 1'],
    ['a protocol id of 0100', '0007 0100 0006 01 03 0BB7 0001', 'protocol id is 256'],
    ['a length without a unit id', '0007 0000 0000', 'length field is 0'],
    ['a length without a function code', '0007 0000 0001 01', 'length field is 1'],
    ['a length no frame can have', '0007 0000 00FF 01 03', 'length field is 255'],
    ['the largest length there is', '0007 0000 FFFF', 'length field is 65535'],
  ])('%s ends the connection, without an answer and without waiting', (_, bytes, message) => {
    for (const chunks of [[hex(bytes)], [...hex(bytes)].map((byte) => Uint8Array.of(byte))]) {
      const { ask, core } = setUp();
      expect(ask(...chunks)).toBe('');
      expect(core.failure?.message).toContain(message);
      expect(ask(frame('03 0BB7 0001'))).toBe('');
    }
  });

  test('what came before a corrupt header is answered', () => {
    const { ask, core } = setUp();
    expect(ask(Buffer.concat([frame('06 0BB8 0001'), hex('0007 0009 0006 01')]))).toBe(
      spaceless('0007 0000 0006 01 06 0BB8 0001'),
    );
    expect(core.failure).toBeDefined();
  });

  test('the transaction id and the unit id come back, whatever they are', () => {
    const { ask, units, tables } = setUp();
    units.set(255, tables);
    expect(ask(frame('04 0000 0001', 255, 0xfffe))).toBe(spaceless('FFFE 0000 0005 FF 04 02 000A'));
  });

  test('a length one too short or too long is judged by what it covers', () => {
    const { ask, core } = setUp();
    const short = hex('0007 0000 0005 01 03 0BB7 00');
    const long = hex('0007 0000 0007 01 03 0BB7 0001 00');
    expect(ask(short, long)).toBe(spaceless('0007 0000 0003 01 83 03'.repeat(2)));
    expect(core.failure).toBeUndefined();
  });

  test('many requests in one chunk are answered in their order', () => {
    const { ask } = setUp();
    const asked = Array.from({ length: 600 }, (_, id) => frame('03 0BB7 007D', 1, id));
    const answers = Buffer.from(ask(Buffer.concat(asked)), 'hex');
    expect(answers).toHaveLength(600 * 259);
    const ids = Array.from({ length: 600 }, (_, index) => answers.readUInt16BE(index * 259));
    expect(ids).toEqual(Array.from({ length: 600 }, (_, id) => id));
  });

  test('a chunk cut anywhere is answered like a whole one', () => {
    const whole = Buffer.concat([
      frame('03 0BB7 0003', 1, 1),
      frame(`10 0BB8 007B F6 ${'5A'.repeat(246)}`, 1, 2),
      frame('03 0BB7 007D', 1, 3),
      frame('07', 1, 4),
    ]);
    const expected = setUp().ask(whole);
    for (let cut = 1; cut < whole.length; cut += 1) {
      const { ask, core } = setUp();
      expect(ask(whole.subarray(0, cut), whole.subarray(cut))).toBe(expected);
      expect(core.incompleteSince).toBe(Infinity);
    }
  });

  test('the wait for the rest of a frame counts from its first bytes', () => {
    const { ask, core, clock } = setUp();
    ask(frame('03 0BB7 0001').subarray(0, 3));
    expect(core.incompleteSince).toBe(0);
    clock.advance(100);
    ask(frame('03 0BB7 0001').subarray(3, 5));
    expect(core.incompleteSince).toBe(0);
    ask(Buffer.concat([frame('03 0BB7 0001').subarray(5), hex('00')]));
    expect(core.incompleteSince).toBe(100);
  });
});

describe('units', () => {
  test('one that is not served is exception 0B, gateway target device failed to respond', () => {
    const { ask, counters } = setUp();
    expect(ask(frame('03 0BB7 0001', 2))).toBe(spaceless('0007 0000 0003 02 83 0B'));
    expect(ask(frame('03 0BB7 0001', 0))).toBe(spaceless('0007 0000 0003 00 83 0B'));
    expect(counters).toMatchObject({ foreign: 2, requests: 0, answers: 2, exceptions: 2 });
  });

  test('one that is not served is silence, when the server is set so', () => {
    const { ask, counters } = setUp({ service: { unknownUnit: 'silence' } });
    expect(ask(frame('03 0BB7 0001', 2))).toBe('');
    expect(counters).toMatchObject({ foreign: 1, answers: 0 });
  });

  test('one set of tables answers for every unit', () => {
    const { ask } = setUp({ service: { units: makeTables() } });
    expect(ask(frame('04 0000 0001', 0))).toBe(spaceless('0007 0000 0005 00 04 02 000A'));
    expect(ask(frame('04 0000 0001', 247))).toBe(spaceless('0007 0000 0005 F7 04 02 000A'));
  });
});

describe('a range that answers an exception for now', () => {
  test('refuses reads that touch it and no others', () => {
    const { ask, tables } = setUp();
    tables.holding.setException(3000, 2, 0x0b);
    expect(ask(frame('03 0BB7 0001'))).toBe(spaceless('0007 0000 0005 01 03 02 0102'));
    expect(ask(frame('03 0BB7 0002'))).toBe(spaceless('0007 0000 0003 01 83 0B'));
    tables.coil.setException(10, 1, 0x06);
    expect(ask(frame('01 000A 0008'))).toBe(spaceless('0007 0000 0003 01 81 06'));
  });
});
