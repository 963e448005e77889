import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { gatewayNow, wallMoment } from '../../model/gateway-time.ts';
import { flagsOf, type Flag, type TrendEvent } from '../../model/trend-events.ts';
import { t } from '../../text/language.ts';
import { Mark } from '../mark.tsx';

/** Two flags must not lie on each other. */
const FLAG_PX = 44;
/** So many of a flag are told. */
const MAX_TOLD = 6;

interface FlagsProps {
  readonly events: readonly TrendEvent[];
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly hasRight: boolean;
}

/** What happened, above the curves where it happened; the words come to whoever points there or tabs there. */
export function Flags({ events, from, to, hasRight }: FlagsProps) {
  const place = useRef<HTMLUListElement>(null);
  const width = useSignal(800);
  useEffect(() => {
    const host = place.current;
    if (host === null) return undefined;
    const observer = new ResizeObserver(() => {
      width.value = Math.max(100, host.clientWidth);
    });
    observer.observe(host);
    return () => observer.disconnect();
  }, [events.length === 0]);
  const flags = flagsOf(events, from, to, FLAG_PX / width.value);
  if (events.length === 0) return null;
  return (
    <ul ref={place} class={hasRight ? 'flags has-right' : 'flags'} aria-label={t('trends.events')}>
      {flags.map((flag) => (
        <FlagItem key={flag.events[0]?.at} flag={flag} />
      ))}
    </ul>
  );
}

function FlagItem({ flag: { place, events } }: { readonly flag: Flag }) {
  const told = events.slice(0, MAX_TOLD);
  const more = events.length - told.length;
  const lines = told.map(({ at, words }) => `${timeOf(at)} ${words}`);
  if (more > 0) lines.push(t('trends.more', { n: more }));
  const [first] = events;
  return (
    <li
      class={place > 0.6 ? 'flag flag-left' : 'flag'}
      style={{ left: `${(place * 100).toFixed(3)}%` }}
    >
      <button type="button">
        <span aria-hidden="true">
          {first !== undefined && <Symbol event={strongest(events) ?? first} />}
          {events.length > 1 && <span class="flag-count">{events.length}</span>}
        </span>
        <span class="unseen">{lines.join('; ')}</span>
      </button>
      <span class="flag-words" role="presentation">
        {lines.map((line) => (
          <span key={line}>{line}</span>
        ))}
      </span>
    </li>
  );
}

/** Of several, what somebody should see first. */
function strongest(events: readonly TrendEvent[]): TrendEvent | undefined {
  const raised = events.filter(({ kind }) => kind === 'alarm');
  return raised.sort((a, b) => (a.priority ?? 4) - (b.priority ?? 4))[0];
}

const PATHS = {
  returned: 'M4 10.5l4 4 8-9',
  write: 'M4 16l1-4 8-8 3 3-8 8z',
  outage: 'M11 2 4 11h5l-1 7 8-10h-5z',
} as const;

function Symbol({ event: { kind, priority = 4 } }: { readonly event: TrendEvent }) {
  if (kind === 'alarm') return <Mark priority={priority} />;
  return (
    <svg class="flag-mark" viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[kind]} />
    </svg>
  );
}

function timeOf(at: number): string {
  return wallMoment(at, gatewayNow.peek());
}
