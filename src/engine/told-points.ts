import { decodePoint, type DecodedValues } from '../profile/decode.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { Value } from '../telemetry/point.ts';
import { age, type Ageing } from './ageing.ts';
import type { Rail } from './rail.ts';
import { readGroup, type ReadGroup } from './read-group.ts';
import type { DeviceSetup } from './setup.ts';

/** A slot whose value was told, and how many questions had been asked by then. */
interface ToldSlot extends Ageing {
  question: number;
}

/** What came to the rail as one unit. */
export interface Told extends DecodedValues {
  readonly points: readonly RegisterPoint[];
}

/**
 * Values of one device that came to the rail otherwise than by a poll: they were written and read back.
 *
 * Theory of operation. Questions to the device are counted as they are asked. An answer to one that was
 * asked before a value was told says how things were before it, so it leaves that slot as it is,
 * whatever order the answers come in; its other slots it brings up to date. The first answer to a later
 * question takes the slot over. Until one does, the slot ages by itself: perhaps nobody ever polls it.
 */
export class ToldPoints {
  readonly #rail: Rail;
  readonly #setup: DeviceSetup;
  /** By the name of the point that was written. */
  readonly #units = new Map<string, ReadGroup>();
  readonly #slots = new Map<number, ToldSlot>();
  #questions = 0;
  /** The newest question that an answer may be too old by. */
  #lastTold = 0;

  constructor(rail: Rail, setup: DeviceSetup) {
    this.#rail = rail;
    this.#setup = setup;
  }

  /** Counts a question; its answer is to be measured by this number. */
  ask(): number {
    this.#questions += 1;
    return this.#questions;
  }

  /**
   * Puts the value on the rail, with everything else that lies in the same registers where `data` is
   * their bytes and has this value. Gives what was told as one unit; undefined: nothing of it has a place
   * on the rail.
   */
  tell(
    point: RegisterPoint,
    value: Value,
    data: Uint8Array | undefined,
    times: { readonly requestedAt: number; readonly at: number },
    now: number,
  ): Told | undefined {
    const unit = this.#unit(point);
    if (unit === undefined) return undefined;
    const isWhole = data !== undefined && isValueOf(point, data, value);
    if (isWhole) unit.take(data);
    const told = isWhole ? { ...unit.decoded, points: unit.read.points } : alone(point, value);
    const rail = isWhole ? unit.rail : this.#rail.group([this.#slotOf(point)]);
    this.#lastTold = this.#questions;
    for (const slot of rail.slots) this.#mark(slot, now);
    this.#rail.commit(rail, told.values, told.causes, times);
    return told;
  }

  /** Which slots the answer to this question comes too late for; undefined: none. */
  keptFrom(question: number): ((slot: number) => boolean) | undefined {
    if (question > this.#lastTold) return undefined;
    return (slot) => (this.#slots.get(slot)?.question ?? 0) >= question;
  }

  /** The answer to this question is on the rail: what it has confirmed ages with it from now on. */
  takeOver(slots: readonly number[], question: number): void {
    if (this.#slots.size === 0) return;
    for (const slot of slots) {
      const told = this.#slots.get(slot);
      if (told !== undefined && told.question < question) told.freshness = 'unread';
    }
  }

  /** Lets what nobody has polled since age; returns when the next one does. */
  age(now: number, at: number): number {
    let next = Infinity;
    for (const told of this.#slots.values()) next = Math.min(next, age(this.#rail, told, now, at));
    return next;
  }

  #mark(slot: number, now: number): void {
    const told = this.#slots.get(slot) ?? {
      rail: this.#rail.group([slot]),
      staleMs: this.#staleMs(slot),
      ...{ freshness: 'good', confirmedAt: now, question: 0 },
    };
    this.#slots.set(slot, told);
    told.freshness = 'good';
    told.confirmedAt = now;
    told.question = this.#questions;
  }

  /** The point with all that lies within its registers. */
  #unit(point: RegisterPoint): ReadGroup | undefined {
    const { name, points } = this.#setup;
    const known = this.#units.get(point.name);
    if (known !== undefined) return known;
    const { table, address: start, count } = point;
    const within = points.flatMap((one) => (isWithin(one.point, point) ? [one.point] : []));
    if (!within.some((one) => one.name === point.name)) return undefined;
    const unit = readGroup(this.#rail, name, { table, start, count, points: within }, Infinity);
    this.#units.set(point.name, unit);
    return unit;
  }

  #slotOf({ name }: RegisterPoint): number {
    return this.#rail.slotOf(`${this.#setup.name}.${name}`) ?? -1;
  }

  #staleMs(slot: number): number {
    const name = this.#rail.points[slot]?.name;
    return this.#setup.points.find(({ point }) => point.name === name)?.staleMs ?? Infinity;
  }
}

function isWithin(one: RegisterPoint, whole: RegisterPoint): boolean {
  return (
    one.access !== 'wo' &&
    one.table === whole.table &&
    one.address >= whole.address &&
    one.address + one.count <= whole.address + whole.count
  );
}

function isValueOf(point: RegisterPoint, data: Uint8Array, value: Value): boolean {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return decodePoint(point, view) === value;
}

function alone(point: RegisterPoint, value: Value): Told {
  return { points: [point], values: [value], causes: [undefined] };
}
