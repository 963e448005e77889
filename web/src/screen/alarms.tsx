import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { AlarmEventJson, AlarmJson } from '../../../src/api/contract.ts';
import { Dialog } from '../component/dialog.tsx';
import { Mark } from '../component/mark.tsx';
import { alarms, priorityOf, sortedAlarms } from '../model/alarms.ts';
import { getJson, problemWords, sendJson } from '../model/api.ts';
import { askedAgain } from '../model/ask-again.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { isOld } from '../model/link.ts';
import { hrefTo, route } from '../model/route.ts';
import { durationText } from '../text/duration.ts';
import { t } from '../text/language.ts';
import { NO_VALUE } from '../text/value.ts';

/** What is not normal, and what became of it. */
export function Alarms() {
  const isJournal = route.value.query.get('tab') === 'journal';
  return (
    <>
      <nav class="tabs" aria-label={t('nav.alarms')}>
        <a href={hrefTo('alarms')} aria-current={isJournal ? undefined : 'page'}>
          {t('alarms.now')}
        </a>
        <a
          href={hrefTo('alarms', undefined, { tab: 'journal' })}
          aria-current={isJournal ? 'page' : undefined}
        >
          {t('alarms.journal')}
        </a>
      </nav>
      {isJournal ? <Journal /> : <Now />}
    </>
  );
}

function Now() {
  const shelving = useSignal<AlarmJson | undefined>(undefined);
  const said = useSignal('');
  const all = sortedAlarms(alarms.value?.values() ?? []);
  return (
    <section class="panel" aria-label={t('alarms.now')}>
      {all.length === 0 && <p class="quiet">{t('alarms.none')}</p>}
      {all.length > 0 && (
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{t('alarms.priority')}</th>
              <th scope="col">{t('alarms.text')}</th>
              <th scope="col">{t('alarms.value')}</th>
              <th scope="col">{t('alarms.since')}</th>
              <th scope="col">{t('alarms.state')}</th>
              <th scope="col">
                <span class="unseen">{t('alarms.acknowledge')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {all.map((alarm) => (
              <Row key={alarm.id} alarm={alarm} shelving={shelving} said={said} />
            ))}
          </tbody>
        </table>
      )}
      <p role="status" class="quiet">
        {said}
      </p>
      {shelving.value !== undefined && <Shelve shelving={shelving} said={said} />}
    </section>
  );
}

interface RowProps {
  readonly alarm: AlarmJson;
  readonly shelving: Signal<AlarmJson | undefined>;
  readonly said: Signal<string>;
}

function Row({ alarm, shelving, said }: RowProps) {
  const { id, device, text, raised, state, uncertain, shelved, acked } = alarm;
  const path = `alarms/${encodeURIComponent(id)}`;
  const order = async (verb: string): Promise<void> => {
    const answer = await sendJson<object>('POST', `${path}/${verb}`);
    said.value = answer.ok ? '' : t('ask.failed', { why: problemWords(answer.problem) });
  };
  return (
    <tr>
      <td>
        <Mark priority={priorityOf(alarm)} />
      </td>
      <th scope="row">
        {device === undefined ? text : <a href={hrefTo('devices', device)}>{text}</a>}
        <span class="quiet"> {id}</span>
      </th>
      <td>{valueWords(alarm)}</td>
      <td>{raised === undefined ? '' : durationText(gatewayNow.value - Date.parse(raised))}</td>
      <td>
        {t(`alarm.${state}`)}
        {uncertain === true && ` · ${t('alarms.uncertain')}`}
        {shelved !== undefined &&
          ` · ${t('alarms.until', { time: wallTime(shelved.until, gatewayNow.peek()), by: shelved.by, reason: shelved.reason })}`}
        {acked !== undefined && shelved === undefined && ` · ${acked.by}`}
      </td>
      <td class="choice">
        {state.endsWith('-unacknowledged') && (
          <button type="button" disabled={isOld.value} onClick={() => void order('ack')}>
            {t('alarms.acknowledge')}
          </button>
        )}
        {state === 'shelved' ? (
          <button type="button" disabled={isOld.value} onClick={() => void order('unshelve')}>
            {t('alarms.unshelve')}
          </button>
        ) : (
          <button
            type="button"
            disabled={isOld.value}
            onClick={() => {
              shelving.value = alarm;
            }}
          >
            {t('alarms.shelve')}
          </button>
        )}
      </td>
    </tr>
  );
}

function valueWords({
  value,
  limit,
  unit = '',
}: Pick<AlarmJson, 'value' | 'limit' | 'unit'>): string {
  const known =
    value === undefined || value === null ? NO_VALUE : `${String(value)} ${unit}`.trim();
  return limit === undefined ? known : `${known} (${t('alarms.limit', { limit })})`;
}

const TIMES = ['15m', '1h', '8h', '24h'] as const;

interface ShelveProps {
  readonly shelving: Signal<AlarmJson | undefined>;
  readonly said: Signal<string>;
}

/** For how long, and why: both are asked, for nobody remembers them later. */
function Shelve({ shelving, said }: ShelveProps) {
  const time = useSignal<string>('1h');
  const reason = useSignal('');
  const alarm = shelving.value;
  if (alarm === undefined) return null;
  const close = (): void => {
    shelving.value = undefined;
  };
  const send = async (): Promise<void> => {
    const answer = await sendJson<object>('POST', `alarms/${encodeURIComponent(alarm.id)}/shelve`, {
      for: time.peek(),
      reason: reason.peek(),
    });
    said.value = answer.ok ? '' : t('ask.failed', { why: problemWords(answer.problem) });
    close();
  };
  return (
    <Dialog title={`${t('alarms.shelve')}: ${alarm.text}`} onClose={close}>
      <div class="field">
        <label>
          {t('alarms.for')}
          <select
            value={time.value}
            onChange={({ currentTarget: { value } }) => {
              time.value = value;
            }}
          >
            {TIMES.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label>
          {t('alarms.reason')}
          <input
            value={reason.value}
            maxLength={500}
            onInput={({ currentTarget: { value } }) => {
              reason.value = value;
            }}
          />
        </label>
        <button
          type="button"
          disabled={isOld.value || reason.value.trim() === ''}
          onClick={() => void send()}
        >
          {t('alarms.shelve')}
        </button>
      </div>
    </Dialog>
  );
}

function Journal() {
  const events = useSignal<readonly AlarmEventJson[]>([]);
  const why = useSignal('');
  const again = askedAgain('alarms');
  useEffect(() => {
    void getJson<readonly AlarmEventJson[]>('alarms/journal').then((answer) => {
      if (answer.ok) events.value = answer.body;
      why.value = answer.ok ? '' : t('ask.failed', { why: problemWords(answer.problem) });
    });
  }, [again]);
  return (
    <section class="panel" aria-label={t('alarms.journal')}>
      {why.value !== '' && <p class="trouble">{why.value}</p>}
      {events.value.length === 0 && why.value === '' && <p class="quiet">{t('alarms.empty')}</p>}
      {events.value.length > 0 && (
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{t('face.time')}</th>
              <th scope="col">{t('alarms.priority')}</th>
              <th scope="col">{t('alarms.what')}</th>
              <th scope="col">{t('alarms.text')}</th>
              <th scope="col">{t('alarms.value')}</th>
              <th scope="col">{t('alarms.by')}</th>
            </tr>
          </thead>
          <tbody>
            {events.value.map((event) => (
              <tr key={event.sequence}>
                <td>{wallTime(event.time, gatewayNow.peek())}</td>
                <td>
                  <Mark priority={priorityOf(event)} />
                </td>
                <td>{t(`alarms.${event.type}`)}</td>
                <th scope="row">
                  {event.text} <span class="quiet">{event.alarm}</span>
                </th>
                <td>{event.value === undefined ? '' : valueWords(event)}</td>
                <td>{[event.by, event.comment].filter(Boolean).join(': ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
