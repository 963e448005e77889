import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ExplainedFrameJson } from '../../../../src/api/contract.ts';
import { getJson } from '../../model/api.ts';
import { exchangeOf, frames, testRow, whatOf } from '../../model/traffic.ts';
import { t } from '../../text/language.ts';
import { useSidePanel } from '../side-panel.ts';

interface ExplainedProps {
  readonly seq: number;
  readonly onClose: () => void;
  readonly onStep: (by: 1 | -1) => void;
}

/** One frame byte by byte. What the pointer or the keyboard is at is marked in the bytes and in the words. */
export function Explained({ seq, onClose, onStep }: ExplainedProps) {
  const frame = useSignal<ExplainedFrameJson | undefined>(undefined);
  const why = useSignal('');
  const part = useSignal(-1);
  useEffect(() => {
    const cancel = new AbortController();
    [frame.value, why.value, part.value] = [undefined, '', -1];
    void getJson<ExplainedFrameJson>(`traffic/frames/${seq}`, cancel.signal).then((answer) => {
      if (cancel.signal.aborted) return;
      if (answer.ok) frame.value = answer.body;
      else why.value = t('traffic.gone');
    });
    return () => cancel.abort();
  }, [seq]);
  const panel = useSidePanel(onClose);
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      class="panel faceplate"
      aria-label={t('traffic.frame', { seq })}
    >
      <div class="face-head">
        <h2>{t('traffic.frame', { seq })}</h2>
        <button type="button" aria-label={t('traffic.earlier')} onClick={() => onStep(-1)}>
          ←
        </button>
        <button type="button" aria-label={t('traffic.later')} onClick={() => onStep(1)}>
          →
        </button>
        <button type="button" onClick={onClose}>
          {t('face.close')}
        </button>
      </div>
      <p>{frame.value === undefined ? why.value : whatOf(frame.value)}</p>
      {frame.value !== undefined && (
        <>
          <Bytes frame={frame.value} part={part} />
          <Parts frame={frame.value} part={part} />
          <CopyAs frame={frame.value} />
        </>
      )}
    </aside>
  );
}

interface PartsProps {
  readonly frame: ExplainedFrameJson;
  readonly part: Signal<number>;
}

function Bytes({ frame: { hex, parts }, part }: PartsProps) {
  const bytes = hex.split(' ');
  return (
    <p class="frame-hex" onPointerLeave={() => (part.value = -1)}>
      {parts.map(({ from, to }, index) => (
        <span
          key={from}
          class={part.value === index ? 'is-pointed' : ''}
          onPointerEnter={() => (part.value = index)}
        >
          {bytes.slice(from, to).join(' ')}{' '}
        </span>
      ))}
    </p>
  );
}

function Parts({ frame: { parts }, part }: PartsProps) {
  return (
    <table class="plain frame-parts">
      <tbody onPointerLeave={() => (part.value = -1)}>
        {parts.map(({ from, to, name, text }, index) => (
          <tr
            key={from}
            tabIndex={0}
            class={part.value === index ? 'is-pointed' : ''}
            onPointerEnter={() => (part.value = index)}
            onFocus={() => (part.value = index)}
          >
            <td>{to - from === 1 ? from : `${from}–${to - 1}`}</td>
            <th scope="row">{name}</th>
            <td>{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The frame, and the exchange that it belongs to, as something to go on with. */
function CopyAs({ frame }: { readonly frame: ExplainedFrameJson }) {
  const said = useSignal('');
  const { parts: _, ...plain } = frame;
  const exchange = exchangeOf(frames.peek(), frame.seq);
  const copies: readonly (readonly [string, string])[] = [
    ['hex', frame.hex],
    ['JSON', JSON.stringify(plain)],
    ...(exchange === undefined ? [] : [[t('traffic.testRow'), testRow(exchange)] as const]),
  ];
  return (
    <div class="copy-as" role="group" aria-label={t('face.copy')}>
      <span class="quiet">{t('face.copy')}</span>
      {copies.map(([name, text]) => (
        <button
          key={name}
          type="button"
          title={text}
          onClick={() => {
            void navigator.clipboard.writeText(text).then(
              () => (said.value = `${t('points.copied')}: ${text}`),
              () => (said.value = t('points.notCopied')),
            );
          }}
        >
          {name}
        </button>
      ))}
      <span role="status" class="quiet copied">
        {said.value}
      </span>
    </div>
  );
}
