import type { Clock } from '../base/clock.ts';
import { Cycle } from '../can/cycle.ts';
import { rootMultiplexor, type DbcMessage } from '../can/dbc.ts';
import type { CanFrame } from '../can/frame.ts';
import { CAUSES, MessageTable, type MessagePart, type WantedSignal } from '../can/message-table.ts';
import type { CanRequest, HeardConfig } from '../config/heard-config.ts';
import type { DeviceConfig } from '../config/site-config.ts';
import type { HeardGroup, HeardLine } from '../engine/heard-line.ts';
import type { RegisterPoint, Value } from '../profile/point.ts';
import { NOT_PRESENT } from '../profile/present-points.ts';
import { HostFeed } from './host-feed.ts';
import { valueMaker, type ValueMaker } from './signal-value.ts';

/** Longer than any cycle of a device, whatever its values may be stale after, in milliseconds. */
const MAX_CYCLE_MS = 60_000;

/** A point that a signal feeds. */
interface Fed {
  readonly point: RegisterPoint;
  readonly make: ValueMaker;
}

/** What is told of a part, or of several together. */
interface Telling {
  readonly groups: readonly HeardGroup[];
  readonly wanted: readonly number[];
  readonly values: (Value | undefined)[];
  readonly causes: (string | undefined)[];
}

/** How many sets of parts are remembered; most devices have a handful. */
const MAX_TELLINGS = 64;

/**
 * The values of one device out of the frames of its bus.
 *
 * Theory of operation. The frames that make up a cycle are gathered and told as one unit, so that whoever
 * reads never sees half of it; each part ages by itself, by the message that brings it. A point beyond
 * the number that its device says it has is not present, and a raw value that means "nothing here" is no
 * value: neither becomes a 0.
 */
export class DeviceFeed {
  readonly device: string;
  readonly requests: readonly CanRequest[];
  readonly #line: HeardLine;
  readonly #clock: Clock;
  readonly #heard: HeardConfig;
  readonly #fed: readonly Fed[];
  readonly #table: MessageTable;
  readonly #groups: readonly HeardGroup[];
  readonly #host: HostFeed;
  readonly #cycles = new Map<string, Cycle>();
  readonly #all: Cycle | undefined;
  readonly #heardAt = new Map<string, number>();
  readonly #tellings = new Map<string, Telling>();
  /** How many of its repeated points the device has, by the point that says so. */
  readonly #counts = new Map<string, Value | undefined>();
  readonly #counting: ReadonlySet<string>;
  #at = 0;

  constructor(line: HeardLine, { name, points, heard }: DeviceConfig, clock: Clock) {
    if (heard === undefined) throw new RangeError(`${name} is not heard`);
    this.device = name;
    this.requests = heard.requests;
    this.#line = line;
    this.#clock = clock;
    this.#heard = heard;
    const all = points.map(({ point }) => point);
    this.#counting = new Set(all.flatMap(({ repeated }) => repeated?.countFrom ?? []));
    const bound = all.flatMap((point) => boundTo(point, heard));
    this.#fed = bound.map(({ point, make }) => ({ point, make }));
    this.#table = new MessageTable(
      bound.map(({ wanted }) => wanted),
      { frame: (message, at) => this.#frame(message, at), part: (part) => this.#part(part) },
      startOf(heard),
    );
    this.#groups = this.#table.parts.map(({ message, wanted }) =>
      line.group(
        name,
        wanted.map((index) => this.#fed[index]?.point.name ?? ''),
        heard.messages.find((one) => one.message === message)?.staleMs,
      ),
    );
    this.#host = new HostFeed(line, name, all, heard, clock);
    for (const [counter, value] of this.#host.constants) this.#count(counter, value);
    this.#all = this.#makeCycles();
  }

  get incomplete(): number {
    let sum = this.#all?.incomplete ?? 0;
    for (const cycle of this.#cycles.values()) sum += cycle.incomplete;
    return sum;
  }

  start(): void {
    this.#host.start();
  }

  stop(): void {
    this.#host.stop();
  }

  /** The bus is there, for the first time or again. */
  up(): void {
    this.#host.tellConstants();
  }

  /** False for a frame of which the device wants nothing. */
  accept(frame: CanFrame, at: number): boolean {
    this.#at = at;
    return this.#table.accept(frame);
  }

  /** Was a message heard, so lately that nobody need ask for it? */
  isFresh(message: string): boolean {
    const heardAt = this.#heardAt.get(message) ?? -Infinity;
    const known = this.#heard.messages.find((one) => one.message.name === message);
    return this.#clock.now() - heardAt < (known?.staleMs ?? this.#heard.staleMs) / 2;
  }

  #makeCycles(): Cycle | undefined {
    const { cycle } = this.#heard;
    if (cycle === 'frame') return undefined;
    const { parts } = this.#table;
    const make = (own: readonly MessagePart[], start: DbcMessage): Cycle => {
      const indices = own.map(({ index }) => index);
      const first = firstOf(own, start);
      const maxMs = MAX_CYCLE_MS;
      return new Cycle({ parts: indices, first, maxMs, tell: (told) => this.#tell(told) });
    };
    if (cycle !== 'message') {
      const [start] = startOf(this.#heard);
      return start === undefined ? undefined : make(parts, start);
    }
    for (const message of new Set(parts.map((part) => part.message))) {
      const own = parts.filter((part) => part.message === message);
      if (own.length > 1) this.#cycles.set(message.name, make(own, message));
    }
    return undefined;
  }

  #frame(message: DbcMessage, position: number | undefined): void {
    const now = this.#clock.now();
    this.#heardAt.set(message.name, now);
    const { cycle } = this.#heard;
    if (typeof cycle === 'object') {
      if (cycle.start === message.name) this.#all?.start(position, now);
    } else {
      this.#cycles.get(message.name)?.start(position, now);
    }
  }

  #part({ index, message }: MessagePart): void {
    const cycle = this.#all ?? this.#cycles.get(message.name);
    if (cycle === undefined) this.#tell([index]);
    else cycle.part(index, this.#clock.now());
  }

  #tell(parts: readonly number[]): void {
    const telling = this.#tellingOf(parts);
    const { groups, wanted, values, causes } = telling;
    if (this.#counting.size > 0) this.#learn(wanted);
    wanted.forEach((index, at) => {
      const fed = this.#fed[index];
      if (fed === undefined) return;
      const cause = this.#isBeyond(fed.point)
        ? NOT_PRESENT
        : CAUSES[this.#table.causes[index] ?? 0];
      causes[at] = cause;
      values[at] = cause === undefined ? this.#value(index) : undefined;
    });
    this.#host.addUpdateTime(telling, this.#at);
    this.#line.tellTogether(groups, values, causes, this.#at);
  }

  #value(index: number): Value | undefined {
    const { numbers, wholes } = this.#table;
    return this.#fed[index]?.make(numbers[index] ?? NaN, wholes[index]);
  }

  #tellingOf(parts: readonly number[]): Telling {
    const key = parts.join(' ');
    const known = this.#tellings.get(key);
    if (known !== undefined) return known;
    if (this.#tellings.size >= MAX_TELLINGS) this.#tellings.clear();
    const told = parts.flatMap((part) => this.#groups[part] ?? []);
    const wanted = parts.flatMap((part) => this.#table.parts[part]?.wanted ?? []);
    const size = wanted.length + this.#host.updateGroups.length;
    const telling: Telling = {
      ...{ groups: [...told, ...this.#host.updateGroups], wanted },
      values: new Array<Value | undefined>(size).fill(undefined),
      causes: new Array<string | undefined>(size).fill(undefined),
    };
    this.#tellings.set(key, telling);
    return telling;
  }

  #learn(wanted: readonly number[]): void {
    for (const index of wanted) {
      const { name = '' } = this.#fed[index]?.point ?? {};
      if (!this.#counting.has(name) || this.#table.causes[index] !== 0) continue;
      this.#count(name, this.#value(index));
    }
  }

  #count(name: string, value: Value | undefined): void {
    if (this.#counting.has(name)) this.#counts.set(name, value);
  }

  #isBeyond({ repeated }: RegisterPoint): boolean {
    if (repeated?.countFrom === undefined) return false;
    const count = this.#counts.get(repeated.countFrom);
    return typeof count === 'number' && repeated.ordinal > count;
  }
}

/** The message that starts a cycle of several. */
function startOf({ cycle, messages }: HeardConfig): readonly DbcMessage[] {
  if (typeof cycle !== 'object') return [];
  return messages.map(({ message }) => message).filter(({ name }) => name === cycle.start);
}

/** The least value of the multiplexor of a message that anything is wanted of. */
function firstOf(parts: readonly MessagePart[], start: DbcMessage): number | undefined {
  const root = rootMultiplexor(start);
  if (root === undefined) return undefined;
  const values = parts
    .filter(({ message }) => message === start)
    .flatMap(({ selections }) => selections.filter((one) => one.multiplexor === root.name))
    .flatMap(({ ranges }) => ranges.map(([from]) => from));
  return values.length === 0 ? undefined : Math.min(...values);
}

function boundTo(
  point: RegisterPoint,
  { sources, messages }: HeardConfig,
): readonly (Fed & { readonly wanted: WantedSignal })[] {
  const source = sources[point.name];
  if (source?.kind !== 'signal') return [];
  const message = messages[source.message]?.message;
  const signal = message?.signals.find(({ name }) => name === source.signal);
  if (message === undefined || signal === undefined) return [];
  const invalid = point.invalid?.map(Number);
  const isCompared = source.equals !== undefined;
  const wanted: WantedSignal = {
    ...{ message, signal },
    ...(invalid !== undefined && !isCompared && { invalid: new Set(invalid) }),
    ...(point.valid !== undefined && !isCompared && { valid: point.valid }),
  };
  return [{ point, wanted, make: valueMaker(point, signal, source.equals) }];
}
