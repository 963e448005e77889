import { useComputed, useSignal, type Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ExplainedFrameJson, FrameJson, TroubleJson } from '../../../src/api/contract.ts';
import { Mark } from '../component/mark.tsx';
import { useSidePanel } from '../component/side-panel.ts';
import { useWindow } from '../component/window.ts';
import { getJson } from '../model/api.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { lines } from '../model/site.ts';
import {
  frames,
  isFault,
  isPaused,
  runTraffic,
  shownFrames,
  type ShownFrame,
} from '../model/traffic.ts';
import { t } from '../text/language.ts';

/** Everything that crosses the lines, decoded; colour for faults only. */
export function Traffic() {
  useEffect(runTraffic, []);
  const line = useSignal('');
  const unit = useSignal('');
  const faultsOnly = useSignal(false);
  const chosen = useSignal<number | undefined>(undefined);
  const shown = useComputed(() =>
    shownFrames(frames.value, {
      ...{ line: line.value, unit: unit.value, faultsOnly: faultsOnly.value },
    }),
  );
  return (
    <>
      <section class="panel traffic" aria-label={t('traffic.title')}>
        <div class="trends-head">
          <h2>{t('traffic.title')}</h2>
          <Filter line={line} unit={unit} faultsOnly={faultsOnly} />
          <button
            type="button"
            aria-pressed={isPaused.value}
            onClick={() => {
              isPaused.value = !isPaused.peek();
            }}
          >
            {t(isPaused.value ? 'traffic.go' : 'traffic.pause')}
          </button>
          <a
            class="button"
            href={`api/v1/traffic/capture${line.value === '' ? '' : `?line=${encodeURIComponent(line.value)}`}`}
            download="dinrail.pcapng"
          >
            {t('traffic.save')}
          </a>
        </div>
        {shown.value.length === 0 ? (
          <p class="quiet">{t(frames.value.length === 0 ? 'traffic.none' : 'traffic.misfit')}</p>
        ) : (
          <Frames shown={shown.value} chosen={chosen} />
        )}
      </section>
      <Troubles />
      {chosen.value !== undefined && <Explained key={chosen.value} chosen={chosen} />}
    </>
  );
}

interface FilterProps {
  readonly line: Signal<string>;
  readonly unit: Signal<string>;
  readonly faultsOnly: Signal<boolean>;
}

function Filter({ line, unit, faultsOnly }: FilterProps) {
  return (
    <div class="choice">
      <label>
        <span class="unseen">{t('traffic.line')}</span>
        <select
          value={line.value}
          onChange={({ currentTarget: { value } }) => {
            line.value = value;
          }}
        >
          <option value="">{t('traffic.all')}</option>
          {lines.value.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="picker unit-picker">
        <span class="unseen">{t('traffic.unit')}</span>
        <input
          inputMode="numeric"
          placeholder={t('traffic.unit')}
          value={unit.value}
          onInput={({ currentTarget: { value } }) => {
            unit.value = value;
          }}
        />
      </label>
      <button
        type="button"
        aria-pressed={faultsOnly.value}
        onClick={() => {
          faultsOnly.value = !faultsOnly.peek();
        }}
      >
        {t('traffic.faults')}
      </button>
    </div>
  );
}

const COLUMNS = ['time', 'delta', 'line', 'unit', 'what', 'bytes'] as const;

interface FramesProps {
  readonly shown: readonly ShownFrame[];
  readonly chosen: Signal<number | undefined>;
}

function Frames({ shown, chosen }: FramesProps) {
  const body = useRef<HTMLDivElement>(null);
  const { first, last, rowPx } = useWindow(body, shown.length);
  return (
    <div
      role="table"
      aria-label={t('traffic.title')}
      aria-rowcount={shown.length + 1}
      class="table"
    >
      <div role="row" aria-rowindex={1} class="row row-head frame-row">
        {COLUMNS.map((name) => (
          <span key={name} role="columnheader">
            {t(`traffic.${name}`)}
          </span>
        ))}
      </div>
      <div role="rowgroup" ref={body} class="rows" style={{ height: `${shown.length * rowPx}px` }}>
        <div style={{ transform: `translateY(${first * rowPx}px)` }}>
          {shown.slice(first, last).map((one, index) => (
            <Row key={one.frame.seq} shown={one} index={first + index + 2} chosen={chosen} />
          ))}
        </div>
      </div>
    </div>
  );
}

interface RowProps {
  readonly shown: ShownFrame;
  readonly index: number;
  readonly chosen: Signal<number | undefined>;
}

function Row({ shown: { frame, deltaMs }, index, chosen }: RowProps) {
  const { seq, time, line, unit, direction, hex } = frame;
  const fault = isFault(frame);
  return (
    <div role="row" aria-rowindex={index} class={`row frame-row ${fault ? 'frame-fault' : ''}`}>
      <span role="rowheader">
        <button
          type="button"
          class="link"
          onClick={() => {
            chosen.value = seq;
          }}
        >
          {time.slice(11, 23)}
        </button>
      </span>
      <span role="cell" class="number">
        {deltaMs?.toFixed(1)}
      </span>
      <span role="cell">{line}</span>
      <span role="cell">
        <span aria-hidden="true">{direction === 'sent' ? '→' : '←'}</span> {unit}
      </span>
      <span role="cell" class="frame-what">
        {fault && <Mark priority={3} />}
        {whatOf(frame)}
      </span>
      <span role="cell" class="frame-bytes">
        {hex}
      </span>
    </div>
  );
}

function whatOf({ outcome, summary }: FrameJson): string {
  if (outcome === undefined || outcome === 'answer') return summary;
  const word = t(`traffic.${outcome}`);
  return summary === '' ? word : `${word}: ${summary}`;
}

/** One frame byte by byte. */
function Explained({ chosen }: { readonly chosen: Signal<number | undefined> }) {
  const frame = useSignal<ExplainedFrameJson | undefined>(undefined);
  const why = useSignal('');
  const part = useSignal(-1);
  const seq = chosen.peek() ?? 0;
  useEffect(() => {
    void getJson<ExplainedFrameJson>(`traffic/frames/${seq}`).then((answer) => {
      if (answer.ok) frame.value = answer.body;
      else why.value = t('traffic.gone');
    });
  }, [seq]);
  const { hex = '', parts = [] } = frame.value ?? {};
  const bytes = hex.split(' ');
  const close = (): void => {
    chosen.value = undefined;
  };
  const panel = useSidePanel(close);
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      class="panel faceplate"
      aria-label={t('traffic.frame', { seq })}
    >
      <div class="face-head">
        <h2>{t('traffic.frame', { seq })}</h2>
        <button type="button" onClick={close}>
          {t('face.close')}
        </button>
      </div>
      <p>{frame.value === undefined ? why.value : whatOf(frame.value)}</p>
      <p class="frame-hex">
        {parts.map(({ from, to }, index) => (
          <span
            key={from}
            class={part.value === index ? 'is-pointed' : ''}
            onPointerEnter={() => {
              part.value = index;
            }}
          >
            {bytes.slice(from, to).join(' ')}{' '}
          </span>
        ))}
      </p>
      <table class="plain">
        <tbody>
          {parts.map(({ from, to, name, text }, index) => (
            <tr
              key={from}
              class={part.value === index ? 'is-pointed' : ''}
              onPointerEnter={() => {
                part.value = index;
              }}
            >
              <td>{to - from === 1 ? from : `${from}–${to - 1}`}</td>
              <th scope="row">{name}</th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </aside>
  );
}

/** What the recorder has kept around faults. */
function Troubles() {
  const found = useSignal<readonly TroubleJson[]>([]);
  useEffect(() => {
    void getJson<readonly TroubleJson[]>('traffic/troubles').then((answer) => {
      if (answer.ok) found.value = answer.body;
    });
  }, []);
  if (found.value.length === 0) return null;
  return (
    <section class="panel" aria-label={t('traffic.troubles')}>
      <h2>{t('traffic.troubles')}</h2>
      <ul>
        {found.value.map(({ id, time, line, outcome, frames: n }) => (
          <li key={id}>
            <a href={`api/v1/traffic/troubles/${id}/capture`} download={`trouble-${id}.pcapng`}>
              {t('traffic.trouble', {
                ...{ time: wallTime(time, gatewayNow.peek()), line, n },
                what: t(`traffic.${outcome}`),
              })}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
