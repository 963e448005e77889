import { useComputed } from '@preact/signals';
import { priorityOf, unacknowledged } from '../model/alarms.ts';
import type { Priority } from '../model/attention.ts';
import { gatewayNow, wallClock } from '../model/gateway-time.ts';
import { link } from '../model/link.ts';
import { isNarrow } from '../model/narrow.ts';
import { logOut, me } from '../model/me.ts';
import { hrefTo } from '../model/route.ts';
import { gatewayName, points } from '../model/site.ts';
import { switchTheme, theme } from '../model/theme.ts';
import { durationText } from '../text/duration.ts';
import { chooseLanguage, isLanguage, language, LANGUAGES, t } from '../text/language.ts';
import { keysShown } from './keys-help.tsx';
import { Mark } from './mark.tsx';

/** Whose values these are, whether they are live, and what time it is there. A phone has room for no more. */
export function Bar() {
  return (
    <header class="bar">
      <span class="brand">dinrail</span>
      <h1>{gatewayName}</h1>
      <AlarmCounters />
      <LiveLamp />
      {!isNarrow.value && (
        <>
          <LanguageChoice />
          <Who />
          <Help />
          <ThemeButton />
        </>
      )}
    </header>
  );
}

export function ThemeButton() {
  const next = t(theme.value === 'dark' ? 'bar.light' : 'bar.dark');
  return (
    <button
      type="button"
      class="theme"
      onClick={switchTheme}
      aria-label={t('bar.theme', { theme: next })}
    >
      {next}
    </button>
  );
}

/** Whoever does not know that there are keys does not press `?` to see them. */
function Help() {
  return (
    <button
      type="button"
      class="help"
      aria-label={t('keys.title')}
      title={t('keys.title')}
      onClick={() => {
        keysShown.value = true;
      }}
    >
      ?
    </button>
  );
}

/** Who looks, where one has to log in. */
export function Who() {
  const { name, role, csrf } = me.value ?? {};
  if (name === undefined || role === undefined || csrf === undefined) return null;
  return (
    <>
      <span class="quiet">{t('login.role', { name, role })}</span>
      <button type="button" onClick={() => void logOut()}>
        {t('login.out')}
      </button>
    </>
  );
}

/** How many alarms wait for somebody, by priority; each leads to them. */
export function AlarmCounters() {
  const counts = PRIORITIES.map(
    (priority) =>
      [
        priority,
        unacknowledged.value.filter((one) => priorityOf(one) === priority).length,
      ] as const,
  ).filter(([, number]) => number > 0);
  if (counts.length === 0) return null;
  return (
    <div class="counters">
      {counts.map(([priority, number]) => (
        <a key={priority} href={hrefTo('alarms')}>
          <span class="unseen">{t('nav.alarms')}: </span>
          <Mark priority={priority} /> {number}
        </a>
      ))}
    </div>
  );
}

const PRIORITIES: readonly Priority[] = [1, 2, 3, 4];

export function LanguageChoice() {
  return (
    <label class="language">
      <span class="unseen">{t('bar.language')}</span>
      <select
        value={language.value}
        onChange={({ currentTarget: { value } }) => {
          if (isLanguage(value)) chooseLanguage(value);
        }}
      >
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Does the gateway speak to us, and what time is it there? */
export function LiveLamp() {
  const state = link.value;
  const clock = useComputed(() => (gatewayNow.value === 0 ? '' : wallClock(gatewayNow.value)));
  return (
    <div class={`lamp lamp-${state}`}>
      {state === 'lost' ? <Mark priority={1} /> : <span class="dot" aria-hidden="true" />}
      <span>
        <span role="status">{t(`link.${state}`)}</span>
        {state === 'lost' && points.value.length > 0 && <Oldness />}
      </span>
      {state !== 'lost' && <time class="clock">{clock}</time>}
    </div>
  );
}

/** Apart from the status, so that a screen reader does not count the seconds aloud. */
function Oldness() {
  const age = useComputed(() => {
    const newest = points.value.reduce((latest, { freshAt }) => Math.max(latest, freshAt), 0);
    return newest === 0 ? '' : t('link.old', { age: durationText(gatewayNow.value - newest) });
  });
  return <span>{age}</span>;
}
