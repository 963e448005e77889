import { useComputed } from '@preact/signals';
import { gatewayNow, wallClock } from '../model/gateway-time.ts';
import { link, type LinkState } from '../model/link.ts';
import { gatewayName, points } from '../model/site.ts';
import { switchTheme, theme } from '../model/theme.ts';
import { durationText } from '../text/duration.ts';
import { Mark } from './mark.tsx';

/** Whose values these are, whether they are live, and what time it is there. */
export function Bar() {
  const next = theme.value === 'dark' ? 'Light' : 'Dark';
  return (
    <header class="bar">
      <span class="brand">dinrail</span>
      <h1>{gatewayName}</h1>
      <LiveLamp />
      <button type="button" class="theme" onClick={switchTheme} aria-label={`${next} theme`}>
        {next}
      </button>
    </header>
  );
}

const WORDS: Readonly<Record<LinkState, string>> = {
  connecting: 'connecting',
  live: 'live',
  lost: 'no connection to gateway',
  resting: 'paused while hidden',
};

function LiveLamp() {
  const state = link.value;
  const clock = useComputed(() => (gatewayNow.value === 0 ? '' : wallClock(gatewayNow.value)));
  return (
    <div class={`lamp lamp-${state}`}>
      {state === 'lost' ? <Mark priority={1} /> : <span class="dot" aria-hidden="true" />}
      <span>
        <span role="status">{WORDS[state]}</span>
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
    return newest === 0 ? '' : `, values are ${durationText(gatewayNow.value - newest)} old`;
  });
  return <span>{age}</span>;
}
