import type { SinkJson } from '../api/contract.ts';
import { concernsOf, type Concern } from './concerns.ts';
import type { DeviceView, LineView, PointView, SiteModel } from './site-model.ts';
import { topmost, type Scene, type Sort } from './ui-state.ts';

/** One row under the cursor. */
export type Row =
  | { readonly kind: 'device'; readonly device: DeviceView }
  | { readonly kind: 'point'; readonly view: PointView }
  | { readonly kind: 'line'; readonly line: LineView }
  | { readonly kind: 'concern'; readonly concern: Concern }
  | { readonly kind: 'sink'; readonly sink: SinkJson };

/** The rows of what is shown, filtered and sorted as the person wants them. */
export function rowsOf(scene: Scene): readonly Row[] {
  const { site, ui } = scene;
  const top = topmost(ui);
  if (top?.kind === 'point') return [];
  if (top?.kind === 'device') return pointRows(scene, devicePoints(site, site.device(top.device)));
  switch (ui.screen) {
    case 'overview':
      return overviewRows(scene);
    case 'points':
      return pointRows(scene, site.points);
    case 'matrix':
      return [];
    case 'traffic':
      return site.lines.map((line) => ({ kind: 'line', line }));
    case 'alarms':
      return concernsOf(site)
        .filter(({ device, what }) => matches(`${device} ${what}`, ui.filter))
        .map((concern) => ({ kind: 'concern', concern }));
    case 'sinks':
      return (site.sinks ?? []).map((sink) => ({ kind: 'sink', sink }));
  }
}

/** The overview of one device is its page: there is nothing to choose from. */
export function onlyDevice({ devices }: SiteModel): DeviceView | undefined {
  return devices.length === 1 ? devices[0] : undefined;
}

function overviewRows(scene: Scene): readonly Row[] {
  const { site, ui } = scene;
  const only = onlyDevice(site);
  if (only !== undefined) return pointRows(scene, devicePoints(site, only));
  return site.devices
    .filter(({ status: { name, label = '' } }) => matches(`${name} ${label}`, ui.filter))
    .map((device) => ({ kind: 'device', device }));
}

/** The points of a device that stand in no matrix: those are shown above. */
function devicePoints(site: SiteModel, device: DeviceView | undefined): readonly PointView[] {
  if (device === undefined) return [];
  const shown = new Set(device.matrices.flatMap(({ cells }) => cells.map(({ id }) => id)));
  return site.pointsOf(device).filter(({ id }) => !shown.has(id));
}

function pointRows({ site, ui, now }: Scene, points: readonly PointView[]): readonly Row[] {
  const { filter, sort } = ui;
  const words = filter.toLowerCase();
  const found = filter === '' ? points : points.filter(({ search }) => search.includes(words));
  const sorted = sort === 'as configured' ? found : [...found].sort(order(sort, site, now));
  return sorted.map((view) => ({ kind: 'point', view }));
}

function matches(text: string, filter: string): boolean {
  return text.toLowerCase().includes(filter.toLowerCase());
}

const QUALITIES = { bad: 0, stale: 1, good: 2 } as const;

function order(sort: Sort, site: SiteModel, now: number): (a: PointView, b: PointView) => number {
  switch (sort) {
    case 'name':
      return (a, b) => (a.point.name < b.point.name ? -1 : 1);
    case 'value':
      return (a, b) => compareValues(b.sample.value, a.sample.value);
    case 'quality':
      return (a, b) => QUALITIES[a.sample.quality] - QUALITIES[b.sample.quality];
    case 'age': {
      const calendar = site.gatewayMs(now);
      return (a, b) => ageMs(b, calendar) - ageMs(a, calendar);
    }
    case 'as configured':
      return () => 0;
  }
}

/** The highest number first, then texts, then what is not known. */
function compareValues(a: PointView['sample']['value'], b: PointView['sample']['value']): number {
  const [x, y] = [rank(a), rank(b)];
  if (x !== y) return x - y;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? 1 : -1;
  return Number(a) - Number(b);
}

function rank(value: PointView['sample']['value']): number {
  if (value === null) return 0;
  return typeof value === 'string' ? 1 : 2;
}

/** How long ago the device last said so; Infinity where it never did. */
export function ageMs({ freshAt }: PointView, calendar: number): number {
  return freshAt === 0 ? Infinity : calendar - freshAt;
}
