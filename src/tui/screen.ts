import { characterWidth } from '../base/text-width.ts';
import { asciiOf } from './ascii.ts';
import type { Line } from './line.ts';
import { PLAIN, beginStyle, type Palette } from './style.ts';

/** In characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * What stands in each place, row by row. The second place of a wide letter holds an empty text, so that
 * whatever covers one half covers the letter.
 */
export interface Screen extends Size {
  readonly glyphs: readonly string[];
  readonly styles: Uint8Array;
}

/** The lines on a screen of this size: cut at its edges, blank where there is nothing. */
export function paint(lines: readonly Line[], size: Size, ascii = false): Screen {
  const { columns, rows } = size;
  const glyphs = new Array<string>(columns * rows).fill(' ');
  const styles = new Uint8Array(columns * rows);
  for (const [row, spans] of lines.slice(0, rows).entries()) {
    const start = row * columns;
    const end = start + columns;
    let at = start;
    for (const { text, style } of spans) {
      for (const character of text) {
        at = put(glyphs, styles, { at, start, end, character, style, ascii });
      }
    }
  }
  return { columns, rows, glyphs, styles };
}

/** More marks than this on one letter are no script but a nuisance. */
const MOST_MARKS = 4;

interface Put {
  readonly at: number;
  /** Of the row: its first place, and the one behind its last. */
  readonly start: number;
  readonly end: number;
  readonly character: string;
  readonly style: number;
  readonly ascii: boolean;
}

/** Puts one character and says where the next one stands. */
function put(
  glyphs: string[],
  styles: Uint8Array,
  { at, start, end, character, style, ascii }: Put,
): number {
  const width = characterWidth(character);
  if (width === 0) {
    // A mark belongs to the letter before it.
    const home = glyphs[at - 1] === '' ? at - 2 : at - 1;
    const letter = glyphs[home] ?? '';
    if (!ascii && home >= start && letter.length <= MOST_MARKS) glyphs[home] = letter + character;
    return at;
  }
  if (at + width > end) return end;
  glyphs[at] = ascii ? asciiOf(character) : character;
  styles[at] = style;
  if (width === 2) {
    glyphs[at + 1] = ascii ? '?' : '';
    styles[at + 1] = style;
  }
  return at + width;
}

/** Unchanged places that are sent again rather than jumped over: a jump takes about as many bytes. */
const BRIDGE = 6;

/**
 * What a terminal that shows `before` has to be sent to show `after`. Without `before`, or where the size
 * is another, the terminal is cleared first.
 */
export function difference(before: Screen | undefined, after: Screen, palette: Palette): string {
  const { columns, rows } = after;
  const known = before?.columns === columns && before.rows === rows ? before : undefined;
  let out = known === undefined ? `${beginStyle(PLAIN, palette)}\u001b[2J` : '';
  let style = -1;
  for (let row = 0; row < rows; row += 1) {
    for (const [first, last] of changedRuns(known, after, row)) {
      out += `\u001b[${row + 1};${first + 1}H`;
      for (let at = row * columns + first; at <= row * columns + last; at += 1) {
        const wanted = styleAt(after, at);
        if (wanted !== style) out += beginStyle(wanted, palette);
        style = wanted;
        out += after.glyphs[at] ?? ' ';
      }
    }
  }
  // The next frame, and whoever writes after us, begins with a plain style.
  return style > PLAIN ? out + beginStyle(PLAIN, palette) : out;
}

function styleAt({ styles }: Screen, at: number): number {
  return styles[at] ?? PLAIN;
}

/** First and last column of each stretch of a row that has to be sent. */
function changedRuns(
  before: Screen | undefined,
  after: Screen,
  row: number,
): readonly (readonly [first: number, last: number])[] {
  const { columns } = after;
  const runs: [number, number][] = [];
  for (let column = 0; column < columns; column += 1) {
    if (isSame(before, after, row * columns + column)) continue;
    const [first, last] = wholeLetter(after, row, column);
    const run = runs.at(-1);
    if (run !== undefined && first - run[1] <= BRIDGE) run[1] = last;
    else runs.push([first, last]);
    column = last;
  }
  return runs;
}

function isSame(before: Screen | undefined, after: Screen, at: number): boolean {
  if (before === undefined) return after.glyphs[at] === ' ' && after.styles[at] === PLAIN;
  return before.glyphs[at] === after.glyphs[at] && before.styles[at] === after.styles[at];
}

/** A wide letter is sent whole, whichever half of it differs. */
function wholeLetter(
  { glyphs, columns }: Screen,
  row: number,
  column: number,
): readonly [number, number] {
  const at = row * columns + column;
  if (glyphs[at] === '' && column > 0) return [column - 1, column];
  return [column, column + 1 < columns && glyphs[at + 1] === '' ? column + 1 : column];
}
