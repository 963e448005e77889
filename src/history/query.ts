import { BucketGrid, type Summary } from './bucket-grid.ts';
import { unpackChunk } from './chunk.ts';
import { planGrid, type GridPlan } from './grid-plan.ts';
import type { Head } from './head.ts';
import { withoutCrc, type HistoryFile } from './history-file.ts';
import type { HistoryQuestion } from './history.ts';
import { DamagedDataError } from './packing.ts';
import { BLOCK, blockOf, unpackRollup } from './rollup.ts';
import { rowsOf, type SeriesRows } from './series-rows.ts';
import { mergeRuns, type SampleRun } from './sample-run.ts';

type Damaged = (error: DamagedDataError) => void;

/** Answers from what is in memory and in the file, if there is one. */
export function answer(
  question: HistoryQuestion,
  heads: ReadonlyMap<string, Head>,
  file: HistoryFile | undefined,
  damaged: Damaged,
): SeriesRows[] {
  const plan = planGrid(question);
  return question.points.map((point) => {
    const head = heads.get(point);
    if (head === undefined) return rowsOf(point, plan.step, []);
    const grid = new BucketGrid(plan.origin, plan.step, plan.size);
    fill(grid, { question, plan, head, file, damaged });
    return rowsOf(point, plan.step, grid.summaries());
  });
}

interface Search {
  readonly question: HistoryQuestion;
  readonly plan: GridPlan;
  readonly head: Head;
  readonly file: HistoryFile | undefined;
  readonly damaged: Damaged;
}

function fill(grid: BucketGrid, search: Search): void {
  const { from, to } = search.question;
  const ready = readyBlocks(search);
  for (const block of [...otherBlocks(search, ready), ...ready.keys()].sort((a, b) => a - b)) {
    const summaries = ready.get(block);
    if (summaries === undefined) {
      addRun(grid, samplesOf(search, block), from, to);
    } else {
      for (const summary of summaries) grid.addSummary(summary);
    }
  }
}

/** Blocks that lie wholly within the question and have buckets that fit into those asked for. */
function readyBlocks({ question, plan, head, file, damaged }: Search): Map<number, Summary[]> {
  const ready = new Map<number, Summary[]>();
  const { level } = plan;
  if (file === undefined || head.series === undefined || level === undefined) return ready;
  const first = Math.ceil(question.from / BLOCK);
  const last = Math.floor(question.to / BLOCK) - 1;
  for (const { id, data } of file.rollups(head.series, level, first, last)) {
    // More of it has come since, and is in memory.
    if (head.blocks.has(id)) continue;
    const summaries = guard(damaged, () => unpackRollup(withoutCrc(data), id, level));
    if (summaries !== undefined) ready.set(id, summaries);
  }
  return ready;
}

/** Blocks whose samples must be read: in memory or in the file, and not ready. */
function otherBlocks(
  { question, head, file }: Search,
  ready: ReadonlyMap<number, unknown>,
): number[] {
  const [first, last] = [blockOf(question.from), blockOf(question.to - 1)];
  const inMemory = [...head.blocks.keys()].filter((block) => block >= first && block <= last);
  if (file === undefined || head.series === undefined) return inMemory;
  const isWhole = ready.size > 0 && last - first - 1 <= ready.size;
  // Finding out what there is costs as much as reading it: where all is ready, only the ends are left.
  const stored = isWhole
    ? rangeOf(first, last).filter((block) => !ready.has(block))
    : file.rawBlocks(head.series, first, last).filter((block) => !ready.has(block));
  return [...new Set([...inMemory, ...stored])];
}

function rangeOf(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function samplesOf({ head, file, damaged }: Search, block: number): SampleRun {
  const runs = head.runs(block);
  const stored = head.series === undefined ? undefined : file?.raw(head.series, block);
  if (stored !== undefined) {
    const run = guard(damaged, () => unpackChunk(withoutCrc(stored), block * BLOCK));
    if (run !== undefined) runs.unshift(run);
  }
  return mergeRuns(runs);
}

function addRun(grid: BucketGrid, { at, cells }: SampleRun, from: number, to: number): void {
  for (let index = 0; index < at.length; index += 1) {
    const time = at[index] ?? 0;
    if (time >= from && time < to) grid.add(time, cells[index] ?? NaN);
  }
}

/** One damaged row leaves a gap, and the rest can still be shown. */
function guard<T>(damaged: Damaged, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DamagedDataError)) throw error;
    damaged(error);
    return undefined;
  }
}
