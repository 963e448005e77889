import { useRef } from 'preact/hooks';
import type { LineJson } from '../../../src/api/contract.ts';
import { gatewayNow } from '../model/gateway-time.ts';
import { hrefTo } from '../model/route.ts';
import { devices, lines, offers } from '../model/site.ts';
import { t } from '../text/language.ts';
import { msText } from '../text/ms.ts';
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
  const isBusy = line.load > BUSY;
  const { p95Ms } = line.recent ?? {};
  return (
    <li>
      <span class="line-name" title={line.name}>
        {offers.value.includes('traffic') ? (
          <a href={hrefTo('traffic', undefined, { line: line.name })}>{line.name}</a>
        ) : (
          line.name
        )}
      </span>
      <span class="line-url" title={line.url}>
        {line.url} · {count(line.devices, 'device')}
      </span>
      <span class="line-load">
        <LoadSpark line={line} />
        <span class="number">{percent} %</span>
        {isBusy && <Mark priority={3} />}
        {isBusy && <span>{t('lines.busy')}</span>}
      </span>
      <span class="line-rate">
        <span class="number">{useRate(line.requests)}</span> {t('lines.rate')}
      </span>
      <span class="line-p95">{p95Ms !== undefined && t('lines.p95', { time: msText(p95Ms) })}</span>
      <span class="line-faults">{faultWords(line)}</span>
      {line.plan !== undefined && <Need line={line.name} plan={line.plan} />}
    </li>
  );
}

/** What went wrong in the last minutes; of a bus, which does not say that, since the start. */
function faultWords(line: LineJson): string {
  const { timeouts, damaged } = line.recent ?? line;
  const lost = [
    timeouts > 0 && count(timeouts, 'timeout'),
    damaged > 0 && t('lines.damaged', { n: damaged }),
  ].filter(Boolean);
  const others = otherFaults(line);
  if (line.recent === undefined) return [...lost, ...others].join(' · ') || t('lines.clean');
  const words = [
    lost.length > 0 && t('lines.inFive', { faults: lost.join(', ') }),
    others.length > 0 && t('lines.since', { faults: others.join(', ') }),
  ];
  return words.filter(Boolean).join(' · ') || t('lines.calm');
}

function otherFaults({ exceptions, late, foreign, bus }: LineJson): readonly string[] {
  return [
    exceptions > 0 && count(exceptions, 'exception'),
    late > 0 && t('lines.late', { n: late }),
    // On a bus there are always frames that nobody here wants.
    bus === undefined && foreign > 0 && t('lines.foreign', { n: foreign }),
    ...busFaults(bus),
  ].filter((words) => words !== false);
}

interface NeedProps {
  readonly line: string;
  readonly plan: NonNullable<LineJson['plan']>;
}

/** Why the line is busy, and where that can be seen. */
function Need({ line, plan: { needMs, everyMs } }: NeedProps) {
  const device = devices.value.find(({ status }) => status.value.line === line);
  return (
    <span class="line-need">
      {t('lines.need', { need: msText(needMs), every: msText(everyMs) })}{' '}
      {device !== undefined && (
        <a href={hrefTo('devices', device.name, { tab: 'requests' })}>{t('lines.why')}</a>
      )}
    </span>
  );
}

/** How busy a line was in the last minutes, as far as somebody has looked. */
const SPARK_POINTS = 60;
const SPARK_EVERY_MS = 5_000;
const loads = new Map<string, { at: number; share: number }[]>();

function LoadSpark({ line: { name, load } }: { readonly line: LineJson }) {
  const seen = loads.get(name) ?? [];
  loads.set(name, seen);
  const at = gatewayNow.value;
  if (at - (seen.at(-1)?.at ?? -Infinity) >= SPARK_EVERY_MS) seen.push({ at, share: load });
  if (seen.length > SPARK_POINTS) seen.shift();
  const points = [...seen, { at, share: load }];
  const x = (index: number): number => SPARK_POINTS - points.length + index + 1;
  const top = points.map(({ share }, index) => `L${x(index)} ${(20 - 20 * share).toFixed(1)}`);
  return (
    <svg
      class="load-spark"
      viewBox={`0 0 ${SPARK_POINTS} 20`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={`M${x(0)} 20${top.join('')}V20Z`} />
      <line x1="0" y1={20 - 20 * BUSY} x2={SPARK_POINTS} y2={20 - 20 * BUSY} />
    </svg>
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
