import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { NewestRecordJson } from '../../../../src/api/contract.ts';
import { getJson } from '../../model/api.ts';
import { link } from '../../model/link.ts';
import { t } from '../../text/language.ts';
import { every } from '../../time.ts';

const REFRESH_MS = 3_000;

/** The newest record exactly as it left; asked for only while somebody looks. */
export function Newest({ name }: { readonly name: string }) {
  const isOpen = useSignal(false);
  const text = useSignal<string | undefined>(undefined);
  useEffect(() => {
    if (!isOpen.value) return undefined;
    const ask = async (): Promise<void> => {
      const path = `sinks/${encodeURIComponent(name)}/newest`;
      const answer = await getJson<NewestRecordJson>(path);
      if (answer.ok) text.value = answer.body.text;
    };
    void ask();
    return every(REFRESH_MS, () => {
      if (link.peek() === 'live') void ask();
    });
  }, [isOpen.value, name]);
  return (
    <details
      class="newest"
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open;
      }}
    >
      <summary>{t('sinks.newest')}</summary>
      <pre tabIndex={0} aria-label={t('sinks.newest')}>
        {text.value ?? t('sinks.nothingSent')}
      </pre>
    </details>
  );
}
