import { fitText, line, selectable, styled, type Line, type Span } from '../line.ts';
import { BOLD, PLAIN } from '../style.ts';
import { placeIn, type Scene } from '../ui-state.ts';

/** A column of a table: `width` places, and how its text stands in them. */
export interface Column {
  readonly title: string;
  readonly width: number;
  readonly align?: 'left' | 'right';
}

/** One cell: a text, or one in a style. */
export type Cell = string | Span;

/** Cells under their columns, with two spaces between them. */
export function tableLine(columns: readonly Column[], cells: readonly Cell[]): Line {
  return columns.flatMap(({ width, align }, index) => {
    const cell = cells[index] ?? '';
    const { text, style } = typeof cell === 'string' ? styled(cell, PLAIN) : cell;
    const fitted = styled(fitText(text, width, align), style);
    return index === 0 ? [fitted] : [styled('  ', PLAIN), fitted];
  });
}

/** The titles of the columns, as a line that stands above a list. */
export function headLine(columns: readonly Column[]): Line {
  return [
    styled(' ', PLAIN),
    ...tableLine(
      columns,
      columns.map(({ title }) => styled(title, BOLD)),
    ),
  ];
}

/** The last column that takes what the others leave, `least` places at least. */
export function restWidth(columns: readonly Column[], total: number, least = 8): number {
  // One place is the cursor's.
  const used = columns.reduce((sum, { width }) => sum + width + 2, 1);
  return Math.max(least, total - used);
}

/** The rows of a list that are seen, with the one under the cursor marked. */
export function listLines<Row>(
  scene: Scene,
  rows: readonly Row[],
  height: number,
  lineOf: (row: Row) => Line,
): readonly Line[] {
  const { cursor, top } = placeIn(scene.ui, rows.length, height);
  return rows
    .slice(top, top + Math.max(0, height))
    .map((row, index) => selectable(lineOf(row), top + index === cursor, scene.size.columns));
}

/** A heading with what is to be said of it: `POINTS  97 of 97`. */
export function heading(title: string, ...more: readonly (string | Span)[]): Line {
  const rest = more.flatMap((part) => ['  ', part]);
  return line(' ', styled(title, BOLD), ...rest);
}
