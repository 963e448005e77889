import { judge, type Judgement } from '../../base/standing.ts';
import { textWidth } from '../../base/text-width.ts';
import { knownCells, stepOf } from '../concerns.ts';
import { fitLine, line, styled, type Line, type Span } from '../line.ts';
import type { Matrix, MatrixCell } from '../matrix.ts';
import type { PointView, SiteModel } from '../site-model.ts';
import { ALARM, BOLD, PLAIN, WARN } from '../style.ts';
import { valueText } from '../texts.ts';

/** Between two matrices that stand side by side. */
const GAP = 4;
/** A row of fewer is no matrix any more. */
const FEWEST_IN_ROW = 5;
/** Ten in a row count themselves; more do not. */
const MOST_IN_ROW = 10;

/** A matrix with what its cells are worth, ready to be drawn. */
interface Block {
  readonly matrix: Matrix;
  readonly cells: readonly DrawnCell[];
  /** Places of one value. */
  readonly width: number;
  readonly judgement: Judgement | undefined;
  readonly decimals: number;
}

interface DrawnCell {
  readonly number: number;
  readonly text: string;
  /** To its left and right; a space where nothing is to be said. */
  readonly marks: readonly [string, string];
  readonly style: number;
}

/**
 * Matrices as lines, side by side where they are numbered alike and there is room. Members that are far
 * from the others stand between `▲▲` or `▼▼`, those that are apart between brackets, so that no colour is
 * needed.
 */
export function matrixLines(
  site: SiteModel,
  matrices: readonly Matrix[],
  columns: number,
): readonly Line[] {
  const out: Line[] = [];
  const waiting = matrices.map((matrix) => blockOf(site, matrix));
  while (waiting.length > 0) {
    const band = bandOf(waiting, columns);
    waiting.splice(0, band.length);
    out.push(...bandLines(band, columns));
  }
  return out;
}

/** The first blocks, as many as stand side by side. */
function bandOf(blocks: readonly Block[], columns: number): readonly Block[] {
  let band = blocks.slice(0, 1);
  for (let size = 2; size <= blocks.length; size += 1) {
    const wider = blocks.slice(0, size);
    if (!areNumberedAlike(wider) || inRow(wider, columns) < FEWEST_IN_ROW) break;
    band = wider;
  }
  return band;
}

function areNumberedAlike(blocks: readonly Block[]): boolean {
  const numbers = blocks.map(({ cells }) => cells.map(({ number }) => number).join());
  return numbers.every((text) => text === numbers[0]);
}

/** How many cells of each block a row of the screen has room for. */
function inRow(blocks: readonly Block[], columns: number): number {
  const perCell = blocks.reduce((sum, { width }) => sum + width + 1, 0);
  const between = GAP * (blocks.length - 1) + blocks.length;
  const room = columns - 1 - labelWidth(blocks) - between;
  return Math.max(1, Math.min(MOST_IN_ROW, Math.floor(room / perCell)));
}

function labelWidth([first]: readonly Block[]): number {
  const widest = first?.cells.at(-1)?.number ?? 0;
  return String(widest).length;
}

function bandLines(band: readonly Block[], columns: number): readonly Line[] {
  const perRow = inRow(band, columns);
  const count = band[0]?.cells.length ?? 0;
  const label = labelWidth(band);
  const widths = band.map(({ width }) => perRow * (width + 1) + 1);
  const heads = band.map((block, index) => {
    const isLast = index + 1 === band.length;
    const used = widths.slice(0, index).reduce((sum, width) => sum + width + GAP, 0);
    const room = isLast ? columns - 1 - label - used : (widths[index] ?? 0);
    const head = headOf(block, room + (index === 0 ? label : 0), index > 0);
    return isLast ? head : fitLine(head, room + GAP + (index === 0 ? label : 0));
  });
  const out: Line[] = [[styled(' ', PLAIN), ...heads.flat()]];
  for (let first = 0; first < count; first += perRow) {
    const number = String(band[0]?.cells[first]?.number ?? '').padStart(label);
    const parts = band.map(({ cells, width }, index) => {
      const row = cellSpans(cells.slice(first, first + perRow), width);
      return index + 1 === band.length ? row : fitLine(row, (widths[index] ?? 0) + GAP);
    });
    out.push(line(` ${number}`, ...parts.flat()));
  }
  return out;
}

/**
 * `Monoblock voltage (V)  median 13.118  spread 0.691`, or as much of it as there is room for. Beside another
 * one the first word, which they share, may go.
 */
function headOf({ matrix, judgement, decimals }: Block, room: number, isSecond: boolean): Line {
  const unit = matrix.unit === undefined ? '' : ` (${matrix.unit})`;
  const title = `${matrix.title}${unit}`;
  const median = judgement === undefined ? '' : `  median ${judgement.median.toFixed(decimals)}`;
  const spread = judgement === undefined ? '' : `  spread ${spreadOf(judgement).toFixed(decimals)}`;
  const short = isSecond ? title.slice(title.indexOf(' ') + 1) : title;
  const forms: readonly (readonly [string, string])[] = [
    [title, median + spread],
    [title, median],
    [short, median],
    [title, ''],
    [short, ''],
  ];
  const [head, rest] = forms.find(([a, b]) => textWidth(a + b) <= room) ?? [short, ''];
  return line(styled(head, BOLD), rest);
}

/** The right mark of one cell and the left of the next share a place. */
function cellSpans(cells: readonly DrawnCell[], width: number): Line {
  const spans: Span[] = [];
  let before = styled(' ', PLAIN);
  for (const { text, marks, style } of cells) {
    spans.push(marks[0] === ' ' ? before : styled(marks[0], style));
    spans.push(styled(text.padStart(width), style));
    before = styled(marks[1], marks[1] === ' ' ? PLAIN : style);
  }
  return [...spans, before];
}

function blockOf(site: SiteModel, matrix: Matrix): Block {
  const known = knownCells(site, matrix);
  const views = known.map(({ view }) => view);
  const judgement = judge(
    known.map(({ value }) => value),
    stepOf(views),
  );
  const cells = matrix.cells
    .map((cell) => drawnCell(cell, site.point(cell.id), judgement, isAlarmed(site, cell.id)))
    .filter((cell) => cell !== undefined);
  return {
    ...{ matrix, cells, judgement },
    width: Math.max(1, ...cells.map(({ text }) => text.length)),
    decimals: views[0]?.point.decimals ?? 0,
  };
}

function isAlarmed({ alarms }: SiteModel, id: string): boolean {
  return [...(alarms?.values() ?? [])].some(
    ({ device, point, active, state }) =>
      active && state !== 'shelved' && `${device ?? ''}.${point ?? ''}` === id,
  );
}

/** Undefined for a member that is not there. */
function drawnCell(
  { number }: MatrixCell,
  view: PointView | undefined,
  judgement: Judgement | undefined,
  alarmed: boolean,
): DrawnCell | undefined {
  if (view === undefined || view.sample.cause === 'not-present') return undefined;
  const { point, sample } = view;
  const text = valueText(point, sample);
  if (sample.quality === 'bad') return { number, text, marks: [' ', ' '], style: ALARM };
  if (typeof sample.value !== 'number' || judgement === undefined) {
    return { number, text, marks: [' ', ' '], style: PLAIN };
  }
  const standing = alarmed ? 'far' : judgement.standing(sample.value);
  const sign = sample.value < judgement.median ? '▼' : '▲';
  if (standing === 'far') return { number, text, marks: [sign, sign], style: ALARM };
  if (standing === 'apart') return { number, text, marks: ['[', ']'], style: WARN };
  if (sample.quality === 'stale') return { number, text, marks: ['?', ' '], style: WARN };
  return { number, text, marks: [' ', ' '], style: PLAIN };
}

/** How the first matrix of a device lies, in a few words: `spread 0.691 V ▲`. */
export function spreadSpans(site: SiteModel, [first]: readonly Matrix[]): Line {
  if (first === undefined) return [];
  const { cells, judgement, decimals, matrix } = blockOf(site, first);
  if (judgement === undefined) return [];
  const style = cells.reduce((worst, cell) => Math.max(worst, cell.style), PLAIN);
  const unit = matrix.unit === undefined ? '' : ` ${matrix.unit}`;
  const spread = styled(`${spreadOf(judgement).toFixed(decimals)}${unit}`, BOLD | style);
  return line('spread ', spread, styled(style === PLAIN ? '' : ' ▲', style));
}

function spreadOf({ lowest, highest }: Judgement): number {
  return highest - lowest;
}
