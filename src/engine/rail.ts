import type { Input } from '../expression/value.ts';
import type { Point, Value } from '../telemetry/point.ts';
import type { Quality, Sample } from '../telemetry/sample.ts';
import type { SiteListener, Unsubscribe } from '../telemetry/site.ts';
import type { Derived } from './derived.ts';

const NOT_READ_YET = 'not-read-yet';

/**
 * The table of the newest sample of each point, and the stream of changes.
 *
 * Theory of operation. A point has a slot, its index in `points`. Slots change only in `commit` (an
 * answer) and in `fail`/`forget` (none came); each touches the slots of one group, finishes, and only
 * then calls the listeners, so that a snapshot never holds half of an answer. A slot's quality goes
 * good -> stale -> bad while nothing confirms it, and back to good with the next answer; `bad` keeps no
 * value. The time of a slot strictly increases, even when the calendar is set back.
 *
 * A slot may follow from others. It is written after them, before anybody is told, so that it belongs to
 * the same unit; it is as good as the worst of what it follows from.
 *
 * A commit that changes nothing allocates nothing: it writes times into typed arrays.
 */
export class Rail {
  readonly points: readonly Point[];
  readonly #slots = new Map<string, number>();
  readonly #values: (Value | undefined)[];
  readonly #qualities: Quality[];
  readonly #causes: (string | undefined)[];
  readonly #at: Float64Array;
  readonly #requestedAt: Float64Array;
  readonly #goodAt: Float64Array;
  readonly #answers: (RailGroup | undefined)[];
  readonly #listeners = new Set<SiteListener>();
  readonly #derived: Derived[] = [];
  readonly #inputOf = (slot: number): Input => this.#input(slot);

  /** `now` is the moment from which the points are "not read yet", microseconds since 1970. */
  constructor(points: readonly Point[], now: number) {
    this.points = points;
    points.forEach(({ id }, slot) => this.#slots.set(id, slot));
    const size = points.length;
    this.#values = new Array<Value | undefined>(size).fill(undefined);
    this.#qualities = new Array<Quality>(size).fill('bad');
    this.#causes = new Array<string | undefined>(size).fill(NOT_READ_YET);
    this.#at = new Float64Array(size).fill(now);
    this.#requestedAt = new Float64Array(size).fill(now);
    this.#goodAt = new Float64Array(size).fill(NaN);
    this.#answers = new Array<RailGroup | undefined>(size).fill(undefined);
  }

  /** Lets a slot follow from others that were given before it. To be called before any group is made. */
  derive(derived: Derived): void {
    this.#derived.push(derived);
  }

  /** Points that one answer brings together. The group's arrays belong to the rail afterwards. */
  group(slots: readonly number[], rawOf?: RailGroup['rawOf']): RailGroup {
    const derived = this.#following(slots);
    const points = [...slots, ...derived.map(({ slot }) => slot)].map((slot) => this.#point(slot));
    return { slots, derived, points, ...(rawOf !== undefined && { rawOf }) };
  }

  /**
   * One answer, whole. `values[i]` belongs to the group's i-th slot; where it is undefined, `causes[i]`
   * says why there is none. The arrays may be reused by the caller. What `keeps` holds for stays as it is.
   */
  commit(
    group: RailGroup,
    values: readonly (Value | undefined)[],
    causes: readonly (string | undefined)[],
    times: { readonly requestedAt: number; readonly at: number },
    keeps?: (slot: number) => boolean,
  ): void {
    let changed: number[] | undefined;
    let latest = times.at;
    for (let index = 0; index < group.slots.length; index += 1) {
      const slot = group.slots[index] ?? 0;
      if (keeps?.(slot) === true) continue;
      this.#answers[slot] = group;
      latest = Math.max(latest, this.#stamp(slot, times.at, times.requestedAt));
      if (this.#put(slot, values[index], causes[index])) (changed ??= []).push(slot);
    }
    if (group.derived.length > 0) changed = this.#follow(group, changed, times);
    this.#tell(keeps === undefined ? group : withoutKept(group, keeps), changed, latest);
  }

  /** What an answer says of a slot that was stamped just now. Does it change anything? */
  #put(slot: number, value: Value | undefined, why: string | undefined): boolean {
    const quality: Quality = value === undefined ? 'bad' : 'good';
    const cause = value === undefined ? (why ?? 'no-value') : undefined;
    if (quality === 'good') this.#goodAt[slot] = this.#at[slot] ?? NaN;
    const isChange = this.#differs(slot, value, quality, cause);
    this.#values[slot] = value;
    this.#qualities[slot] = quality;
    this.#causes[slot] = cause;
    return isChange;
  }

  /** No answer came: what was good is stale now, with its last value; what was bad says why. */
  fail(group: RailGroup, cause: string, times: { requestedAt: number; at: number }): void {
    this.#degrade(group, cause, times, (quality) => (quality === 'bad' ? 'bad' : 'stale'));
  }

  /** The last value is too old, or was refused: it is not known any more. */
  forget(
    group: RailGroup,
    cause: string | undefined,
    times: { requestedAt: number; at: number },
  ): void {
    this.#degrade(group, cause, times, () => 'bad');
  }

  slotOf(id: string): number | undefined {
    return this.#slots.get(id);
  }

  quality(slot: number): Quality {
    return this.#qualities[slot] ?? 'bad';
  }

  sample(slot: number): Sample {
    const point = this.#point(slot);
    const value = this.#values[slot];
    const quality = this.quality(slot);
    const cause = this.#causes[slot];
    const at = timeOf(this.#at, slot);
    const requestedAt = timeOf(this.#requestedAt, slot);
    const goodAt = timeOf(this.#goodAt, slot);
    const raw = this.#answers[slot]?.rawOf?.(slot);
    // Nearly all samples have a value, many are kept, and what is spread together takes twice the memory.
    if (cause === undefined && value !== undefined && raw !== undefined) {
      return { point, value, quality, at, requestedAt, goodAt, raw };
    }
    return {
      point,
      ...(value !== undefined && { value }),
      quality,
      ...(cause !== undefined && { cause }),
      at,
      requestedAt,
      ...(!Number.isNaN(goodAt) && { goodAt }),
      ...(raw !== undefined && { raw }),
    };
  }

  snapshot(): readonly Sample[] {
    return this.points.map((_, slot) => this.sample(slot));
  }

  subscribe(listener: SiteListener): Unsubscribe {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #degrade(
    group: RailGroup,
    cause: string | undefined,
    times: { requestedAt: number; at: number },
    next: (quality: Quality) => Quality,
  ): void {
    let changed: number[] | undefined;
    for (const slot of group.slots) {
      const quality = next(this.quality(slot));
      // Registers are shown as long as an answer vouches for them.
      if (quality === 'bad') this.#answers[slot] = undefined;
      const value = quality === 'bad' ? undefined : this.#values[slot];
      const why = cause ?? this.#causes[slot] ?? 'no-answer';
      if (!this.#differs(slot, value, quality, why)) continue;
      this.#stamp(slot, times.at, times.requestedAt);
      this.#values[slot] = value;
      this.#qualities[slot] = quality;
      this.#causes[slot] = why;
      (changed ??= []).push(slot);
    }
    if (changed === undefined) return;
    this.#tell({ ...group, points: [] }, this.#follow(group, changed, times), times.at);
  }

  /** The derived slots that anything of these slots changes, in their order. */
  #following(slots: readonly number[]): readonly Derived[] {
    const touched = new Set(slots);
    return this.#derived.filter(({ slot, inputs }) => {
      const follows = inputs.some((input) => touched.has(input));
      if (follows) touched.add(slot);
      return follows;
    });
  }

  /** Brings what follows from a group up to date; returns what has changed, now with these slots. */
  #follow(
    { derived }: RailGroup,
    changed: number[] | undefined,
    times: { requestedAt: number; at: number },
  ): number[] | undefined {
    for (const { slot, inputs, evaluate } of derived) {
      // Until each of its inputs has been asked for, there is nothing to say of it either.
      if (this.#isUnread(slot) && inputs.some((input) => this.#isUnread(input))) continue;
      if (changed?.some((input) => inputs.includes(input)) === true) {
        const { value, quality, cause } = evaluate(this.#inputOf);
        if (this.#differs(slot, value, quality, cause)) changed.push(slot);
        this.#values[slot] = value;
        this.#qualities[slot] = quality;
        this.#causes[slot] = cause;
        this.#stamp(slot, times.at, times.requestedAt);
      } else if (this.quality(slot) === 'good') {
        this.#stamp(slot, times.at, times.requestedAt);
      }
      if (this.quality(slot) === 'good') this.#goodAt[slot] = this.#at[slot] ?? NaN;
    }
    return changed;
  }

  #isUnread(slot: number): boolean {
    return this.#causes[slot] === NOT_READ_YET;
  }

  #input(slot: number): Input {
    const value = this.#values[slot];
    return { ...(value !== undefined && { value }), quality: this.quality(slot) };
  }

  #stamp(slot: number, at: number, requestedAt: number): number {
    const stamped = Math.max(at, (this.#at[slot] ?? 0) + 1);
    this.#at[slot] = stamped;
    this.#requestedAt[slot] = requestedAt;
    return stamped;
  }

  #differs(
    slot: number,
    value: Value | undefined,
    quality: Quality,
    cause: string | undefined,
  ): boolean {
    return (
      this.#values[slot] !== value ||
      this.#qualities[slot] !== quality ||
      this.#causes[slot] !== cause
    );
  }

  #tell(group: RailGroup, changed: readonly number[] | undefined, at: number): void {
    if (this.#listeners.size === 0) return;
    const samples = changed?.map((slot) => this.sample(slot)) ?? [];
    for (const listener of this.#listeners) listener(samples, { points: group.points, at });
  }

  #point(slot: number): Point {
    const point = this.points[slot];
    if (point === undefined) throw new RangeError(`the rail has no slot ${slot}`);
    return point;
  }
}

function timeOf(times: Float64Array, slot: number): number {
  return times[slot] ?? NaN;
}

/** The group as listeners are told of it: without the points that the answer did not confirm. */
function withoutKept(group: RailGroup, keeps: (slot: number) => boolean): RailGroup {
  const { slots, points } = group;
  const isKept = (index: number): boolean => {
    const slot = slots[index];
    return slot !== undefined && keeps(slot);
  };
  return { ...group, points: points.filter((_, index) => !isKept(index)) };
}

export interface RailGroup {
  readonly slots: readonly number[];
  /** What follows from these slots. */
  readonly derived: readonly Derived[];
  /** All of both. */
  readonly points: readonly Point[];
  /** The registers of a slot as last received. */
  readonly rawOf?: (slot: number) => readonly number[] | undefined;
}
