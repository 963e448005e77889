import { describe, expect, test, vi } from 'vitest';
import { contents, frame, hex, makeTables, RULES } from '../../test/conformance/rules.ts';
import { AnswerBuffer } from './answer-buffer.ts';
import { MbapServerCore } from './mbap-core.ts';
import { serverCounters, type Service } from './service.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { UnitHooks, UnitTables } from './unit-tables.ts';

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

const spaceless = (text: string): string => text.replaceAll(' ', '');

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
