import type { PointView } from '../model/site.ts';
import { t } from '../text/language.ts';
import { NO_VALUE, valueText } from '../text/value.ts';

/** A value as far as it can be believed: struck when stale, a dash when bad, and never a plain number then. */
export function Value({
  view,
  unit = true,
}: {
  readonly view: PointView;
  readonly unit?: boolean;
}) {
  const sample = view.sample.value;
  const text = valueText(view.point, sample);
  if (sample.quality === 'bad' || sample.value === null) {
    return (
      <span class="value value-bad" role="img" aria-label={t('value.none')}>
        {NO_VALUE}
      </span>
    );
  }
  const stale = sample.quality === 'stale';
  return (
    <span class={stale ? 'value value-stale' : 'value'}>
      {stale && <span class="unseen">{t('value.stale')}</span>}
      {stale ? <s class="digits">{text}</s> : <span class="digits">{text}</span>}
      {unit && view.point.unit !== undefined && <span class="unit"> {view.point.unit}</span>}
    </span>
  );
}
