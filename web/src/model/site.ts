import { batch, signal, type Signal } from '@preact/signals';
import type {
  DeltaEvent,
  DeviceJson,
  LineJson,
  Offer,
  PointJson,
  SampleJson,
  SnapshotEvent,
} from '../../../src/api/contract.ts';
import { applyAlarms, takeAlarms } from './alarms.ts';

/** A point and the cell that holds its newest sample: who reads the cell is drawn again, nobody else. */
export interface PointView {
  readonly id: string;
  readonly point: PointJson;
  readonly sample: Signal<SampleJson>;
  /** When the device last confirmed the value, milliseconds since 1970; 0 when it never did. */
  freshAt: number;
}

export interface DeviceView {
  readonly name: string;
  readonly status: Signal<DeviceJson>;
  readonly points: readonly PointView[];
}

/** What the page knows of the gateway. Filled by snapshots, kept current by deltas. */
export const gatewayName = signal('');
export const gatewayVersion = signal('');
export const points = signal<readonly PointView[]>([]);
export const devices = signal<readonly DeviceView[]>([]);
/** What the gateway has besides values. */
export const offers = signal<readonly Offer[]>([]);
export const lines = signal<readonly LineJson[]>([]);

const qualityChanges = signal(0);

/** Has the caller look again whenever the quality, or its cause, of any point becomes another. */
export function watchQualities(): number {
  return qualityChanges.value;
}

const pointOf = new Map<string, PointView>();

export function applySnapshot(snapshot: SnapshotEvent): void {
  batch(() => {
    gatewayName.value = snapshot.name;
    gatewayVersion.value = snapshot.version;
    offers.value = snapshot.offers;
    const views = snapshot.points.map((point, slot) => pointView(point, slot, snapshot));
    pointOf.clear();
    for (const view of views) pointOf.set(view.id, view);
    points.value = views;
    devices.value = deviceViews(snapshot.devices, views);
    lines.value = snapshot.lines;
    takeAlarms(snapshot.alarms);
    qualityChanges.value += 1;
  });
}

export function applyDelta(delta: DeltaEvent): void {
  batch(() => {
    for (const sample of delta.values ?? []) applySample(sample);
    for (const [at, first, last] of delta.fresh ?? []) {
      for (const view of points.value.slice(first, last + 1)) view.freshAt = at;
    }
    for (const status of delta.devices ?? []) applyDevice(status);
    if (delta.lines !== undefined) applyLines(delta.lines);
    if (delta.alarms !== undefined) applyAlarms(delta.alarms);
  });
}

function pointView(point: PointJson, slot: number, { values, freshAt }: SnapshotEvent): PointView {
  const sample = values[slot];
  if (sample === undefined) throw new RangeError(`the snapshot has no value ${slot}`);
  const id = `${point.device}.${point.name}`;
  return { id, point, sample: signal(sample), freshAt: freshAt[slot] ?? 0 };
}

function deviceViews(
  statuses: readonly DeviceJson[],
  views: readonly PointView[],
): readonly DeviceView[] {
  const byDevice = new Map<string, PointView[]>();
  for (const view of views) {
    const { device } = view.point;
    const known = byDevice.get(device);
    if (known === undefined) byDevice.set(device, [view]);
    else known.push(view);
  }
  return statuses.map((status) => ({
    name: status.name,
    status: signal(status),
    points: byDevice.get(status.name) ?? [],
  }));
}

function applySample(sample: SampleJson): void {
  const view = pointOf.get(`${sample.device}.${sample.point}`);
  if (view === undefined) return;
  const before = view.sample.peek();
  view.sample.value = sample;
  if (before.quality !== sample.quality || before.cause !== sample.cause) qualityChanges.value += 1;
}

function applyDevice(status: DeviceJson): void {
  const view = devices.peek().find(({ name }) => name === status.name);
  if (view !== undefined) view.status.value = status;
}

function applyLines(changed: readonly LineJson[]): void {
  const byName = new Map(changed.map((line) => [line.name, line]));
  lines.value = lines.peek().map((line) => byName.get(line.name) ?? line);
}
