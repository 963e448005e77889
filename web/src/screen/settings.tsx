import { useComputed, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { isTyping } from '../model/keys.ts';
import { link } from '../model/link.ts';
import { route } from '../model/route.ts';
import {
  askSchema,
  checkPresent,
  errors,
  isBroken,
  outline,
  runLooking,
} from '../model/settings/ask.ts';
import {
  askFiles,
  choices,
  draft,
  isChanged,
  isSite,
  pointedLine,
  redo,
  refusal,
  side,
  theirs,
  undo,
} from '../model/settings/draft.ts';
import { partAt } from '../model/settings/part.ts';
import { dialog, openDialog, showField } from '../model/settings/place.ts';
import { t } from '../text/language.ts';
import { ConflictDialog } from '../component/settings/conflict-dialog.tsx';
import { ConfigForm } from '../component/settings/config-form.tsx';
import { ProblemList } from '../component/settings/problem-list.tsx';
import { ReviewDialog } from '../component/settings/review-dialog.tsx';
import { TestDialog } from '../component/settings/test-dialog.tsx';
import { TextEditor } from '../component/settings/text-editor.tsx';
import { Toolbar } from '../component/settings/toolbar.tsx';
import { VersionsDialog } from '../component/settings/versions-dialog.tsx';

/** The same file as a form and as text. Nothing is applied before somebody has seen what it means. */
export function Settings() {
  useSignalEffect(() => {
    if (link.value === 'live') void askFiles().then(checkPresent);
  });
  useEffect(() => {
    void askSchema();
    return runLooking();
  }, []);
  useAddress();
  useEffect(warnBeforeLeaving, []);
  useEffect(listenForKeys, []);
  const name = useComputed(() => draft.value?.file.name);
  if (name.value === undefined) {
    return <p class="first-words">{refusal.value === '' ? t('ask.loading') : refusal}</p>;
  }
  return (
    <>
      <Toolbar />
      <Overtaken />
      <div class="settings-sides choice" role="group" aria-label={t('settings.title')}>
        {(['form', 'text'] as const).map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={side.value === one}
            onClick={() => {
              side.value = one;
            }}
          >
            {t(`settings.${one}`)}
          </button>
        ))}
      </div>
      <div class={`settings shows-${side.value}${isSite.value ? '' : ' is-text-only'}`}>
        <div class="settings-form">
          {isBroken.value && isSite.value && (
            <p class="panel trouble">
              {t(errors.value.length > 0 ? 'settings.broken' : 'settings.tooLarge')}
            </p>
          )}
          {isSite.value ? <ConfigForm /> : <p class="panel quiet">{t('settings.profileForm')}</p>}
        </div>
        <section class="panel settings-text" aria-label={t('settings.text')}>
          <TextEditor key={name.value} name={name.value} />
          <ProblemList />
        </section>
      </div>
      <Dialogs />
    </>
  );
}

/** An address can name a device: `#/settings?device=furnace1`. */
function useAddress(): void {
  const device = route.value.query.get('device');
  const isThere = outline.value !== undefined;
  useEffect(() => {
    if (device === null || !isThere) return;
    side.value = 'form';
    pointedLine.value = partAt(outline.peek()?.root, ['devices', device])?.line;
    showField(['devices', device]);
  }, [device, isThere]);
}

function Overtaken() {
  if (theirs.value === undefined) return null;
  return (
    <section class="panel settings-overtaken" role="status">
      <p class="trouble">{t('settings.overtaken', { name: theirs.value.name })}</p>
      <button type="button" onClick={() => openDialog('conflict')}>
        {t('settings.overtakenLook')}
      </button>
    </section>
  );
}

function Dialogs() {
  const { name, device } = dialog.value;
  if (name === 'review') return <ReviewDialog />;
  if (name === 'versions') return <VersionsDialog />;
  if (name === 'conflict' && theirs.value !== undefined) {
    return <ConflictDialog other={theirs.value} />;
  }
  if (name === 'test') return <TestDialog device={device} />;
  return null;
}

/** Drafts are nowhere but here: the browser asks before they are gone. */
function warnBeforeLeaving(): () => void {
  const ask = (event: BeforeUnloadEvent): void => {
    if (choices.peek().some(({ isChanged }) => isChanged)) event.preventDefault();
  };
  addEventListener('beforeunload', ask);
  return () => removeEventListener('beforeunload', ask);
}

/** Keys of every editor, for the form as well. A field has its own way back. */
function listenForKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const { key, ctrlKey, metaKey, altKey, shiftKey, defaultPrevented } = event;
    if (defaultPrevented || altKey || !(ctrlKey || metaKey) || dialog.peek().name !== undefined)
      return;
    const name = key.toLowerCase();
    if (name === 's') {
      event.preventDefault();
      if (isChanged.peek()) openDialog('review');
    } else if (name === 'z' && !isTyping(event)) {
      event.preventDefault();
      if (shiftKey) redo();
      else undo();
    }
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}
