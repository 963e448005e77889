import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ConfigVersionJson } from '../../../../src/api/contract.ts';
import { diffLines } from '../../../../src/base/line-diff.ts';
import { problemWords } from '../../model/api.ts';
import { gatewayNow, wallTime } from '../../model/gateway-time.ts';
import { askVersion, askVersions } from '../../model/settings/ask.ts';
import { base, draft, plainLines, setText } from '../../model/settings/draft.ts';
import { closeDialog, openDialog } from '../../model/settings/place.ts';
import { t } from '../../text/language.ts';
import { Dialog } from '../dialog.tsx';
import { DiffView } from './diff-view.tsx';

interface Seen {
  readonly version: ConfigVersionJson;
  readonly text: string;
}

/** What the file was before: who changed it, when and why. An old one becomes a draft, to be looked at. */
export function VersionsDialog() {
  const all = useSignal<readonly ConfigVersionJson[] | undefined>(undefined);
  const seen = useSignal<Seen | undefined>(undefined);
  const why = useSignal('');
  const name = draft.value?.file.name ?? '';
  useEffect(() => {
    void askVersions().then((answer) => {
      if (answer.ok) all.value = answer.body;
      else why.value = problemWords(answer.problem);
    });
  }, []);
  return (
    <Dialog title={t('settings.versionsTitle', { name })} class="wide" onClose={closeDialog}>
      {why.value !== '' && (
        <p role="alert" class="trouble">
          {why}
        </p>
      )}
      {all.value === undefined && why.value === '' && <p class="quiet">{t('ask.loading')}</p>}
      {all.value?.length === 0 && <p class="quiet">{t('settings.noVersion')}</p>}
      {all.value !== undefined && all.value.length > 0 && (
        <Versions all={all.value} seen={seen} why={why} />
      )}
      {seen.value !== undefined && <Comparison seen={seen.value} />}
    </Dialog>
  );
}

interface VersionsProps {
  readonly all: readonly ConfigVersionJson[];
  readonly seen: Signal<Seen | undefined>;
  readonly why: Signal<string>;
}

function Versions({ all, seen, why }: VersionsProps) {
  const look = async (version: ConfigVersionJson): Promise<void> => {
    const answer = await askVersion(version.id);
    why.value = answer.ok ? '' : problemWords(answer.problem);
    if (answer.ok) seen.value = { version, text: plainLines(answer.body.text) };
  };
  return (
    <div class="versions" role="region" aria-label={t('settings.versions')} tabIndex={0}>
      <table class="plain">
        <thead>
          <tr>
            {(['time', 'who', 'why', 'size'] as const).map((column) => (
              <th key={column} scope="col">
                {t(`settings.${column}`)}
              </th>
            ))}
            <th scope="col">
              <span class="unseen">{t('settings.compare')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {all.map((version) => (
            <tr key={version.id}>
              <th scope="row">{timeOf(version)}</th>
              <td>{version.who ?? <span class="quiet">{t('settings.byEditor')}</span>}</td>
              <td>{version.reason}</td>
              <td>{version.bytes} B</td>
              <td>
                {version.isCurrent ? (
                  <strong>{t('settings.present')}</strong>
                ) : (
                  <button
                    type="button"
                    aria-pressed={seen.value?.version.id === version.id}
                    aria-label={t('settings.compareOf', { time: timeOf(version) })}
                    onClick={() => void look(version)}
                  >
                    {t('settings.compare')}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Comparison({ seen: { version, text } }: { readonly seen: Seen }) {
  const title = t('settings.sinceThen', { time: timeOf(version) });
  return (
    <>
      <h3>{title}</h3>
      <DiffView label={title} diff={diffLines(base.value, text)} />
      <button
        type="button"
        class="main-button"
        disabled={text === base.value}
        onClick={() => {
          setText(text, 0);
          openDialog('review');
        }}
      >
        {t('settings.restore')}
      </button>
    </>
  );
}

function timeOf({ time }: ConfigVersionJson): string {
  return wallTime(time, gatewayNow.peek());
}
