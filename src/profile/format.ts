import type { RegisterPoint, Table } from './point.ts';

export const TABLE_PREFIXES: Readonly<Record<Table, string>> = {
  coil: 'co',
  discrete: 'di',
  input: 'ir',
  holding: 'hr',
};

/** The canonical form of an address, zero-based: `hr:5`, `co:3`, `hr:100.3` for bit 3. */
export function formatAddress({
  table,
  address,
  bit,
}: Pick<RegisterPoint, 'table' | 'address' | 'bit'>): string {
  return `${TABLE_PREFIXES[table]}:${address}${bit === undefined ? '' : `.${bit}`}`;
}

/** A type as it is written in a profile: `u16`, `f32@CDAB`, `str(14)`. */
export function formatType({
  type,
  order,
  size,
}: Pick<RegisterPoint, 'type' | 'order' | 'size'>): string {
  const sized = size === undefined ? type : `${type}(${size})`;
  return order === 'ABCD' || type === 'bool' ? sized : `${sized}@${order}`;
}

/** True for the tables whose items are single bits. */
export function isBitTable(table: Table): boolean {
  return table === 'coil' || table === 'discrete';
}
