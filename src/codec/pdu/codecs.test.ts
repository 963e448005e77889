import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../base/byte-reader.ts';
import { ByteWriter } from '../../base/byte-writer.ts';
import { MalformedPduError } from '../../base/errors.ts';
import { maskedRegister, maskWriteRegister } from './mask-write-register.ts';
import type { PduCodec } from './pdu-codec.ts';
import { readBitBytes, readCoils, readDiscreteInputs } from './read-bits.ts';
import { readHoldingRegisters, readInputRegisters, readRegisterBytes } from './read-registers.ts';
import { readWriteRegisters } from './read-write-registers.ts';
import { writeMultipleCoils } from './write-multiple-coils.ts';
import { writeMultipleRegisters } from './write-multiple-registers.ts';
import { writeSingleCoil } from './write-single-coil.ts';
import { writeSingleRegister } from './write-single-register.ts';

/** Type erased for tables of rows; each row pairs a codec with values of its own types. */
type AnyCodec = PduCodec<unknown, unknown>;

function erase<Request, Response>(codec: PduCodec<Request, Response>): AnyCodec {
  return codec;
}

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

const bits = (text: string): Uint8Array => Uint8Array.from(text.replaceAll(' ', ''), Number);

function requestBytes(codec: AnyCodec, request: unknown): Uint8Array {
  const out = new ByteWriter();
  codec.encodeRequest(out.u8(codec.functionCode), request);
  return out.take();
}

function responseBytes(codec: AnyCodec, response: unknown, request: unknown): Uint8Array {
  const out = new ByteWriter();
  codec.encodeResponse(out.u8(codec.functionCode), response, request);
  return out.take();
}

const behindFunctionCode = (pdu: Uint8Array): ByteReader => new ByteReader(pdu, 1);

// The examples of MODBUS Application Protocol V1.1b3, one for each function, as printed there.
const vectors = [
  {
    name: 'read coils 20 to 38 (6.1)',
    codec: erase(readCoils),
    request: { start: 0x13, count: 19 },
    asked: hex('01 0013 0013'),
    response: bits('1011 0011 1101 0110 101'),
    answered: hex('01 03 CD6B05'),
  },
  {
    name: 'read discrete inputs 197 to 218 (6.2)',
    codec: erase(readDiscreteInputs),
    request: { start: 0xc4, count: 22 },
    asked: hex('02 00C4 0016'),
    response: bits('0011 0101 1101 1011 1010 11'),
    answered: hex('02 03 ACDB35'),
  },
  {
    name: 'read holding registers 108 to 110 (6.3)',
    codec: erase(readHoldingRegisters),
    request: { start: 0x6b, count: 3 },
    asked: hex('03 006B 0003'),
    response: Uint16Array.of(0x022b, 0x0000, 0x0064),
    answered: hex('03 06 022B 0000 0064'),
  },
  {
    name: 'read input register 9 (6.4)',
    codec: erase(readInputRegisters),
    request: { start: 8, count: 1 },
    asked: hex('04 0008 0001'),
    response: Uint16Array.of(0x000a),
    answered: hex('04 02 000A'),
  },
  {
    name: 'set coil 173 (6.5)',
    codec: erase(writeSingleCoil),
    request: { address: 0xac, value: true },
    asked: hex('05 00AC FF00'),
    response: undefined,
    answered: hex('05 00AC FF00'),
  },
  {
    name: 'clear coil 173 (6.5)',
    codec: erase(writeSingleCoil),
    request: { address: 0xac, value: false },
    asked: hex('05 00AC 0000'),
    response: undefined,
    answered: hex('05 00AC 0000'),
  },
  {
    name: 'write register 2 (6.6)',
    codec: erase(writeSingleRegister),
    request: { address: 1, value: 3 },
    asked: hex('06 0001 0003'),
    response: undefined,
    answered: hex('06 0001 0003'),
  },
  {
    name: 'write 10 coils from 20 (6.11)',
    codec: erase(writeMultipleCoils),
    request: { start: 0x13, values: bits('1011 0011 10') },
    asked: hex('0F 0013 000A 02 CD01'),
    response: undefined,
    answered: hex('0F 0013 000A'),
  },
  {
    name: 'write registers 2 and 3 (6.12)',
    codec: erase(writeMultipleRegisters),
    request: { start: 1, values: Uint16Array.of(0x000a, 0x0102) },
    asked: hex('10 0001 0002 04 000A 0102'),
    response: undefined,
    answered: hex('10 0001 0002'),
  },
  {
    name: 'mask write register 5 (6.16)',
    codec: erase(maskWriteRegister),
    request: { address: 4, andMask: 0xf2, orMask: 0x25 },
    asked: hex('16 0004 00F2 0025'),
    response: undefined,
    answered: hex('16 0004 00F2 0025'),
  },
  {
    name: 'read 6 registers from 4, write 3 from 15 (6.17)',
    codec: erase(readWriteRegisters),
    request: {
      read: { start: 3, count: 6 },
      write: { start: 14, values: Uint16Array.of(0xff, 0xff, 0xff) },
    },
    asked: hex('17 0003 0006 000E 0003 06 00FF 00FF 00FF'),
    response: Uint16Array.of(0x00fe, 0x0acd, 0x0001, 0x0003, 0x000d, 0x00ff),
    answered: hex('17 0C 00FE 0ACD 0001 0003 000D 00FF'),
  },
  {
    name: 'coils left packed',
    codec: erase(readBitBytes(1)),
    request: { start: 0x13, count: 19 },
    asked: hex('01 0013 0013'),
    response: hex('CD6B05'),
    answered: hex('01 03 CD6B05'),
  },
  {
    name: 'discrete inputs left packed',
    codec: erase(readBitBytes(2)),
    request: { start: 0xc4, count: 22 },
    asked: hex('02 00C4 0016'),
    response: hex('ACDB35'),
    answered: hex('02 03 ACDB35'),
  },
  {
    name: 'holding registers left in wire order',
    codec: erase(readRegisterBytes(3)),
    request: { start: 0x6b, count: 3 },
    asked: hex('03 006B 0003'),
    response: hex('022B 0000 0064'),
    answered: hex('03 06 022B 0000 0064'),
  },
  {
    name: 'input registers left in wire order',
    codec: erase(readRegisterBytes(4)),
    request: { start: 8, count: 1 },
    asked: hex('04 0008 0001'),
    response: hex('000A'),
    answered: hex('04 02 000A'),
  },
];

describe.each(vectors)('$name', ({ codec, request, asked, response, answered }) => {
  test('is asked and understood', () => {
    expect(requestBytes(codec, request)).toEqual(asked);
    expect(codec.decodeRequest(behindFunctionCode(asked))).toEqual(request);
  });

  test('is answered and understood', () => {
    expect(responseBytes(codec, response, request)).toEqual(answered);
    expect(codec.decodeResponse(behindFunctionCode(answered), request)).toEqual(response);
  });

  test('says how long its answer will be', () => {
    expect(codec.responseSize(request)).toBe(answered.length - 1);
  });

  test('is malformed when cut anywhere or one byte too long', () => {
    for (let size = 1; size < asked.length; size += 1) {
      const cut = behindFunctionCode(asked.subarray(0, size));
      expect(() => codec.decodeRequest(cut)).toThrow(MalformedPduError);
    }
    for (let size = 1; size < answered.length; size += 1) {
      const cut = behindFunctionCode(answered.subarray(0, size));
      expect(() => codec.decodeResponse(cut, request)).toThrow(MalformedPduError);
    }
    const longer = (pdu: Uint8Array): ByteReader => behindFunctionCode(Uint8Array.of(...pdu, 0));
    expect(() => codec.decodeRequest(longer(asked))).toThrow(MalformedPduError);
    expect(() => codec.decodeResponse(longer(answered), request)).toThrow(MalformedPduError);
  });
});

const zeros = (count: number): Uint16Array => new Uint16Array(count);
const write = (start: number, values: ArrayLike<number>): unknown => ({ start, values });
const readWrite = (count: number, written: number): unknown => ({
  read: { start: 0, count },
  write: { start: 0, values: zeros(written) },
});

test.each([
  ['2000 coils', erase(readCoils), { start: 0, count: 2000 }, { start: 0, count: 2001 }],
  ['2000 inputs', erase(readDiscreteInputs), { start: 0, count: 2000 }, { start: 0, count: 2001 }],
  [
    '125 registers',
    erase(readHoldingRegisters),
    { start: 0, count: 125 },
    { start: 0, count: 126 },
  ],
  ['125 inputs', erase(readInputRegisters), { start: 0, count: 125 }, { start: 0, count: 126 }],
  [
    'the last register',
    erase(readHoldingRegisters),
    { start: 65535, count: 1 },
    { start: 65535, count: 2 },
  ],
  [
    '1968 written coils',
    erase(writeMultipleCoils),
    write(0, new Uint8Array(1968)),
    write(0, new Uint8Array(1969)),
  ],
  [
    '123 written registers',
    erase(writeMultipleRegisters),
    write(0, zeros(123)),
    write(0, zeros(124)),
  ],
  [
    '125 read with 121 written',
    erase(readWriteRegisters),
    readWrite(125, 121),
    readWrite(126, 121),
  ],
  ['121 written while reading', erase(readWriteRegisters), readWrite(1, 121), readWrite(1, 122)],
])('allows %s and not one more', (_, codec, most, tooMuch) => {
  expect(codec.decodeRequest(behindFunctionCode(requestBytes(codec, most)))).toEqual(most);
  expect(() => requestBytes(codec, tooMuch)).toThrow(
    expect.objectContaining({ code: 'invalid-request' }),
  );
});

test.each([
  ['no coils', erase(readCoils), { start: 0, count: 0 }],
  ['a fraction of an address', erase(readHoldingRegisters), { start: 0.5, count: 1 }],
  ['a negative address', erase(writeSingleRegister), { address: -1, value: 0 }],
  ['an address above 65535', erase(writeSingleCoil), { address: 65536, value: true }],
  [
    'a register value that would wrap round',
    erase(writeSingleRegister),
    { address: 0, value: 65536 },
  ],
  ['a negative register value', erase(writeMultipleRegisters), write(0, [1, -1])],
  ['a register value that is no number', erase(writeMultipleRegisters), write(0, [NaN])],
  ['no written registers', erase(writeMultipleRegisters), write(0, [])],
  ['a coil that is neither 0 nor 1', erase(writeMultipleCoils), write(0, [0, 2])],
  ['a mask that is no register', erase(maskWriteRegister), { address: 0, andMask: 1e6, orMask: 0 }],
])('sends nothing for %s', (_, codec, request) => {
  expect(() => requestBytes(codec, request)).toThrow(
    expect.objectContaining({ code: 'invalid-request' }),
  );
});

test.each([
  ['no registers', erase(readHoldingRegisters), '03 0000 0000'],
  ['126 registers', erase(readHoldingRegisters), '03 0000 007E'],
  ['2001 coils', erase(readCoils), '01 0000 07D1'],
  ['a coil value of 1', erase(writeSingleCoil), '05 0000 0001'],
  ['a coil value of FFFF', erase(writeSingleCoil), '05 0000 FFFF'],
  ['a byte count below its coils', erase(writeMultipleCoils), '0F 0000 0009 01 FF'],
  ['a byte count above its coils', erase(writeMultipleCoils), '0F 0000 0008 02 FF00'],
  ['no written coils', erase(writeMultipleCoils), '0F 0000 0000 00'],
  ['a byte count below its registers', erase(writeMultipleRegisters), '10 0000 0002 02 0001'],
  ['an odd byte count', erase(writeMultipleRegisters), '10 0000 0001 03 000102'],
  ['a written count of 0', erase(readWriteRegisters), '17 0000 0001 0000 0000 00'],
  ['a read count of 0', erase(readWriteRegisters), '17 0000 0000 0000 0001 02 0001'],
  [
    'a written byte count that does not fit',
    erase(readWriteRegisters),
    '17 0000 0001 0000 0002 02 0001',
  ],
])('a request for %s deserves exception 3', (_, codec, request) => {
  expect(() => codec.decodeRequest(behindFunctionCode(hex(request)))).toThrow(
    expect.objectContaining({ code: 'invalid-request' }),
  );
});

const range = { start: 0, count: 2 };

test.each([
  ['one register too few', erase(readHoldingRegisters), range, '03 02 0001'],
  ['one register too many', erase(readHoldingRegisters), range, '03 06 0001 0002 0003'],
  [
    'one register too many, left in wire order',
    erase(readRegisterBytes(3)),
    range,
    '03 06 0001 0002 0003',
  ],
  ['a byte count of the coils, not their bytes', erase(readCoils), range, '01 02 0001'],
  ['another coil', erase(writeSingleCoil), { address: 1, value: true }, '05 0002 FF00'],
  ['another coil value', erase(writeSingleCoil), { address: 1, value: true }, '05 0001 0000'],
  ['another register', erase(writeSingleRegister), { address: 1, value: 3 }, '06 0000 0003'],
  ['another register value', erase(writeSingleRegister), { address: 1, value: 3 }, '06 0001 0004'],
  ['another first coil', erase(writeMultipleCoils), write(1, [1]), '0F 0002 0001'],
  ['another count of coils', erase(writeMultipleCoils), write(1, [1]), '0F 0001 0002'],
  ['another first register', erase(writeMultipleRegisters), write(1, [7]), '10 0002 0001'],
  ['another count of registers', erase(writeMultipleRegisters), write(1, [7]), '10 0001 0002'],
  [
    'another mask',
    erase(maskWriteRegister),
    { address: 1, andMask: 2, orMask: 3 },
    '16 0001 0002 0004',
  ],
  ['too few read registers', erase(readWriteRegisters), readWrite(2, 1), '17 02 0001'],
])('an answer with %s is not the answer to the question', (_, codec, request, answer) => {
  expect(() => codec.decodeResponse(behindFunctionCode(hex(answer)), request)).toThrow(
    expect.objectContaining({ code: 'response-mismatch' }),
  );
});

test('coils ignore what fills up the last byte', () => {
  expect(
    readCoils.decodeResponse(behindFunctionCode(hex('01 01 FD')), { start: 0, count: 2 }),
  ).toEqual(bits('10'));
});

test('raw answers are views, so that nothing is copied before decoding', () => {
  const answer = hex('03 04 0001 0002');
  const bytes = readRegisterBytes(3).decodeResponse(behindFunctionCode(answer), range);
  expect(bytes.buffer).toBe(answer.buffer);
});

test('a mask write keeps the masked bits and sets the others (6.16: 12h, F2h, 25h give 17h)', () => {
  expect(maskedRegister(0x12, 0xf2, 0x25)).toBe(0x17);
  expect(maskedRegister(0xffff, 0x0000, 0x8001)).toBe(0x8001);
});
