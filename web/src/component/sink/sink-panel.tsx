import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { SinkJson } from '../../../../src/api/contract.ts';
import { gatewayNow, wallTime } from '../../model/gateway-time.ts';
import { route } from '../../model/route.ts';
import { durationText } from '../../text/duration.ts';
import { t } from '../../text/language.ts';
import { explanationOf } from '../../text/sink-error.ts';
import { bytesText } from '../../text/bytes.ts';
import { Fact } from '../fact.tsx';
import { Mark } from '../mark.tsx';
import { Newest } from './newest.tsx';
import { Quarantine } from './quarantine.tsx';
import { SinkButtons } from './sink-buttons.tsx';
import { Throughput } from './throughput.tsx';

/** One sink, whole. */
export function SinkPanel({ sink }: { readonly sink: SinkJson }) {
  const { name, type, state } = sink;
  const said = useSignal('');
  const place = useRef<HTMLElement>(null);
  const isMeant = route.value.name === name;
  useEffect(() => {
    if (isMeant) place.current?.scrollIntoView({ block: 'start' });
  }, [isMeant]);
  return (
    <section ref={place} class="panel sink" aria-label={name}>
      <div class="sink-head">
        {state === 'failing' && <Mark priority={3} />}
        <h2>
          {name} <span class="quiet">{type}</span>
        </h2>
        <span class="state">{t(`sinks.${state}`)}</span>
        <SinkButtons sink={sink} said={said} />
      </div>
      <Trouble sink={sink} />
      <p role="status" class="quiet">
        {said}
      </p>
      <div class="sink-body">
        <Numbers sink={sink} />
        <Throughput minutes={sink.minutes} />
      </div>
      <Newest name={name} />
      {sink.quarantined + sink.held > 0 && <Quarantine sink={sink} said={said} />}
    </section>
  );
}

/** What is wrong, since when, and what it most likely means. */
function Trouble({ sink: { error, errorTime } }: { readonly sink: SinkJson }) {
  if (error === undefined) return null;
  const meaning = explanationOf(error);
  return (
    <p class="trouble">
      {error}
      {errorTime !== undefined && ` · ${wallTime(errorTime, gatewayNow.peek())}`}
      {meaning !== undefined && <span class="meaning">{t(meaning)}</span>}
    </p>
  );
}

function Numbers({ sink }: { readonly sink: SinkJson }) {
  const { waiting, waitingBytes, oldest, rate, delivered, rejected, lost, lastSuccess } = sink;
  const age = oldest === undefined ? '–' : durationText(gatewayNow.value - Date.parse(oldest));
  const size = waiting === 0 || waitingBytes === undefined ? '' : ` · ~${bytesText(waitingBytes)}`;
  const givenUp = sink.givenUp === undefined ? '' : ` · ${t('sinks.givenUp', { n: sink.givenUp })}`;
  return (
    <dl class="facts">
      <Fact name={t('sinks.waiting')} value={`${waiting}${size}`} />
      <Fact name={t('sinks.oldest')} value={age} />
      <Fact name={t('sinks.rate')} value={rate.toFixed(1)} />
      <Fact name={t('sinks.delivered')} value={String(delivered)} />
      <Fact name={t('sinks.rejected')} value={String(rejected)} />
      <Fact name={t('sinks.lost')} value={`${lost}${givenUp}`} />
      <Fact
        name={t('sinks.success')}
        value={lastSuccess === undefined ? '–' : wallTime(lastSuccess, gatewayNow.value)}
      />
    </dl>
  );
}
