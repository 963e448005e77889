import type { ConfigFileJson } from '../../../../src/api/contract.ts';
import { diffLines } from '../../../../src/base/line-diff.ts';
import { base, draft, plainLines, rebase, text } from '../../model/settings/draft.ts';
import { mergeTexts } from '../../model/settings/line-diff.ts';
import { closeDialog } from '../../model/settings/place.ts';
import { t } from '../../text/language.ts';
import { Dialog } from '../dialog.tsx';
import { DiffView } from './diff-view.tsx';

/** Two people changed the same file: what each of them did, and what can be made of it. */
export function ConflictDialog({ other }: { readonly other: ConfigFileJson }) {
  const name = draft.value?.file.name ?? '';
  const fresh = plainLines(other.text);
  const merged = mergeTexts(base.value, fresh, text.value);
  const choose = (next: string): void => {
    closeDialog();
    rebase(other, next);
  };
  return (
    <Dialog title={t('settings.overtakenTitle', { name })} class="wide" onClose={closeDialog}>
      <h3>{t('settings.theirChange')}</h3>
      <DiffView label={t('settings.theirChange')} diff={diffLines(base.value, fresh)} />
      <h3>{t('settings.myChange')}</h3>
      <DiffView label={t('settings.myChange')} diff={diffLines(base.value, text.value)} />
      <p>
        {merged.conflicts === 0
          ? t('settings.noConflict')
          : t('settings.conflicts', { n: merged.conflicts })}
      </p>
      <div class="choice">
        <button type="button" class="main-button" onClick={() => choose(merged.text)}>
          {t('settings.merge')}
        </button>
        <button type="button" onClick={() => choose(text.peek())}>
          {t('settings.keepMine')}
        </button>
        <button type="button" onClick={() => choose(fresh)}>
          {t('settings.takeTheirs')}
        </button>
      </div>
    </Dialog>
  );
}
