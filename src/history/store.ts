import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '../base/errors.ts';
import { utcIso } from '../base/time-format.ts';
import { packChunk, unpackChunk } from './chunk.ts';
import { Head, type OpenBlock, type Part } from './head.ts';
import { HistoryFile, isDamage, withoutCrc, type SqliteModule } from './history-file.ts';
import type { HistoryAnswer, HistoryQuestion } from './history.ts';
import { packRecent, unpackRecent } from './recent.ts';
import type { Batch, StoreOptions, StoreStatus } from './protocol.ts';
import { answer } from './query.ts';
import { Retention } from './retention.ts';
import { BLOCK, blockOf, levelsFor, packRollup, rollUp } from './rollup.ts';
import { Runs } from './runs.ts';
import { mergeRuns } from './sample-run.ts';
import type { SeriesRows } from './series-rows.ts';

export const FILE_NAME = 'history.sqlite';

/** A block that nobody has added to for so long gets its row. */
const SEAL_AFTER_MS = 60_000;
/** Blocks that get their row in one go: a question must not wait long behind them. */
const SEALS_PER_TICK = 64;
/** Bytes of packed samples in memory beyond which also blocks that still grow get their row. */
const MAX_OPEN_BYTES = 24e6;
/** Samples that wait for a disk that does not take them. */
const MAX_UNWRITTEN = 2_000_000;
/** How far a kill may put back the end of a run in which nothing was recorded. */
const SAVE_RUN_MS = 60_000;
/** Bytes of one row of `recent`. */
const MAX_ROW = 1e6;

/** What the store says aside. */
export type Warn = (message: string) => void;

/**
 * The history itself, without threads and timers. The newest samples of each point are in memory,
 * packed, and in rows of `recent` as they came. When an hour is over it becomes one row per point,
 * with its buckets; what comes late is merged into it. So no order of samples is needed, and a sample
 * that comes twice is found when its hour is put together.
 */
export class HistoryStore {
  readonly #sqlite: SqliteModule;
  readonly #folder: string;
  readonly #warn: Warn;
  readonly #retention: Retention;
  readonly #heads = new Map<string, Head>();
  readonly #keys = new Map<number, Head>();
  readonly #runs: Runs;
  #runSavedAt = -Infinity;
  #isTorn = false;
  #file: HistoryFile | undefined;
  #unwritten: Part[] = [];
  #waiting = 0;
  #dropped = 0;
  #error: string | undefined;
  #damaged = 0;

  constructor(
    sqlite: SqliteModule,
    { folder, limits, runsSince, started }: StoreOptions,
    warn: Warn,
  ) {
    this.#sqlite = sqlite;
    this.#folder = folder;
    this.#warn = warn;
    this.#retention = new Retention(limits);
    this.#runs = new Runs(runsSince, started);
    this.#attempt(() => undefined);
  }

  record({ names, keys, at, values, texts }: Batch): void {
    for (const [key, point] of names) this.#keys.set(key, this.#head(point));
    const words = new Map(texts);
    for (let index = 0; index < keys.length; index += 1) {
      if (this.#waiting >= MAX_UNWRITTEN) {
        this.#dropped += keys.length - index;
        this.#isTorn = true;
        return;
      }
      const head = this.#keys.get(keys[index] ?? 0);
      head?.add(at[index] ?? 0, words.get(index) ?? values[index] ?? NaN);
      this.#waiting += 1;
    }
  }

  /**
   * Writes what came since the last time, and does what time asks for. Times as those of a Clock; `lost`:
   * samples were given up on their way here.
   */
  tick(now: number, wall: number, lost = false): void {
    this.#packAll(now);
    if (this.#isTorn || lost) this.#runs.cut(wall);
    if (this.#runs.live(now, wall) || this.#isTorn || lost) this.#runSavedAt = -Infinity;
    this.#isTorn = false;
    this.#attempt((file) => {
      this.#write(file, now);
      this.#seal(file, now, blockOf(wall));
      this.#retention.apply(file, this.#heads.values(), now, wall);
    });
  }

  query(
    question: HistoryQuestion,
    now: number,
  ): { series: SeriesRows[]; off: HistoryAnswer['off'] } {
    for (const point of question.points) {
      const head = this.#heads.get(point);
      if (head !== undefined) this.#pack(head, now);
    }
    const off = this.#runs.offBetween(question.from, question.to);
    try {
      return { series: this.#answer(question), off };
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#putAside(error);
      return { series: this.#answer(question), off };
    }
  }

  status(): StoreStatus {
    const oldest = Math.min(...[...this.#heads.values()].map(oldestOf));
    return {
      ...(this.#error !== undefined && { error: this.#error }),
      bytes: sizeOf(join(this.#folder, FILE_NAME)) + sizeOf(join(this.#folder, `${FILE_NAME}-wal`)),
      points: this.#heads.size,
      ...(oldest !== Infinity && { oldestAt: oldest * BLOCK }),
      dropped: this.#dropped,
    };
  }

  close(now: number, wall: number): void {
    this.#packAll(now);
    this.#runs.live(now, wall);
    this.#runSavedAt = -Infinity;
    this.#attempt((file) => this.#write(file, now));
    this.#dropped += this.#waiting;
    this.#file?.close();
    this.#file = undefined;
  }

  #answer(question: HistoryQuestion): SeriesRows[] {
    const kept = { heads: this.#heads, file: this.#file, runs: this.#runs };
    return answer(question, kept, (error) => this.#sawDamage(error));
  }

  #head(point: string): Head {
    let head = this.#heads.get(point);
    if (head === undefined) {
      head = new Head(point);
      this.#heads.set(point, head);
    }
    return head;
  }

  #packAll(now: number): void {
    for (const head of this.#heads.values()) this.#pack(head, now);
  }

  #pack(head: Head, now: number): void {
    this.#unwritten.push(...head.pack(now));
  }

  /** Does something with the file, opens it first when need be, and remembers whether it went well. */
  #attempt(work: (file: HistoryFile) => void): void {
    try {
      this.#file ??= this.#open();
      work(this.#file);
      this.#error = undefined;
    } catch (error) {
      this.#error = describeError(error);
      if (isDamage(error)) this.#putAside(error);
    }
  }

  #open(): HistoryFile {
    mkdirSync(this.#folder, { recursive: true });
    const path = join(this.#folder, FILE_NAME);
    let file: HistoryFile | undefined;
    try {
      file = new HistoryFile(this.#sqlite, path);
      this.#load(file);
      return file;
    } catch (error) {
      file?.close();
      if (!isDamage(error)) throw error;
      this.#putAside(error);
      return new HistoryFile(this.#sqlite, path);
    }
  }

  #load(file: HistoryFile): void {
    this.#runs.restore(file.runs());
    for (const [point, id] of file.series()) {
      const head = this.#head(point);
      head.series = id;
      head.oldest = file.oldestBlock(id);
    }
    const bySeries = new Map([...this.#heads.values()].map((head) => [head.series, head]));
    for (const { id, data } of file.recent()) {
      try {
        for (const { series, block, bytes } of unpackRecent(withoutCrc(data))) {
          const open = bySeries.get(series)?.addPart(block, bytes, -Infinity);
          if (open !== undefined) open.firstRow = Math.min(open.firstRow, id);
        }
      } catch (error) {
        this.#sawDamage(error);
      }
    }
  }

  #write(file: HistoryFile, now: number): void {
    if (this.#unwritten.length === 0) {
      if (now - this.#runSavedAt < SAVE_RUN_MS) return;
      file.writeRun(this.#runs.current);
      this.#runSavedAt = now;
      return;
    }
    const parts = this.#unwritten;
    const known = file.transaction(() => {
      const ids = new Map<Head, number>();
      for (const { head } of parts) {
        if (head.series === undefined && !ids.has(head)) ids.set(head, file.addSeries(head.point));
      }
      const idOf = (head: Head): number => head.series ?? ids.get(head) ?? 0;
      file.writeRun(this.#runs.current);
      const rows = packRecent(parts, idOf, MAX_ROW).map((row) => file.appendRecent(row));
      return { ids, firstRow: Math.min(...rows) };
    });
    for (const [head, id] of known.ids) head.series = id;
    for (const { head, block } of parts) {
      const open = head.blocks.get(block);
      if (open !== undefined) open.firstRow = Math.min(open.firstRow, known.firstRow);
    }
    this.#unwritten = [];
    this.#waiting = 0;
    this.#runSavedAt = now;
  }

  /** Gives blocks that are over their rows, and forgets the rows of `recent` that nobody needs then. */
  #seal(file: HistoryFile, now: number, current: number): void {
    const open = [...this.#heads.values()].flatMap((head) =>
      [...head.blocks].map(([block, state]) => ({ head, block, state })),
    );
    const batch = dueBlocks(open, now, current);
    if (batch.length === 0) return;
    file.transaction(() => {
      for (const { head, block } of batch) this.#sealOne(file, head, block);
    });
    for (const { head, block } of batch) {
      head.blocks.delete(block);
      head.oldest = Math.min(head.oldest ?? Infinity, block);
    }
    const needed = open.reduce(
      (first, { head, block, state }) =>
        head.blocks.has(block) ? Math.min(first, state.firstRow) : first,
      Infinity,
    );
    file.deleteRecentBelow(needed === Infinity ? Number.MAX_SAFE_INTEGER : needed);
  }

  #sealOne(file: HistoryFile, head: Head, block: number): void {
    const { series } = head;
    if (series === undefined) return;
    const stored = file.raw(series, block);
    const runs = head.runs(block);
    if (stored !== undefined) {
      try {
        runs.unshift(unpackChunk(withoutCrc(stored), block * BLOCK));
      } catch (error) {
        this.#sawDamage(error);
      }
    }
    const run = mergeRuns(runs);
    const rollups = new Map<number, Uint8Array>();
    for (const level of levelsFor(run.at.length)) {
      rollups.set(level, packRollup(rollUp(run, block, level), block, level));
    }
    file.writeBlock({ series, block, raw: packChunk(run, block * BLOCK), rollups });
  }

  #sawDamage(error: unknown): void {
    this.#damaged += 1;
    if (this.#damaged === 1) {
      this.#warn(`a part of the history is damaged and left out: ${describeError(error)}`);
    }
  }

  /** The next file begins with what is in memory. */
  #putAside(error: unknown): void {
    this.#file?.close();
    this.#file = undefined;
    try {
      this.#moveAway(error);
    } catch (failure) {
      this.#error = describeError(failure);
    }
    this.#unwritten = [];
    this.#runSavedAt = -Infinity;
    for (const head of this.#heads.values()) {
      head.series = undefined;
      head.oldest = undefined;
      for (const [block, open] of head.blocks) {
        open.firstRow = Infinity;
        for (const part of head.parts(block)) {
          this.#unwritten.push({ head, block, bytes: part.slice() });
        }
      }
    }
  }

  /** Keeps one damaged file for a person to look at; an older one goes. */
  #moveAway(error: unknown): void {
    const prefix = `${FILE_NAME}.damaged-`;
    for (const name of readdirSync(this.#folder)) {
      if (name.startsWith(prefix)) rmSync(join(this.#folder, name));
    }
    const path = join(this.#folder, FILE_NAME);
    const name = `${prefix}${utcIso(statSync(path).mtimeMs * 1000).replaceAll(/[-:.]/g, '')}`;
    renameSync(path, join(this.#folder, name));
    for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
    this.#warn(
      `the history was damaged (${describeError(error)}): it is kept as ${name}, a new one begins`,
    );
  }
}

interface OpenEntry {
  readonly head: Head;
  readonly block: number;
  readonly state: OpenBlock;
}

/** Blocks that are over; where memory is short also those that still grow, the largest first. */
function dueBlocks(open: readonly OpenEntry[], now: number, current: number): OpenEntry[] {
  const most = Math.max(SEALS_PER_TICK, Math.ceil(open.length / 16));
  const due = open.filter(
    ({ block, state }) => block !== current && now - state.touchedAt >= SEAL_AFTER_MS,
  );
  const bytes = open.reduce((sum, { state }) => sum + state.packed.length, 0);
  if (due.length > 0 || bytes <= MAX_OPEN_BYTES) return due.slice(0, most);
  const largest = [...open].sort((a, b) => b.state.packed.length - a.state.packed.length);
  let excess = bytes - MAX_OPEN_BYTES;
  return largest.slice(0, most).filter(({ state }) => {
    const isNeeded = excess > 0;
    excess -= state.packed.length;
    return isNeeded;
  });
}

function oldestOf({ oldest = Infinity, blocks }: Head): number {
  return Math.min(oldest, ...blocks.keys());
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
