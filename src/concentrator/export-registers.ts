import { modiconNumber } from '../profile/address.ts';
import { formatType, TABLE_PREFIXES } from '../profile/format.ts';
import type { Scale, Table } from '../profile/point.ts';
import type { GeneratedMap } from './generate-map.ts';
import type { MapEntry, MapRange } from './map-entry.ts';

export type ExportFormat = 'csv' | 'md' | 'h';

export const EXPORT_FORMATS: readonly ExportFormat[] = ['csv', 'md', 'h'];

/** One line of the list: a value, or a hole. */
interface Row {
  readonly table: Table;
  readonly address: number;
  readonly count: number;
  readonly entry?: MapEntry;
}

/**
 * The map as a table for whoever programs the client: comma-separated, Markdown, or a C header. In the
 * order of tables and addresses; addresses are zero-based, with Modicon's number beside.
 */
export function exportRegisters(map: GeneratedMap, format: ExportFormat, name = 'dinrail'): string {
  const rows = rowsOf(map);
  switch (format) {
    case 'csv':
      return csv(rows);
    case 'md':
      return markdown(rows, name);
    case 'h':
      return header(rows, name);
  }
}

const ORDER: readonly Table[] = ['coil', 'discrete', 'input', 'holding'];

function rowsOf({ entries, holes }: GeneratedMap): readonly Row[] {
  const rows: Row[] = [
    ...entries.map((entry) => ({ ...place(entry.register), entry })),
    ...holes.map(({ start, ...hole }: MapRange) => ({ ...hole, address: start })),
  ];
  return rows.sort(
    (a, b) => ORDER.indexOf(a.table) - ORDER.indexOf(b.table) || a.address - b.address,
  );
}

function place({ table, address, count }: MapEntry['register']): Omit<Row, 'entry'> {
  return { table, address, count };
}

const COLUMNS = [
  ...['table', 'address', 'modicon', 'count', 'type', 'scale', 'unit', 'point', 'description'],
] as const;

function cells({ table, address, count, entry }: Row): string[] {
  const place = [
    TABLE_PREFIXES[table],
    String(address),
    modiconNumber(table, address),
    String(count),
  ];
  if (entry === undefined) return [...place, '', '', '', '', 'not used any more'];
  const { register, id } = entry;
  const described = register.label ?? register.doc ?? '';
  return [
    ...place,
    ...[formatType(register), scaleText(register.scale), register.unit ?? '', id, described],
  ];
}

/** How to come from the register to the value: `/ 10`, `x 3 / 4 - 1600`; empty when they are the same. */
function scaleText({ multiply, divide, offset }: Scale): string {
  const parts = [
    ...(multiply === 1 ? [] : [`x ${multiply}`]),
    ...(divide === 1 ? [] : [`/ ${divide}`]),
    ...(offset === 0 ? [] : [`${offset < 0 ? '-' : '+'} ${Math.abs(offset)}`]),
  ];
  return parts.join(' ');
}

function csv(rows: readonly Row[]): string {
  return [COLUMNS, ...rows.map(cells)].map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

/** RFC 4180, section 2. A cell that a spreadsheet would compute is made a text: OWASP, CSV injection. */
function csvField(text: string): string {
  const safe = /^[=@\t]|^[+-](?!\s)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function markdown(rows: readonly Row[], name: string): string {
  const line = (row: readonly string[]): string => `| ${row.map(markdownCell).join(' | ')} |`;
  return [
    `# Registers of ${oneLine(name)}`,
    '',
    'Addresses are zero-based, as on the wire. Values of several registers have the byte order of their type.',
    '',
    line(COLUMNS),
    `|${' --- |'.repeat(COLUMNS.length)}`,
    ...rows.map((row) => line(cells(row))),
    '',
  ].join('\n');
}

function markdownCell(text: string): string {
  return oneLine(text).replace(/[\\|<>`*_[\]]/g, (mark) => `\\${mark}`);
}

function header(rows: readonly Row[], name: string): string {
  const prefix = identifier(name);
  const names = new Set<string>();
  const lines = rows.flatMap((row) => headerLines(row, prefix, names));
  const guard = `${prefix}_REGISTERS_H`;
  return [
    `/* Registers of ${comment(name)}. Addresses are zero-based, as on the wire. */`,
    ...[`#ifndef ${guard}`, `#define ${guard}`, ''],
    ...lines,
    ...[`#endif /* ${guard} */`, ''],
  ].join('\n');
}

function headerLines(row: Row, prefix: string, names: Set<string>): string[] {
  const where = `${TABLE_PREFIXES[row.table]}:${row.address}`;
  if (row.entry === undefined) return [`/* ${where}, ${row.count}: not used any more */`, ''];
  const { id, register } = row.entry;
  const { multiply, divide, offset } = register.scale;
  const said = [where, formatType(register), register.unit ?? '', register.label ?? '']
    .filter((text) => text !== '')
    .join(', ');
  const macro = unique(`${prefix}_${identifier(id)}`, names);
  return [
    `/* ${comment(`${id}: ${said}`)} */`,
    `#define ${macro}_ADDRESS ${row.address}u`,
    `#define ${macro}_COUNT ${row.count}u`,
    ...(multiply === 1 && divide === 1
      ? []
      : [`#define ${macro}_SCALE (${real(multiply)} / ${real(divide)})`]),
    ...(offset === 0 ? [] : [`#define ${macro}_OFFSET (${offset})`]),
    '',
  ];
}

/** A floating-point constant of C. */
function real(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** A name of C: capitals, digits and underscores, and no digit first. */
function identifier(text: string): string {
  const plain = text
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return /^[A-Z]/.test(plain) ? plain : `N_${plain}`;
}

function unique(name: string, names: Set<string>): string {
  let free = name;
  for (let number = 2; names.has(free); number += 1) free = `${name}_${number}`;
  names.add(free);
  return free;
}

/** Nothing in a comment may end it, or begin a line of its own. */
function comment(text: string): string {
  return oneLine(text).replaceAll('*/', '* /').replaceAll('/*', '/ *').replace(/\\$/, '');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
