import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { OutageJson } from '../../../src/api/contract.ts';
import { getJson, problemWords } from '../model/api.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { link } from '../model/link.ts';
import { hrefTo } from '../model/route.ts';
import { durationText } from '../text/duration.ts';
import { t } from '../text/language.ts';
import { every } from '../time.ts';

/** A report that settles changes until it has. */
const ASK_EVERY_MS = 5_000;
/** The trend shows this much around it. */
const AROUND_MS = 600_000;

/** What happened to the points that matter while nobody could look. */
export function Outages() {
  const found = useSignal<readonly OutageJson[] | undefined>(undefined);
  const why = useSignal('');
  useEffect(() => {
    const ask = async (): Promise<void> => {
      const answer = await getJson<readonly OutageJson[]>('outages');
      if (answer.ok) found.value = answer.body;
      why.value = answer.ok ? '' : problemWords(answer.problem);
    };
    void ask();
    return every(ASK_EVERY_MS, () => {
      if (link.peek() === 'live') void ask();
    });
  }, []);
  if (found.value === undefined) {
    return <p class="first-words">{why.value === '' ? t('ask.loading') : why.value}</p>;
  }
  const all = [...found.value].reverse();
  if (all.length === 0) return <p class="first-words">{t('outages.none')}</p>;
  return (
    <section class="panel" aria-label={t('nav.outages')}>
      <p class="quiet">{summary(all)}</p>
      <table class="plain stacked">
        <thead>
          <tr>
            <th scope="col">{t('column.point')}</th>
            <th scope="col">{t('outages.why')}</th>
            <th scope="col">{t('outages.lasted')}</th>
            <th scope="col">{t('outages.last')}</th>
            <th scope="col">{t('outages.first')}</th>
            <th scope="col">{t('outages.range')}</th>
          </tr>
        </thead>
        <tbody>
          {all.map((outage) => (
            <Outage key={`${outage.device}.${outage.point} ${outage.after.time}`} outage={outage} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function summary(all: readonly OutageJson[]): string {
  const longest = Math.max(...all.map(({ seconds }) => seconds ?? 0));
  const words = t('outages.count', { n: all.length });
  return longest === 0
    ? words
    : `${words} · ${t('outages.longest', { time: durationText(longest * 1000) })}`;
}

function Outage({ outage }: { readonly outage: OutageJson }) {
  const { device, point, label, unit = '', reason, before, after, seconds, clockSeconds } = outage;
  const id = `${device}.${point}`;
  const value = ({ value: what, time }: OutageJson['before']) => (
    <span>
      <span class="value">{`${String(what)} ${unit}`.trim()}</span>{' '}
      <span class="quiet">{wallTime(time, gatewayNow.peek())}</span>
    </span>
  );
  const range = {
    from: String(Date.parse(before.time) - AROUND_MS),
    to: String(Date.parse(after.time) + AROUND_MS),
  };
  return (
    <tr>
      <th scope="row" data-label={t('column.point')}>
        <span>
          <a
            href={hrefTo('trends', undefined, { pens: id, ...range })}
            aria-label={`${label ?? point}: ${t('face.trend')}`}
          >
            {label ?? point}
          </a>{' '}
          <span class="quiet alarm-id">{id}</span>
        </span>
      </th>
      <td data-label={t('outages.why')}>{t(`outages.${reason}`)}</td>
      <td data-label={t('outages.lasted')}>
        <span>
          {seconds === null ? t('outages.unknown') : durationText(seconds * 1000)}
          {clockSeconds !== undefined && (
            <span class="quiet">
              {' '}
              {t('outages.clock', { time: durationText(Math.abs(clockSeconds) * 1000) })}
            </span>
          )}
        </span>
      </td>
      <td data-label={t('outages.last')}>{value(before)}</td>
      <td data-label={t('outages.first')}>{value(after)}</td>
      <td data-label={t('outages.range')}>
        <Range outage={outage} />
      </td>
    </tr>
  );
}

/** How far it fell or rose before it was itself again. */
function Range({ outage }: { readonly outage: OutageJson }) {
  const { lowest, highest, settling, settledSeconds, unit = '' } = outage;
  if (lowest === undefined || highest === undefined) return null;
  return (
    <span>
      <span class="value">{`${lowest} … ${highest} ${unit}`.trim()}</span>{' '}
      <span class="quiet">
        {t(settling ? 'outages.settling' : 'outages.within', {
          time: durationText(settledSeconds * 1000),
        })}
      </span>
    </span>
  );
}
