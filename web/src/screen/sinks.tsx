import { useEffect } from 'preact/hooks';
import { SinkPanel } from '../component/sink/sink-panel.tsx';
import { runSinks, sinks } from '../model/sinks.ts';
import { t } from '../text/language.ts';

/** Where values go: how each sink does, and what a person can do about it. */
export function Sinks() {
  useEffect(runSinks, []);
  const all = sinks.value;
  if (all === undefined) return <p class="first-words">{t('ask.loading')}</p>;
  if (all.length === 0) return <p class="first-words">{t('sinks.none')}</p>;
  return (
    <>
      {all.map((sink) => (
        <SinkPanel key={sink.name} sink={sink} />
      ))}
    </>
  );
}
