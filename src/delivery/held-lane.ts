import { Backoff } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Delivery } from '../telemetry/sink.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import type { Kept, KeptSamples } from './kept.ts';

/**
 * Says which of the held samples are to be offered, and when. A round offers each of them once; the
 * pauses between rounds grow while the receiver takes none of them.
 */
export class HeldLane {
  readonly #kept: KeptSamples;
  readonly #clock: Clock;
  readonly #maxMs: number;
  readonly #backoff: Backoff;
  #roundAt: number;
  /** The round has come to this id, and ends with the other: what is deferred meanwhile waits. */
  #offered = 0;
  #roundEnd = 0;

  constructor(kept: KeptSamples, clock: Clock, { heldMs, heldBackoff }: DeliveryOptions) {
    this.#kept = kept;
    this.#clock = clock;
    this.#maxMs = heldMs;
    this.#backoff = new Backoff(heldBackoff);
    // What a former run held has time: the backlog may bring it first.
    this.#roundAt = clock.now() + this.#backoff.next();
  }

  /** When `next` has something to give; Infinity when nothing is held. */
  get nextAt(): number {
    return this.#kept.held === 0 ? Infinity : this.#roundAt;
  }

  /** The first sample comes to be held: the first pause begins. */
  begin(): void {
    this.#backoff.reset();
    this.#endRound();
  }

  /** A person wants it offered now. */
  hurry(): void {
    this.#roundAt = this.#clock.now();
    this.#offered = 0;
    this.#roundEnd = this.#kept.lastId;
  }

  /** What to offer now; empty when it is not the time. What is too old leaves for the quarantine. */
  next(size: number): readonly Kept[] {
    if (this.nextAt > this.#clock.now()) return [];
    if (this.#offered === 0) {
      this.#kept.giveUpBefore(this.#clock.wallMicros() - this.#maxMs * 1_000);
      this.#roundEnd = this.#kept.lastId;
    }
    const chunk = this.#kept.heldBetween(this.#offered, this.#roundEnd, size);
    if (chunk.length === 0) this.#endRound();
    return chunk;
  }

  /** Sorts what was offered by what became of it. */
  settle(chunk: readonly Kept[], delivery: Delivery): { taken: number; rejected: number } {
    const rejected = new Set(delivery.rejected.map(({ sample }) => sample));
    const open = new Set([
      ...(delivery.deferred ?? []).map(({ sample }) => sample),
      ...(delivery.rest ?? []),
    ]);
    for (const refusal of delivery.rejected) this.#kept.reject(refusal, this.#clock.wallMicros());
    const taken = chunk.filter(({ sample }) => !rejected.has(sample) && !open.has(sample));
    for (const { id } of taken) this.#kept.settle(id);
    if (taken.length > 0) this.#backoff.reset();
    this.#offered = chunk.at(-1)?.id ?? this.#offered;
    return { taken: taken.length, rejected: rejected.size };
  }

  #endRound(): void {
    this.#offered = 0;
    this.#roundAt = this.#clock.now() + this.#backoff.next();
  }
}
