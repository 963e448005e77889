import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type {
  ExchangeFlowJson,
  ExchangeRunJson,
  ExchangesJson,
} from '../../../src/api/contract.ts';
import { Mark } from '../component/mark.tsx';
import { getJson, problemWords, sendJson } from '../model/api.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { isOld, link } from '../model/link.ts';
import { t } from '../text/language.ts';
import { every } from '../time.ts';

const ASK_EVERY_MS = 3_000;

/** Work with other systems: what runs, what waits, and what is given up until a person says otherwise. */
export function Exchanges() {
  const found = useSignal<ExchangesJson | undefined>(undefined);
  const said = useSignal('');
  const ask = async (): Promise<void> => {
    const answer = await getJson<ExchangesJson>('exchanges');
    if (answer.ok) found.value = answer.body;
    else said.value = problemWords(answer.problem);
  };
  useEffect(() => {
    void ask();
    return every(ASK_EVERY_MS, () => {
      if (link.peek() === 'live') void ask();
    });
  }, []);
  const retry = async (id: string): Promise<void> => {
    const answer = await sendJson<unknown>('POST', 'exchanges/retry', { id });
    said.value = answer.ok ? '' : t('ask.failed', { why: problemWords(answer.problem) });
    await ask();
  };
  if (found.value === undefined) return <p class="first-words">{said.value || t('ask.loading')}</p>;
  const { flows, runs, error } = found.value;
  return (
    <>
      {error !== undefined && <p class="panel trouble">{error}</p>}
      <p role="status" class="trouble">
        {said}
      </p>
      <Flows flows={flows} />
      <Runs runs={[...runs].reverse()} onRetry={(id) => void retry(id)} />
    </>
  );
}

function Flows({ flows }: { readonly flows: readonly ExchangeFlowJson[] }) {
  return (
    <section class="panel" aria-label={t('exchanges.flows')}>
      <table class="plain">
        <caption>{t('exchanges.flows')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('login.name')}</th>
            <th scope="col">{t('sinks.type')}</th>
            <th scope="col">{t('sinks.waiting')}</th>
            <th scope="col">{t('exchanges.dead')}</th>
            <th scope="col">{t('exchanges.fetch')}</th>
          </tr>
        </thead>
        <tbody>
          {flows.map(({ name, kind, waiting, dead, fetch }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{t(`exchanges.${kind}`)}</td>
              <td>{waiting}</td>
              <td>
                {dead > 0 && <Mark priority={3} />} {dead}
              </td>
              <td>
                {fetch !== undefined && (
                  <>
                    {fetch.state === 'failing' && <Mark priority={3} />}
                    {t(`exchanges.fetch.${fetch.state}`)}
                    {fetch.error !== undefined && `: ${fetch.error}`}
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RunsProps {
  readonly runs: readonly ExchangeRunJson[];
  readonly onRetry: (id: string) => void;
}

function Runs({ runs, onRetry }: RunsProps) {
  if (runs.length === 0) return <p class="panel quiet">{t('exchanges.none')}</p>;
  return (
    <section class="panel" aria-label={t('exchanges.runs')}>
      <h2>{t('exchanges.runs')}</h2>
      <ul>
        {runs.map((run) => (
          <li key={run.id} class="run">
            <div class="sink-head">
              {run.state === 'dead' && <Mark priority={2} />}
              <h2>
                {run.flow} <span class="quiet">{run.device}</span>
              </h2>
              <span class="state">
                {t(`exchanges.run.${run.state}`)} · {wallTime(run.time, gatewayNow.peek())}
              </span>
              {run.state === 'dead' && (
                <button
                  type="button"
                  disabled={isOld.value}
                  onClick={() => {
                    onRetry(run.id);
                  }}
                >
                  {t('exchanges.retry')}
                </button>
              )}
            </div>
            <ol>
              {run.steps.map(({ name, state, tries, note, content }) => (
                <li key={name}>
                  {name}: {t(`exchanges.step.${state}`)}
                  <span class="quiet">
                    {tries > 1 && ` · ${t('exchanges.tries', { n: tries })}`}
                    {note !== undefined && ` · ${note}`}
                    {content !== undefined && ` · ${content}`}
                  </span>
                </li>
              ))}
            </ol>
          </li>
        ))}
      </ul>
    </section>
  );
}
