import type { Cancel, Clock } from '../base/clock.ts';
import { InvalidRequestError } from '../base/errors.ts';
import type { ReportRule } from '../base/report-rule.ts';
import type { DevicePort } from '../gate/device-port.ts';
import type { ComputedPoint } from '../profile/computed.ts';
import type { Point, Value } from '../telemetry/point.ts';
import type { DeviceStatus, LineStatus } from '../telemetry/site.ts';
import { computedRailPoints, deriveComputed } from './derived.ts';
import { inDevice } from './rail-point.ts';
import { Rail, type RailGroup } from './rail.ts';
import type { Source } from './source.ts';

/** A line whose devices speak unasked: a CAN bus, or a server of ours that clients write to. */
export interface HeardLineSetup {
  readonly kind: 'heard';
  readonly name: string;
  /** Everything it was made from, as text: a line with another one is another line. */
  readonly fingerprint: string;
  /** Where it is, for people: `can://can0`. */
  readonly url: string;
  readonly devices: readonly HeardDeviceSetup[];
  /** Called when the line starts; what it returns is called when it stops. */
  readonly open: (line: HeardLine) => Cancel;
  /** What the line counts itself, over what is counted here. */
  readonly counters?: () => Partial<LineStatus>;
}

export interface HeardDeviceSetup {
  readonly name: string;
  readonly label?: string;
  readonly profile?: string;
  readonly hero?: readonly string[];
  readonly unit?: number;
  /** Complete: with tags and report rules. */
  readonly points: readonly Point[];
  /** Points that follow from others of the device, each behind those it needs. */
  readonly computed?: readonly ComputedPoint[];
  /** For the computed points: the words of the device, and how readings are reported. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly reports?: Readonly<Record<string, ReportRule>>;
}

/** Points of one device that are heard together and age together. */
export interface HeardGroup {
  readonly device: string;
  readonly rail: RailGroup;
  /** Stale when nothing was heard for so long, and not known when nothing was for twice as long. */
  readonly staleMs: number;
}

interface Heard extends HeardGroup {
  readonly owner: HeardDevice;
  freshness: 'unread' | 'good' | 'stale' | 'bad';
  heardAt: number;
}

interface HeardDevice {
  readonly setup: HeardDeviceSetup;
  readonly groups: Heard[];
  polls: number;
  failures: number;
  error: string | undefined;
  lastHeardAt: number | undefined;
}

const NOT_HEARD = 'not-heard';

/** Sets of groups that were told together and are remembered, per line. */
const MAX_TOGETHER = 256;

/**
 * Values that come by themselves.
 *
 * Theory of operation. Whoever hears them makes the groups once, in `open`, and tells a group's values
 * as one unit; a group that is not told again in time goes stale, and then bad, as a polled value does.
 * The clock is asked for one alarm at a time, for the group that ages next.
 */
export class HeardLine implements Source {
  readonly name: string;
  readonly fingerprint: string;
  readonly rail: Rail;
  readonly #setup: HeardLineSetup;
  readonly #clock: Clock;
  readonly #devices: ReadonlyMap<string, HeardDevice>;
  readonly #together = new Map<string, RailGroup>();
  readonly #raws = new Map<number, () => readonly number[] | undefined>();
  readonly #rawOf = (slot: number): readonly number[] | undefined => this.#raws.get(slot)?.();
  #answers = 0;
  #cancelAlarm: Cancel = () => undefined;
  #alarmAt = Infinity;
  #close: Cancel = () => undefined;

  constructor(setup: HeardLineSetup, clock: Clock) {
    this.name = setup.name;
    this.fingerprint = setup.fingerprint;
    this.#setup = setup;
    this.#clock = clock;
    this.rail = new Rail(setup.devices.flatMap(heardPoints), clock.wallMicros());
    for (const device of setup.devices) deriveComputed(this.rail, device);
    this.#devices = new Map(
      setup.devices.map((device) => [
        device.name,
        {
          setup: device,
          ...{ groups: [], polls: 0, failures: 0, error: undefined, lastHeardAt: undefined },
        },
      ]),
    );
  }

  start(): void {
    this.#close = this.#setup.open(this);
    this.#watch();
  }

  stop(): void {
    this.#cancelAlarm();
    this.#alarmAt = Infinity;
    this.#close();
    this.#close = () => undefined;
  }

  standstillMs(now: number): number {
    return Math.max(0, now - this.#alarmAt);
  }

  /**
   * Points of a device, by their names, that will be told together. Throws for a name it has not.
   * `rawOf` gives the registers that a value was told from, where there are any.
   */
  group(
    device: string,
    names: readonly string[],
    staleMs = Infinity,
    rawOf?: (name: string) => readonly number[] | undefined,
  ): HeardGroup {
    const owner = this.#devices.get(device);
    if (owner === undefined) throw new InvalidRequestError(`no device is named ${device}`);
    const slots = names.map((name) => {
      const slot = this.rail.slotOf(`${device}.${name}`);
      if (slot === undefined) throw new InvalidRequestError(`no point is named ${device}.${name}`);
      if (rawOf !== undefined) this.#raws.set(slot, () => rawOf(name));
      return slot;
    });
    const group: Heard = {
      ...{ device, owner, staleMs, rail: this.rail.group(slots, this.#rawOf) },
      ...{ freshness: 'unread', heardAt: NaN },
    };
    owner.groups.push(group);
    return group;
  }

  /**
   * What was heard of a group, as one unit, at `at` (microseconds since 1970). Where a value is
   * undefined, the cause of the same index says why. The arrays may be reused by the caller.
   */
  tell(
    group: HeardGroup,
    values: readonly (Value | undefined)[],
    causes: readonly (string | undefined)[],
    at: number,
  ): void {
    this.#hear([group], at);
    this.rail.commit(group.rail, values, causes, { requestedAt: at, at });
    this.#watchSooner([group]);
  }

  /**
   * The same of several groups of one device at once, one value for each of their points in order. They
   * still age apart: for devices whose messages overlap.
   */
  tellTogether(
    groups: readonly HeardGroup[],
    values: readonly (Value | undefined)[],
    causes: readonly (string | undefined)[],
    at: number,
  ): void {
    if (groups.length === 0) return;
    this.#hear(groups, at);
    this.rail.commit(this.#joined(groups), values, causes, { requestedAt: at, at });
    this.#watchSooner(groups);
  }

  /** Nothing comes any more, and `error` says why in words: every value keeps what it was, as stale. */
  fail(device: string, cause: string, error: string): void {
    const owner = this.#devices.get(device);
    if (owner === undefined) return;
    owner.failures += 1;
    owner.error = error;
    const at = this.#clock.wallMicros();
    for (const group of owner.groups) {
      if (group.freshness === 'good') group.freshness = 'stale';
      this.rail.fail(group.rail, cause, { requestedAt: at, at });
    }
    this.#watch();
  }

  status(): LineStatus {
    const { name, url, counters } = this.#setup;
    return {
      ...{ name, url, devices: this.#devices.size, load: 0, requests: 0, answers: this.#answers },
      ...{ exceptions: 0, timeouts: 0, damaged: 0, late: 0, foreign: 0 },
      ...counters?.(),
    };
  }

  deviceStatus(): readonly DeviceStatus[] {
    return [...this.#devices.values()].map((device) => {
      const { setup, polls, failures, error, lastHeardAt } = device;
      const { name, label, profile, hero = [], unit = 0 } = setup;
      return {
        name,
        ...(label !== undefined && { label }),
        ...{ line: this.name, unit },
        ...(profile !== undefined && { profile }),
        ...(hero.length > 0 && { hero }),
        state: stateOf(device),
        ...(error !== undefined && { error }),
        ...(lastHeardAt !== undefined && { lastAnswerAt: lastHeardAt }),
        ...{ polls, failures, skipped: 0 },
      };
    });
  }

  /** Nobody is asked here. */
  bench(): undefined {
    return undefined;
  }

  /** Nobody is written to here. */
  port(): DevicePort | undefined {
    return undefined;
  }

  /** Nobody is asked here. */
  polled(): undefined {
    return undefined;
  }

  #hear(groups: readonly HeardGroup[], at: number): void {
    const now = this.#clock.now();
    for (const group of groups as readonly Heard[]) {
      group.freshness = 'good';
      group.heardAt = now;
    }
    const [{ owner } = {}] = groups as readonly Heard[];
    if (owner === undefined) return;
    owner.polls += 1;
    owner.error = undefined;
    owner.lastHeardAt = at;
    this.#answers += 1;
  }

  #joined(groups: readonly HeardGroup[]): RailGroup {
    const slots = groups.flatMap(({ rail }) => rail.slots);
    const key = slots.join(' ');
    const known = this.#together.get(key);
    if (known !== undefined) return known;
    // Which groups come together is for others to choose, and they may choose everything.
    if (this.#together.size >= MAX_TOGETHER) this.#together.clear();
    const group = this.rail.group(slots, this.#rawOf);
    this.#together.set(key, group);
    return group;
  }

  #watchSooner(groups: readonly HeardGroup[]): void {
    const staleMs = Math.min(...groups.map((group) => group.staleMs));
    if (this.#clock.now() + staleMs < this.#alarmAt) this.#watch();
  }

  /** Lets groups age, and comes back when the next one does. */
  #watch(): void {
    const now = this.#clock.now();
    let next = Infinity;
    for (const device of this.#devices.values()) {
      for (const group of device.groups) next = Math.min(next, this.#age(device, group, now));
    }
    this.#cancelAlarm();
    this.#alarmAt = next;
    this.#cancelAlarm = this.#clock.alarm(next, () => {
      this.#watch();
    });
  }

  #age(device: HeardDevice, group: Heard, now: number): number {
    if (group.freshness === 'unread' || group.freshness === 'bad') return Infinity;
    const at = this.#clock.wallMicros();
    const times = { requestedAt: at, at };
    const badAt = group.heardAt + 2 * group.staleMs;
    if (now >= badAt) {
      group.freshness = 'bad';
      device.error ??= 'nothing is heard of it';
      this.rail.forget(group.rail, undefined, times);
      return Infinity;
    }
    const staleAt = group.heardAt + group.staleMs;
    if (group.freshness === 'good' && now >= staleAt) {
      group.freshness = 'stale';
      this.rail.fail(group.rail, NOT_HEARD, times);
    }
    return group.freshness === 'good' ? staleAt : badAt;
  }
}

/** As good as the best of its groups: one message that comes is a device that speaks. */
function stateOf({ groups, error }: HeardDevice): DeviceStatus['state'] {
  if (groups.some(({ freshness }) => freshness === 'good')) return 'good';
  if (groups.some(({ freshness }) => freshness === 'stale')) return 'failing';
  if (groups.some(({ freshness }) => freshness === 'bad')) return 'silent';
  return error === undefined ? 'waiting' : 'failing';
}

function heardPoints(device: HeardDeviceSetup): readonly Point[] {
  const { name, points, computed = [], tags = {}, reports = {} } = device;
  const following = computedRailPoints({ name, computed }, points);
  return [...points, ...following.map((point) => inDevice(point, { tags, reports }))];
}
