import { useSignalEffect } from '@preact/signals';
import { useEffect, useErrorBoundary } from 'preact/hooks';
import { isOld, link } from '../model/link.ts';
import { isStranger } from '../model/me.ts';
import { LoginPage } from './login-page.tsx';
import { route } from '../model/route.ts';
import { points } from '../model/site.ts';
import { screens, type Screen } from '../screen/screens.tsx';
import { language, t } from '../text/language.ts';
import { Bar } from './bar.tsx';
import { KeysHelp } from './keys-help.tsx';
import { Nav } from './nav.tsx';
import { Notice } from './notice.tsx';

/** The page: whose it is, where one can go, and the screen that was chosen. */
export function App() {
  useSignalEffect(() => {
    document.documentElement.lang = language.value;
  });
  if (isStranger.value) return <LoginPage />;
  const hasValues = link.value !== 'connecting' || points.value.length > 0;
  const { screen: name } = route.value;
  const screen = screens().find((one) => one.name === name) ?? screens()[0];
  const isWhole = screen?.isWhole === true;
  return (
    <div class={['page', isOld.value && 'is-old', isWhole && 'is-whole'].filter(Boolean).join(' ')}>
      <a class="skip" href="#content" onClick={skip}>
        {t('nav.skip')}
      </a>
      {!isWhole && <Bar />}
      {!isWhole && <Nav />}
      {hasValues && screen !== undefined ? (
        <Content key={screen.name} screen={screen} />
      ) : (
        <p class="first-words">{t('link.waiting')}</p>
      )}
      <Notice />
      <KeysHelp />
    </div>
  );
}

function Content({ screen: { name, label, view: View } }: { readonly screen: Screen }) {
  useEffect(() => scrollTo(0, 0), []);
  const [error] = useErrorBoundary() as [unknown, () => void];
  return (
    <main id="content" tabIndex={-1} aria-label={t(label)} data-screen={name}>
      {error === undefined ? <View /> : <Broken error={error} />}
    </main>
  );
}

/** One screen that fails takes none of the others along. */
function Broken({ error }: { readonly error: unknown }) {
  return (
    <div class="panel" role="alert">
      <h2>{t('broken.title')}</h2>
      <p class="quiet trouble">{String(error)}</p>
      <p>
        <button type="button" onClick={() => location.reload()}>
          {t('lazy.again')}
        </button>
      </p>
    </div>
  );
}

/** The part of the address behind `#` is the screen's; so the focus is moved by hand. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
