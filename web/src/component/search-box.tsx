import type { Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../text/language.ts';

import { isTyping } from '../model/keys.ts';

/** Narrows the table while one types. `/` leads here, Escape empties it. */
export function SearchBox({ search }: { readonly search: Signal<string> }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || isTyping(event)) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <label class="search">
      <span class="unseen">{t('points.search')}</span>
      <input
        ref={input}
        type="search"
        placeholder={t('points.hint')}
        autocomplete="off"
        spellcheck={false}
        value={search.value}
        onInput={({ currentTarget }) => {
          search.value = currentTarget.value;
        }}
        onKeyDown={({ key }) => {
          if (key === 'Escape') search.value = '';
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
}
