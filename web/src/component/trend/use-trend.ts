import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { HistoryJson } from '../../../../src/api/contract.ts';
import { problemWords } from '../../model/api.ts';
import { askedAgain } from '../../model/ask-again.ts';
import { gatewayNow } from '../../model/gateway-time.ts';
import { askHistory } from '../../model/history.ts';
import { link } from '../../model/link.ts';
import type { PointView } from '../../model/site.ts';
import { spanOf, type TimeRange } from '../../model/time-range.ts';
import { askEvents, askLimits, type Limit, type TrendEvent } from '../../model/trend-events.ts';
import { t } from '../../text/language.ts';
import { every } from '../../time.ts';

/** A short range moves on faster: one place of it is shorter. */
const REFRESH_MS = 5_000;
const SHORT_REFRESH_MS = 2_000;

interface Trend {
  readonly found: ReadonlySignal<HistoryJson | undefined>;
  readonly why: ReadonlySignal<string>;
  readonly events: ReadonlySignal<readonly TrendEvent[]>;
  readonly limits: ReadonlySignal<readonly Limit[]>;
}

/** Keeps asking while the end of the range is now; whoever chose a time of the past is left alone. */
export function useTrend(pens: readonly PointView[], range: TimeRange): Trend {
  const found = useSignal<HistoryJson | undefined>(undefined);
  const why = useSignal('');
  const events = useSignal<readonly TrendEvent[]>([]);
  const limits = useSignal<readonly Limit[]>([]);
  const ids = pens.map(({ id }) => id).join();
  const { name, from, to, isLive } = range;
  useEffect(() => {
    if (ids === '') {
      found.value = undefined;
      return undefined;
    }
    const cancel = new AbortController();
    const ask = async (): Promise<void> => {
      const buckets = Math.max(100, Math.min(1_500, Math.round(innerWidth / 1.5)));
      const answer = await askHistory(ids.split(','), from, to, buckets, cancel.signal);
      if (cancel.signal.aborted) return;
      if (answer.ok) found.value = answer.body;
      why.value = answer.ok ? '' : refusal(answer.problem);
    };
    void ask();
    const stop = every(name === '5m' ? SHORT_REFRESH_MS : REFRESH_MS, () => {
      if (isLive && link.peek() === 'live') void ask();
    });
    return () => {
      cancel.abort();
      stop();
    };
  }, [ids, from, to]);
  const [alarmsAgain, writesAgain] = [askedAgain('alarms'), askedAgain('writes')];
  useEffect(() => {
    const cancel = new AbortController();
    const span = spanOf(range, undefined, gatewayNow.peek());
    const asked = ids.split(',');
    void askEvents(asked, span.from * 1000, span.to * 1000 + 1, cancel.signal).then((all) => {
      if (!cancel.signal.aborted) events.value = all;
    });
    void askLimits(asked, cancel.signal).then((all) => {
      if (!cancel.signal.aborted) limits.value = all;
    });
    return () => cancel.abort();
  }, [ids, from, to, alarmsAgain, writesAgain]);
  return { found, why, events, limits };
}

function refusal(problem: Parameters<typeof problemWords>[0] & { readonly code: string }): string {
  if (problem.code === 'no-such-path') return t('trends.off');
  return t('trends.failed', { why: problemWords(problem) });
}
