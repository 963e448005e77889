import { useSignal } from '@preact/signals';
import {
  CHOICE,
  COLUMNS,
  columnsText,
  csvText,
  pointsTable,
  tabbedText,
  type Column,
} from '../model/columns.ts';
import { refine } from '../model/route.ts';
import { saveText } from '../model/save.ts';
import type { PointView } from '../model/site.ts';
import { t } from '../text/language.ts';

interface PointsToolsProps {
  readonly columns: readonly Column[];
  /** What is shown, in its order. */
  readonly shown: () => readonly PointView[];
}

/** Which columns there are, and what is shown as a file or on the clipboard. */
export function PointsTools({ columns, shown }: PointsToolsProps) {
  const said = useSignal('');
  const isOpen = useSignal(false);
  const copy = (): void => {
    const rows = pointsTable(shown(), columns);
    void navigator.clipboard.writeText(tabbedText(rows)).then(
      () => {
        said.value = t('points.copiedRows', { n: rows.length - 1 });
      },
      () => {
        said.value = t('points.notCopied');
      },
    );
  };
  return (
    <div class="points-tools">
      <span role="status" class="points-said">
        {said.value}
      </span>
      <details
        class="columns-menu"
        onToggle={({ currentTarget }) => {
          isOpen.value = currentTarget.open;
        }}
      >
        <summary>{t('points.columns')}</summary>
        {isOpen.value && (
          <fieldset>
            <legend class="unseen">{t('points.columns')}</legend>
            {CHOICE.map((name) => (
              <label key={name}>
                <input
                  type="checkbox"
                  checked={columns.includes(name)}
                  onChange={({ currentTarget: { checked } }) => {
                    choose(columns, name, checked);
                  }}
                />
                {t(`column.${name}`)}
              </label>
            ))}
          </fieldset>
        )}
      </details>
      <button type="button" onClick={copy}>
        {t('points.copy')}
      </button>
      <button
        type="button"
        onClick={() => {
          saveText('points.csv', 'text/csv', csvText(pointsTable(shown(), columns)));
        }}
      >
        {t('points.csv')}
      </button>
    </div>
  );
}

function choose(columns: readonly Column[], name: Column, isThere: boolean): void {
  const next = COLUMNS.filter((one) => (one === name ? isThere : columns.includes(one)));
  refine({ cols: columnsText(next) });
}
