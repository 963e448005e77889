import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isAddressLike,
  modiconNote,
  modiconNumber,
  parseAddress,
  type AddressBase,
} from './address.ts';
import { formatAddress } from './format.ts';
import type { Table } from './point.ts';

function canonical(text: string, base: AddressBase = 'pdu'): string {
  const { address, issues } = parseAddress(text, { base });
  if (address !== undefined) return formatAddress(address);
  return issues.map(({ message, hint }) => `${message} | ${hint ?? ''}`).join('\n');
}

test.each([
  ['100', 'hr:100'],
  ['hr:100', 'hr:100'],
  ['HR101', 'hr:101'],
  ['ir:100', 'ir:100'],
  ['co:5', 'co:5'],
  ['di:5', 'di:5'],
  ['hr:0x64', 'hr:100'],
  ['0x0101', 'hr:257'],
  ['hr:100.3', 'hr:100.3'],
  ['100.15', 'hr:100.15'],
  ['400101', 'hr:100'],
  ['300101', 'ir:100'],
  ['100101', 'di:100'],
  ['465536', 'hr:65535'],
  ['4x0101', 'hr:100'],
  ['3x0101', 'ir:100'],
  ['1x0101', 'di:100'],
  ['4X00001', 'hr:0'],
  ['%MW100', 'hr:100'],
  ['%MD100', 'hr:100'],
  ['%MF100', 'hr:100'],
  ['%IW3', 'ir:3'],
  ['%M5', 'co:5'],
  ['%I5', 'di:5'],
  ['%MW100.3', 'hr:100.3'],
  ['40001', 'hr:40001'],
  ['65535', 'hr:65535'],
])('%s is %s', (text, expected) => {
  expect(canonical(text)).toBe(expected);
});

test.each<[string, AddressBase, string]>([
  ['3000', 'one-based', 'hr:2999'],
  ['ir:1', 'one-based', 'ir:0'],
  ['HR101', 'one-based', 'hr:100'],
  ['0x10', 'one-based', 'hr:15'],
  ['400101', 'one-based', 'hr:100'],
  ['%MW100', 'one-based', 'hr:100'],
  ['40001', 'modicon', 'hr:0'],
  ['40101', 'modicon', 'hr:100'],
  ['30001', 'modicon', 'ir:0'],
  ['10001', 'modicon', 'di:0'],
  ['00101', 'modicon', 'co:100'],
  ['000101', 'modicon', 'co:100'],
  ['101', 'modicon', 'co:100'],
  ['400101', 'modicon', 'hr:100'],
])('%s where addresses are %s is %s', (text, base, expected) => {
  expect(canonical(text, base)).toBe(expected);
});

test.each<[string, AddressBase, string]>([
  ['holding:5', 'pdu', '"holding:5" is no address | did you mean hr:5?'],
  [
    'mw:5',
    'pdu',
    '"mw:5" is no address | tables are co di ir hr: write hr:100, ir:100, co:5 or di:5',
  ],
  ['power', 'pdu', '"power" is no address | write hr:100, ir:100, co:5 or di:5'],
  ['-1', 'pdu', '"-1" is no address | write hr:100, ir:100, co:5 or di:5'],
  ['%QW0', 'pdu', '"%QW0": no area is named %QW | known: %MW %MD %MF %IW %M %I'],
  ['400000', 'pdu', '"400000" is no Modicon number: they count from 1 to 65536 | '],
  ['465537', 'pdu', '"465537" is no Modicon number: they count from 1 to 65536 | '],
  ['4x0', 'pdu', '"4x0" is no Modicon number: they count from 1 to 65536 | '],
  ['hr:65536', 'pdu', 'hr:65536 is wire address 65536, expected 0..65535 | '],
  ['70000', 'pdu', '70000 is wire address 70000, expected 0..65535 | '],
  [
    '000101',
    'pdu',
    '"000101" begins with a zero, which says different things to different people | ' +
      'write 101, or co:100 for a Modicon coil',
  ],
  ['hr:5.16', 'pdu', 'a register has bits 0..15, and hr:5.16 names 16 | '],
  ['co:5.1', 'pdu', 'co:5.1 names a bit of what is a single bit already | '],
  ['0', 'one-based', '"0" does not exist where addresses count from 1 | '],
  ['hr:0', 'one-based', '"hr:0" does not exist where addresses count from 1 | '],
  [
    'hr:100',
    'modicon',
    '"hr:100" does not say from where it counts where addresses are Modicon numbers | ' +
      'write 400101 for wire address 100',
  ],
  [
    '50001',
    'modicon',
    '"50001" is no Modicon number | ' +
      'write 40001 or 400001 for the first holding register, 30001 for the first input register',
  ],
])('%s where addresses are %s is refused', (text, base, expected) => {
  expect(canonical(text, base)).toBe(expected);
});

test('a number that looks like Modicon notation is taken as it is, with a remark', () => {
  expect(parseAddress('40001').issues).toEqual([
    {
      path: [],
      span: [0, 5],
      severity: 'note',
      message: '40001 is read as wire address 40001. Modicon? write 400001',
    },
  ]);
  for (const text of ['hr:40001', '40000', '50001', '400001', '4001']) {
    expect(parseAddress(text).issues).toEqual([]);
  }
  expect(parseAddress('40001', { notes: false }).issues).toEqual([]);
});

test('the command line says the same at more length', () => {
  expect(modiconNote(40001)).toBe(
    'read wire address 40001. If your manual says 40001 for the first holding register, ' +
      'use 400001 or --modicon.',
  );
  expect(modiconNote(30101)).toBe(
    'read wire address 30101. If your manual says 30101 for input register 101, ' +
      'use 300101 or --modicon.',
  );
  expect(modiconNote(40000)).toBeUndefined();
  expect(modiconNote(3000)).toBeUndefined();
});

test('a shift is added to every address', () => {
  expect(parseAddress('3000', { indexShift: -1 }).address?.address).toBe(2999);
  expect(parseAddress('400001', { indexShift: 5 }).address?.address).toBe(5);
  expect(parseAddress('0', { indexShift: -1 }).issues[0]?.message).toBe(
    '0 is wire address -1, expected 0..65535',
  );
});

test('an address and the name of a point look different', () => {
  const addresses = ['100', 'hr:5', 'HR5', '%MW1', '4x0001', '0x10', 'holding:5'];
  expect(addresses.filter(isAddressLike)).toEqual(addresses);
  expect(['pv', 'hr', 'monoblock_*_voltage', 'hrx', '*'].filter(isAddressLike)).toEqual([]);
});

test('what is written in canonical form is read as the same', () => {
  const table = fc.constantFrom<Table[]>('coil', 'discrete', 'input', 'holding');
  const number = fc.integer({ min: 0, max: 0xffff });
  fc.assert(
    fc.property(table, number, (of, address) => {
      expect(parseAddress(formatAddress({ table: of, address })).address).toEqual({
        table: of,
        address,
      });
      const modicon = modiconNumber(of, address);
      const read = parseAddress(modicon, { base: of === 'coil' ? 'modicon' : 'pdu' });
      expect(read.address).toEqual({ table: of, address });
    }),
    { seed: 3, numRuns: 300 },
  );
});

test('no text makes it throw', () => {
  const base = fc.constantFrom<AddressBase[]>('pdu', 'one-based', 'modicon');
  fc.assert(
    fc.property(fc.string(), base, (text, counts) => {
      const { address, issues } = parseAddress(text, { base: counts });
      expect(address === undefined).toBe(issues.some(({ severity }) => severity === 'error'));
    }),
    { seed: 4, numRuns: 500 },
  );
});
