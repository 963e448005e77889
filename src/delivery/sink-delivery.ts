import { Backoff } from '../base/backoff.ts';
import { type Clock, sleep } from '../base/clock.ts';
import { describeError, SinkUnavailableError, UsageError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Journal, JournalStatus } from '../journal/journal.ts';
import type { Point } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Delivery, DeliveryMode, PointName, Sink } from '../telemetry/sink.ts';
import type { Site } from '../telemetry/site.ts';
import { type Batch, restOf } from './batch.ts';
import { HeldLane } from './held-lane.ts';
import { Lanes } from './lanes.ts';
import { Nap } from './nap.ts';
import { OldestWaiting } from './oldest-waiting.ts';
import { RateMeter } from './rate-meter.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import type { SinkState } from './sink-state.ts';
import type { SinkStatus } from './sink-status.ts';
import { withDeadline } from './with-deadline.ts';

/** A receiver may ask to be left alone, but not for ever. */
const MAX_RETRY_AFTER_MS = 3_600_000;
/** Live batches in a row after which what was missed has a turn too. */
const LIVE_TURNS = 4;
/** So much of a record is shown. */
const MAX_SHOWN = 4_000;

export interface SinkDeliveryParts {
  readonly name: string;
  readonly type: string;
  readonly sink: Sink;
  readonly wants: (point: Point) => boolean;
  readonly state: SinkState;
  readonly site: Site;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly options: DeliveryOptions;
}

/**
 * Brings the records of the journal to one sink.
 *
 * Theory of operation. One loop offers one batch at a time, so that the sink needs no lock. A batch comes
 * from one of three lanes: live, what happens now; backlog, ranges that were missed; held, what the
 * receiver did not want yet. Live has precedence; the others have a turn where live has nothing, and after
 * each few live batches, at a bounded rate. A batch that was not taken stays in the hand of its lane. After
 * a failure, a pause or a start, the live lane goes on at the end of the journal, and what lies between
 * becomes a range of the backlog. The cursor moves only when the receiver has taken charge.
 */
export class SinkDelivery {
  readonly #parts: SinkDeliveryParts;
  readonly #state: SinkState;
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #held: HeldLane;
  readonly #meter: RateMeter;
  readonly #lanes: Lanes;
  readonly #oldest: OldestWaiting;
  readonly #nap: Nap;
  /** Aborts when stopping has taken too long. */
  readonly #stop = new AbortController();
  /** Aborts at once when stopping: it ends pauses, not writes. */
  readonly #rest = new AbortController();
  #liveTurns = 0;
  #backlogAt = 0;
  #done: Promise<void> = Promise.resolve();
  #failure: { readonly message: string; readonly at: number } | undefined;
  #lastSuccessAt: number | undefined;
  #delivered = 0;
  #rejected = 0;
  #lost = 0;
  #dropped = 0;

  constructor(parts: SinkDeliveryParts) {
    this.#parts = parts;
    this.#state = parts.state;
    this.#clock = parts.clock;
    this.#backoff = new Backoff(parts.options.backoff);
    this.#held = new HeldLane(parts.state.kept, parts.clock, parts.options);
    this.#meter = new RateMeter(parts.clock.now());
    this.#nap = new Nap(parts.clock, this.#rest.signal);
    this.#oldest = new OldestWaiting(parts.journal);
    this.#lanes = new Lanes({
      ...parts,
      lose: (records) => this.#lose(records),
      breathe: async () => this.#nap.breathe(),
    });
  }

  start(): void {
    this.#done = this.#run().catch((error: unknown) => {
      // Whatever it was, it is the end of this sink and of nothing else.
      this.#note(error);
      this.#parts.logger.error('the delivery has ended', { sink: this.#parts.name });
    });
  }

  /**
   * Lets a write that is under way end, offers what is new once more, closes the sink and keeps the
   * cursor; ends in any case when `stopMs` have passed twice.
   */
  async stop(): Promise<void> {
    const { stopMs } = this.#parts.options;
    this.#rest.abort();
    this.#nap.wake();
    const cancel = this.#clock.alarm(this.#clock.now() + stopMs, () => this.#stop.abort());
    const limit = { clock: this.#clock, ms: 2 * stopMs };
    await withDeadline(limit, async () => this.#done).catch(() => undefined);
    cancel();
    this.#stop.abort();
    await withDeadline(limit, async () => this.#state.close()).catch(() => undefined);
  }

  useWants(wants: (point: Point) => boolean): void {
    this.#lanes.useWants(wants);
  }

  async test(): Promise<string> {
    const { sink, type, options } = this.#parts;
    if (sink.test === undefined) throw new UsageError(`a sink of type ${type} cannot be tested`);
    const limit = { clock: this.#clock, ms: options.writeMs, stop: this.#stop.signal };
    return withDeadline(limit, async (signal) => sink.test?.(signal) ?? '');
  }

  pause(isPaused: boolean): void {
    this.#state.isPaused = isPaused;
    this.#lanes.jumpNext();
    void this.#state.flush();
    this.#nap.wake();
  }

  retry(ids?: readonly number[]): number {
    const count = this.#state.kept.retry(ids, this.#clock.wallMicros());
    this.#held.hurry();
    this.#state.touch();
    this.#nap.wake();
    return count;
  }

  discard(ids?: readonly number[]): number {
    const count = this.#state.kept.discard(ids);
    this.#state.touch();
    return count;
  }

  /**
   * Gives up what waits, for good, but for a batch that is being written now; returns how many records that were.
   * They count as lost.
   */
  drop(): number {
    // Until the journal is open, nobody knows what waits.
    if (!this.#state.isLoaded) return 0;
    const dropped = this.#lanes.drop();
    this.#dropped += dropped;
    this.#lost += dropped;
    void this.#state.flush();
    this.#nap.wake();
    return dropped;
  }

  /** What a point is called there; undefined when the sink does not get it. */
  nameOf(point: Point): PointName | undefined {
    if (!this.#lanes.wants(point)) return undefined;
    return this.#parts.sink.nameOf?.(point) ?? { name: point.id };
  }

  /** The newest record as it was sent, cut at some length; undefined when nothing was, or the sink cannot say. */
  newest(): string | undefined {
    return this.#parts.sink.newest?.()?.slice(0, MAX_SHOWN);
  }

  status(): SinkStatus {
    const { cursor, kept, isPaused } = this.#state;
    const gone = this.#lanes.gone();
    const waiting = cursor.waiting(this.#parts.journal.head) - gone;
    const oldestAt = waiting > 0 ? this.#oldestAt() : undefined;
    const bytes = waitingBytes(this.#parts.journal.status(), waiting);
    const failure = isPaused ? undefined : this.#failure;
    return {
      name: this.#parts.name,
      type: this.#parts.type,
      state: isPaused ? 'paused' : failure === undefined ? 'good' : 'failing',
      ...(failure !== undefined && { error: failure.message, errorAt: failure.at }),
      ...(this.#lastSuccessAt !== undefined && { lastSuccessAt: this.#lastSuccessAt }),
      waiting,
      ...(bytes !== undefined && { waitingBytes: bytes }),
      ...(oldestAt !== undefined && { oldestAt }),
      rate: this.#meter.rate(this.#clock.now()),
      minutes: this.#meter.minutes(this.#clock.now()),
      delivered: this.#delivered,
      rejected: this.#rejected,
      lost: this.#lost + gone,
      quarantined: kept.quarantined,
      held: kept.held,
      ...(cursor.resent > 0 && { resent: cursor.resent }),
      ...(kept.dropped > 0 && { dropped: kept.dropped }),
      ...(this.#dropped > 0 && { givenUp: this.#dropped }),
    };
  }

  async #run(): Promise<void> {
    const { journal, sink, options } = this.#parts;
    const unsubscribe = journal.onDurable(() => this.#nap.wake());
    try {
      await this.#load();
      if (!(await this.#open())) return;
      while (!this.#rest.signal.aborted) await this.#turn();
      while (!this.#stop.signal.aborted && (await this.#drain()));
      const limit = { clock: this.#clock, ms: options.stopMs };
      await withDeadline(limit, async () => sink.close()).catch((error: unknown) => {
        this.#note(error);
      });
    } finally {
      unsubscribe();
    }
  }

  /** Waits until the journal is open, so that the cursor means something. */
  async #load(): Promise<void> {
    for (;;) {
      this.#nap.begin();
      await this.#state.load();
      if (this.#state.isLoaded || this.#rest.signal.aborted) return;
      await this.#nap.wait(Infinity);
    }
  }

  async #open(): Promise<boolean> {
    const { sink, site, options } = this.#parts;
    const limit = { clock: this.#clock, ms: options.writeMs, stop: this.#stop.signal };
    while (!this.#rest.signal.aborted) {
      try {
        await withDeadline(limit, async (signal) => sink.open(site, signal));
        return true;
      } catch (error) {
        await this.#fail(error);
      }
    }
    return false;
  }

  async #turn(): Promise<void> {
    this.#nap.begin();
    if (this.#state.isPaused) {
      await this.#nap.wait(Infinity);
      return;
    }
    try {
      if (await this.#offerNext()) await this.#nap.breathe();
      else await this.#nap.wait(this.#nextAt());
    } catch (error) {
      await this.#fail(error);
    }
  }

  /** At the end: what is new is offered once more; false when there is no more, or it is not taken. */
  async #drain(): Promise<boolean> {
    if (this.#failure !== undefined || this.#state.isPaused) return false;
    try {
      const live = await this.#lanes.nextLive();
      if (live !== undefined) await this.#offer(live, 'live');
      return live !== undefined;
    } catch (error) {
      this.#note(error);
      return false;
    }
  }

  /** False when there is nothing to offer now. */
  async #offerNext(): Promise<boolean> {
    const live = await this.#lanes.nextLive();
    if (live !== undefined && this.#liveTurns < LIVE_TURNS) {
      await this.#offer(live, 'live');
      this.#liveTurns += 1;
      return true;
    }
    this.#liveTurns = 0;
    if (this.#clock.now() >= this.#backlogAt) {
      if (await this.#offerHeld()) return true;
      const backlog = await this.#lanes.nextBacklog();
      if (backlog !== undefined) {
        await this.#offer(backlog, 'backlog');
        return true;
      }
    }
    // It may have been given up meanwhile.
    if (live !== undefined && this.#lanes.hasLive) await this.#offer(live, 'live');
    return live !== undefined;
  }

  async #offer(batch: Batch, mode: DeliveryMode): Promise<void> {
    const delivery = await this.#lanes.whileWriting(batch, async () =>
      this.#write(batch.samples, mode),
    );
    const left = delivery.rest === undefined ? undefined : restOf(batch, delivery.rest);
    if (left?.samples.length === batch.samples.length) {
      throw new SinkUnavailableError('the sink has taken nothing');
    }
    this.#keepApart(batch, delivery);
    const settled = left?.from ?? batch.to;
    this.#lanes.settle(batch, mode, { settled, left });
    const taken = batch.samples.length - (left?.samples.length ?? 0);
    const refused = delivery.rejected.length + (delivery.deferred?.length ?? 0);
    this.#succeed(taken - refused, delivery.rejected.length);
    if (mode === 'backlog') this.#pace(taken);
  }

  /** Before the cursor moves: what it leaves behind is delivered or kept. */
  #keepApart({ samples }: Batch, { rejected, deferred = [], rest = [] }: Delivery): void {
    const { kept } = this.#state;
    const now = this.#clock.wallMicros();
    if (kept.held === 0 && deferred.length > 0) this.#held.begin();
    if (kept.held + kept.quarantined > 0) {
      const open = new Set([...rest, ...[...rejected, ...deferred].map(({ sample }) => sample)]);
      kept.forget(samples.filter((sample) => !open.has(sample)));
    }
    for (const refusal of rejected) kept.reject(refusal, now);
    for (const refusal of deferred) kept.defer(refusal, now);
  }

  async #offerHeld(): Promise<boolean> {
    const chunk = this.#held.next(this.#parts.options.batchSamples);
    if (chunk.length === 0) return false;
    const delivery = await this.#write(
      chunk.map(({ sample }) => sample),
      'backlog',
    );
    const { taken, rejected } = this.#held.settle(chunk, delivery);
    this.#succeed(taken, rejected);
    this.#pace(chunk.length);
    return true;
  }

  async #write(samples: readonly Sample[], mode: DeliveryMode): Promise<Delivery> {
    const { sink, options } = this.#parts;
    const limit = { clock: this.#clock, ms: options.writeMs, stop: this.#stop.signal };
    return withDeadline(limit, async (signal) => sink.write(samples, signal, mode));
  }

  #pace(samples: number): void {
    const { backlogPerSecond } = this.#parts.options;
    this.#backlogAt = this.#clock.now() + (samples / backlogPerSecond) * 1_000;
  }

  #succeed(delivered: number, rejected: number): void {
    const { logger, name } = this.#parts;
    this.#delivered += delivered;
    this.#rejected += rejected;
    this.#meter.add(delivered, this.#clock.now());
    this.#lastSuccessAt = this.#clock.wallMicros();
    if (this.#failure !== undefined) logger.info('the sink takes samples again', { sink: name });
    this.#failure = undefined;
    this.#backoff.reset();
    this.#state.touch();
  }

  /** Notes the failure and waits before the next try. */
  async #fail(error: unknown): Promise<void> {
    this.#note(error);
    // When only the backlog is not taken, what is new has its own chance next.
    if (this.#lanes.hasLive) this.#lanes.jumpNext();
    const asked = error instanceof SinkUnavailableError ? error.retryAfterMs : undefined;
    const pause = this.#backoff.next();
    const ms = asked === undefined ? pause : Math.min(Math.max(asked, 100), MAX_RETRY_AFTER_MS);
    await sleep(this.#clock, ms, this.#rest.signal).catch(() => undefined);
  }

  #note(error: unknown): void {
    if (this.#stop.signal.aborted) return;
    const message = describeError(error);
    const { logger, name } = this.#parts;
    if (this.#failure?.message !== message) logger.warn(message, { sink: name });
    this.#failure = { message, at: this.#clock.wallMicros() };
  }

  #nextAt(): number {
    const { cursor } = this.#state;
    const backlogAt = cursor.ranges.length > 0 ? this.#backlogAt : Infinity;
    return Math.min(backlogAt, Math.max(this.#backlogAt, this.#held.nextAt));
  }

  #lose(records: number): void {
    if (records === 0) return;
    this.#lost += records;
    this.#state.touch();
    this.#parts.logger.warn('records were gone before the sink had them', {
      sink: this.#parts.name,
      records,
    });
  }

  /** When the oldest that waits was read; it may have to be looked up, so that the answer comes late. */
  #oldestAt(): number | undefined {
    const { oldest } = this.#state.cursor;
    return this.#lanes.inHand(oldest)?.at ?? this.#oldest.at(oldest);
  }
}

/** As much of the journal as its share of the records; undefined where the journal does not say. */
function waitingBytes({ bytes, first, head }: JournalStatus, waiting: number): number | undefined {
  if (bytes === 0 || head <= first) return undefined;
  return Math.round((bytes / (head - first)) * waiting);
}
