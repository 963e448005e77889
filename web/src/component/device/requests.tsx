import type { PollingJson, RequestJson } from '../../../../src/api/contract.ts';
import { durationText } from '../../text/duration.ts';
import { t } from '../../text/language.ts';
import { msText } from '../../text/ms.ts';
import { count } from '../../text/words.ts';
import { Mark } from '../mark.tsx';

/** The plan as it runs: what is asked how often, what comes with it, and what it costs. */
export function Requests({ polling }: { readonly polling: PollingJson | undefined }) {
  if (polling === undefined) return <p class="first-words">{t('ask.loading')}</p>;
  const { requests, meanMs } = polling;
  const share = requests.reduce((sum, one) => sum + (costMs(one, meanMs) ?? 0) / one.everyMs, 0);
  return (
    <section class="panel requests" aria-label={t('device.requests')}>
      <div class="points-head">
        <h2>{t('device.requests')}</h2>
        <span class="quiet">
          {[
            count(requests.length, 'request'),
            t('requests.share', { percent: (share * 100).toFixed(share < 0.1 ? 1 : 0) }),
            requests.some(({ wireMs }) => wireMs === undefined) && t('requests.measured'),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      <div
        class="wide-table"
        role="group"
        aria-label={t('table.of', { what: t('device.requests') })}
        tabIndex={0}
      >
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{t('requests.start')}</th>
              <th scope="col" class="right">
                {t('requests.count')}
              </th>
              <th scope="col" class="right">
                {t('requests.every')}
              </th>
              <th scope="col" class="right">
                {t('requests.takes')}
              </th>
              <th scope="col" class="right">
                {t('requests.gaps')}
              </th>
              <th scope="col">{t('requests.state')}</th>
              <th scope="col">{t('points.title')}</th>
            </tr>
          </thead>
          <tbody>
            {requests.map((one) => (
              <Request key={`${one.everyMs} ${one.start}`} one={one} meanMs={meanMs} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface RequestProps {
  readonly one: RequestJson;
  readonly meanMs: number | undefined;
}

function Request({ one, meanMs }: RequestProps) {
  const { start, count: size, everyMs, gaps, points, state } = one;
  const cost = costMs(one, meanMs);
  const isFault = state !== 'good' && state !== 'unread';
  return (
    <tr>
      <th scope="row">{start}</th>
      <td class="right">{size}</td>
      <td class="right">{durationText(everyMs)}</td>
      <td class="right">{cost === undefined ? '–' : msText(cost)}</td>
      <td class="right">{gaps === 0 ? '' : gaps}</td>
      <td>
        <span class="with-mark">
          {isFault && <Mark priority={3} />}
          {t(`requests.${state}`)}
        </span>
      </td>
      <td>
        <details>
          <summary>{count(points.length, 'point')}</summary>
          {points.join(', ')}
        </details>
      </td>
    </tr>
  );
}

/** What the line's speed says; where nobody knows it, what answers took of late. */
function costMs({ wireMs }: RequestJson, meanMs: number | undefined): number | undefined {
  return wireMs ?? meanMs;
}
