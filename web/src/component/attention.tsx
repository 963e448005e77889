import { useComputed, useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { alarms, priorityOf, unacknowledged } from '../model/alarms.ts';
import {
  alarmConcern,
  byPriority,
  concernsOf,
  sinkConcerns,
  type Concern,
} from '../model/attention.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { isOld } from '../model/link.ts';
import { mayOperate } from '../model/may.ts';
import { hrefTo } from '../model/route.ts';
import { devices, watchQualities } from '../model/site.ts';
import { runSinks, sinks } from '../model/sinks.ts';
import { t } from '../text/language.ts';
import { count } from '../text/words.ts';
import { answerAlarm } from './alarm/alarm-row.tsx';
import { Mark } from './mark.tsx';

const SHOWN = 5;

/** What is wrong, the most urgent first. When nothing is, one quiet sentence. */
export function Attention({ isLinked = true }: { readonly isLinked?: boolean }) {
  useEffect(runSinks, []);
  const said = useSignal('');
  const concerns = useComputed(() => {
    // Values change all the time; what is listed here changes only with qualities and states.
    watchQualities();
    const alarming = unacknowledged.value.map((alarm) => alarmConcern(alarm, priorityOf(alarm)));
    const concerns = concernsOf(
      devices.value.map(({ status, points }) => ({
        status: status.value,
        points: points.map(({ point, sample }) => ({ point, sample: sample.peek() })),
      })),
    );
    // An alarm about a device that is down says the same again, in better words.
    const told = new Set(
      unacknowledged.value.flatMap(({ kind, device }) => (kind === 'down' ? [device] : [])),
    );
    const untold = concerns.filter(({ key }) => !told.has(key));
    return [...alarming, ...untold, ...sinkConcerns(sinks.value ?? [])].sort(byPriority);
  });
  const all = concerns.value;
  return (
    <section class="panel attention" aria-label={t('attention.title')} aria-live="polite">
      {all.length === 0 ? (
        <p class="quiet">{allIsWell()}</p>
      ) : (
        <>
          <h2>{t('attention.count', { n: all.length })}</h2>
          <ul>
            {all.slice(0, SHOWN).map((concern) => (
              <Item key={concern.key} {...{ concern, isLinked, said }} />
            ))}
          </ul>
          {said.value !== '' && <p class="trouble">{said}</p>}
          {all.length > SHOWN && (
            <p class="quiet">{t('attention.more', { n: all.length - SHOWN })}</p>
          )}
        </>
      )}
    </section>
  );
}

interface ItemProps {
  readonly concern: Concern;
  readonly isLinked: boolean;
  /** Why an alarm could not be acknowledged. */
  readonly said: Signal<string>;
}

function Item({ concern, isLinked, said }: ItemProps) {
  const { priority, what, why, since } = concern;
  return (
    <li>
      <Mark priority={priority} />
      {isLinked ? (
        <a class="what" href={hrefOf(concern)}>
          {what}
        </a>
      ) : (
        <span class="what">{what}</span>
      )}
      <span class="why">{why}</span>
      {isLinked && concern.kind === 'alarm' && <Acknowledge concern={concern} said={said} />}
      <span class="since">
        {since === undefined
          ? t('attention.start')
          : t('attention.since', { time: wallTime(since, gatewayNow.peek()) })}
      </span>
    </li>
  );
}

function hrefOf({ kind, of }: Concern): string {
  if (kind === 'alarm') return hrefTo('alarms');
  return hrefTo(kind === 'sink' ? 'sinks' : 'devices', of);
}

function Acknowledge({ concern: { of, what }, said }: Omit<ItemProps, 'isLinked'>) {
  const words = t('alarms.acknowledge');
  return (
    <button
      type="button"
      aria-label={`${words}: ${what}`}
      disabled={!mayOperate.value}
      onClick={() => {
        void answerAlarm(of, 'ack').then((why) => {
          said.value = why;
        });
      }}
    >
      {words}
    </button>
  );
}

function allIsWell(): string {
  if (isOld.value) return t('attention.unknown');
  const number = devices.value.length;
  if (number === 0) return t('attention.none');
  const waiting = devices.value.filter(({ status }) => status.value.state === 'waiting').length;
  if (waiting > 0) return t('attention.unasked', { waiting: count(waiting, 'device'), n: number });
  const answers = number === 1 ? t('attention.one') : t('attention.all', { n: number });
  return [answers, alarmWords()].filter(Boolean).join(' ');
}

/** Those that somebody knows of already are no reason to be called, and none to say that there are none. */
function alarmWords(): string {
  if (alarms.value === undefined) return '';
  const known = alarms.value.size;
  return known === 0 ? t('alarms.none') : t('attention.known', { n: known });
}
