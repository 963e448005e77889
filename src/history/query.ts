import { BucketGrid, type Summary } from './bucket-grid.ts';
import { unpackChunk } from './chunk.ts';
import { planGrid, type GridPlan } from './grid-plan.ts';
import type { Head } from './head.ts';
import { withoutCrc, type HistoryFile } from './history-file.ts';
import type { HistoryBefore, HistoryQuestion } from './history.ts';
import { DamagedDataError } from './packing.ts';
import { BLOCK, blockOf, unpackRollup } from './rollup.ts';
import { rowsOf, type SeriesRows } from './series-rows.ts';
import type { Runs } from './runs.ts';
import { mergeRuns, type SampleRun } from './sample-run.ts';

/** Hours looked through for the value before a question: one has it, but for damage or what lies behind it. */
const MAX_LOOKS = 3;

type Damaged = (error: DamagedDataError) => void;

/** Answers from what is in memory and in the file, if there is one. */
export function answer(
  question: HistoryQuestion,
  { heads, file, runs }: Kept,
  damaged: Damaged,
): SeriesRows[] {
  const plan = planGrid(question);
  return question.points.map((point) => {
    const head = heads.get(point);
    if (head === undefined) return rowsOf(point, plan.step, []);
    const grid = new BucketGrid(plan.origin, plan.step, plan.size);
    const search = { question, plan, head, file, damaged };
    const before = standingBefore(search, runs.beginOf(question.from));
    fill(grid, search, before.edge);
    return rowsOf(point, plan.step, grid.summaries(), before.found);
  });
}

/** Where there is something to look through. */
export interface Kept {
  readonly heads: ReadonlyMap<string, Head>;
  readonly file: HistoryFile | undefined;
  readonly runs: Runs;
}

interface Search {
  readonly question: HistoryQuestion;
  readonly plan: GridPlan;
  readonly head: Head;
  readonly file: HistoryFile | undefined;
  readonly damaged: Damaged;
}

/** The samples of one hour. */
interface Edge {
  readonly block: number;
  readonly run: SampleRun;
}

/**
 * The newest sample before the question and not before `runBegin`, and the samples of the hour in which the
 * question begins, where they were read for it. Reads one hour, whenever that was.
 */
function standingBefore(
  search: Search,
  runBegin: number | undefined,
): { readonly found?: HistoryBefore; readonly edge: Edge | undefined } {
  const { from } = search.question;
  if (runBegin === undefined || runBegin >= from) return { edge: undefined };
  let edge: Edge | undefined;
  let last = blockOf(from - 1);
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const block = newestBlock(search, last);
    if (block === undefined || (block + 1) * BLOCK <= runBegin) break;
    const run = samplesOf(search, block);
    if (block === blockOf(from)) edge = { block, run };
    const found = newestBefore(run, from);
    if (found !== undefined) return { edge, ...(found.at >= runBegin && { found }) };
    last = block - 1;
  }
  return { edge };
}

function newestBefore({ at, cells }: SampleRun, from: number): HistoryBefore | undefined {
  const place = at.findLastIndex((time) => time < from);
  const [time, value = NaN] = [at[place], cells[place]];
  if (time === undefined) return undefined;
  return { at: time, ...(!Number.isNaN(value) && { value }) };
}

/** The newest hour with samples that is not above `last`. */
function newestBlock({ head, file }: Search, last: number): number | undefined {
  const stored = head.series === undefined ? undefined : file?.newestRawBlock(head.series, last);
  const inMemory = [...head.blocks.keys()].filter((block) => block <= last);
  const newest = Math.max(stored ?? -Infinity, ...inMemory);
  return newest === -Infinity ? undefined : newest;
}

function fill(grid: BucketGrid, search: Search, edge: Edge | undefined): void {
  const { from, to } = search.question;
  const ready = readyBlocks(search);
  for (const block of [...otherBlocks(search, ready), ...ready.keys()].sort((a, b) => a - b)) {
    const summaries = ready.get(block);
    if (summaries === undefined) {
      const run = edge?.block === block ? edge.run : samplesOf(search, block);
      addRun(grid, run, from, to);
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
