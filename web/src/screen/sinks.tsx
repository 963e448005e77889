import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { QuarantineJson, SinkJson } from '../../../src/api/contract.ts';
import { Mark } from '../component/mark.tsx';
import { getJson, problemWords, sendJson, type Answer } from '../model/api.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { isOld } from '../model/link.ts';
import { askSinks, runSinks, sinks } from '../model/sinks.ts';
import { durationText } from '../text/duration.ts';
import { t } from '../text/language.ts';
import { Fact } from '../component/fact.tsx';

/** Where values go: how each sink does, and what a person can do about it. */
export function Sinks() {
  useEffect(runSinks, []);
  const all = sinks.value;
  if (all === undefined) return <p class="first-words">{t('ask.loading')}</p>;
  if (all.length === 0) return <p class="first-words">{t('sinks.none')}</p>;
  return (
    <>
      {all.map((sink) => (
        <Sink key={sink.name} sink={sink} />
      ))}
    </>
  );
}

function Sink({ sink }: { readonly sink: SinkJson }) {
  const { name, type, state, error, errorTime } = sink;
  const said = useSignal('');
  return (
    <section class="panel sink" aria-label={name}>
      <div class="sink-head">
        {state === 'failing' && <Mark priority={3} />}
        <h2>
          {name} <span class="quiet">{type}</span>
        </h2>
        <span class="state">{t(`sinks.${state}`)}</span>
        <SinkButtons sink={sink} said={said} />
      </div>
      {error !== undefined && (
        <p class="trouble">
          {error}
          {errorTime !== undefined && ` · ${wallTime(errorTime, gatewayNow.value)}`}
        </p>
      )}
      <p role="status" class="quiet">
        {said}
      </p>
      <Numbers sink={sink} />
      {sink.quarantined + sink.held > 0 && <Kept sink={sink} said={said} />}
    </section>
  );
}

function Numbers({ sink }: { readonly sink: SinkJson }) {
  const { waiting, oldest, rate, delivered, rejected, lost, lastSuccess } = sink;
  const age = oldest === undefined ? '–' : durationText(gatewayNow.value - Date.parse(oldest));
  return (
    <dl class="facts">
      <Fact name={t('sinks.waiting')} value={String(waiting)} />
      <Fact name={t('sinks.oldest')} value={age} />
      <Fact name={t('sinks.rate')} value={rate.toFixed(1)} />
      <Fact name={t('sinks.delivered')} value={String(delivered)} />
      <Fact name={t('sinks.rejected')} value={String(rejected)} />
      <Fact name={t('sinks.lost')} value={String(lost)} />
      <Fact
        name={t('sinks.success')}
        value={lastSuccess === undefined ? '–' : wallTime(lastSuccess, gatewayNow.value)}
      />
    </dl>
  );
}

interface Said {
  readonly sink: SinkJson;
  readonly said: Signal<string>;
}

function SinkButtons({ sink: { name, state }, said }: Said) {
  const order = async (verb: string): Promise<void> => {
    said.value = t('ask.loading');
    const answer = await sendJson<{ readonly message?: string }>(
      'POST',
      `sinks/${encodeURIComponent(name)}/${verb}`,
    );
    said.value = outcome(answer);
    await askSinks();
  };
  const verb = state === 'paused' ? 'resume' : 'pause';
  return (
    <div class="choice">
      <button type="button" disabled={isOld.value} onClick={() => void order('test')}>
        {t('sinks.test')}
      </button>
      <button type="button" disabled={isOld.value} onClick={() => void order(verb)}>
        {t(`sinks.${verb}`)}
      </button>
    </div>
  );
}

function outcome(answer: Answer<{ readonly message?: string }>): string {
  return answer.ok
    ? (answer.body.message ?? '')
    : t('ask.failed', { why: problemWords(answer.problem) });
}

/** What the receiver refused for good, for a person to look at. */
function Kept({ sink: { name, quarantined }, said }: Said) {
  const found = useSignal<readonly QuarantineJson[]>([]);
  const path = `sinks/${encodeURIComponent(name)}/quarantine`;
  const look = async (): Promise<void> => {
    const answer = await getJson<readonly QuarantineJson[]>(path);
    if (answer.ok) found.value = answer.body;
  };
  useEffect(() => {
    void look();
  }, [quarantined]);
  const order = async (verb: 'retry' | 'discard', ids: readonly number[]): Promise<void> => {
    const answer = await sendJson<object>('POST', `${path}/${verb}`, { ids });
    said.value = outcome(answer);
    await look();
  };
  if (found.value.length === 0) return null;
  return (
    <table class="plain">
      <caption>{t('sinks.kept')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('column.point')}</th>
          <th scope="col">{t('column.value')}</th>
          <th scope="col">{t('face.time')}</th>
          <th scope="col">{t('sinks.reason')}</th>
          <th scope="col">
            <span class="unseen">{t('sinks.retry')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {found.value.map(({ id, point, value, time, reason }) => (
          <tr key={id}>
            <th scope="row">{point}</th>
            <td>{value}</td>
            <td>{wallTime(time, gatewayNow.peek())}</td>
            <td>{reason}</td>
            <td class="choice">
              <button
                type="button"
                disabled={isOld.value}
                onClick={() => void order('retry', [id])}
              >
                {t('sinks.retry')}
              </button>
              <button
                type="button"
                disabled={isOld.value}
                onClick={() => void order('discard', [id])}
              >
                {t('sinks.discard')}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
