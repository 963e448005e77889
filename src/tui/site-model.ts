import type {
  AlarmJson,
  DeltaEvent,
  DeviceJson,
  FrameJson,
  LineJson,
  Offer,
  PointJson,
  SampleJson,
  SinkJson,
  SnapshotEvent,
  TrafficJson,
  WritesJson,
} from '../api/contract.ts';
import { textWidth } from '../base/text-width.ts';
import { mapTexts } from './ascii.ts';
import { matricesOf, type Matrix } from './matrix.ts';
import { LineRates } from './rates.ts';

export interface PointView {
  /** `device.point` */
  readonly id: string;
  readonly point: PointJson;
  readonly sample: SampleJson;
  /** When the device last confirmed the value, milliseconds since 1970; 0 when it never did. */
  readonly freshAt: number;
  /** What a filter looks at, in small letters. */
  readonly search: string;
}

export interface DeviceView {
  readonly status: DeviceJson;
  /** Places of its points in `points`. */
  readonly slots: readonly number[];
  readonly matrices: readonly Matrix[];
}

export interface LineView {
  readonly status: LineJson;
  readonly rates: LineRates;
}

export type LinkState = 'connecting' | 'live' | 'lost';

/** What is known of the connection. `since` is on the scale of the clock. */
export interface Link {
  readonly state: LinkState;
  readonly since: number;
  readonly why?: string;
}

/** The widest text of a kind, so that columns stay where they are when rows come and go. */
export interface Widths {
  readonly device: number;
  readonly point: number;
  readonly unit: number;
}

/** What the terminal page knows of a gateway. Filled by snapshots, kept current by deltas. */
export class SiteModel {
  name = '';
  version = '';
  points: readonly PointView[] = [];
  devices: readonly DeviceView[] = [];
  lines: readonly LineView[] = [];
  /** Undefined until they were asked for, and where there are none to ask for. */
  sinks: readonly SinkJson[] | undefined;
  offers: readonly Offer[] = [];
  /** The newest frames of all lines, the oldest first; undefined until they were asked for. */
  frames: readonly FrameJson[] | undefined;
  /** What may be written; undefined until that was asked for, and where nobody knows. */
  writes: WritesJson | undefined;
  /** Undefined where the gateway says nothing of alarms. */
  alarms: ReadonlyMap<string, AlarmJson> | undefined;
  link: Link = { state: 'connecting', since: 0 };
  widths: Widths = { device: 6, point: 5, unit: 4 };

  readonly #clean: (text: string) => string;
  #slots = new Map<string, number>();
  #heard = { gatewayMs: 0, at: 0, zoneMs: 0 };
  #beatAt = -Infinity;

  /** `clean` makes a text of the outside fit to be shown. */
  constructor(clean: (text: string) => string) {
    this.#clean = clean;
  }

  /** The calendar of the gateway, milliseconds since 1970; `now` is on the scale of the clock. */
  gatewayMs(now: number): number {
    return this.#heard.gatewayMs + now - this.#heard.at;
  }

  /** `2026-02-27T14:47:41.000Z`, but where the gateway is. */
  localIso(now: number): string {
    return new Date(this.gatewayMs(now) + this.#heard.zoneMs).toISOString();
  }

  /** `14:47:41`, where the gateway is. */
  clockText(now: number): string {
    return this.#heard.gatewayMs === 0 ? '--:--:--' : this.localIso(now).slice(11, 19);
  }

  point(id: string): PointView | undefined {
    const slot = this.#slots.get(id);
    return slot === undefined ? undefined : this.points[slot];
  }

  device(name: string | undefined): DeviceView | undefined {
    return this.devices.find(({ status }) => status.name === name);
  }

  pointsOf({ slots }: DeviceView): readonly PointView[] {
    return slots.flatMap((slot) => this.points[slot] ?? []);
  }

  takeSnapshot(dirty: SnapshotEvent, now: number): void {
    const event = mapTexts(dirty, this.#clean);
    this.name = event.name;
    this.version = event.version;
    this.offers = event.offers;
    if (!event.offers.includes('traffic')) this.frames = undefined;
    this.#hear(event.time, now);
    this.points = event.points.flatMap((point, slot) => {
      const sample = event.values[slot];
      return sample === undefined ? [] : [pointView(point, sample, event.freshAt[slot] ?? 0)];
    });
    this.#slots = new Map(this.points.map(({ id }, slot) => [id, slot]));
    this.devices = event.devices.map((status) => this.#deviceView(status));
    const before = new Map(this.lines.map((line) => [line.status.name, line.rates]));
    this.lines = event.lines.map((status) => {
      const rates = before.get(status.name) ?? new LineRates();
      rates.take(status, now);
      return { status, rates };
    });
    this.alarms = event.alarms && new Map(event.alarms.map((alarm) => [alarm.id, alarm]));
    this.widths = widthsOf(this.points);
    this.link = { state: 'live', since: now };
  }

  takeDelta(dirty: DeltaEvent, now: number): void {
    const event = mapTexts(dirty, this.#clean);
    this.#hear(event.time, now);
    this.#takeValues(event);
    this.#takeDevices(event.devices ?? []);
    this.#takeLines(event.lines ?? [], now);
    if (event.alarms !== undefined) this.#takeAlarms(event.alarms);
    if (this.link.state !== 'live') this.link = { state: 'live', since: now };
  }

  /** Nobody answers: what is known stays, and grows old. */
  lose(why: string | undefined, now: number): void {
    const since = this.link.state === 'lost' ? this.link.since : this.#heard.at || now;
    this.link = { state: 'lost', since, ...(why !== undefined && { why: this.#clean(why) }) };
  }

  takeSinks(sinks: readonly SinkJson[] | undefined): void {
    this.sinks = mapTexts(sinks, this.#clean);
  }

  /** Adds what came since the last time; a gateway that was started anew counts from the beginning. */
  takeFrames(traffic: TrafficJson | undefined): void {
    if (traffic === undefined) return;
    const { frames, next } = mapTexts(traffic, this.#clean);
    const known = (this.frames ?? []).filter(({ seq }) => seq < next);
    const last = known.at(-1)?.seq ?? -1;
    this.frames = [...known, ...frames.filter(({ seq }) => seq > last)].slice(-MOST_FRAMES);
  }

  takeWrites(writes: WritesJson | undefined): void {
    this.writes = mapTexts(writes, this.#clean);
  }

  /** The same, for looking at while this one goes on. */
  frozen(): SiteModel {
    const copy = new SiteModel(this.#clean);
    Object.assign(copy, this);
    copy.lines = this.lines.map(({ status, rates }) => ({ status, rates: rates.frozen() }));
    copy.#slots = this.#slots;
    copy.#heard = this.#heard;
    return copy;
  }

  #hear(time: string, now: number): void {
    const [, sign = '+', hours = '0', minutes = '0'] = /([+-])(\d\d):(\d\d)$/.exec(time) ?? [];
    const zoneMs = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60_000 : 60_000);
    this.#heard = { gatewayMs: Date.parse(time), at: now, zoneMs };
    if (now - this.#beatAt < 950) return;
    this.#beatAt = now;
    for (const { rates } of this.lines) rates.beat();
  }

  #deviceView(status: DeviceJson): DeviceView {
    const slots = this.points.flatMap(({ point }, slot) =>
      point.device === status.name ? [slot] : [],
    );
    const points = slots.flatMap((slot) => this.points[slot]?.point ?? []);
    return { status, slots, matrices: matricesOf(points) };
  }

  #takeValues({ values = [], fresh = [] }: DeltaEvent): void {
    if (values.length + fresh.length === 0) return;
    const points = [...this.points];
    for (const sample of values) {
      const slot = this.#slots.get(`${sample.device}.${sample.point}`) ?? -1;
      const view = points[slot];
      if (view !== undefined) points[slot] = { ...view, sample };
    }
    for (const [freshAt, first, last] of fresh) {
      for (let slot = first; slot <= last; slot += 1) {
        const view = points[slot];
        if (view !== undefined) points[slot] = { ...view, freshAt };
      }
    }
    this.points = points;
  }

  #takeDevices(changed: readonly DeviceJson[]): void {
    if (changed.length === 0) return;
    const byName = new Map(changed.map((status) => [status.name, status]));
    this.devices = this.devices.map((view) => {
      const status = byName.get(view.status.name);
      return status === undefined ? view : { ...view, status };
    });
  }

  #takeLines(changed: readonly LineJson[], now: number): void {
    if (changed.length === 0) return;
    const byName = new Map(changed.map((status) => [status.name, status]));
    this.lines = this.lines.map((view) => {
      const status = byName.get(view.status.name);
      if (status === undefined) return view;
      view.rates.take(status, now);
      return { ...view, status };
    });
  }

  #takeAlarms(changed: readonly AlarmJson[]): void {
    const alarms = new Map(this.alarms);
    for (const alarm of changed) {
      if (alarm.state === 'normal') alarms.delete(alarm.id);
      else alarms.set(alarm.id, alarm);
    }
    this.alarms = alarms;
  }
}

/** More than a screen has rows for each of several lines. */
const MOST_FRAMES = 1_000;

function pointView(point: PointJson, sample: SampleJson, freshAt: number): PointView {
  const id = `${point.device}.${point.name}`;
  return { id, point, sample, freshAt, search: `${id} ${point.label ?? ''}`.toLowerCase() };
}

function widthsOf(points: readonly PointView[]): Widths {
  const widest = (least: number, texts: readonly string[]): number =>
    texts.reduce((width, text) => Math.max(width, textWidth(text)), least);
  return {
    device: widest(
      6,
      points.map(({ point }) => point.device),
    ),
    point: widest(
      5,
      points.map(({ point }) => point.name),
    ),
    unit: widest(
      4,
      points.map(({ point }) => point.unit ?? ''),
    ),
  };
}
