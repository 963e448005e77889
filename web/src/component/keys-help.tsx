import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { isTyping } from '../model/keys.ts';
import { screens } from '../screen/screens.tsx';
import { t } from '../text/language.ts';
import { Dialog } from './dialog.tsx';

export const keysShown = signal(false);

/** Every key of the page; `?` shows it. */
export function KeysHelp() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === '?' && !isTyping(event)) keysShown.value = true;
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  if (!keysShown.value) return null;
  return (
    <Dialog
      title={t('keys.title')}
      class="keys"
      onClose={() => {
        keysShown.value = false;
      }}
    >
      <dl>
        <Row keys="/" words={t('keys.search')} />
        {screens().map(({ name, key, label }) => (
          <Row key={name} keys={`g ${key}`} words={t(label)} />
        ))}
        <Row keys="← → + −" words={t('keys.zoom')} />
        <Row keys="⇧← ⇧→" words={t('keys.crosshair')} />
        <Row keys="← ↑ → ↓" words={t('keys.cells')} />
        {has('settings') && <Row keys="Ctrl S" words={t('keys.review')} />}
        {has('settings') && <Row keys="Ctrl Z" words={t('keys.undo')} />}
        <Row keys="← →" words={t('keys.turn')} />
        <Row keys="Esc" words={t('keys.leave')} />
        <Row keys="Esc" words={t('keys.close')} />
        <Row keys="?" words={t('keys.help')} />
      </dl>
    </Dialog>
  );
}

function has(screen: string): boolean {
  return screens().some(({ name }) => name === screen);
}

function Row({ keys, words }: { readonly keys: string; readonly words: string }) {
  return (
    <div>
      <dt>
        {keys.split(' ').map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{words}</dd>
    </div>
  );
}
