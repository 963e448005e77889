import { useComputed } from '@preact/signals';
import { priorityOf, unacknowledged } from '../model/alarms.ts';
import { alarmConcern, byPriority, concernsOf, type Concern } from '../model/attention.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { isOld } from '../model/link.ts';
import { hrefTo } from '../model/route.ts';
import { devices, watchQualities } from '../model/site.ts';
import { t } from '../text/language.ts';
import { count } from '../text/words.ts';
import { Mark } from './mark.tsx';

const SHOWN = 5;

/** What is wrong, the most urgent first. When nothing is, one quiet sentence. */
export function Attention({ isLinked = true }: { readonly isLinked?: boolean }) {
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
    return [...alarming, ...concerns.filter(({ key }) => !told.has(key))].sort(byPriority);
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
              <Item key={concern.key} concern={concern} isLinked={isLinked} />
            ))}
          </ul>
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
}

function Item({ concern, isLinked }: ItemProps) {
  const { key, priority, device, what, why, since } = concern;
  const href = key.startsWith('alarm ') ? hrefTo('alarms') : hrefTo('devices', device);
  return (
    <li>
      <Mark priority={priority} />
      {isLinked ? (
        <a class="what" href={href}>
          {what}
        </a>
      ) : (
        <span class="what">{what}</span>
      )}
      <span class="why">{why}</span>
      <span class="since">
        {since === undefined
          ? t('attention.start')
          : t('attention.since', { time: wallTime(since, gatewayNow.peek()) })}
      </span>
    </li>
  );
}

function allIsWell(): string {
  if (isOld.value) return t('attention.unknown');
  const number = devices.value.length;
  if (number === 0) return t('attention.none');
  const waiting = devices.value.filter(({ status }) => status.value.state === 'waiting').length;
  if (waiting > 0) return t('attention.unasked', { waiting: count(waiting, 'device'), n: number });
  return number === 1 ? t('attention.one') : t('attention.all', { n: number });
}
