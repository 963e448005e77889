import type { AlarmJson, DeviceJson } from '../api/contract.ts';
import { judge } from '../base/standing.ts';
import type { Matrix } from './matrix.ts';
import type { DeviceView, PointView, SiteModel } from './site-model.ts';
import { causeText, stateText, valueText, withUnit } from './texts.ts';

export type Priority = AlarmJson['priority'];

/** Something that wants attention: an alarm, a silent device, a value that is not known, one far off. */
export interface Concern {
  readonly key: string;
  readonly priority: Priority;
  /** `active`, `acknowledged`, `returned`, `shelved`. */
  readonly state: string;
  readonly device: string;
  /** `device.point`, where it is about one. */
  readonly point?: string;
  readonly what: string;
  readonly why: string;
  /** ISO 8601 */
  readonly since?: string;
}

const RANKS: Readonly<Record<Priority, number>> = { urgent: 0, high: 1, low: 2, info: 3 };

/**
 * What wants attention, the more urgent first. The alarms of the gateway come with what can be seen
 * without any: devices that do not answer, values that are not good, members of a set far from the others.
 */
export function concernsOf(site: SiteModel): readonly Concern[] {
  const alarms = [...(site.alarms?.values() ?? [])];
  const told = new Set(
    alarms.map(({ device = '', point }) => (point === undefined ? device : `${device}.${point}`)),
  );
  return [
    ...alarms.map((alarm) => alarmConcern(site, alarm)),
    ...site.devices.flatMap((device) => ofDevice(site, device)).filter(({ key }) => !told.has(key)),
  ].sort(byRank);
}

/** Those that somebody should look at now. */
export function urgentConcerns(concerns: readonly Concern[]): readonly Concern[] {
  return concerns.filter(({ state }) => state !== 'shelved');
}

const ALARM_STATES: Readonly<Record<AlarmJson['state'], string>> = {
  normal: 'normal',
  'active-unacknowledged': 'active',
  'active-acknowledged': 'acknowledged',
  'returned-unacknowledged': 'returned',
  shelved: 'shelved',
};

function alarmConcern(site: SiteModel, alarm: AlarmJson): Concern {
  const { id, device = '', point, priority, state, text, limit, unit, raised } = alarm;
  const view = point === undefined ? undefined : site.point(`${device}.${point}`);
  const value = view && withUnit(valueText(view.point, view.sample), view.point.unit);
  const bound = limit === undefined ? undefined : withUnit(`limit ${limit}`, unit);
  const uncertain = alarm.uncertain === true ? 'cannot be judged now' : undefined;
  return {
    key: `alarm ${id}`,
    ...{ priority, state: ALARM_STATES[state], device },
    ...(view !== undefined && { point: view.id }),
    what: text,
    why: [value, bound, uncertain].filter((part) => part !== undefined).join(', '),
    ...(raised !== undefined && { since: raised }),
  };
}

/** The points of a device that does not answer are not listed one by one: they have one cause. */
function ofDevice(site: SiteModel, device: DeviceView): readonly Concern[] {
  const { status } = device;
  if (status.state !== 'good' && status.state !== 'waiting') return [deviceConcern(status)];
  return [
    ...device.matrices.flatMap((matrix) => outliers(site, status.name, matrix)),
    ...site.pointsOf(device).flatMap((view) => pointConcern(view)),
  ];
}

function deviceConcern({ name, label, state, error, lastAnswer, paused }: DeviceJson): Concern {
  if (paused !== undefined) {
    return {
      ...{ key: name, priority: 'low', state: 'active', device: name },
      ...{ what: `${label ?? name} is paused`, why: `${paused.who}: ${paused.why}` },
      since: paused.time,
    };
  }
  return {
    ...{ key: name, priority: state === 'silent' ? 'high' : 'low', state: 'active', device: name },
    ...{ what: `${label ?? name} ${stateText(state)}`, why: error ?? '' },
    ...(lastAnswer !== undefined && { since: lastAnswer }),
  };
}

/** What was not asked yet, or is not there, is no fault. */
const NO_FAULT: ReadonlySet<string | undefined> = new Set(['not-read-yet', 'not-present']);

function pointConcern({ id, point, sample }: PointView): readonly Concern[] {
  if (sample.quality === 'good' || NO_FAULT.has(sample.cause)) return [];
  const what = `${point.label ?? point.name} ${sample.quality === 'bad' ? 'has no value' : 'is old'}`;
  return [
    {
      ...{ key: id, priority: 'low', state: 'active', device: point.device, point: id },
      ...{ what, why: causeText(sample.cause), since: sample.time },
    },
  ];
}

function outliers(site: SiteModel, device: string, matrix: Matrix): readonly Concern[] {
  const known = knownCells(site, matrix);
  const judgement = judge(
    known.map(({ value }) => value),
    stepOf(known.map(({ view }) => view)),
  );
  if (judgement === undefined) return [];
  return known
    .filter(({ value }) => judgement.standing(value) === 'far')
    .map(({ view: { id, point, sample }, value }): Concern => {
      const { decimals, unit } = point;
      const distance = Math.abs(value - judgement.median).toFixed(decimals ?? 3);
      const side = value < judgement.median ? 'below' : 'above';
      return {
        ...{ key: id, priority: 'low', state: 'active', device, point: id },
        what: `${point.label ?? point.name} ${withUnit(valueText(point, sample), unit)}`,
        why: `${withUnit(distance, unit)} ${side} median`,
      };
    });
}

/** The members of a set whose value is known. */
export function knownCells(
  site: SiteModel,
  { cells }: Matrix,
): readonly { readonly view: PointView; readonly value: number }[] {
  return cells.flatMap(({ id }) => {
    const view = site.point(id);
    const value = view?.sample.value;
    return view === undefined || typeof value !== 'number' ? [] : [{ view, value }];
  });
}

/** The smallest difference that values with these decimals can have. */
export function stepOf(views: readonly PointView[]): number {
  return 10 ** -(views[0]?.point.decimals ?? 0);
}

function byRank(a: Concern, b: Concern): number {
  const shelved = Number(a.state === 'shelved') - Number(b.state === 'shelved');
  if (shelved !== 0) return shelved;
  return RANKS[a.priority] - RANKS[b.priority] || newestFirst(a, b);
}

function newestFirst(a: Concern, b: Concern): number {
  return (b.since ?? '').localeCompare(a.since ?? '');
}
