import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { AlarmRateJson } from '../../../../src/api/contract.ts';
import { getJson } from '../../model/api.ts';
import { askedAgain } from '../../model/ask-again.ts';
import { wallClock } from '../../model/gateway-time.ts';
import { t } from '../../text/language.ts';
import { Mark } from '../mark.tsx';

const HOUR_MS = 3_600_000;
const HEIGHT = 32;
const BAR = 8;

/** How many alarms there were in each hour of a day: more than a person can answer means that the limits are wrong. */
export function AlarmRate() {
  const rate = useSignal<AlarmRateJson | undefined>(undefined);
  const again = askedAgain('alarms');
  useEffect(() => {
    const cancel = new AbortController();
    void getJson<AlarmRateJson>('alarms/rate', cancel.signal).then((answer) => {
      if (answer.ok && !cancel.signal.aborted) rate.value = answer.body;
    });
    return () => cancel.abort();
  }, [again]);
  if (rate.value === undefined) return null;
  const { hours, most, atLeast } = rate.value;
  const sum = hours.reduce((total, count) => total + count, 0);
  const highest = Math.max(...hours);
  const isTooMany = highest > most;
  return (
    <div class={isTooMany ? 'alarm-rate is-too-many' : 'alarm-rate'}>
      <Bars rate={rate.value} />
      <p>
        {isTooMany && <Mark priority={3} />}
        <span>
          {t(atLeast === true ? 'alarms.atLeast' : 'alarms.inADay', { n: sum })}
          {' · '}
          {isTooMany
            ? t('alarms.tooMany', { n: highest, time: hourOf(rate.value, highest), most })
            : t('alarms.perHour', { n: highest })}
        </span>
      </p>
    </div>
  );
}

/** The hour in which it was so, by its beginning. */
function hourOf({ hours, until }: AlarmRateJson, count: number): string {
  const ago = hours.length - hours.lastIndexOf(count);
  return wallClock(Date.parse(until) - ago * HOUR_MS).slice(0, 5);
}

/** The words beside it say what matters of it. */
function Bars({ rate: { hours, most } }: { readonly rate: AlarmRateJson }) {
  const scale = HEIGHT / Math.max(most, ...hours);
  return (
    <svg
      class="bars"
      viewBox={`0 0 ${hours.length * BAR} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {hours.map((count, index) => (
        <rect
          key={index}
          class={count > most ? 'is-over' : ''}
          x={index * BAR + 1}
          width={BAR - 2}
          y={HEIGHT - count * scale}
          height={count * scale}
        />
      ))}
      <line x1="0" x2={hours.length * BAR} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      <line
        class="is-most"
        x1="0"
        x2={hours.length * BAR}
        y1={HEIGHT - most * scale}
        y2={HEIGHT - most * scale}
      />
    </svg>
  );
}
