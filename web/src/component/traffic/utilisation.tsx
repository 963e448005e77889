import { useComputed } from '@preact/signals';
import { gatewayNow } from '../../model/gateway-time.ts';
import { lines } from '../../model/site.ts';
import { frames, isPaused } from '../../model/traffic.ts';
import { byteMs, utilisationOf, type Utilisation } from '../../model/utilisation.ts';
import { t } from '../../text/language.ts';

/** So much of the past is looked at. */
const WINDOW_MS = 30_000;

const PARTS = ['busy', 'waiting', 'pause', 'idle'] as const;

/** What each line does with its time. */
export function UtilisationBars({ only }: { readonly only: string }) {
  const shown = lines.value.filter(({ name, bus }) => {
    return bus === undefined && (only === '' || name === only);
  });
  if (shown.length === 0) return null;
  return (
    <section class="panel uses" aria-label={t('uses.title')}>
      <div class="uses-head">
        <h2>{t('uses.title')}</h2>
        <ul class="uses-legend">
          {PARTS.map((part) => (
            <li key={part} title={t(`uses.${part}.words`)}>
              <span class={`use-key use-${part}`} aria-hidden="true" />
              {t(`uses.${part}`)}
            </li>
          ))}
        </ul>
      </div>
      <ul class="uses-lines">
        {shown.map(({ name, url }) => (
          <Line key={name} name={name} url={url} />
        ))}
      </ul>
    </section>
  );
}

interface LineProps {
  readonly name: string;
  readonly url: string;
}

function Line({ name, url }: LineProps) {
  const uses = useComputed(() => {
    const own = frames.value.filter(({ line }) => line === name);
    const newest = own.at(-1)?.atMs ?? 0;
    const now = isPaused.value ? newest : Math.max(newest, gatewayNow.value);
    const recent = own.filter(({ atMs }) => atMs >= now - WINDOW_MS);
    return utilisationOf(recent, byteMs(url), now);
  });
  return (
    <li>
      <span class="line-name">{name}</span>
      {uses.value === undefined ? (
        <span class="quiet">{t('traffic.none')}</span>
      ) : (
        <Bar uses={uses.value} />
      )}
    </li>
  );
}

function Bar({ uses }: { readonly uses: Utilisation }) {
  const words = PARTS.map((part) => `${t(`uses.${part}`)} ${percent(uses[part])}`).join(', ');
  return (
    <>
      <span class="uses-bar" role="img" aria-label={words} title={words}>
        {PARTS.map((part) => (
          <span key={part} class={`use-${part}`} style={{ width: `${uses[part] * 100}%` }} />
        ))}
      </span>
      <span class="number">{percent(1 - uses.idle)}</span>
    </>
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}
