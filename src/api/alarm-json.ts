import type { LoggedEvent } from '../alarm/alarm-control.ts';
import type { AlarmState, AlarmStatus } from '../alarm/alarm-status.ts';
import { localIso } from '../base/time-format.ts';
import { jsonValue } from '../telemetry/sample-json.ts';
import type { Value } from '../telemetry/point.ts';
import type { AlarmEventJson, AlarmJson } from './contract.ts';

/** `now` is the newest good value of its point, where somebody asks for it. */
export function alarmJson(status: AlarmStatus, now?: Value): AlarmJson {
  const { rule, state, isActive, isUncertain, isSuppressed, shelf } = status;
  const { id, device, point, priority, text, unit, test } = rule;
  return {
    id,
    ...(device !== undefined && { device }),
    ...(point !== undefined && { point }),
    ...{ priority, state, active: isActive },
    ...(isUncertain && { uncertain: true }),
    ...(isSuppressed && { suppressed: true }),
    ...{ text, kind: test.kind },
    ...('limit' in test && { limit: test.limit }),
    ...(unit !== undefined && { unit }),
    ...occurrence(status),
    ...(now !== undefined && { now: jsonValue(now) }),
    ...acked(status),
    ...(shelf !== undefined && { shelved: { ...shelf, until: localIso(shelf.until) } }),
  };
}

function occurrence({
  occurrence: last,
}: AlarmStatus): Pick<AlarmJson, 'value' | 'median' | 'raised' | 'cleared'> {
  if (last === undefined) return {};
  const { raisedAt, clearedAt, value, median } = last;
  return {
    ...(value !== undefined && { value: jsonValue(value) }),
    ...(median !== undefined && { median }),
    raised: localIso(raisedAt),
    ...(clearedAt !== undefined && { cleared: localIso(clearedAt) }),
  };
}

function acked({ acked: seen }: AlarmStatus): Pick<AlarmJson, 'acked'> {
  if (seen === undefined) return {};
  const { by, at, comment } = seen;
  return { acked: { by, time: localIso(at), ...(comment !== undefined && { comment }) } };
}

const ORDER: readonly AlarmState[] = [
  'active-unacknowledged',
  'active-acknowledged',
  'returned-unacknowledged',
  'shelved',
  'normal',
];
const PRIORITIES: readonly AlarmJson['priority'][] = ['urgent', 'high', 'low', 'info'];

/** What wants attention first, the most pressing first, then the newest. */
export function byAttention(one: AlarmStatus, other: AlarmStatus): number {
  return (
    ORDER.indexOf(one.state) - ORDER.indexOf(other.state) ||
    PRIORITIES.indexOf(one.rule.priority) - PRIORITIES.indexOf(other.rule.priority) ||
    (other.occurrence?.raisedAt ?? 0) - (one.occurrence?.raisedAt ?? 0)
  );
}

export function alarmEventJson({ sequence, event }: LoggedEvent): AlarmEventJson {
  const { type, at, source, subject = '', data } = event;
  const [device = '', point] = source.split('/');
  const { priority = 'info', text = '', ...particulars } = data as Particulars;
  return {
    ...{ sequence, time: localIso(at), alarm: subject },
    type: type.replace('alarm.', '') as AlarmEventJson['type'],
    ...(device !== '' && { device }),
    ...(point !== undefined && { point }),
    ...{ priority, text, ...particularsJson(particulars) },
  };
}

type Particulars = Partial<Omit<AlarmEventJson, 'until'> & { readonly until: number }>;

function particularsJson({
  value,
  limit,
  unit,
  by,
  comment,
  until,
}: Particulars): Partial<AlarmEventJson> {
  return {
    ...(value !== undefined && { value }),
    ...(limit !== undefined && { limit }),
    ...(unit !== undefined && { unit }),
    ...(by !== undefined && { by }),
    ...(comment !== undefined && { comment }),
    ...(until !== undefined && { until: localIso(until) }),
  };
}
