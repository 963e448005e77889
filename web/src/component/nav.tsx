import { useEffect } from 'preact/hooks';
import { isTyping } from '../model/keys.ts';
import { go, hrefTo, route } from '../model/route.ts';
import { screens } from '../screen/screens.tsx';
import { t } from '../text/language.ts';
import { after } from '../time.ts';

/** A letter counts as the second of two keys only so long after the first. */
const SECOND_KEY_MS = 1_500;

/** Where one can go. On a phone it stands at the bottom. */
export function Nav() {
  useEffect(listenForGo, []);
  const { screen } = route.value;
  return (
    <nav class="nav" aria-label={t('nav.screens')}>
      <ul>
        {screens().map(({ name, label, key }) => (
          <li key={name}>
            <a
              href={hrefTo(name)}
              aria-current={name === screen ? 'page' : undefined}
              aria-keyshortcuts={`g ${key}`}
            >
              {t(label)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** `g` and then a letter goes to a screen. */
function listenForGo(): () => void {
  let isSecond = false;
  let cancel = (): void => undefined;
  const onKey = (event: KeyboardEvent): void => {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const screen = isSecond ? screens().find(({ key }) => key === event.key) : undefined;
    cancel();
    isSecond = event.key === 'g' && !isSecond;
    if (isSecond) {
      cancel = after(SECOND_KEY_MS, () => {
        isSecond = false;
      });
    }
    if (screen !== undefined) go(hrefTo(screen.name));
  };
  document.addEventListener('keydown', onKey);
  return () => {
    cancel();
    document.removeEventListener('keydown', onKey);
  };
}
