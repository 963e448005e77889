import type { Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

/** Narrows the table while one types. `/` leads here, Escape empties it. */
export function SearchBox({ search }: { readonly search: Signal<string> }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <label class="search">
      <span class="unseen">Search points</span>
      <input
        ref={input}
        type="search"
        placeholder="Search: name, device, unit, hr:5, bad …"
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
