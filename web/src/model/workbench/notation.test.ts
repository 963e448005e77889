import { expect, test } from 'vitest';
import type { BenchTable } from '../../../../src/api/contract.ts';
import { addressText, readStart, type Base } from './notation.ts';

test.each<[string, Base, BenchTable, BenchTable, number]>([
  ['100', 'pdu', 'holding', 'holding', 100],
  ['100', 'one-based', 'holding', 'holding', 99],
  ['40101', 'modicon', 'input', 'holding', 100],
  ['30101', 'modicon', 'holding', 'input', 100],
  ['101', 'modicon', 'holding', 'coil', 100],
  ['ir:0x64', 'pdu', 'holding', 'input', 100],
  ['400101', 'pdu', 'holding', 'holding', 100],
])('%s of %s addresses in the table %s is %s %d', (text, base, table, found, start) => {
  expect(readStart(text, base, table)).toMatchObject({ table: found, start });
});

test('a number that looks like Modicon is taken as it is, with a note', () => {
  const typed = readStart('40101', 'pdu', 'holding');
  expect(typed).toMatchObject({ start: 40_101 });
  expect((typed as { note: string }).note).toContain('400101');
});

test.each([
  ['', 'pdu'],
  ['x', 'pdu'],
  ['0', 'one-based'],
  ['70000', 'pdu'],
] as const)('"%s" of %s addresses is none', (text, base) => {
  expect(readStart(text, base, 'holding')).toHaveProperty('problem');
});

test.each<[Base, string]>([
  ['pdu', '100'],
  ['one-based', '101'],
  ['modicon', '400101'],
])('in %s notation register 100 is %s', (base, text) => {
  expect(addressText(100, base, 'holding')).toBe(text);
  expect(readStart(text, base, 'holding')).toMatchObject({ start: 100 });
});
