import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { isOld, link } from '../model/link.ts';
import { isStranger } from '../model/me.ts';
import { LoginPage } from './login-page.tsx';
import { route } from '../model/route.ts';
import { gatewayName, points } from '../model/site.ts';
import { screens } from '../screen/screens.tsx';
import { language, t } from '../text/language.ts';
import { Bar } from './bar.tsx';
import { KeysHelp } from './keys-help.tsx';
import { Nav } from './nav.tsx';

/** The page: whose it is, where one can go, and the screen that was chosen. */
export function App() {
  useSignalEffect(() => {
    if (gatewayName.value !== '') document.title = `${gatewayName.value} · dinrail`;
  });
  useSignalEffect(() => {
    document.documentElement.lang = language.value;
  });
  if (isStranger.value) return <LoginPage />;
  const hasValues = link.value !== 'connecting' || points.value.length > 0;
  return (
    <div class={isOld.value ? 'page is-old' : 'page'}>
      <a class="skip" href="#content" onClick={skip}>
        {t('nav.skip')}
      </a>
      <Bar />
      <Nav />
      {hasValues ? <Content /> : <p class="first-words">{t('link.waiting')}</p>}
      <KeysHelp />
    </div>
  );
}

function Content() {
  const { screen } = route.value;
  const main = useRef<HTMLElement>(null);
  useEffect(() => scrollTo(0, 0), [screen]);
  const found = screens().find(({ name }) => name === screen) ?? screens()[0];
  const View = found?.view;
  return (
    <main id="content" ref={main} tabIndex={-1} aria-label={found && t(found.label)}>
      {View !== undefined && <View />}
    </main>
  );
}

/** The part of the address behind `#` is the screen's; so the focus is moved by hand. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
