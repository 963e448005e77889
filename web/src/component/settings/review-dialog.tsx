import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ConfigChangesJson, ConfigProblemJson } from '../../../../src/api/contract.ts';
import {
  apply,
  check,
  checkPresent,
  isChecked,
  problems,
  settled,
} from '../../model/settings/ask.ts';
import { draft } from '../../model/settings/draft.ts';
import { closeDialog, hindrance, openDialog } from '../../model/settings/place.ts';
import { changeWords } from '../../text/changes.ts';
import { t } from '../../text/language.ts';
import { Dialog } from '../dialog.tsx';
import { Mark } from '../mark.tsx';
import { DiffView } from './diff-view.tsx';
import { ProblemWords } from './problem-list.tsx';

/** What applying the draft will do, before it does it; and afterwards what it did. */
export function ReviewDialog() {
  const done = useSignal<ConfigChangesJson | undefined>(undefined);
  useEffect(() => {
    void settled().then(checkPresent);
  }, []);
  return (
    <Dialog title={t('settings.reviewTitle')} class="wide" onClose={closeDialog}>
      {done.value === undefined ? (
        <Question onDone={(changes) => (done.value = changes)} />
      ) : (
        <div role="status" class="applied">
          <h3>{t('settings.whatHappened')}</h3>
          <Changes changes={done.value} />
        </div>
      )}
    </Dialog>
  );
}

function Question({ onDone }: { readonly onDone: (changes: ConfigChangesJson) => void }) {
  const said = isChecked.value ? check.value?.said : undefined;
  if (said === undefined && hindrance.value === '') {
    return <p class="quiet">{t('settings.checking')}</p>;
  }
  return (
    <>
      <Mistakes problems={problems.value} />
      {said?.changes !== undefined && (
        <>
          <h3>{t('settings.whatHappens')}</h3>
          <Changes changes={said.changes} />
        </>
      )}
      {said !== undefined && (
        <DiffView
          label={t('settings.difference', { name: draft.value?.file.name ?? '' })}
          diff={said.diff}
        />
      )}
      <ApplyForm onDone={onDone} />
    </>
  );
}

function Mistakes({ problems: all }: { readonly problems: readonly ConfigProblemJson[] }) {
  if (all.length === 0) return null;
  return (
    <ul class="problems">
      {all.map((problem, at) => (
        <li key={at}>
          <Mark priority={problem.severity === 'error' ? 2 : 4} />
          <p class="trouble">
            {problem.line !== undefined && `${t('settings.atLine', { line: problem.line })}: `}
            <ProblemWords problem={problem} />
          </p>
        </li>
      ))}
    </ul>
  );
}

function Changes({ changes }: { readonly changes: ConfigChangesJson }) {
  return (
    <ul class="changes">
      {changeWords(changes).map((words) => (
        <li key={words}>{words}</li>
      ))}
    </ul>
  );
}

function ApplyForm({ onDone }: { readonly onDone: (changes: ConfigChangesJson) => void }) {
  const reason = useSignal('');
  const why = useSignal('');
  const isBusy = useSignal(false);
  const isHindered = hindrance.value !== '';
  const go = async (): Promise<void> => {
    isBusy.value = true;
    const result = await apply(reason.peek().trim());
    isBusy.value = false;
    if ('applied' in result) onDone(result.applied);
    else if ('isOvertaken' in result) openDialog('conflict');
    else {
      const first = result.problems.map(({ message, line }) =>
        line === undefined ? message : `${t('settings.atLine', { line })}: ${message}`,
      );
      why.value = t('settings.refused', { why: [result.why, ...first].join(' · ') });
    }
  };
  return (
    <form
      class="field apply"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isHindered && !isBusy.peek()) void go();
      }}
    >
      <label>
        {t('settings.reason')}
        <input
          autocomplete="off"
          maxLength={200}
          value={reason.value}
          onInput={({ currentTarget: { value } }) => {
            reason.value = value;
          }}
        />
      </label>
      {isHindered && (
        <p id="apply-hindrance" class="trouble">
          {hindrance}
        </p>
      )}
      <p role="alert" class="trouble">
        {why}
      </p>
      <button
        type="submit"
        class="main-button"
        disabled={isHindered || isBusy.value}
        aria-describedby="apply-hindrance"
      >
        {t(isBusy.value ? 'settings.applying' : 'settings.apply')}
      </button>
    </form>
  );
}
