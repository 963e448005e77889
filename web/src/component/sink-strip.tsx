import type { SinkJson } from '../../../src/api/contract.ts';
import { gatewayNow } from '../model/gateway-time.ts';
import { hrefTo } from '../model/route.ts';
import { sinks } from '../model/sinks.ts';
import { durationText } from '../text/duration.ts';
import { t } from '../text/language.ts';
import { count } from '../text/words.ts';
import { Mark } from './mark.tsx';

/** Where values go, and what waits there. */
export function SinkStrip() {
  const all = sinks.value;
  if (all === undefined || all.length === 0) return null;
  return (
    <section class="panel lines sink-strip" aria-label={t('sinks.title')}>
      <h2>{t('sinks.title')}</h2>
      <ul>
        {all.map((sink) => (
          <Sink key={sink.name} sink={sink} />
        ))}
      </ul>
    </section>
  );
}

function Sink({ sink }: { readonly sink: SinkJson }) {
  const { name, type, state, waiting, oldest, rate, error } = sink;
  const age = oldest === undefined ? NaN : gatewayNow.value - Date.parse(oldest);
  return (
    <li>
      <a class="line-name" href={hrefTo('sinks', name)}>
        {name}
      </a>
      <span class="line-url">{type}</span>
      <span class="sink-state">
        {state === 'failing' && <Mark priority={3} />}
        {t(`sinks.${state}`)}
      </span>
      <span class="line-rate">
        <span class="number">{rate.toFixed(1)}</span> /s
      </span>
      <span class="line-faults">
        {state === 'failing' && error !== undefined
          ? `${error} · ${count(waiting, 'value')} · ${durationText(age)}`
          : count(waiting, 'value')}
      </span>
    </li>
  );
}
