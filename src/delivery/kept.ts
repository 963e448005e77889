import type { Sample } from '../telemetry/sample.ts';
import type { Refusal } from '../telemetry/sink.ts';
import { formatValue } from '../telemetry/format-value.ts';
import { restoreSample, storeSample } from './sample-text.ts';
import type { QuarantineEntry } from './sink-status.ts';

/** Of each: samples in the quarantine, and samples that wait for their receiver. */
export const MAX_KEPT = 10_000;
const VERSION = 1;
/** Lines beyond those that are needed before the file is written anew. */
const SPARE_LINES = 1_000;

/** A sample that its receiver did not take. */
export interface Kept extends Refusal {
  /** Never given twice. */
  readonly id: number;
  /** When it was first refused, microseconds since 1970. */
  readonly since: number;
}

/** Changes for the file: lines to append, or the whole text. */
export interface KeptChanges {
  readonly mode: 'append' | 'replace';
  readonly text: string;
}

/**
 * The samples that a receiver refused: for good (the quarantine) or for now (held). Each change is a line
 * of a file; lines that are no longer needed are dropped when there are too many of them.
 */
export class KeptSamples {
  readonly #type: string;
  readonly #quarantine = new Map<number, Kept>();
  readonly #held = new Map<number, Kept>();
  /** Of both, by point and time: one sample is kept once. */
  readonly #byKey = new Map<string, number>();
  #nextId = 1;
  #dropped = 0;
  #lines: string[] = [];
  #linesInFile = 0;
  #mustReplace = true;

  /** `type` of the sink: what another type of sink refused is not for this one. */
  constructor(type: string) {
    this.#type = type;
  }

  get quarantined(): number {
    return this.#quarantine.size;
  }

  get held(): number {
    return this.#held.size;
  }

  /** Samples that left the full quarantine unseen. */
  get dropped(): number {
    return this.#dropped;
  }

  entries(): readonly QuarantineEntry[] {
    return [...this.#quarantine.values()].map(({ id, sample, reason }) => ({
      id,
      point: sample.point.id,
      value: sample.value === undefined ? sample.quality : formatValue(sample.point, sample.value),
      at: sample.at,
      reason,
    }));
  }

  /** The last id that was given; 0 before the first. */
  get lastId(): number {
    return this.#nextId - 1;
  }

  /** Held samples with ids in (after, to], the oldest first: `limit`, and what belongs to the last of them. */
  heldBetween(after: number, to: number, limit: number): readonly Kept[] {
    const found: Kept[] = [];
    for (const kept of this.#held.values()) {
      if (kept.id <= after || kept.id > to) continue;
      const last = found.at(-1);
      if (found.length >= limit && last !== undefined && !isOneUnit(last.sample, kept.sample))
        break;
      found.push(kept);
    }
    return found;
  }

  /** Into the quarantine; when it is full the oldest leaves it, and is counted. */
  reject({ sample, reason }: Refusal, since: number): void {
    this.#remove(this.#byKey.get(keyOf(sample)));
    this.#add('quarantined', { id: this.#takeId(), sample, reason, since });
    if (this.#quarantine.size <= MAX_KEPT) return;
    this.#remove(this.#quarantine.keys().next().value);
    this.#dropped += 1;
  }

  /** Held until the receiver takes it; when too many are held the oldest goes into the quarantine. */
  defer({ sample, reason }: Refusal, since: number): void {
    const known = this.#byKey.get(keyOf(sample));
    if (known !== undefined && this.#held.has(known)) return;
    this.#remove(known);
    this.#add('held', { id: this.#takeId(), sample, reason, since });
    if (this.#held.size <= MAX_KEPT) return;
    for (const oldest of this.#held.values()) {
      this.reject({ sample: oldest.sample, reason: `${oldest.reason}; too many wait` }, since);
      return;
    }
  }

  /** Held samples that were first refused before `time` go into the quarantine. */
  giveUpBefore(time: number): void {
    for (const { sample, reason, since } of [...this.#held.values()]) {
      if (since < time) this.reject({ sample, reason: `${reason}; waited too long` }, since);
    }
  }

  /** The receiver has taken it. */
  settle(id: number): void {
    this.#remove(id);
  }

  /** The receiver has taken these after all, as after a crash that came between two files. */
  forget(samples: readonly Sample[]): void {
    if (this.#byKey.size === 0) return;
    for (const sample of samples) this.#remove(this.#byKey.get(keyOf(sample)));
  }

  /** From the quarantine back to those that wait; returns how many. */
  retry(ids: readonly number[] | undefined, now: number): number {
    const chosen = this.#chosen(ids);
    for (const { id, sample, reason } of chosen) {
      this.#remove(id);
      this.defer({ sample, reason }, now);
    }
    return chosen.length;
  }

  discard(ids?: readonly number[]): number {
    const chosen = this.#chosen(ids);
    for (const { id } of chosen) this.#remove(id);
    return chosen.length;
  }

  /** Reads the file; returns how many lines of it were damaged. What was cut off at the end is no damage. */
  load(text: string): number {
    const lines = text.split('\n');
    const isWhole = lines.pop() === '';
    let damaged = 0;
    for (const line of lines) if (!this.#apply(line)) damaged += 1;
    this.#lines = [];
    this.#linesInFile = lines.length;
    this.#mustReplace = !isWhole || damaged > 0;
    return damaged;
  }

  /** What the file lacks; undefined when nothing. The caller says `lost` when it could not be written. */
  takeChanges(): KeptChanges | undefined {
    const needed = this.#quarantine.size + this.#held.size + SPARE_LINES;
    if (this.#linesInFile + this.#lines.length > 2 * needed) this.#mustReplace = true;
    if (this.#lines.length === 0) return undefined;
    const lines = this.#mustReplace ? this.#all() : this.#lines;
    const mode = this.#mustReplace ? 'replace' : 'append';
    this.#linesInFile = lines.length + (this.#mustReplace ? 0 : this.#linesInFile);
    this.#lines = [];
    this.#mustReplace = false;
    return { mode, text: `${lines.join('\n')}\n` };
  }

  /** The changes that were taken did not reach the file: next time all of it is written. */
  lost(): void {
    this.#mustReplace = true;
    this.#lines.push('');
  }

  #all(): string[] {
    const header = JSON.stringify({ version: VERSION, type: this.#type, next: this.#nextId });
    const held = [...this.#held.values()].map((kept) => formatLine('held', kept));
    const rest = [...this.#quarantine.values()].map((kept) => formatLine('quarantined', kept));
    return [header, ...held, ...rest];
  }

  #apply(line: string): boolean {
    try {
      const parsed = JSON.parse(line) as Record<string, unknown>;
      if ('next' in parsed) return this.#applyHeader(parsed);
      if ('gone' in parsed) this.#remove(Number(parsed['gone']));
      else this.#restore(parsed);
      return true;
    } catch {
      return false;
    }
  }

  #applyHeader({ version, type, next }: Record<string, unknown>): boolean {
    if (version !== VERSION || type !== this.#type) return false;
    this.#nextId = Math.max(this.#nextId, Number(next));
    return true;
  }

  #restore({ id, state, reason, since, sample }: Record<string, unknown>): void {
    if (typeof id !== 'number' || (state !== 'held' && state !== 'quarantined')) {
      throw new TypeError('not a sample that was kept');
    }
    this.#nextId = Math.max(this.#nextId, id + 1);
    const kept = {
      id,
      sample: restoreSample(sample),
      reason: String(reason),
      since: Number(since),
    };
    this.#remove(this.#byKey.get(keyOf(kept.sample)));
    this.#add(state, kept);
  }

  #chosen(ids: readonly number[] | undefined): readonly Kept[] {
    if (ids === undefined) return [...this.#quarantine.values()];
    return [...new Set(ids)].flatMap((id) => this.#quarantine.get(id) ?? []);
  }

  #add(state: KeptState, kept: Kept): void {
    (state === 'held' ? this.#held : this.#quarantine).set(kept.id, kept);
    this.#byKey.set(keyOf(kept.sample), kept.id);
    this.#lines.push(formatLine(state, kept));
  }

  #remove(id: number | undefined): void {
    if (id === undefined) return;
    const kept = this.#held.get(id) ?? this.#quarantine.get(id);
    if (kept === undefined) return;
    this.#held.delete(id);
    this.#quarantine.delete(id);
    this.#byKey.delete(keyOf(kept.sample));
    this.#lines.push(JSON.stringify({ gone: id }));
  }

  #takeId(): number {
    this.#nextId += 1;
    return this.#nextId - 1;
  }
}

type KeptState = 'held' | 'quarantined';

function formatLine(state: KeptState, { id, reason, since, sample }: Kept): string {
  return JSON.stringify({ id, state, reason, since, sample: storeSample(sample) });
}

/** The time of a sample grows per point, so that both name one reading. */
function keyOf({ point, at }: Sample): string {
  return `${point.id}\n${at}`;
}

function isOneUnit(a: Sample, b: Sample): boolean {
  return a.at === b.at && a.point.device === b.point.device;
}
