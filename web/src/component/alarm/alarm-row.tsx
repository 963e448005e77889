import type { Signal } from '@preact/signals';
import type { AlarmJson } from '../../../../src/api/contract.ts';
import { priorityOf } from '../../model/alarms.ts';
import { problemWords, sendJson } from '../../model/api.ts';
import { gatewayNow, wallTime } from '../../model/gateway-time.ts';
import { hindrance } from '../../model/may.ts';
import { hrefTo } from '../../model/route.ts';
import { points } from '../../model/site.ts';
import { durationText } from '../../text/duration.ts';
import { t } from '../../text/language.ts';
import { NO_VALUE } from '../../text/value.ts';
import { Mark } from '../mark.tsx';
import { Value } from '../value.tsx';

/** What is being asked about an alarm. */
export interface Asked {
  readonly what: 'shelve' | 'comment';
  readonly alarm: AlarmJson;
}

interface RowProps {
  readonly alarm: AlarmJson;
  readonly asked: Signal<Asked | undefined>;
  readonly said: Signal<string>;
}

/** One alarm: how urgent, since when, of what, and what somebody may do about it. */
export function AlarmRow({ alarm, asked, said }: RowProps) {
  const { id, device, text, raised, state } = alarm;
  const isWaiting = state.endsWith('-unacknowledged');
  return (
    <tr class={isWaiting ? 'is-waiting' : ''}>
      <td data-label={t('alarms.priority')}>
        <Mark priority={priorityOf(alarm)} />
      </td>
      <td data-label={t('face.time')} class="number">
        {raised === undefined ? NO_VALUE : wallTime(raised, gatewayNow.peek())}
      </td>
      <td data-label={t('alarms.device')}>
        {device !== undefined && <a href={hrefTo('devices', device)}>{device}</a>}
      </td>
      <th scope="row" data-label={t('alarms.text')}>
        <span>
          {text} <span class="quiet alarm-id">{id}</span>
        </span>
      </th>
      <td data-label={t('alarms.then')} class="number">
        {valueWords(alarm)}
      </td>
      <td data-label={t('alarms.current')} class="number">
        <Now alarm={alarm} />
      </td>
      <td data-label={t('alarms.duration')} class="number">
        <Duration alarm={alarm} />
      </td>
      <td data-label={t('alarms.state')}>
        <State alarm={alarm} />
      </td>
      <td data-label={t('alarms.comment')}>{commentOf(alarm) || null}</td>
      <td class="choice">
        <Buttons {...{ alarm, asked, said, isWaiting }} />
      </td>
    </tr>
  );
}

/** The value now, which moves on. */
function Now({ alarm: { device = '', point = '' } }: Pick<RowProps, 'alarm'>) {
  const view = points.value.find(({ id }) => id === `${device}.${point}`);
  if (view === undefined) return <>{NO_VALUE}</>;
  return (
    <a href={hrefTo('trends', undefined, { pens: view.id, range: '1h' })}>
      <Value view={view} />
    </a>
  );
}

/** How long it has been so, or was. */
function Duration({ alarm: { raised, cleared } }: Pick<RowProps, 'alarm'>) {
  if (raised === undefined) return <>{NO_VALUE}</>;
  const until = cleared === undefined ? gatewayNow.value : Date.parse(cleared);
  return <>{durationText(Math.max(0, until - Date.parse(raised)))}</>;
}

function State({ alarm: { state, uncertain, suppressed, shelved } }: Pick<RowProps, 'alarm'>) {
  const parts = [
    t(`alarm.${state}`),
    uncertain === true ? t('alarms.uncertain') : '',
    suppressed === true ? t('alarms.suppressed') : '',
    shelved === undefined
      ? ''
      : t('alarms.untilTime', { time: wallTime(shelved.until, gatewayNow.peek()) }),
  ];
  return <>{parts.filter(Boolean).join(' · ')}</>;
}

function commentOf({ acked, shelved }: AlarmJson): string {
  if (shelved !== undefined) return `${shelved.by}: ${shelved.reason}`;
  if (acked === undefined) return '';
  return acked.comment === undefined ? acked.by : `${acked.by}: ${acked.comment}`;
}

function Buttons({ alarm, asked, said, isWaiting }: RowProps & { readonly isWaiting: boolean }) {
  const why = hindrance('operator');
  const common = { type: 'button', disabled: why !== '', title: why } as const;
  const order = async (verb: string): Promise<void> => {
    said.value = await answerAlarm(alarm.id, verb);
  };
  return (
    <>
      {isWaiting && (
        <button {...common} onClick={() => void order('ack')}>
          {t('alarms.acknowledge')}
        </button>
      )}
      {isWaiting && (
        <button
          {...common}
          onClick={() => {
            asked.value = { what: 'comment', alarm };
          }}
        >
          {t('alarms.withComment')}
        </button>
      )}
      {alarm.state === 'shelved' ? (
        <button {...common} onClick={() => void order('unshelve')}>
          {t('alarms.unshelve')}
        </button>
      ) : (
        <button
          {...common}
          onClick={() => {
            asked.value = { what: 'shelve', alarm };
          }}
        >
          {t('alarms.shelve')}…
        </button>
      )}
    </>
  );
}

/** Answers an alarm; what went wrong, in words, or nothing. */
export async function answerAlarm(id: string, verb: string, body: object = {}): Promise<string> {
  const answer = await sendJson<object>('POST', `alarms/${encodeURIComponent(id)}/${verb}`, body);
  return answer.ok ? '' : t('ask.failed', { why: problemWords(answer.problem) });
}

/** The value that raised it, with the limit that it passed. */
export function valueWords({
  value,
  limit,
  unit = '',
}: Pick<AlarmJson, 'value' | 'limit' | 'unit'>): string {
  const known =
    value === undefined || value === null ? NO_VALUE : `${String(value)} ${unit}`.trim();
  return limit === undefined ? known : `${known} (${t('alarms.limit', { limit })})`;
}
