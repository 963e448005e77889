import type { ExchangeRunJson, ExchangeStepJson } from '../../../src/api/contract.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { hindrance } from '../model/may.ts';
import { t } from '../text/language.ts';
import { Mark } from './mark.tsx';

interface RunsProps {
  readonly runs: readonly ExchangeRunJson[];
  /** Absent where nothing can be tried again. */
  readonly onRetry?: (id: string) => void;
}

/** What rules and pulls have done, step by step. */
export function Runs({ runs, onRetry }: RunsProps) {
  return (
    <ul>
      {runs.map((run) => (
        <li key={run.id} class="run">
          <div class="sink-head">
            {run.state === 'dead' && <Mark priority={2} />}
            <h2>
              {run.flow} <span class="quiet">{run.device}</span>
            </h2>
            <span class="state">{stateOf(run)}</span>
            {run.state === 'dead' && onRetry !== undefined && (
              <Retry
                onRetry={() => {
                  onRetry(run.id);
                }}
              />
            )}
          </div>
          <ol class="run-steps">
            {run.steps.map((step) => (
              <Step key={step.name} step={step} />
            ))}
          </ol>
        </li>
      ))}
    </ul>
  );
}

function stateOf({ state, time, deadline }: ExchangeRunJson): string {
  const when = (iso: string): string => wallTime(iso, gatewayNow.peek());
  const words = `${t(`exchanges.run.${state}`)} · ${when(time)}`;
  return state === 'waiting'
    ? `${words} · ${t('exchanges.until', { time: when(deadline) })}`
    : words;
}

function Retry({ onRetry }: { readonly onRetry: () => void }) {
  const why = hindrance('operator');
  return (
    <button type="button" disabled={why !== ''} title={why} onClick={onRetry}>
      {t('exchanges.retry')}
    </button>
  );
}

function Step({ step }: { readonly step: ExchangeStepJson }) {
  const { name, state, tries, note, death, content } = step;
  const words = [
    tries > 1 ? t('exchanges.tries', { n: tries }) : '',
    death === undefined ? '' : t(`exchanges.death.${death}`),
    note ?? '',
  ].filter(Boolean);
  return (
    <li class={state === 'waiting' || state === 'blocked' ? 'is-off' : ''}>
      <span>{name}</span>
      <span>{t(`exchanges.step.${state}`)}</span>
      <span class="run-words">
        {words.join(' · ')}
        {content !== undefined && (
          <>
            {words.length > 0 && ' · '}
            <code>{content}</code>
          </>
        )}
      </span>
    </li>
  );
}
