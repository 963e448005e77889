import { useSignal } from '@preact/signals';
import type { ConfigTestJson, ConfigTestPointJson } from '../../../../src/api/contract.ts';
import { problemWords } from '../../model/api.ts';
import { isOld } from '../../model/link.ts';
import { outline, testDevice } from '../../model/settings/ask.ts';
import { namesIn, partAt } from '../../model/settings/part.ts';
import { closeDialog } from '../../model/settings/place.ts';
import { devices } from '../../model/site.ts';
import { t } from '../../text/language.ts';
import { NO_VALUE } from '../../text/value.ts';
import { causeWords } from '../../text/words.ts';
import { Dialog } from '../dialog.tsx';
import { Mark } from '../mark.tsx';

/** Asks a device as the draft says, so that one sees values before anything is applied. */
export function TestDialog({ device }: { readonly device: string | undefined }) {
  const drafted = namesIn(partAt(outline.value?.root, ['devices']));
  const names = drafted.length > 0 ? drafted : devices.value.map(({ name }) => name);
  const chosen = useSignal(device ?? names[0] ?? '');
  const found = useSignal<ConfigTestJson | undefined>(undefined);
  const why = useSignal('');
  const isBusy = useSignal(false);
  const go = async (): Promise<void> => {
    [isBusy.value, found.value, why.value] = [true, undefined, ''];
    const answer = await testDevice(chosen.peek());
    isBusy.value = false;
    if (answer.ok) found.value = answer.body;
    else why.value = problemWords(answer.problem);
  };
  return (
    <Dialog title={t('settings.testTitle')} class="wide" onClose={closeDialog}>
      <form
        class="field"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy.peek()) void go();
        }}
      >
        <p class="quiet">{t('settings.testWhat')}</p>
        {names.length === 0 && <p class="trouble">{t('settings.noDevice')}</p>}
        <div class="test-head">
          <label>
            {t('settings.devices')}
            <select
              value={chosen.value}
              onChange={({ currentTarget: { value } }) => {
                chosen.value = value;
              }}
            >
              {names.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <button
            type="submit"
            class="main-button"
            disabled={isBusy.value || isOld.value || chosen.value === ''}
          >
            {t(isBusy.value ? 'settings.testing' : 'settings.testGo')}
          </button>
        </div>
      </form>
      <div role="status" class="test-result">
        {why.value !== '' && <p class="trouble">{why}</p>}
        {found.value !== undefined && <Result found={found.value} />}
      </div>
    </Dialog>
  );
}

function Result({ found }: { readonly found: ConfigTestJson }) {
  const { points, requests, ms, line, more, problem } = found;
  return (
    <>
      {problem !== undefined && (
        <p class="trouble test-problem">
          <Mark priority={2} /> <span>{problem}</span>
        </p>
      )}
      {points.length === 0 ? (
        <p>{t('settings.testNone')}</p>
      ) : (
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{t('column.point')}</th>
              <th scope="col">{t('column.value')}</th>
              <th scope="col">{t('column.quality')}</th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <PointRow key={point.name} point={point} />
            ))}
          </tbody>
        </table>
      )}
      <p class="quiet">
        {t('settings.tested', { n: requests, ms: Math.round(ms) })}{' '}
        {line === 'running' && t('settings.testRunning')}{' '}
        {more > 0 && t('settings.testMore', { n: more })}
      </p>
    </>
  );
}

function PointRow({ point }: { readonly point: ConfigTestPointJson }) {
  const { name, label, value, text, cause } = point;
  const isKnown = value !== null;
  return (
    <tr>
      <th scope="row">
        {label ?? name} {label !== undefined && <span class="quiet">{name}</span>}
      </th>
      <td>
        <span class={isKnown ? 'value' : 'value value-bad'}>{isKnown ? text : NO_VALUE}</span>
      </td>
      <td>
        {t(isKnown ? 'quality.good' : 'quality.bad')}
        {cause !== undefined && `: ${causeWords(cause)}`}
      </td>
    </tr>
  );
}
