import type { PointView } from './site.ts';

/** Columns of the table of points, in their order. The first two are always there. */
export const COLUMNS = [
  ...(['point', 'value', 'unit', 'quality', 'age', 'trend'] as const),
  ...(['device', 'address', 'type', 'category', 'every'] as const),
] as const;

export type Column = (typeof COLUMNS)[number];

const FIXED: ReadonlySet<Column> = new Set(['point', 'value']);
const USUAL: readonly Column[] = [
  ...(['point', 'value', 'unit', 'quality', 'age', 'trend', 'address', 'type'] as const),
];

/** Those that somebody may leave out. */
export const CHOICE: readonly Column[] = COLUMNS.filter((name) => !FIXED.has(name));

/** What of the width each takes. A name may be cut, a number never. */
const WIDTHS: Readonly<Record<Column, string>> = {
  point: 'minmax(12rem, 22rem)',
  value: 'minmax(7rem, 12rem)',
  unit: '4.5rem',
  quality: 'minmax(6rem, 14rem)',
  age: '8.5rem',
  trend: '4.5rem',
  device: 'minmax(5rem, 9rem)',
  address: 'minmax(5rem, 7rem)',
  type: 'minmax(5rem, 8rem)',
  category: 'minmax(6rem, 12rem)',
  every: '4rem',
};

/** The columns that the address names: `unit,age`; the usual ones where it names none. */
export function columnsOf(text: string | null): readonly Column[] {
  if (text === null) return USUAL;
  const named = new Set(text.split(','));
  return COLUMNS.filter((name) => FIXED.has(name) || named.has(name));
}

/** The same for the address; undefined for the usual ones. */
export function columnsText(columns: readonly Column[]): string | undefined {
  if (columns.join() === USUAL.join()) return undefined;
  return columns.filter((name) => !FIXED.has(name)).join() || '-';
}

/** For `grid-template-columns`; the rest of a wide screen stays empty at the right. */
export function gridColumns(columns: readonly Column[]): string {
  return [...columns.map((name) => WIDTHS[name]), '0'].join(' ');
}

/** What the table shows, for spreadsheets: numbers as they are, and nothing where no value is known. */
export function pointsTable(
  views: readonly PointView[],
  columns: readonly Column[],
): readonly (readonly string[])[] {
  const shown = columns.filter((name) => name !== 'trend').flatMap(fieldsOf);
  return [
    shown.map(({ name }) => name),
    ...views.map((view) => shown.map(({ text }) => text(view))),
  ];
}

interface Field {
  readonly name: string;
  readonly text: (view: PointView) => string;
}

const FIELDS: Readonly<Record<Exclude<Column, 'trend'>, readonly Field[]>> = {
  point: [
    { name: 'point', text: ({ id }) => id },
    { name: 'label', text: ({ point }) => point.label ?? '' },
  ],
  value: [
    { name: 'value', text: ({ sample }) => String(sample.peek().value ?? '') },
    { name: 'text', text: ({ sample }) => sample.peek().text ?? '' },
  ],
  unit: [{ name: 'unit', text: ({ point }) => point.unit ?? '' }],
  quality: [
    { name: 'quality', text: ({ sample }) => sample.peek().quality },
    { name: 'cause', text: ({ sample }) => sample.peek().cause ?? '' },
  ],
  age: [{ name: 'time', text: ({ sample }) => sample.peek().time }],
  device: [{ name: 'device', text: ({ point }) => point.device }],
  address: [{ name: 'address', text: ({ point }) => point.address }],
  type: [{ name: 'type', text: ({ point }) => point.type }],
  category: [{ name: 'category', text: ({ point }) => point.category ?? '' }],
  every: [{ name: 'every_ms', text: ({ point }) => String(point.everyMs) }],
};

function fieldsOf(column: Column): readonly Field[] {
  return column === 'trend' ? [] : FIELDS[column];
}

/** Comma-separated, as RFC 4180 has it. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(csvField).join(',')).join('\r\n') + '\r\n';
}

/** For the clipboard: what a spreadsheet takes as cells. */
export function tabbedText(rows: readonly (readonly string[])[]): string {
  return rows
    .map((row) => row.map((cell) => cell.replace(/[\t\r\n]+/g, ' ')).join('\t'))
    .join('\n');
}

function csvField(text: string): string {
  // A spreadsheet must not take a text of a device for a formula.
  const safe = /^[=+@]|^-(?![\d.])/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
