import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { isOld } from '../model/link.ts';
import { t } from '../text/language.ts';
import { Dialog } from './dialog.tsx';

interface ConfirmProps {
  readonly title: string;
  /** What it does, in the words of the button that does it: never "OK". */
  readonly action: string;
  /** To be typed before it can be done: for what cannot be undone. */
  readonly typed?: string;
  /** Resolves with what went wrong, or with nothing. */
  readonly onDo: () => Promise<string>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, action, typed, onDo, onClose, children }: ConfirmProps) {
  const text = useSignal('');
  const wrong = useSignal('');
  const isBusy = useSignal(false);
  const isReady = typed === undefined || text.value.trim() === typed;
  const run = async (): Promise<void> => {
    isBusy.value = true;
    wrong.value = await onDo();
    isBusy.value = false;
    if (wrong.value === '') onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="confirm"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !isBusy.value && !isOld.value) void run();
        }}
      >
        {children}
        {typed !== undefined && (
          <label>
            {t('confirm.type', { word: typed })}
            <input
              autocomplete="off"
              spellcheck={false}
              value={text.value}
              onInput={({ currentTarget: { value } }) => {
                text.value = value;
              }}
            />
          </label>
        )}
        <p role="status" class="trouble">
          {wrong}
        </p>
        <div class="choice">
          <button type="submit" class="primary" disabled={!isReady || isBusy.value || isOld.value}>
            {action}
          </button>
          <button type="button" onClick={onClose}>
            {t('confirm.leave')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
