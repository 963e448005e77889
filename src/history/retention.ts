import type { Head } from './head.ts';
import type { HistoryFile } from './history-file.ts';
import type { HistoryLimits } from './protocol.ts';
import { blockOf } from './rollup.ts';

/** How often age is looked at. */
const EVERY_MS = 600_000;
/** A calendar that jumps so far ahead may be wrong; */
const JUMP_MICROS = 3_600_000_000;
/** then nothing is deleted for its age until it has stayed there for a day. */
const DOUBT_MS = 86_400_000;
/** Hours that are deleted in one go for the size of the file: a question must not wait long. */
const HOURS_PER_TICK = 24;

/** What is deleted and when: the oldest hours first, of all points. */
export class Retention {
  readonly #limits: HistoryLimits;
  #nextAt = -Infinity;
  #doubtUntil = -Infinity;
  #offset: number | undefined;

  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  /** Times as those of a Clock. */
  apply(file: HistoryFile, heads: Iterable<Head>, now: number, wall: number): void {
    const all = [...heads].filter(({ series }) => series !== undefined);
    if (this.#isTime(now, wall)) {
      deleteBelow(file, all, blockOf(wall - this.#limits.ageMs * 1000));
      file.shrink();
    }
    this.#keepSize(file, all);
  }

  #isTime(now: number, wall: number): boolean {
    const offset = wall - now * 1000;
    if (this.#offset !== undefined && offset - this.#offset > JUMP_MICROS) {
      this.#doubtUntil = now + DOUBT_MS;
    }
    this.#offset = offset;
    if (now < this.#nextAt || now < this.#doubtUntil) return false;
    this.#nextAt = now + EVERY_MS;
    return true;
  }

  #keepSize(file: HistoryFile, heads: readonly Head[]): void {
    if (file.usedBytes() <= this.#limits.bytes) return;
    for (let hour = 0; hour < HOURS_PER_TICK; hour += 1) {
      const oldest = Math.min(...heads.map((head) => head.oldest ?? Infinity));
      if (oldest === Infinity || file.usedBytes() <= this.#limits.bytes) break;
      deleteBelow(file, heads, oldest + 1);
    }
    file.shrink();
  }
}

function deleteBelow(file: HistoryFile, heads: readonly Head[], block: number): void {
  const stale = heads.filter(({ oldest }) => oldest !== undefined && oldest < block);
  if (stale.length === 0) return;
  file.transaction(() => {
    for (const { series } of stale) if (series !== undefined) file.deleteBlocksBelow(series, block);
  });
  for (const head of stale) {
    head.oldest = head.series === undefined ? undefined : file.oldestBlock(head.series);
  }
}
