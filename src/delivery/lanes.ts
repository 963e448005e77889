import { SinkUnavailableError } from '../base/errors.ts';
import type { Journal } from '../journal/journal.ts';
import type { Point } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { DeliveryMode } from '../telemetry/sink.ts';
import { type Batch, readBatch } from './batch.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import type { SinkState } from './sink-state.ts';

/** Progress over records that the sink does not want is worth no write to the disk of its own. */
const IDLE_SAVE_MS = 30_000;

export interface LanesParts {
  readonly state: SinkState;
  readonly journal: Journal;
  readonly wants: (point: Point) => boolean;
  readonly options: DeliveryOptions;
  /** Records were gone before they could be read. */
  readonly lose: (records: number) => void;
  /** Awaited between two reads. */
  readonly breathe: () => Promise<void>;
}

/** What becomes of a batch: all below `settled` is over, `left` is to be offered again. */
interface Settlement {
  readonly settled: number;
  readonly left: Batch | undefined;
}

/**
 * The two lanes that come from the journal: live, what happens now, and backlog, ranges that were missed. A batch
 * that was not taken stays in the hand of its lane. The cursor moves only in `settle`, over what nobody wants, and
 * where a person gives up what waits.
 */
export class Lanes {
  readonly #parts: LanesParts;
  #wants: (point: Point) => boolean;
  #hand: { live?: Batch | undefined; backlog?: Batch | undefined } = {};
  #mustJump = true;
  #written: Batch | undefined;

  constructor(parts: LanesParts) {
    this.#parts = parts;
    this.#wants = parts.wants;
  }

  useWants(wants: (point: Point) => boolean): void {
    this.#wants = wants;
  }

  wants(point: Point): boolean {
    return this.#wants(point);
  }

  get hasLive(): boolean {
    return this.#hand.live !== undefined;
  }

  /** After a failure, a pause or a start: live goes on at the end, and what lies between was missed. */
  jumpNext(): void {
    this.#mustJump = true;
  }

  /** The first sample in the hands, where that is as old as a sequence. */
  inHand(sequence: number): Sample | undefined {
    const { backlog, live } = this.#hand;
    return [backlog, live].find((batch) => batch !== undefined && batch.from <= sequence)
      ?.samples[0];
  }

  /** What waits and will be counted as lost when its turn comes. */
  gone(): number {
    const { live, backlog } = this.#hand;
    const { state, journal } = this.#parts;
    return state.cursor.gone(journal.first, backlog?.to ?? 0, live?.to ?? 0);
  }

  async nextLive(): Promise<Batch | undefined> {
    const { journal, options, state, lose, breathe } = this.#parts;
    const { cursor } = state;
    if (this.#hand.live !== undefined) return this.#hand.live;
    lose(cursor.expireLive(journal.first));
    // A sink too slow for what comes in would never see the present again.
    const isBehind = journal.durable - cursor.live > options.liveLagRecords;
    if (this.#mustJump || isBehind) cursor.jump(journal.durable);
    this.#mustJump = false;
    while (cursor.live < journal.durable) {
      const batch = await this.#read(cursor.live, journal.durable);
      // Given up while it was read.
      if (batch.from < cursor.live) continue;
      if (batch.samples.length > 0) return (this.#hand.live = batch);
      if (batch.to <= cursor.live) return undefined;
      cursor.advance(batch.to);
      state.touch(IDLE_SAVE_MS);
      await breathe();
    }
    return undefined;
  }

  async nextBacklog(): Promise<Batch | undefined> {
    const { state, journal, lose } = this.#parts;
    const { cursor } = state;
    if (this.#hand.backlog !== undefined) return this.#hand.backlog;
    lose(cursor.expireRanges(journal.first));
    const [range] = cursor.ranges;
    if (range === undefined) return undefined;
    const batch = await this.#read(range.from, range.to);
    if (batch.to <= batch.from) throw new SinkUnavailableError('the journal gives nothing');
    // Given up while it was read.
    if (cursor.ranges[0]?.from !== range.from) return undefined;
    if (batch.samples.length > 0) return (this.#hand.backlog = batch);
    cursor.deliver(batch.from, batch.to);
    state.touch(IDLE_SAVE_MS);
    return undefined;
  }

  /** Runs a write of a batch: what is being written is not given up by anybody meanwhile. */
  async whileWriting<T>(batch: Batch, write: () => Promise<T>): Promise<T> {
    this.#written = batch;
    try {
      return await write();
    } finally {
      this.#written = undefined;
    }
  }

  settle(batch: Batch, mode: DeliveryMode, { settled, left }: Settlement): void {
    const { cursor } = this.#parts.state;
    if (mode === 'live') cursor.advance(settled);
    // Also of a live batch: when what waited was given up meanwhile, it has become a range.
    cursor.deliver(batch.from, settled);
    this.#hand = { ...this.#hand, [mode]: left };
  }

  /** Gives up what is in the journal now, but for a batch that is being written; returns how many records. */
  drop(): number {
    const { state, journal } = this.#parts;
    const written = this.#written;
    const dropped = state.cursor.drop(journal.durable, written);
    const { live, backlog } = this.#hand;
    this.#hand = {
      live: live === written ? live : undefined,
      backlog: backlog === written ? backlog : undefined,
    };
    return dropped;
  }

  async #read(from: number, until: number): Promise<Batch> {
    const { journal, options, breathe, lose } = this.#parts;
    const request = { from, until, size: options.batchSamples, wants: this.#wants };
    const batch = await readBatch(journal, request, breathe);
    lose(batch.lost);
    return batch;
  }
}
