import type { BenchTable } from '../../../../src/api/contract.ts';
import { modiconNumber, parseAddress, type AddressBase } from '../../../../src/profile/address.ts';

export const BASES = ['pdu', 'one-based', 'modicon'] as const satisfies readonly AddressBase[];
export type Base = (typeof BASES)[number];

/** What somebody typed as the first address, or why it is none. */
export type Typed =
  | { readonly table: BenchTable; readonly start: number; readonly note: string }
  | { readonly problem: string };

/** Reads it as the reading commands do: nothing is guessed from the size of a number. */
export function readStart(text: string, base: Base, table: BenchTable): Typed {
  const { address, issues } = parseAddress(text.trim(), { base, table });
  const [first] = issues;
  const words = first === undefined ? '' : [first.message, first.hint].filter(Boolean).join('; ');
  if (address === undefined) return { problem: words };
  return { table: address.table, start: address.address, note: words };
}

/** The same address as a manual of that notation prints it. */
export function addressText(address: number, base: Base, table: BenchTable): string {
  if (base === 'modicon') return modiconNumber(table, address);
  return String(base === 'one-based' ? address + 1 : address);
}

const PREFIXES: Readonly<Record<BenchTable, string>> = {
  holding: 'hr',
  input: 'ir',
  coil: 'co',
  discrete: 'di',
};

/** `hr:100`, `hr:100–103`: zero-based, as everywhere else on the page. */
export function rangeText(table: BenchTable, from: number, to: number): string {
  return `${PREFIXES[table]}:${from}${to > from ? `–${to}` : ''}`;
}
