import { notice } from '../model/notice.ts';
import { t } from '../text/language.ts';

/** What concerns the whole page, in front of everything but dialogs. */
export function Notice() {
  const kind = notice.value;
  return (
    <div role="status" class="notice-place">
      {kind !== undefined && (
        <div class="panel notice">
          <p>{t(`notice.${kind}`)}</p>
          {kind === 'new-page' && (
            <button type="button" onClick={() => location.reload()}>
              {t('notice.reload')}
            </button>
          )}
          <button
            type="button"
            onClick={() => {
              notice.value = undefined;
            }}
          >
            {t('face.close')}
          </button>
        </div>
      )}
    </div>
  );
}
