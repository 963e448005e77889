import { signal } from '@preact/signals';

/** As in the style sheets: below this the page is a phone's. */
const phone = matchMedia('(max-width: 40em)');

/** Is there room for one column only? */
export const isNarrow = signal(phone.matches);

phone.addEventListener('change', ({ matches }) => {
  isNarrow.value = matches;
});
