import type { PollingJson } from '../../../../src/api/contract.ts';
import { answerBars, answersWithin } from '../../model/answer-times.ts';
import { msText } from '../../text/ms.ts';
import { t } from '../../text/language.ts';

/** How long answers take: one bar per class, and the number that matters in words. */
export function AnswerChart({ polling }: { readonly polling: PollingJson }) {
  const bars = answerBars(polling.answerTimes);
  const p95 = answersWithin(polling.answerTimes, 0.95);
  if (bars.length === 0) return null;
  const all = bars.reduce((sum, { count }) => sum + count, 0);
  return (
    <figure class="answer-chart">
      <figcaption>
        {t('device.times')}
        {p95 !== undefined && (
          <strong class="number">{t('device.within', { time: msText(p95) })}</strong>
        )}
      </figcaption>
      <ol aria-label={t('device.times')}>
        {bars.map(({ upTo, count, share }) => {
          const percent = ((count / all) * 100).toFixed(count / all < 0.1 ? 1 : 0);
          const words =
            upTo === undefined
              ? t('device.slower', { percent })
              : t('device.upTo', { percent, time: msText(upTo) });
          return (
            <li key={upTo ?? 'slower'} title={words}>
              <span class="unseen">{words}</span>
              <span
                class="answer-bar"
                aria-hidden="true"
                style={{ height: `${Math.ceil(share * 100)}%` }}
              />
            </li>
          );
        })}
      </ol>
      <p class="answer-ends" aria-hidden="true">
        <span>≤ {msText(bars[0]?.upTo ?? 0)}</span>
        <span>{lastEnd(bars)}</span>
      </p>
    </figure>
  );
}

function lastEnd(bars: ReturnType<typeof answerBars>): string {
  const last = bars.at(-1);
  if (last?.upTo !== undefined) return `≤ ${msText(last.upTo)}`;
  return `> ${msText(bars.at(-2)?.upTo ?? 0)}`;
}
