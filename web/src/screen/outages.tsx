import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { OutageJson } from '../../../src/api/contract.ts';
import { getJson, problemWords } from '../model/api.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { hrefTo } from '../model/route.ts';
import { durationText } from '../text/duration.ts';
import { t } from '../text/language.ts';

/** What happened to the points that matter while nobody could look. */
export function Outages() {
  const found = useSignal<readonly OutageJson[] | undefined>(undefined);
  const why = useSignal('');
  useEffect(() => {
    void getJson<readonly OutageJson[]>('outages').then((answer) => {
      if (answer.ok) found.value = answer.body;
      why.value = answer.ok ? '' : problemWords(answer.problem);
    });
  }, []);
  if (why.value !== '') return <p class="first-words">{why}</p>;
  const all = [...(found.value ?? [])].reverse();
  if (found.value !== undefined && all.length === 0) {
    return <p class="first-words">{t('outages.none')}</p>;
  }
  return (
    <>
      {all.map((outage) => (
        <Outage key={`${outage.device}.${outage.point} ${outage.after.time}`} outage={outage} />
      ))}
    </>
  );
}

/** The trend shows this much around it. */
const AROUND_MS = 600_000;

function Outage({ outage }: { readonly outage: OutageJson }) {
  const { device, point, label, unit = '', reason, before, after, seconds } = outage;
  const { lowest, highest, settling, settledSeconds } = outage;
  const id = `${device}.${point}`;
  const words = (value: number | string | boolean): string => `${String(value)} ${unit}`.trim();
  const when = (time: string): string => wallTime(time, gatewayNow.value);
  const range = {
    from: String(Date.parse(before.time) - AROUND_MS),
    to: String(Date.parse(after.time) + AROUND_MS),
  };
  return (
    <section class="panel outage" aria-label={id}>
      <h2>
        {label ?? point} <span class="quiet">{id}</span>
      </h2>
      <p>
        {t(`outages.${reason}`)}
        {' · '}
        {seconds === null ? t('outages.unknown') : durationText(seconds * 1000)}
      </p>
      <dl class="facts">
        <div>
          <dt>{t('outages.before', { time: when(before.time) })}</dt>
          <dd class="value">{words(before.value)}</dd>
        </div>
        <div>
          <dt>{t('outages.after', { time: when(after.time) })}</dt>
          <dd class="value">{words(after.value)}</dd>
        </div>
        {lowest !== undefined && highest !== undefined && (
          <div>
            <dt>{t('outages.since', { time: durationText(settledSeconds * 1000) })}</dt>
            <dd class="value">
              {words(lowest)} … {words(highest)} {settling && '…'}
            </dd>
          </div>
        )}
      </dl>
      <p>
        <a href={hrefTo('trends', undefined, { pens: id, ...range })}>{t('face.trend')}</a>
      </p>
    </section>
  );
}
