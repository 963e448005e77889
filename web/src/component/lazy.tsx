import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../text/language.ts';

/**
 * A screen, or a part of one, that is fetched when somebody goes there, so that the first one need not wait for it. What
 * cannot be fetched, because the gateway is away or has another page by now, says so and can be asked for again.
 */
export function lazy<Props extends object = object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let View: ComponentType<Props> | undefined;
  return function Lazy(props: Props) {
    const state = useSignal<'loading' | 'failed' | 'here'>('loading');
    const fetchIt = (): void => {
      state.value = 'loading';
      load().then(
        (loaded) => {
          View = loaded;
          state.value = 'here';
        },
        () => {
          state.value = 'failed';
        },
      );
    };
    useEffect(() => {
      if (View === undefined) fetchIt();
    }, []);
    // Read in any case, so that the screen is drawn again when it is here.
    const now = state.value;
    if (View !== undefined) return <View {...props} />;
    if (now !== 'failed') return <p class="first-words">{t('ask.loading')}</p>;
    return (
      <div class="panel first-words">
        <p>{t('lazy.failed')}</p>
        <p>
          <button type="button" onClick={() => location.reload()}>
            {t('lazy.again')}
          </button>
        </p>
      </div>
    );
  };
}
