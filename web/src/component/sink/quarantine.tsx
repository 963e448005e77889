import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { QuarantineJson, SinkJson } from '../../../../src/api/contract.ts';
import { getJson, sendJson } from '../../model/api.ts';
import { gatewayNow, wallTime } from '../../model/gateway-time.ts';
import { hindrance } from '../../model/may.ts';
import { hrefTo } from '../../model/route.ts';
import { t } from '../../text/language.ts';
import { Confirm } from '../confirm.tsx';
import { outcome } from './sink-buttons.tsx';

interface QuarantineProps {
  readonly sink: SinkJson;
  readonly said: Signal<string>;
}

/** What the receiver refused for good, for a person to look at. */
export function Quarantine({ sink: { name, quarantined }, said }: QuarantineProps) {
  const found = useSignal<readonly QuarantineJson[]>([]);
  const leaving = useSignal<QuarantineJson | undefined>(undefined);
  const path = `sinks/${encodeURIComponent(name)}/quarantine`;
  const look = async (): Promise<void> => {
    const answer = await getJson<readonly QuarantineJson[]>(path);
    if (answer.ok) found.value = answer.body;
  };
  useEffect(() => {
    void look();
  }, [quarantined]);
  const order = async (verb: 'retry' | 'discard', id: number): Promise<string> => {
    const answer = await sendJson<object>('POST', `${path}/${verb}`, { ids: [id] });
    await look();
    return outcome(answer);
  };
  if (found.value.length === 0) return null;
  return (
    <>
      <table class="plain stacked">
        <caption>{t('sinks.kept')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('column.point')}</th>
            <th scope="col">{t('column.value')}</th>
            <th scope="col">{t('face.time')}</th>
            <th scope="col">{t('sinks.reason')}</th>
            <th scope="col">
              <span class="unseen">{t('sinks.retry')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {found.value.map((entry) => (
            <Row
              key={entry.id}
              entry={entry}
              onRetry={() =>
                void order('retry', entry.id).then((wrong) => {
                  said.value = wrong;
                })
              }
              onDiscard={() => {
                leaving.value = entry;
              }}
            />
          ))}
        </tbody>
      </table>
      {leaving.value !== undefined && (
        <Discard
          entry={leaving.value}
          onDo={async (id) => order('discard', id)}
          onClose={() => {
            leaving.value = undefined;
          }}
        />
      )}
    </>
  );
}

interface RowProps {
  readonly entry: QuarantineJson;
  readonly onRetry: () => void;
  readonly onDiscard: () => void;
}

function Row({ entry: { point, value, time, reason }, onRetry, onDiscard }: RowProps) {
  const why = hindrance('operator');
  const common = { type: 'button', disabled: why !== '', title: why } as const;
  return (
    <tr>
      <th scope="row" data-label={t('column.point')}>
        <a href={hrefTo('points', undefined, { point, find: point })}>{point}</a>
      </th>
      <td data-label={t('column.value')}>{value}</td>
      <td data-label={t('face.time')}>{wallTime(time, gatewayNow.peek())}</td>
      <td data-label={t('sinks.reason')}>{reason}</td>
      <td class="choice">
        <button {...common} onClick={onRetry}>
          {t('sinks.retry')}
        </button>
        <button {...common} onClick={onDiscard}>
          {t('sinks.discard')}…
        </button>
      </td>
    </tr>
  );
}

interface DiscardProps {
  readonly entry: QuarantineJson;
  readonly onDo: (id: number) => Promise<string>;
  readonly onClose: () => void;
}

function Discard({ entry: { id, point, value, reason }, onDo, onClose }: DiscardProps) {
  return (
    <Confirm
      title={`${t('sinks.discard')}: ${point}`}
      action={t('sinks.discard')}
      onDo={async () => onDo(id)}
      onClose={onClose}
    >
      <p>{t('sinks.discardWords', { value })}</p>
      <p class="quiet">{reason}</p>
    </Confirm>
  );
}
