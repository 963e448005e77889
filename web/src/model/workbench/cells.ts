import { NoValue } from '../../../../src/codec/value/no-value.ts';
import { numberCodec } from '../../../../src/codec/value/number-codec.ts';
import { BYTE_ORDERS, type ByteOrder } from '../../../../src/codec/value/value-type.ts';
import { bytesOf, hexWord } from '../words-of-registers.ts';

/** As what the registers of the grid are shown. */
export const KINDS = ['hex', 'u16', 'i16', 'u32', 'i32', 'f32', 'bits', 'text'] as const;
export type Kind = (typeof KINDS)[number];

export const ORDERS: readonly ByteOrder[] = BYTE_ORDERS;
export type { ByteOrder };

/** One cell of the grid: a register, or two that are one number. */
export interface Cell {
  /** Of its first register or bit, zero-based. */
  readonly start: number;
  readonly width: 1 | 2;
  readonly text: string;
}

/** Do numbers of this kind span two registers, so that their order matters? */
export function isWide(kind: Kind): boolean {
  return kind === 'u32' || kind === 'i32' || kind === 'f32';
}

/** The cells of registers from `start` on. A register that is left over from a pair is shown as it is. */
export function cellsOf(
  words: readonly number[],
  start: number,
  kind: Kind,
  order: ByteOrder,
): readonly Cell[] {
  const cells: Cell[] = [];
  for (let at = 0; at < words.length;) {
    const isPair = isWide(kind) && at + 1 < words.length;
    const width = isPair ? 2 : 1;
    const some = words.slice(at, at + width);
    cells.push({ start: start + at, width, text: textOf(some, kind, order) });
    at += width;
  }
  return cells;
}

/** Coils and discrete inputs: one cell each. */
export function bitCells(bits: readonly number[], start: number): readonly Cell[] {
  return bits.map((bit, at) => ({ start: start + at, width: 1, text: String(bit) }));
}

/** Cells in rows of so many registers; a pair never stands in two rows where that is even. */
export function rowsOf(cells: readonly Cell[], start: number, columns: number): readonly Row[] {
  const rows: { start: number; cells: Cell[] }[] = [];
  for (const cell of cells) {
    const index = Math.floor((cell.start - start) / columns);
    rows[index] ??= { start: start + index * columns, cells: [] };
    rows[index].cells.push(cell);
  }
  return rows;
}

export interface Row {
  readonly start: number;
  readonly cells: readonly Cell[];
}

function textOf(words: readonly number[], kind: Kind, order: ByteOrder): string {
  const [word = 0] = words;
  if (kind === 'hex' || (isWide(kind) && words.length < 2)) return hexWord(word).slice(2);
  if (kind === 'bits') return word.toString(2).padStart(16, '0');
  if (kind === 'text') return [word >> 8, word & 0xff].map(characterOf).join('');
  const value = numberCodec(kind, order).decode(new DataView(bytesOf(words).buffer), 0);
  if (value instanceof NoValue) return 'NaN';
  return kind === 'f32' ? floatText(Number(value)) : String(value);
}

/** The digits that fit into a cell: a measurement has no more. */
function floatText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e7)) return value.toExponential(3);
  return String(Number(value.toPrecision(7)));
}

function characterOf(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}
