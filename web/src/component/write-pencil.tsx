import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { isOld } from '../model/link.ts';
import type { PointView } from '../model/site.ts';
import { runWrites, writableOf } from '../model/writes.ts';
import { t } from '../text/language.ts';
import { WriteDialog } from './write-dialog.tsx';

/** Apart from the rows: one that leaves the window, or fits the search no more, must not take the dialog along. */
const writing = signal<PointView | undefined>(undefined);

/** Stands at a value that can be written, and asks for a new one. */
export function WritePencil({ view }: { readonly view: PointView }) {
  if (writableOf(view.id) === undefined) return null;
  return (
    <button
      type="button"
      class="link pencil"
      aria-label={t('write.title', { point: view.point.label ?? view.id })}
      disabled={isOld.value}
      onClick={() => {
        writing.value = view;
      }}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M2 14l.8-3.6L10.6 2.6l2.8 2.8-7.8 7.8z" />
      </svg>
    </button>
  );
}

/** What the pencils of a table open. */
export function PencilDialog() {
  useEffect(runWrites, []);
  useEffect(() => close, []);
  const view = writing.value;
  const rules = view && writableOf(view.id);
  if (view === undefined || rules === undefined) return null;
  return <WriteDialog key={view.id} view={view} rules={rules} onClose={close} />;
}

function close(): void {
  writing.value = undefined;
}
