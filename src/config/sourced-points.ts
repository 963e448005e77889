import { findSignal, pointName, readSourceText, SOURCE_FORMS } from '../can/point-source.ts';
import type { Dbc } from '../can/dbc.ts';
import { LINE_DEFAULTS } from '../profile/grammar.ts';
import { formatType } from '../profile/format.ts';
import type { RegisterPoint } from '../profile/point.ts';
import { parsePoints } from '../profile/points.ts';
import type { Profile } from '../profile/profile.ts';
import { numbered } from '../profile/repeat.ts';
import { HOST_VALUES, type HostValue } from './heard-config.ts';
import { hintOf, type Path, type Report } from './report.ts';
import {
  constantShape,
  flagShape,
  hostShape,
  shapeOfSignal,
  type SourcedShape,
} from './signal-point.ts';
import { nearest } from '../base/did-you-mean.ts';

/** Points that a device has by where their values come from, and what is left for the parser of points. */
export interface SourcedPoints {
  readonly points: readonly RegisterPoint[];
  /** The entries of `points` that say a place of their own, or follow from others. */
  readonly rest: Readonly<Record<string, unknown>>;
}

type Entry = Readonly<Record<string, unknown>>;

/** Keys of an entry that say where its value comes from, and the place that it may then leave out. */
const SOURCE_KEYS = ['can', 'host'] as const;
/** Signals of a DBC file that are not worth a point: they only say what the others are. */
const MAX_POINTS = 20_000;

/**
 * The points of a device that name a source and no place: the profile's point of that name with this
 * source, or one that is as the DBC file says.
 */
export class SourcedReader {
  readonly #path: Path;
  readonly #profile: Pick<Profile, 'points'> | undefined;
  readonly #dbc: Dbc | undefined;
  readonly #report: Report;

  constructor(
    path: Path,
    profile: Pick<Profile, 'points'> | undefined,
    dbc: Dbc | undefined,
    report: Report,
  ) {
    this.#path = path;
    this.#profile = profile;
    this.#dbc = dbc;
    this.#report = report;
  }

  read(points: unknown): SourcedPoints {
    const rest: Record<string, unknown> = {};
    const read: RegisterPoint[] = [];
    for (const [key, value] of Object.entries(isEntry(points) ? points : {})) {
      const hasSource = isEntry(value) && SOURCE_KEYS.some((one) => Object.hasOwn(value, one));
      if (hasSource && !Object.hasOwn(value, 'at')) read.push(...this.#entry(key, value));
      else rest[key] = value;
    }
    return { points: read, rest };
  }

  #entry(key: string, entry: Entry): readonly RegisterPoint[] {
    const { scale, offset, ...written } = entry;
    if (scale !== undefined || offset !== undefined) {
      const place = [...this.#path, 'points', key, scale === undefined ? 'offset' : 'scale'];
      this.#report.error(place, 'the DBC file says how its signals are scaled', { onKey: true });
    }
    const { can: source } = written;
    // YAML makes a number of a bare one.
    const can = typeof source === 'number' ? `= ${source}` : source;
    const filled = { ...written, ...(can !== undefined && { can }) };
    const base = (this.#profile?.points ?? []).filter(
      ({ name, repeated }) => (repeated?.pattern ?? name) === key,
    );
    return base.length > 0 ? this.#overProfile(key, filled, base) : this.#alone(key, filled);
  }

  /** Everything but the source stays as the profile has it, where nothing else is said. */
  #overProfile(
    key: string,
    entry: Entry,
    base: readonly RegisterPoint[],
  ): readonly RegisterPoint[] {
    const [first] = base;
    if (first === undefined) return [];
    if (Object.hasOwn(entry, 'repeat')) {
      const hint = 'params of the device may change how many there are';
      const place = [...this.#path, 'points', key, 'repeat'];
      this.#report.error(place, 'the profile says how often it is repeated', { onKey: true, hint });
    }
    const { repeat: _, ...once } = entry;
    const [own] = this.#parse(key, 'point', once, formatType(first));
    if (own === undefined) return [];
    const changes = written(entry, own);
    return base.map((point) => {
      const number = numberIn(point);
      const { can: _can, host: _host, ...kept } = point;
      return {
        ...{ ...kept, ...changes, access: 'ro' as const },
        ...(own.can !== undefined && { can: numbered(own.can, number) }),
        ...(own.host !== undefined && { host: own.host }),
        ...(own.label !== undefined && { label: numbered(own.label, number) }),
      };
    });
  }

  #alone(key: string, entry: Entry): readonly RegisterPoint[] {
    return this.#parse(key, key, entry, 'u16').flatMap((point) => {
      const shape = this.#shape([...this.#path, 'points', key], point);
      const { name, label, quantity, category, report, repeated, can, host } = point;
      if (shape === undefined) return [];
      return [
        {
          ...{ ...shape, ...written(entry, point), name },
          ...(label !== undefined && { label }),
          ...(quantity !== undefined && { quantity }),
          ...(category !== undefined && { category }),
          ...(report !== undefined && { report }),
          ...(repeated !== undefined && { repeated }),
          ...(can !== undefined && { can }),
          ...(host !== undefined && { host }),
        },
      ];
    });
  }

  #parse(key: string, name: string, entry: Entry, type: string): readonly RegisterPoint[] {
    const { points, issues } = parsePoints(
      { [name]: { at: `hr:0 ${type}`, ...entry } },
      {
        ...LINE_DEFAULTS,
        notes: false,
      },
    );
    const placed = issues
      // Names that stand in the profile are looked for where all points are known.
      .filter(({ path }) => path.at(-1) !== 'countFrom')
      .map((issue) => ({ ...issue, path: [key, ...issue.path.slice(1)] }));
    this.#report.include([...this.#path, 'points'], placed);
    return placed.some(({ severity }) => severity === 'error') ? [] : points;
  }

  #shape(path: Path, { can, host }: RegisterPoint): SourcedShape | undefined {
    if (host !== undefined) {
      if (isHostValue(host)) return hostShape(host);
      const hint = hintOf(nearest(host, HOST_VALUES), HOST_VALUES);
      this.#report.error([...path, 'host'], `this computer has no "${host}"`, hint);
      return undefined;
    }
    const text = can ?? '';
    const source = readSourceText(text);
    if (source === undefined) {
      this.#report.error([...path, 'can'], `"${text}" is no source`, { hint: SOURCE_FORMS });
      return undefined;
    }
    if (source.kind === 'constant') return constantShape(source.value);
    if (source.equals !== undefined) return flagShape();
    const found = this.#dbc === undefined ? undefined : findSignal(this.#dbc, source);
    if (found !== undefined && 'signal' in found) return shapeOfSignal(found.signal);
    if (found !== undefined) {
      const { problem, hint } = found;
      this.#report.error([...path, 'can'], problem, hint === undefined ? {} : { hint });
    }
    return undefined;
  }
}

/** Every signal of a DBC file as a point, named after itself, or its message too where others have its name. */
export function signalPoints(dbc: Dbc): readonly RegisterPoint[] {
  const all = dbc.messages.flatMap((message) =>
    message.signals.map((signal) => ({ message, signal, name: pointName(signal.name) })),
  );
  const counts = new Map<string, number>();
  for (const { name } of all) counts.set(name, (counts.get(name) ?? 0) + 1);
  const taken = new Set<string>();
  return all.slice(0, MAX_POINTS).flatMap(({ message, signal, name }) => {
    const own = counts.get(name) === 1 ? name : `${pointName(message.name)}_${name}`;
    if (taken.has(own)) return [];
    taken.add(own);
    return [{ ...shapeOfSignal(signal), name: own, can: `${message.name}.${signal.name}` }];
  });
}

export function isHostValue(text: string): text is HostValue {
  return (HOST_VALUES as readonly string[]).includes(text);
}

/** What an entry says itself of what a point means. */
function written(entry: Entry, point: RegisterPoint): Partial<RegisterPoint> {
  const { doc, unit, decimals, quantity, kind, category, valid, invalid, report, alarm } = point;
  const all = { doc, unit, decimals, quantity, kind, category, valid, invalid, alarm };
  const named = { ...all, enum: point.enum };
  const changes = Object.entries(named).filter(
    ([key, value]) => Object.hasOwn(entry, key) && value !== undefined,
  );
  return { ...Object.fromEntries(changes), ...(report !== undefined && { report }) };
}

/** The number that stands in the name of a repeated point; its ordinal where there is none. */
function numberIn({ name, repeated }: RegisterPoint): number {
  if (repeated === undefined) return 1;
  const [before = '', after = ''] = repeated.pattern.split(/\{n(?::0[1-9])?\}/);
  const digits = name.slice(before.length, name.length - after.length);
  return /^\d+$/.test(digits) ? Number(digits) : repeated.ordinal;
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
