import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { isTyping } from '../model/keys.ts';
import { isNarrow } from '../model/narrow.ts';
import { go, hrefTo, route } from '../model/route.ts';
import { screens } from '../screen/screens.tsx';
import { t } from '../text/language.ts';
import { after } from '../time.ts';
import { LanguageChoice, ThemeButton, Who } from './bar.tsx';

/** A letter counts as the second of two keys only so long after the first. */
const SECOND_KEY_MS = 1_500;

/** On a phone these stand in the bar at the bottom, as far as there are so many; the others are behind one more button. */
const FIRST = 4;
const PREFERRED = ['overview', 'alarms', 'points', 'trends', 'devices', 'writes'];

/** Where one can go. On a phone it stands at the bottom. */
export function Nav() {
  useEffect(listenForGo, []);
  const isOpen = useSignal(false);
  const { screen } = route.value;
  const offered = screens();
  const isAll = isOpen.value || !isNarrow.value;
  const first = PREFERRED.filter((name) => offered.some((one) => one.name === name)).slice(
    0,
    FIRST,
  );
  useEffect(() => {
    isOpen.value = false;
  }, [screen]);
  return (
    <nav class={isOpen.value ? 'nav is-open' : 'nav'} aria-label={t('nav.screens')}>
      <ul>
        {(isAll ? offered : offered.filter(({ name }) => first.includes(name))).map(
          ({ name, label, key }) => (
            <li key={name}>
              <a
                href={hrefTo(name)}
                aria-current={name === screen ? 'page' : undefined}
                aria-keyshortcuts={`g ${key}`}
              >
                {t(label)}
              </a>
            </li>
          ),
        )}
        {isNarrow.value && isOpen.value && (
          <li class="nav-language">
            <LanguageChoice />
            <ThemeButton />
            <Who />
          </li>
        )}
      </ul>
      {isNarrow.value && (
        <button
          type="button"
          class={first.includes(screen) ? 'nav-more' : 'nav-more is-current'}
          aria-expanded={isOpen.value}
          onClick={() => {
            isOpen.value = !isOpen.peek();
          }}
          onKeyDown={({ key }) => {
            if (key === 'Escape') isOpen.value = false;
          }}
        >
          {t('nav.more')}
        </button>
      )}
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
