import { nearest } from '../base/did-you-mean.ts';
import type { Scope } from '../expression/value.ts';
import {
  limitsProblem,
  LIMIT_KINDS,
  type LimitKind,
  type PointAlarm,
} from '../profile/point-alarm.ts';
import type { AlarmConfig } from './alarm-config.ts';
import { deviceCondition, siteCondition, siteScope } from './alarm-condition.ts';
import { pointAlarms, type AlarmPoint } from './point-alarms.ts';
import type { DeviceAlarmInput } from './alarm-schema.ts';
import { hintOf, type Path, type Report } from './report.ts';
import type { DeviceConfig } from './site-config.ts';
import type { SiteInput } from './site-schema.ts';

/** What a device that does not answer is called among its alarms. */
const DOWN = 'down';

/**
 * All alarms of a site: those of its points, as the profile and the device have them, one per device that
 * may fall silent, and those over the whole site. `missing` are devices that have mistakes.
 */
export function resolveAlarms(
  input: SiteInput,
  { devices, missing }: { devices: readonly DeviceConfig[]; missing: readonly string[] },
  report: Report,
): readonly AlarmConfig[] {
  const ofDevices = devices.flatMap((device) =>
    new DeviceAlarms(device, input.devices?.[device.name]?.alarms ?? {}, report).all(),
  );
  // An alarm may speak of a point whose device has a mistake: then nobody knows whether it is there.
  const scope = missing.length > 0 ? undefined : siteScope(devices);
  return [...siteAlarms(input, scope, report), ...ofDevices];
}

/** The devices without what was said of alarms: another limit makes no other line. */
export function withoutAlarms(devices: readonly DeviceConfig[]): readonly DeviceConfig[] {
  return devices.map((device) => ({
    ...device,
    points: device.points.map(({ point, ...polled }) => ({ ...polled, point: plain(point) })),
    unpolled: device.unpolled.map(plain),
    computed: device.computed.map(plain),
  }));
}

function plain<Point extends { readonly alarm?: PointAlarm }>(point: Point): Point {
  if (point.alarm === undefined) return point;
  const { alarm: _, ...rest } = point;
  // Leaving an optional key out leaves a Point.
  return rest as Point;
}

function siteAlarms(
  { alarms = {} }: SiteInput,
  scope: Scope | undefined,
  report: Report,
): readonly AlarmConfig[] {
  return Object.entries(alarms).flatMap(([name, alarm]) => {
    const path = ['alarms', name];
    const { delayMs = 0, offDelayMs = 0 } = delays(path, alarm, report);
    if (scope === undefined) return [];
    const { condition, issues } = siteCondition(alarm.when, scope);
    report.include([...path, 'when'], issues);
    if (condition === undefined) return [];
    const { priority = 'high', text = name } = alarm;
    return [
      { id: name, priority, text, delayMs, offDelayMs, test: { kind: 'when', holds: condition } },
    ];
  });
}

const WAYS: ReadonlySet<string> = new Set(['delay', 'offDelay', 'priority', 'text']);

type Limits = Pick<Exclude<DeviceAlarmInput, string>, LimitKind>;

/** The alarms of one device. */
class DeviceAlarms {
  readonly #device: DeviceConfig;
  readonly #said: Readonly<Record<string, DeviceAlarmInput>>;
  readonly #report: Report;

  constructor(
    device: DeviceConfig,
    said: Readonly<Record<string, DeviceAlarmInput>>,
    report: Report,
  ) {
    this.#device = device;
    this.#said = said;
    this.#report = report;
  }

  all(): readonly AlarmConfig[] {
    const { points, computed } = this.#device;
    const all: readonly AlarmPoint[] = [...points.map(({ point }) => point), ...computed];
    this.#checkNames(all.map(({ name }) => name));
    return [...all.flatMap((point) => this.#ofPoint(point, all)), ...this.#down()];
  }

  #checkNames(names: readonly string[]): void {
    const known = [...names, DOWN];
    for (const name of Object.keys(this.#said)) {
      if (known.includes(name)) continue;
      const hint = hintOf(nearest(name, known), known);
      const message = `device "${this.#device.name}" has no point "${name}" that is read`;
      this.#report.error(this.#path(name), message, { onKey: true, ...hint });
    }
  }

  #ofPoint(point: AlarmPoint, all: readonly AlarmPoint[]): readonly AlarmConfig[] {
    const said = Object.hasOwn(this.#said, point.name) ? this.#said[point.name] : undefined;
    if (said === 'none' || (said ?? point.alarm) === undefined) return [];
    const alarm = said === undefined ? point.alarm : this.#merged(point, said);
    if (alarm === undefined) return [];
    const { when, ...rest } = alarm;
    if (when === undefined) return pointAlarms(this.#device, point, rest, all);
    const { condition, issues } = deviceCondition(when, this.#device);
    const isOwn = typeof said === 'object' && said.when !== undefined;
    if (isOwn) this.#report.include([...this.#path(point.name), 'when'], issues);
    // What a profile says of points that this device leaves out cannot be judged here.
    if (condition === undefined) return [];
    return pointAlarms(this.#device, point, { ...rest, when: condition }, all);
  }

  /** What the device says over what its profile said. */
  #merged(point: AlarmPoint, said: Exclude<DeviceAlarmInput, 'none'>): PointAlarm | undefined {
    const path = this.#path(point.name);
    const isFlag = 'type' in point && point.type === 'bool';
    const before: PointAlarm = {
      ...(isFlag && { states: new Map([[true, undefined]]) }),
      ...point.alarm,
    };
    if (typeof said === 'string') return { ...before, priority: said };
    const { outlier, hysteresis, when, priority, text } = said;
    const limits = this.#limits(path, before, said);
    if (isFlag && Object.keys(limits).length > 0) {
      this.#report.error(path, `"${point.name}" is a yes or no and has no limits`, { onKey: true });
      return undefined;
    }
    return {
      ...before,
      ...{ limits, ...delays(path, said, this.#report) },
      ...(outlier !== undefined && { outlier }),
      ...(hysteresis !== undefined && { hysteresis }),
      ...(when !== undefined && { when: { text: when, params: new Map<string, number>() } }),
      ...(priority !== undefined && { priority }),
      ...(text !== undefined && { text }),
    };
  }

  #limits(path: Path, before: PointAlarm, said: Limits): NonNullable<PointAlarm['limits']> {
    const own = LIMIT_KINDS.flatMap((kind) =>
      said[kind] === undefined ? [] : [[kind, said[kind]] as const],
    );
    const limits = { ...before.limits, ...Object.fromEntries(own) };
    const problem = limitsProblem(limits);
    if (problem !== undefined) {
      const isOwn = own.some(([kind]) => kind === problem.kind);
      this.#report.error(isOwn ? [...path, problem.kind] : path, problem.message);
    }
    return limits;
  }

  /** A device that has no answer is an alarm unless somebody says that it is none. */
  #down(): readonly AlarmConfig[] {
    const { name, label = name } = this.#device;
    const said = this.#saidOfDevice();
    if (said === 'none') return [];
    const path = this.#path(DOWN);
    for (const key of Object.keys(said)) {
      if (WAYS.has(key)) continue;
      const message = `a device that does not answer has no ${key}`;
      this.#report.error([...path, key], message, { onKey: true });
    }
    const { delayMs = 0, offDelayMs = 0 } = delays(path, said, this.#report);
    const { priority = 'high', text = `${label} does not answer` } = said;
    const test = { kind: 'down', device: name } as const;
    return [{ id: `${name}.${DOWN}`, device: name, priority, text, delayMs, offDelayMs, test }];
  }

  #saidOfDevice(): Exclude<DeviceAlarmInput, string> | 'none' {
    const { points, computed } = this.#device;
    const names = [...points.map(({ point }) => point.name), ...computed.map(({ name }) => name)];
    // Then it is spoken of the point.
    if (names.includes(DOWN)) return {};
    const said = Object.hasOwn(this.#said, DOWN) ? (this.#said[DOWN] ?? {}) : {};
    return typeof said === 'string' && said !== 'none' ? { priority: said } : said;
  }

  #path(name: string): Path {
    return ['devices', this.#device.name, 'alarms', name];
  }
}

/** Times that the schema has accepted, as far as they are written. */
function delays(
  path: Path,
  {
    delay,
    offDelay,
  }: { readonly delay?: string | undefined; readonly offDelay?: string | undefined },
  report: Report,
): { delayMs?: number; offDelayMs?: number } {
  const [delayMs, offDelayMs] = [
    report.timeMs([...path, 'delay'], delay, 0),
    report.timeMs([...path, 'offDelay'], offDelay, 0),
  ];
  return {
    ...(delayMs !== undefined && { delayMs }),
    ...(offDelayMs !== undefined && { offDelayMs }),
  };
}
