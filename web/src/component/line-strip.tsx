import { useRef } from 'preact/hooks';
import type { LineJson } from '../../../src/api/contract.ts';
import { gatewayNow } from '../model/gateway-time.ts';
import { lines } from '../model/site.ts';
import { t } from '../text/language.ts';
import { count } from '../text/words.ts';
import { Mark } from './mark.tsx';

/** Above this a line has no slack left for a device that is slow once. */
const BUSY = 0.8;

/** How much each line carries, and what goes wrong on it. */
export function LineStrip() {
  if (lines.value.length === 0) return null;
  return (
    <section class="panel lines" aria-label={t('lines.title')}>
      <h2>{t('lines.title')}</h2>
      <ul>
        {lines.value.map((line) => (
          <Line key={line.name} line={line} />
        ))}
      </ul>
    </section>
  );
}

function Line({ line }: { readonly line: LineJson }) {
  const percent = Math.round(line.load * 100);
  const faults = [
    line.timeouts > 0 && count(line.timeouts, 'timeout'),
    line.damaged > 0 && t('lines.damaged', { n: line.damaged }),
    line.exceptions > 0 && count(line.exceptions, 'exception'),
    line.late > 0 && t('lines.late', { n: line.late }),
    // On a bus there are always frames that nobody here wants.
    line.bus === undefined && line.foreign > 0 && t('lines.foreign', { n: line.foreign }),
    ...busFaults(line.bus),
  ].filter(Boolean);
  return (
    <li>
      <span class="line-name" title={line.name}>
        {line.name}
      </span>
      <span class="line-url" title={line.url}>
        {line.url} · {count(line.devices, 'device')}
      </span>
      <span class="line-load">
        <span class="gauge" aria-hidden="true">
          <span class="gauge-fill" style={{ width: `${Math.min(100, percent)}%` }} />
        </span>
        <span class="number">{percent} %</span>
        {line.load > BUSY && <Mark priority={3} />}
        {line.load > BUSY && <span>{t('lines.busy')}</span>}
      </span>
      <span class="line-rate">
        <span class="number">{useRate(line.requests)}</span> {t('lines.rate')}
      </span>
      <span class="line-faults">{faults.length === 0 ? t('lines.clean') : faults.join(' · ')}</span>
    </li>
  );
}

function busFaults(bus: LineJson['bus']): readonly (string | false)[] {
  if (bus === undefined) return [];
  return [
    bus.errors > 0 && t('lines.errors', { n: bus.errors }),
    bus.dropped > 0 && t('lines.dropped', { n: bus.dropped }),
    bus.incomplete > 0 && t('lines.incomplete', { n: bus.incomplete }),
  ];
}

const RATE_OVER_MS = 10_000;

/** How fast a counter grows, over about ten seconds: `12.3`. */
function useRate(counter: number): string {
  const seen = useRef<{ at: number; counter: number }[]>([]);
  const history = seen.current;
  const at = gatewayNow.value;
  // A counter that went back was started anew.
  if ((history.at(-1)?.counter ?? 0) > counter) history.length = 0;
  if (history.at(-1)?.at !== at) history.push({ at, counter });
  while (history.length > 2 && at - (history[1]?.at ?? at) >= RATE_OVER_MS) history.shift();
  const [first] = history;
  if (first === undefined || at - first.at < 900) return '–';
  return (((counter - first.counter) * 1000) / (at - first.at)).toFixed(1);
}
