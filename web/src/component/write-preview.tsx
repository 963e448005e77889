import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { WritablePointJson, WritePreviewJson } from '../../../src/api/contract.ts';
import { getJson } from '../model/api.ts';
import type { PointView } from '../model/site.ts';
import { hexWord } from '../model/words-of-registers.ts';
import { t } from '../text/language.ts';
import { valueText } from '../text/value.ts';
import { after } from '../time.ts';

interface ChangeProps {
  readonly view: PointView;
  readonly rules: WritablePointJson;
  /** As typed; undefined while it is no number. */
  readonly wanted: number | undefined;
}

/** Where the present value and the new one stand within the limits, and how far it is from one to the other. */
export function ChangeBar({ view, rules, wanted }: ChangeProps) {
  const { value, quality } = view.sample.value;
  const present = typeof value === 'number' && quality === 'good' ? value : undefined;
  const words = (number: number): string =>
    `${valueText(view.point, { value: number })} ${rules.unit ?? ''}`.trim();
  const change = (wanted ?? NaN) - (present ?? NaN);
  return (
    <>
      <LimitBar {...{ rules, present, wanted, words }} />
      {Math.abs(change) > 0 && (
        <p class="quiet">
          {t('write.by', { change: `${change < 0 ? '−' : '+'}${words(Math.abs(change))}` })}
        </p>
      )}
    </>
  );
}

interface LimitBarProps extends Pick<ChangeProps, 'rules' | 'wanted'> {
  readonly present: number | undefined;
  readonly words: (value: number) => string;
}

function LimitBar({ rules: { min, max }, present, wanted, words }: LimitBarProps) {
  if (min === undefined || max === undefined || max <= min) return null;
  const place = (number: number): string => {
    const share = Math.min(1, Math.max(0, (number - min) / (max - min)));
    return `${(share * 100).toFixed(1)}%`;
  };
  return (
    <div class="limit-bar" aria-hidden="true">
      <span>{words(min)}</span>
      <span class="range-bar">
        {present !== undefined && <span class="range-mark" style={{ left: place(present) }} />}
        {wanted !== undefined && (
          <span class="range-mark range-new" style={{ left: place(wanted) }} />
        )}
      </span>
      <span>{words(max)}</span>
    </div>
  );
}

/** A person types; the gateway is asked when they rest. */
const REST_MS = 250;

interface PreviewProps {
  readonly id: string;
  readonly address: string;
  /** As typed; empty for nothing. */
  readonly text: string;
}

/** What will be sent, in the words of the protocol, or why it would be refused. */
export function WillSend({ id, address, text }: PreviewProps) {
  const known = useSignal<WritePreviewJson | string | undefined>(undefined);
  useEffect(() => {
    known.value = undefined;
    if (text === '') return undefined;
    const cancel = new AbortController();
    const stop = after(REST_MS, () => {
      const query = new URLSearchParams({ point: id, value: text }).toString();
      void getJson<WritePreviewJson>(`writes/preview?${query}`, cancel.signal).then((answer) => {
        if (!cancel.signal.aborted) known.value = answer.ok ? answer.body : answer.problem.detail;
      });
    });
    return () => {
      stop();
      cancel.abort();
    };
  }, [id, text]);
  const preview = known.value;
  if (preview === undefined) return null;
  if (typeof preview === 'string') return <p class="trouble">{preview}</p>;
  const words = preview.words?.map((word) => `${word} (${hexWord(word)})`).join(' ');
  return (
    <dl class="facts will-send">
      <div>
        <dt>{t('write.willSend')}</dt>
        <dd>
          {[t('traffic.code', { code: preview.function }), address, words]
            .filter(Boolean)
            .join(' · ')}
          <br />
          <code>{preview.hex}</code>
        </dd>
      </div>
    </dl>
  );
}

/** How much of a text still fits; its registers hold bytes. Undefined where nobody knows. */
export function bytesLeft(type: string, text: string): number | undefined {
  const [, size] = /^(?:str|bytes)\((\d+)\)/.exec(type) ?? [];
  return size === undefined ? undefined : Number(size) - new TextEncoder().encode(text).length;
}
