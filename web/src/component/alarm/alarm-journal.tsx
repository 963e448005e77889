import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { AlarmEventJson } from '../../../../src/api/contract.ts';
import { priorityOf } from '../../model/alarms.ts';
import { getJson, problemWords } from '../../model/api.ts';
import { askedAgain } from '../../model/ask-again.ts';
import { gatewayNow, wallTime } from '../../model/gateway-time.ts';
import { hrefTo } from '../../model/route.ts';
import { t } from '../../text/language.ts';
import { after } from '../../time.ts';
import { Mark } from '../mark.tsx';
import { AlarmFilter, alarmFilter } from './alarm-filter.tsx';
import { valueWords } from './alarm-row.tsx';

const MOST = 200;
/** Whoever types is asked nothing after each letter. */
const TYPING_MS = 250;
/** A trend of an event shows so much around it. */
const AROUND_MS = 1_800_000;

/** What became of alarms, the newest first. */
export function AlarmJournal() {
  const events = useSignal<readonly AlarmEventJson[] | undefined>(undefined);
  const why = useSignal('');
  const again = askedAgain('alarms');
  const filter = alarmFilter();
  const asked = new URLSearchParams({ ...filter, limit: String(MOST) }).toString();
  useEffect(() => {
    const cancel = new AbortController();
    const ask = async (): Promise<void> => {
      const answer = await getJson<readonly AlarmEventJson[]>(
        `alarms/journal?${asked}`,
        cancel.signal,
      );
      if (cancel.signal.aborted) return;
      if (answer.ok) events.value = answer.body;
      why.value = answer.ok ? '' : t('ask.failed', { why: problemWords(answer.problem) });
    };
    const stop = after(events.peek() === undefined ? 0 : TYPING_MS, () => void ask());
    return () => {
      stop();
      cancel.abort();
    };
  }, [again, asked]);
  const found = events.value;
  const isFiltered = Object.values(filter).some((word) => word !== '');
  return (
    <section class="panel" aria-label={t('alarms.journal')}>
      <AlarmFilter />
      {why.value !== '' && <p class="trouble">{why.value}</p>}
      {found?.length === 0 && (
        <p class="quiet">{t(isFiltered ? 'alarms.noneFits' : 'alarms.empty')}</p>
      )}
      {found !== undefined && found.length > 0 && <Events events={found} />}
      {found?.length === MOST && <p class="quiet">{t('alarms.newest', { n: MOST })}</p>}
    </section>
  );
}

function Events({ events }: { readonly events: readonly AlarmEventJson[] }) {
  return (
    <table class="plain stacked">
      <thead>
        <tr>
          <th scope="col">{t('face.time')}</th>
          <th scope="col">{t('alarms.priority')}</th>
          <th scope="col">{t('alarms.what')}</th>
          <th scope="col">{t('alarms.device')}</th>
          <th scope="col">{t('alarms.text')}</th>
          <th scope="col">{t('alarms.value')}</th>
          <th scope="col">{t('alarms.by')}</th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr key={event.sequence}>
            <td data-label={t('face.time')}>
              <Moment event={event} />
            </td>
            <td data-label={t('alarms.priority')}>
              <Mark priority={priorityOf(event)} />
            </td>
            <td data-label={t('alarms.what')}>{t(`alarms.${event.type}`)}</td>
            <td data-label={t('alarms.device')}>{event.device}</td>
            <th scope="row" data-label={t('alarms.text')}>
              <span>
                {event.text} <span class="quiet alarm-id">{event.alarm}</span>
              </span>
            </th>
            <td data-label={t('alarms.value')}>
              {event.value === undefined ? null : valueWords(event)}
            </td>
            <td data-label={t('alarms.by')}>
              {[event.by, event.comment].filter(Boolean).join(': ') || null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** When it was; where there is a value to be seen, it leads to how that came and went. */
function Moment({ event: { time, device, point } }: { readonly event: AlarmEventJson }) {
  const words = wallTime(time, gatewayNow.peek());
  if (device === undefined || point === undefined) return <>{words}</>;
  const at = Date.parse(time);
  const range = { from: String(at - AROUND_MS), to: String(at + AROUND_MS) };
  return (
    <a href={hrefTo('trends', undefined, { pens: `${device}.${point}`, ...range })}>{words}</a>
  );
}
