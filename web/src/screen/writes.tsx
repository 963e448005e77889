import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { LockJson, WritablePointJson } from '../../../src/api/contract.ts';
import { Audit } from '../component/audit.tsx';
import { problemWords, sendJson } from '../model/api.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { isOld } from '../model/link.ts';
import { hrefTo } from '../model/route.ts';
import { askWrites, runWrites, writes } from '../model/writes.ts';
import { t } from '../text/language.ts';

/** What may be written, who has locked what, and every try there was. */
export function Writes() {
  useEffect(runWrites, []);
  const state = writes.value;
  if (state === undefined) return <p class="first-words">{t('ask.loading')}</p>;
  return (
    <>
      <section class="panel" aria-label={t('writes.state')}>
        <h2>{t(`writes.${state.state}`)}</h2>
        {state.problem !== undefined && <p class="trouble">{state.problem}</p>}
        <Locks locks={state.locks} />
      </section>
      <Points points={state.points} />
      <Audit />
    </>
  );
}

function Points({ points }: { readonly points: readonly WritablePointJson[] }) {
  if (points.length === 0) return null;
  return (
    <section class="panel" aria-label={t('writes.points')}>
      <div
        class="wide-table"
        role="group"
        aria-label={t('table.of', { what: t('writes.points') })}
        tabIndex={0}
      >
        <table class="plain">
          <caption>{t('writes.points')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('column.point')}</th>
              <th scope="col">{t('writes.limits')}</th>
              <th scope="col">{t('writes.wear')}</th>
              <th scope="col">{t('writes.lease')}</th>
              <th scope="col">{t('writes.role')}</th>
            </tr>
          </thead>
          <tbody>
            {points.map(({ point, min, max, unit = '', wear, lease, role }) => (
              <tr key={point}>
                <th scope="row">
                  <a href={hrefTo('points', undefined, { point, find: point })}>{point}</a>
                </th>
                <td>{min === undefined ? '' : `${min} … ${max ?? ''} ${unit}`}</td>
                <td>
                  {wear !== undefined &&
                    `${wear.total} / ${wear.cycles}${wear.yearsLeft === undefined ? '' : ` · ${t('write.years', { n: wear.yearsLeft.toFixed(1) })}`}`}
                </td>
                <td>{lease?.holder ?? ''}</td>
                <td>{role}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Locks({ locks }: { readonly locks: readonly LockJson[] }) {
  const why = useSignal('');
  const said = useSignal('');
  const order = async (method: 'POST' | 'DELETE', path: string, body: object): Promise<void> => {
    const answer = await sendJson<unknown>(method, path, body);
    said.value = answer.ok ? '' : t('ask.failed', { why: problemWords(answer.problem) });
    if (answer.ok) why.value = '';
    await askWrites();
  };
  return (
    <>
      <ul>
        {locks.map(({ scope, who, why: because, until }) => (
          <li key={scope} class="choice">
            <span>
              {t('writes.locked', { scope, who, why: because })}
              {until !== undefined && ` · ${wallTime(until, gatewayNow.peek())}`}
            </span>
            <button
              type="button"
              disabled={isOld.value}
              onClick={() =>
                void order('DELETE', `maintenance?scope=${encodeURIComponent(scope)}`, {})
              }
            >
              {t('writes.unlock')}
            </button>
          </li>
        ))}
      </ul>
      <LockForm why={why} onLock={() => void order('POST', 'maintenance', { why: why.peek() })} />
      <p role="status" class="trouble">
        {said}
      </p>
    </>
  );
}

interface LockFormProps {
  readonly why: Signal<string>;
  readonly onLock: () => void;
}

function LockForm({ why, onLock }: LockFormProps) {
  return (
    <form
      class="choice lock-form"
      onSubmit={(event) => {
        event.preventDefault();
        onLock();
      }}
    >
      <label class="picker">
        <span class="unseen">{t('alarms.reason')}</span>
        <input
          placeholder={t('writes.lockWhy')}
          maxLength={500}
          value={why.value}
          onInput={({ currentTarget: { value } }) => {
            why.value = value;
          }}
        />
      </label>
      <button type="submit" disabled={isOld.value || why.value.trim() === ''}>
        {t('writes.lock')}
      </button>
    </form>
  );
}
