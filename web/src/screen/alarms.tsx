import { useSignal } from '@preact/signals';
import { Acknowledge, AskAlarm } from '../component/alarm/alarm-dialogs.tsx';
import { AlarmFilter, alarmFilter, fitsFilter } from '../component/alarm/alarm-filter.tsx';
import { AlarmJournal } from '../component/alarm/alarm-journal.tsx';
import { AlarmRate } from '../component/alarm/alarm-rate.tsx';
import { AlarmRow, type Asked } from '../component/alarm/alarm-row.tsx';
import type { AlarmJson } from '../../../src/api/contract.ts';
import { alarms, sortedAlarms } from '../model/alarms.ts';
import { hindrance } from '../model/may.ts';
import { hrefTo, route } from '../model/route.ts';
import { t } from '../text/language.ts';

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
      {isJournal ? <AlarmJournal /> : <Now />}
    </>
  );
}

function Now() {
  const asked = useSignal<Asked | undefined>(undefined);
  const all = sortedAlarms(alarms.value?.values() ?? []);
  const filter = alarmFilter();
  const seen = all.filter((alarm) => fitsFilter(alarm, filter));
  return (
    <section class="panel" aria-label={t('alarms.now')}>
      <AlarmRate />
      {all.length > 0 && (
        <div class="alarms-head">
          <AlarmFilter />
          <AcknowledgeAll alarms={seen} />
        </div>
      )}
      {all.length === 0 && <p class="quiet">{t('alarms.none')}</p>}
      {all.length > 0 && seen.length === 0 && <p class="quiet">{t('alarms.noneFits')}</p>}
      {seen.length > 0 && <Table alarms={seen} asked={asked} />}
      <AskAlarm asked={asked} />
    </section>
  );
}

interface TableProps {
  readonly alarms: readonly AlarmJson[];
  readonly asked: Parameters<typeof AlarmRow>[0]['asked'];
}

function Table({ alarms: shown, asked }: TableProps) {
  const said = useSignal('');
  return (
    <>
      <table class="plain stacked alarm-table">
        <thead>
          <tr>
            <th scope="col">{t('alarms.priority')}</th>
            <th scope="col">{t('face.time')}</th>
            <th scope="col">{t('alarms.device')}</th>
            <th scope="col">{t('alarms.text')}</th>
            <th scope="col">{t('alarms.then')}</th>
            <th scope="col">{t('alarms.current')}</th>
            <th scope="col">{t('alarms.duration')}</th>
            <th scope="col">{t('alarms.state')}</th>
            <th scope="col">{t('alarms.comment')}</th>
            <th scope="col">
              <span class="unseen">{t('alarms.answer')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((alarm) => (
            <AlarmRow key={alarm.id} {...{ alarm, asked, said }} />
          ))}
        </tbody>
      </table>
      <p role="status" class="trouble">
        {said}
      </p>
    </>
  );
}

/** All that the filter shows and nobody has answered; asks before. */
function AcknowledgeAll({ alarms: seen }: { readonly alarms: readonly AlarmJson[] }) {
  const asked = useSignal<readonly AlarmJson[] | undefined>(undefined);
  const waiting = seen.filter(({ state }) => state.endsWith('-unacknowledged'));
  const why = hindrance('operator');
  if (waiting.length < 2 && asked.value === undefined) return null;
  return (
    <>
      <button
        type="button"
        disabled={why !== ''}
        title={why}
        onClick={() => {
          // Those that are seen now: what comes while somebody reads is not among them.
          asked.value = waiting;
        }}
      >
        {t('alarms.ackAll', { n: waiting.length })}
      </button>
      {asked.value !== undefined && (
        <Acknowledge
          alarms={asked.value}
          onClose={() => {
            asked.value = undefined;
          }}
        />
      )}
    </>
  );
}
