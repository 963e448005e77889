import { UnitTables, type UnitHooks, type UnitTablesSpec } from '../../src/server/unit-tables.ts';

// The rules of the MODBUS Application Protocol Specification V1.1b3, for the part that answers and for
// a whole server alike.

/** What is served: a table of each kind, with an edge on both sides and a stretch that is read only. */
const SPEC: UnitTablesSpec = {
  coil: { extents: [{ start: 10, count: 2100 }], writable: [{ start: 10, count: 2000 }] },
  discrete: { extents: [{ start: 10, count: 2100 }] },
  input: { extents: [{ start: 0, count: 300 }] },
  holding: { extents: [{ start: 2999, count: 244 }], writable: [{ start: 3000, count: 200 }] },
};

export function makeTables(hooks?: UnitHooks): UnitTables {
  const tables = new UnitTables(SPEC, hooks);
  tables.coil.setBits(10, [1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0]);
  tables.discrete.setBits(10, [0, 1, 1]);
  tables.input.setRegisters(0, [10, 20, 0xffff]);
  tables.holding.setRegisters(2999, [0x0102, 0x0304, 0x0506]);
  return tables;
}

/** All that stands in the tables, for comparing. */
export function contents({ coil, discrete, input, holding }: UnitTables): string[] {
  const hexOf = ({ bytes }: { bytes: Buffer }): string => bytes.toString('hex');
  return [coil, discrete, input, holding].flatMap(({ extents }) => extents.map(hexOf));
}

/** Bytes from hex with spaces where they help. */
export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

/** A Modbus TCP frame of a PDU in hex. */
export function frame(pdu: string, unitId = 1, transactionId = 7): Buffer {
  const body = hex(pdu);
  const header = Buffer.alloc(7);
  header.writeUInt16BE(transactionId, 0);
  header.writeUInt16BE(body.length + 1, 4);
  header[6] = unitId;
  return Buffer.concat([header, body]);
}

/** Every rule as a row: section of V1.1b3, the rule, the request PDU, and the answer PDU of `makeTables`. */
export const RULES: readonly (readonly [
  section: string,
  rule: string,
  ask: string,
  answer: string,
])[] = [
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
