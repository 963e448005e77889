import type { DiffLine } from '../../../../src/base/line-diff.ts';
import { partsOf } from '../../model/settings/line-diff.ts';
import { t } from '../../text/language.ts';

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;

interface DiffViewProps {
  readonly label: string;
  readonly diff: readonly DiffLine[];
}

/** What differs between two texts, line by line, with what stands around it. */
export function DiffView({ label, diff }: DiffViewProps) {
  if (diff.every(({ kind }) => kind === 'same')) {
    return <p class="quiet">{t('settings.noDifference')}</p>;
  }
  return (
    // It scrolls, so the keyboard must reach it.
    <div class="diff" role="region" aria-label={label} tabIndex={0}>
      <div>
        {partsOf(diff).map((part, at) =>
          'skipped' in part ? (
            <p key={at} class="diff-skipped">
              {t('settings.same', { n: part.skipped })}
            </p>
          ) : (
            part.lines.map((line) => <Line key={`${line.kind}${line.line}`} line={line} />)
          ),
        )}
      </div>
    </div>
  );
}

function Line({ line: { kind, text, line } }: { readonly line: DiffLine }) {
  return (
    <p class={`diff-line diff-${kind}`}>
      <span class="diff-number">{line}</span>
      <span aria-hidden="true">{SIGNS[kind]}</span>
      {kind !== 'same' && (
        <span class="unseen">
          {t(kind === 'added' ? 'settings.isAdded' : 'settings.isRemoved')}
        </span>
      )}
      <span class="diff-text">{text}</span>
    </p>
  );
}
