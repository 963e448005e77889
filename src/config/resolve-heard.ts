import { resolve } from 'node:path';
import { nearest } from '../base/did-you-mean.ts';
import { GatewayError } from '../base/errors.ts';
import { findMessage, type Dbc, type DbcMessage } from '../can/dbc.ts';
import { encodeMessage } from '../can/encode-message.ts';
import { hexOf, type CanFrame } from '../can/frame.ts';
import { findSignal, readSourceText, SOURCE_FORMS } from '../can/point-source.ts';
import { parseCandumpLine } from '../can/source/candump-line.ts';
import { expressionKind } from '../profile/computed.ts';
import type { RegisterPoint } from '../profile/point.ts';
import { laidOver, type PointSet } from '../profile/points.ts';
import type { GroupPeriod, Profile } from '../profile/profile.ts';
import type { CanRequest, HeardConfig, HeardMessage, HeardSource } from './heard-config.ts';
import { hintOf, type Path, type Report } from './report.ts';
import {
  heroOf,
  LEAST_EVERY_MS,
  NO_PLAN,
  resolveLine,
  resolveProfile,
  type DeviceSurroundings,
} from './resolve-device.ts';
import { resolvePoints } from './resolve-points.ts';
import { isFlag } from './signal-point.ts';
import type { DeviceConfig, LineConfig } from './site-config.ts';
import type { DeviceInput } from './site-schema.ts';
import { isHostValue, signalPoints, SourcedReader } from './sourced-points.ts';

/** Values that were not heard for so long are stale where nothing says how long. */
const STALE_MS = 10_000;

/** Keys of a device that is asked, and mean nothing where values come by themselves. */
const POLLING = [
  ...(['unit', 'groups', 'timeout', 'retries', 'plan', 'limits', 'writes', 'every'] as const),
  ...(['addressing', 'order'] as const),
];
const ON_A_BUS = ['dbc', 'cycle', 'requests', 'messages'] as const;

export interface HeardSurroundings extends DeviceSurroundings {
  /** Undefined for a file that could not be used: that is reported elsewhere. */
  readonly dbc: (path: string) => Dbc | undefined;
}

/** Of a device that is asked: keys of one that speaks unasked. */
export function checkNotHeard(
  name: string,
  written: Readonly<Record<string, unknown>>,
  report: Report,
): void {
  for (const key of ON_A_BUS) {
    if (!Object.hasOwn(written, key)) continue;
    report.error(['devices', name, key], `"${key}" of a device on a CAN bus`, {
      ...{ onKey: true, hint: 'such a one is at: can://can0' },
    });
  }
}

/** One device that speaks unasked, on a CAN bus or in this computer, or undefined after reporting why not. */
export function resolveHeard(
  name: string,
  input: DeviceInput,
  written: Readonly<Record<string, unknown>>,
  surroundings: HeardSurroundings,
): DeviceConfig | undefined {
  const { report } = surroundings;
  const path = ['devices', name];
  const line = resolveLine(name, input, written, surroundings);
  for (const key of POLLING) {
    if (!Object.hasOwn(written, key)) continue;
    const message = `"${key}" of a device that is asked, and ${name} speaks unasked`;
    report.error([...path, key], message, { onKey: true, hint: 'leave it out' });
  }
  const profile = resolveProfile(path, input, written, surroundings);
  const dbc = dbcOf(path, input, written, line?.endpoint.kind === 'host', surroundings);
  const { points, computed } = heardPoints(path, input, written, { profile, dbc, report });
  const staleMs = report.timeMs([...path, 'stale'], input.stale, 1) ?? surroundings.staleMs;
  const binder = new Binder(path, input, dbc, staleMs ?? STALE_MS, report);
  const bound = points.flatMap((point) => binder.bind(point));
  const heard = binder.finish();
  if (line === undefined) return undefined;
  return {
    name,
    ...(input.label !== undefined && { label: input.label }),
    ...(input.profile !== undefined && { profile: input.profile }),
    ...{ hero: heroOf(profile), line: line.name, unit: 0, timeoutMs: surroundings.timeoutMs },
    ...{ retries: 0, plan: NO_PLAN, tags: { ...input.tags } },
    points: bound.map((point) => {
      const freshMs = binder.staleMsOf(point);
      return { point, everyMs: Math.ceil(freshMs / 3), staleMs: freshMs };
    }),
    ...{ unpolled: [], computed, writable: new Map(), heard },
  };
}

/** A line with the path of its log made absolute: the file that names it says from where. */
export function withAbsolutePath(line: LineConfig, folder: string): LineConfig {
  if (line.can?.kind !== 'candump') return line;
  return { ...line, can: { ...line.can, path: resolve(folder, line.can.path) } };
}

function dbcOf(
  path: Path,
  { dbc }: DeviceInput,
  written: Readonly<Record<string, unknown>>,
  isHost: boolean,
  { dbc: find, report }: HeardSurroundings,
): Dbc | undefined {
  if (isHost) {
    checkNotHeard(String(path[1]), written, report);
    return undefined;
  }
  if (dbc !== undefined) return find(dbc);
  if (!Object.hasOwn(written, 'dbc')) {
    const message = `device "${String(path[1])}" has no DBC file`;
    report.error([...path, 'dbc'], message, { onKey: true, hint: 'such as dbc: battery.dbc' });
  }
  return undefined;
}

interface PointSurroundings {
  readonly profile: Profile | undefined;
  readonly dbc: Dbc | undefined;
  readonly report: Report;
}

/** The points that have a source; those of a profile that have none are not there. */
function heardPoints(
  path: Path,
  input: DeviceInput,
  written: Readonly<Record<string, unknown>>,
  { profile, dbc, report }: PointSurroundings,
): PointSet {
  const sourced = new SourcedReader(path, profile, dbc, report).read(input.points);
  const all = laidOver(profile ?? { points: [], computed: [] }, {
    points: sourced.points,
    computed: [],
  });
  const hasSource = ({ can, host }: RegisterPoint): boolean =>
    can !== undefined || host !== undefined;
  const found = all.points.filter(hasSource);
  const points = found.length === 0 && dbc !== undefined ? signalPoints(dbc) : found;
  const absent = new Set(all.points.filter((point) => !hasSource(point)).map(({ name }) => name));
  const computed = all.computed.filter(({ name, expression }) => {
    if (expression.names.every((needed) => !absent.has(needed))) return true;
    absent.add(name);
    return false;
  });
  noteAbsent(path, [...absent], report);
  const base = { ...(profile ?? NO_PROFILE), points, computed };
  const isObject = typeof input.points === 'object' && input.points !== null;
  // What is no list of points is for the parser of points to say.
  if (Object.hasOwn(written, 'points') && !isObject) {
    return resolvePoints(path, input, written, base, report);
  }
  const { points: _input, ...others } = input;
  const { points: _written, ...othersWritten } = written;
  const rest = Object.keys(sourced.rest).length > 0 ? { points: sourced.rest } : {};
  // Without its DBC file nobody knows which points there are.
  const isLost = dbc === undefined && Object.hasOwn(written, 'dbc');
  const unknown = isLost ? { points: undefined } : {};
  const asWritten = { ...othersWritten, ...unknown, ...rest };
  return resolvePoints(path, { ...others, ...rest }, asWritten, base, report);
}

const NO_PROFILE = {
  groups: new Map<string, GroupPeriod>(),
  paramValues: new Map<string, number>(),
};

function noteAbsent(path: Path, absent: readonly string[], report: Report): void {
  if (absent.length === 0) return;
  const shown = absent.slice(0, 8).join(', ');
  const more = absent.length > 8 ? ` and ${absent.length - 8} more` : '';
  const hint = 'can: Message.Signal, or host:, says where a value comes from';
  report.note([...path, 'profile'], `no source for ${shown}${more}: they are left out`, { hint });
}

/** Gives points their sources, and collects the messages that those need. */
class Binder {
  readonly #path: Path;
  readonly #input: DeviceInput;
  readonly #dbc: Dbc | undefined;
  readonly #staleMs: number;
  readonly #report: Report;
  readonly #messages: DbcMessage[] = [];
  readonly #sources: Record<string, HeardSource> = {};
  readonly #staleOf: ReadonlyMap<string, number>;

  constructor(
    path: Path,
    input: DeviceInput,
    dbc: Dbc | undefined,
    staleMs: number,
    report: Report,
  ) {
    this.#path = path;
    this.#input = input;
    this.#dbc = dbc;
    this.#staleMs = staleMs;
    this.#report = report;
    this.#staleOf = this.#readMessages();
  }

  /** The point when it has a source that fits; else nothing, after a report. */
  bind(point: RegisterPoint): readonly RegisterPoint[] {
    const key = point.repeated?.pattern ?? point.name;
    const isOwn = this.#isOwn(key);
    const place = (part: string): Path =>
      isOwn ? [...this.#path, 'points', key, part] : [...this.#path, 'profile'];
    const who = isOwn ? '' : `point ${point.name}: `;
    const source = this.#sourceOf(point);
    if ('problem' in source) {
      const { problem, hint } = source;
      const part = point.host === undefined ? 'can' : 'host';
      const extra = hint === undefined ? {} : { hint };
      if (problem !== '') this.#report.error(place(part), `${who}${problem}`, extra);
      return [];
    }
    const misfit = this.#misfit(point, source);
    if (misfit !== undefined) {
      this.#report.error(place('can'), `${who}${misfit.problem}`, { hint: misfit.hint });
      return [];
    }
    this.#sources[point.name] = source;
    return [point];
  }

  staleMsOf({ name }: RegisterPoint): number {
    const source = this.#sources[name];
    if (source?.kind !== 'signal') return this.#staleMs;
    return this.#staleOf.get(this.#messages[source.message]?.name ?? '') ?? this.#staleMs;
  }

  finish(): HeardConfig {
    const cycle = this.#cycle();
    const requests = (this.#input.requests ?? []).flatMap((_, index) => this.#request(index));
    const messages = this.#messages.map((message): HeardMessage => ({
      message,
      staleMs: this.#staleOf.get(message.name) ?? this.#staleMs,
    }));
    return { messages, sources: this.#sources, cycle, requests, staleMs: this.#staleMs };
  }

  #isOwn(key: string): boolean {
    const { points } = this.#input;
    return typeof points === 'object' && points !== null && Object.hasOwn(points, key);
  }

  #sourceOf({
    can,
    host,
  }: RegisterPoint): HeardSource | { readonly problem: string; readonly hint?: string } {
    if (host !== undefined) {
      if (isHostValue(host)) return { kind: 'host', value: host };
      return {
        problem: `this computer has no "${host}"`,
        hint: 'cpu-temperature, clock or update-time',
      };
    }
    if (can === undefined) {
      return { problem: 'nothing says where its value comes from', hint: SOURCE_FORMS };
    }
    const text = readSourceText(can);
    if (text === undefined) return { problem: `"${can}" is no source`, hint: SOURCE_FORMS };
    if (text.kind === 'constant') return text;
    // Without its DBC file nobody knows what there is, and that has been said.
    if (this.#dbc === undefined) return { problem: '' };
    const found = findSignal(this.#dbc, text);
    if ('problem' in found) return found;
    const { equals } = text;
    return {
      ...{ kind: 'signal', message: this.#use(found.message), signal: found.signal.name },
      ...(equals !== undefined && { equals }),
    };
  }

  #use(message: DbcMessage): number {
    const index = this.#messages.indexOf(message);
    return index >= 0 ? index : this.#messages.push(message) - 1;
  }

  /** A point of true and false wants a bit or a comparison, and the others a number. */
  #misfit(
    { name, type }: RegisterPoint,
    source: HeardSource,
  ): { readonly problem: string; readonly hint: string } | undefined {
    const want = expressionKind(type);
    const have = this.#kindOf(source);
    if (want === have || (have === 'flag' && want !== 'text')) return undefined;
    if (want === 'boolean' && source.kind === 'signal') {
      const { name: message = '' } = this.#messages[source.message] ?? {};
      const hint = `which value means true? ${message}.${source.signal} == 1`;
      return { problem: `${name} is true or false, and ${source.signal} is a number`, hint };
    }
    const words = want === 'boolean' ? 'true or false' : want === 'text' ? 'a text' : 'a number';
    return { problem: `${name} is ${words}, and its source is not`, hint: SOURCE_FORMS };
  }

  #kindOf(source: HeardSource): 'number' | 'boolean' | 'text' | 'flag' {
    if (source.kind === 'host') return source.value === 'cpu-temperature' ? 'number' : 'text';
    if (source.kind === 'constant') return 'number';
    if (source.equals !== undefined) return 'boolean';
    const message = this.#messages[source.message];
    const signal = message?.signals.find(({ name }) => name === source.signal);
    return signal !== undefined && isFlag(signal) ? 'flag' : 'number';
  }

  #readMessages(): ReadonlyMap<string, number> {
    const stale = new Map<string, number>();
    for (const [name, { stale: text }] of Object.entries(this.#input.messages ?? {})) {
      const path = [...this.#path, 'messages', name];
      this.#checkMessage(path, name, true);
      const ms = this.#report.timeMs([...path, 'stale'], text, 1);
      if (ms !== undefined) stale.set(name, ms);
    }
    return stale;
  }

  #cycle(): HeardConfig['cycle'] {
    const { cycle = 'message' } = this.#input;
    if (cycle === 'frame' || cycle === 'message') return cycle;
    this.#checkMessage([...this.#path, 'cycle'], cycle, false);
    return { start: cycle };
  }

  #checkMessage(path: Path, name: string, onKey: boolean): void {
    if (this.#dbc === undefined || findMessage(this.#dbc, name) !== undefined) return;
    const known = this.#dbc.messages.map((message) => message.name);
    const hint = hintOf(nearest(name, known), known);
    this.#report.error(path, `the DBC file has no message "${name}"`, { onKey, ...hint });
  }

  #request(index: number): readonly CanRequest[] {
    const request = this.#input.requests?.[index];
    if (request === undefined) return [];
    const { every, until } = request;
    const path = [...this.#path, 'requests', index];
    const everyMs = this.#report.timeMs([...path, 'every'], every, LEAST_EVERY_MS);
    if (until !== undefined) this.#checkMessage([...path, 'until'], until, false);
    const frame = this.#frame(path, request);
    if (frame === undefined || everyMs === undefined) return [];
    const { data, ...head } = frame;
    return [
      {
        ...{ frame: head, data: hexOf(data, frame.isRemote ? 0 : frame.length), everyMs },
        ...(until !== undefined && { until }),
      },
    ];
  }

  #frame(
    path: Path,
    { send, values }: NonNullable<DeviceInput['requests']>[number],
  ): CanFrame | undefined {
    if (send.includes('#')) {
      const frame = parseCandumpLine(send);
      if (frame === undefined || frame.isError) {
        const hint = 'such as 181FE8F4#14, 123#R, or 123##1AABB with flexible data rate';
        this.#report.error([...path, 'send'], `"${send}" is no frame`, { hint });
        return undefined;
      }
      if (values === undefined) return frame;
      this.#report.error([...path, 'values'], 'a frame has its values in itself', { onKey: true });
      return undefined;
    }
    this.#checkMessage([...path, 'send'], send, false);
    const message = this.#dbc === undefined ? undefined : findMessage(this.#dbc, send);
    if (message === undefined) return undefined;
    try {
      return encodeMessage(message, values ?? {});
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const place = values === undefined ? 'send' : 'values';
      this.#report.error([...path, place], error.message, { onKey: place === 'values' });
      return undefined;
    }
  }
}
