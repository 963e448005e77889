import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type {
  ExchangeFlowJson,
  ExchangeRunJson,
  ExchangesJson,
} from '../../../src/api/contract.ts';
import { Dialog } from '../component/dialog.tsx';
import { Runs } from '../component/exchange-runs.tsx';
import { Mark } from '../component/mark.tsx';
import { getJson, problemWords, sendJson } from '../model/api.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { link } from '../model/link.ts';
import { hindrance } from '../model/may.ts';
import { refine, route } from '../model/route.ts';
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
  return (
    <>
      <Troubles exchanges={found.value} />
      <p role="status" class="trouble">
        {said}
      </p>
      <Flows flows={found.value.flows} />
      <AllRuns runs={[...found.value.runs].reverse()} onRetry={(id) => void retry(id)} />
    </>
  );
}

/** What is wrong with the whole of it, and what was lost: nothing of that happens in silence. */
function Troubles({
  exchanges: { error, dropped, forgotten, damaged },
}: {
  readonly exchanges: ExchangesJson;
}) {
  const counts = [
    dropped > 0 ? t('exchanges.dropped', { n: dropped }) : '',
    forgotten > 0 ? t('exchanges.forgotten', { n: forgotten }) : '',
    damaged > 0 ? t('exchanges.damaged', { n: damaged }) : '',
  ].filter(Boolean);
  if (error === undefined && counts.length === 0) return null;
  return (
    <div class="panel trouble">
      {error !== undefined && (
        <p>
          <Mark priority={2} /> {error}
        </p>
      )}
      {counts.length > 0 && <p>{counts.join(' · ')}</p>}
    </div>
  );
}

function Flows({ flows }: { readonly flows: readonly ExchangeFlowJson[] }) {
  return (
    <section class="panel" aria-label={t('exchanges.flows')}>
      <table class="plain stacked">
        <caption>{t('exchanges.flows')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('login.name')}</th>
            <th scope="col">{t('sinks.type')}</th>
            <th scope="col">{t('exchanges.devices')}</th>
            <th scope="col">{t('sinks.waiting')}</th>
            <th scope="col">{t('exchanges.dead')}</th>
            <th scope="col">{t('exchanges.fetch')}</th>
            <th scope="col">
              <span class="unseen">{t('exchanges.dryRun')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {flows.map((flow) => (
            <Flow key={flow.name} flow={flow} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Flow({ flow }: { readonly flow: ExchangeFlowJson }) {
  const { name, kind, devices, waiting, dead, fetch } = flow;
  return (
    <tr>
      <th scope="row" data-label={t('login.name')}>
        {name}
      </th>
      <td data-label={t('sinks.type')}>{t(`exchanges.${kind}`)}</td>
      <td data-label={t('exchanges.devices')}>{devices.join(', ') || null}</td>
      <td data-label={t('sinks.waiting')}>{waiting}</td>
      <td data-label={t('exchanges.dead')}>
        <span>
          {dead > 0 && <Mark priority={3} />} {dead}
        </span>
      </td>
      <td data-label={t('exchanges.fetch')}>
        {fetch !== undefined && (
          <span>
            {fetch.state === 'failing' && <Mark priority={3} />} {fetchWords(fetch)}
          </span>
        )}
      </td>
      <td class="choice">
        <DryRun name={name} />
      </td>
    </tr>
  );
}

function fetchWords({ state, error, lastAnswer }: NonNullable<ExchangeFlowJson['fetch']>): string {
  return [
    t(`exchanges.fetch.${state}`),
    lastAnswer === undefined ? '' : wallTime(lastAnswer, gatewayNow.peek()),
    error ?? '',
  ]
    .filter(Boolean)
    .join(' · ');
}

/** What it would do now; nothing is sent or written for it. */
function DryRun({ name }: { readonly name: string }) {
  const found = useSignal<readonly ExchangeRunJson[] | string | undefined>(undefined);
  const why = hindrance('operator');
  const ask = async (): Promise<void> => {
    found.value = t('ask.loading');
    const answer = await sendJson<readonly ExchangeRunJson[]>('POST', 'exchanges/dry-run', {
      flow: name,
    });
    found.value = answer.ok ? answer.body : problemWords(answer.problem);
  };
  const runs = found.value;
  return (
    <>
      <button type="button" disabled={why !== ''} title={why} onClick={() => void ask()}>
        {t('exchanges.dryRun')}
      </button>
      {runs !== undefined && (
        <Dialog
          title={`${t('exchanges.dryRun')}: ${name}`}
          onClose={() => {
            found.value = undefined;
          }}
        >
          <p class="quiet">{t('exchanges.dryWords')}</p>
          {typeof runs === 'string' && <p class="trouble">{runs}</p>}
          {typeof runs === 'object' && runs.length === 0 && <p>{t('exchanges.nothing')}</p>}
          {typeof runs === 'object' && <Runs runs={runs} />}
        </Dialog>
      )}
    </>
  );
}

const STATES = ['waiting', 'dead', 'done'] as const;

interface AllRunsProps {
  readonly runs: readonly ExchangeRunJson[];
  readonly onRetry: (id: string) => void;
}

function AllRuns({ runs, onRetry }: AllRunsProps) {
  const wanted = route.value.query.get('state') ?? '';
  const seen = runs.filter(({ state }) => wanted === '' || state === wanted);
  return (
    <section class="panel" aria-label={t('exchanges.runs')}>
      <div class="sink-head">
        <h2>{t('exchanges.runs')}</h2>
        <div class="choice" role="group" aria-label={t('sinks.state')}>
          <Choice state="" wanted={wanted} words={t('exchanges.all')} />
          {STATES.map((state) => (
            <Choice key={state} {...{ state, wanted }} words={t(`exchanges.run.${state}`)} />
          ))}
        </div>
      </div>
      {seen.length === 0 && (
        <p class="quiet">{t(runs.length === 0 ? 'exchanges.none' : 'alarms.noneFits')}</p>
      )}
      <Runs runs={seen} onRetry={onRetry} />
    </section>
  );
}

interface ChoiceProps {
  readonly state: string;
  readonly wanted: string;
  readonly words: string;
}

function Choice({ state, wanted, words }: ChoiceProps) {
  return (
    <button
      type="button"
      aria-pressed={wanted === state}
      onClick={() => {
        refine({ state });
      }}
    >
      {words}
    </button>
  );
}
