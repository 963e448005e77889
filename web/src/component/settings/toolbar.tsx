import { Mark } from '../mark.tsx';
import { isOld } from '../../model/link.ts';
import { checkTrouble, errors, isChecked } from '../../model/settings/ask.ts';
import {
  base,
  canRedo,
  canUndo,
  chooseFile,
  choices,
  draft,
  isChanged,
  redo,
  setText,
  undo,
} from '../../model/settings/draft.ts';
import { openDialog } from '../../model/settings/place.ts';
import { t } from '../../text/language.ts';

/** Which file, how it stands with it, and what one can do. */
export function Toolbar() {
  return (
    <section class="panel settings-bar" aria-label={t('settings.title')}>
      <FileChoice />
      <p class="settings-state" role="status">
        {t(isChanged.value ? 'settings.edited' : 'settings.asRunning')}
        <span class="quiet"> · </span>
        <CheckState />
      </p>
      <div class="choice">
        <button type="button" disabled={!canUndo.value} onClick={undo}>
          {t('settings.undo')}
        </button>
        <button type="button" disabled={!canRedo.value} onClick={redo}>
          {t('settings.redo')}
        </button>
        <button type="button" disabled={!isChanged.value} onClick={() => setText(base.peek(), 0)}>
          {t('settings.discard')}
        </button>
      </div>
      <div class="choice">
        <button type="button" onClick={() => openDialog('versions')}>
          {t('settings.versions')}
        </button>
        <button type="button" disabled={isOld.value} onClick={() => openDialog('test')}>
          {t('settings.test')}
        </button>
        <button
          type="button"
          class="main-button"
          disabled={!isChanged.value}
          onClick={() => openDialog('review')}
        >
          {t('settings.review')}
        </button>
      </div>
    </section>
  );
}

function FileChoice() {
  const name = draft.value?.file.name ?? '';
  if (choices.value.length < 2) return <h2 class="settings-file">{name}</h2>;
  return (
    <label class="settings-file">
      <span class="unseen">{t('settings.file')}</span>
      <select value={name} onChange={({ currentTarget: { value } }) => chooseFile(value)}>
        {choices.value.map((one) => (
          <option key={one.name} value={one.name}>
            {one.isChanged ? t('settings.changedFile', { name: one.name }) : one.name}
          </option>
        ))}
      </select>
    </label>
  );
}

function CheckState() {
  if (checkTrouble.value !== '') {
    return <span>{t('settings.unchecked', { why: checkTrouble.value })}</span>;
  }
  if (!isChecked.value) return <span class="quiet">{t('settings.checking')}</span>;
  const n = errors.value.length;
  if (n === 0) return <span class="quiet">{t('settings.fine')}</span>;
  return (
    <strong class="settings-mistakes">
      <Mark priority={2} /> {t('settings.mistakes', { n })}
    </strong>
  );
}
