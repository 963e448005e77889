import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { TroubleJson } from '../../../src/api/contract.ts';
import { Mark } from '../component/mark.tsx';
import { Explained } from '../component/traffic/explained.tsx';
import { TrafficBar } from '../component/traffic/traffic-bar.tsx';
import { UtilisationBars } from '../component/traffic/utilisation.tsx';
import { useWindow } from '../component/window.ts';
import { getJson } from '../model/api.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { link } from '../model/link.ts';
import { refine, route } from '../model/route.ts';
import {
  filterOf,
  frames,
  isFault,
  runTraffic,
  shownFrames,
  stepIn,
  whatOf,
  type ShownFrame,
} from '../model/traffic.ts';
import { t } from '../text/language.ts';
import { every } from '../time.ts';

/** Everything that crosses the lines, decoded; colour for faults only. */
export function Traffic() {
  useEffect(runTraffic, []);
  const filter = useComputed(() => filterOf(route.value.query));
  const shown = useComputed(() => shownFrames(frames.value, filter.value));
  const chosen = useComputed(() => Number(route.value.query.get('frame') ?? 0));
  return (
    <>
      <UtilisationBars only={filter.value.line} />
      <section class="panel traffic" aria-label={t('traffic.title')}>
        <TrafficBar shown={() => shown.peek()} />
        {shown.value.length === 0 ? (
          <p class="quiet">{t(frames.value.length === 0 ? 'traffic.none' : 'traffic.misfit')}</p>
        ) : (
          <Frames shown={shown.value} />
        )}
      </section>
      <Troubles />
      {chosen.value > 0 && (
        <Explained
          seq={chosen.value}
          onClose={close}
          onStep={(by) => {
            const next = stepIn(shown.peek(), chosen.peek(), by);
            if (next !== undefined) refine({ frame: String(next) });
          }}
        />
      )}
    </>
  );
}

function close(): void {
  refine({ frame: undefined });
}

const COLUMNS = ['time', 'delta', 'line', 'unit', 'what', 'bytes'] as const;

interface FramesProps {
  readonly shown: readonly ShownFrame[];
}

function Frames({ shown }: FramesProps) {
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
            <Row key={one.frame.seq} shown={one} index={first + index + 2} />
          ))}
        </div>
      </div>
    </div>
  );
}

interface RowProps {
  readonly shown: ShownFrame;
  readonly index: number;
}

function Row({ shown: { frame, deltaMs }, index }: RowProps) {
  const { seq, time, line, unit, direction, hex } = frame;
  const fault = isFault(frame);
  return (
    <div role="row" aria-rowindex={index} class={`row frame-row ${fault ? 'frame-fault' : ''}`}>
      <span role="rowheader">
        <button type="button" class="link" onClick={() => refine({ frame: String(seq) })}>
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

const TROUBLES_EVERY_MS = 10_000;

/** What the recorder has kept around faults. */
function Troubles() {
  const found = useSignal<readonly TroubleJson[]>([]);
  useEffect(() => {
    const ask = async (): Promise<void> => {
      const answer = await getJson<readonly TroubleJson[]>('traffic/troubles');
      if (answer.ok) found.value = answer.body;
    };
    void ask();
    return every(TROUBLES_EVERY_MS, () => {
      if (link.peek() === 'live') void ask();
    });
  }, []);
  if (found.value.length === 0) return null;
  return (
    <section class="panel" aria-label={t('traffic.troubles')}>
      <h2>{t('traffic.troubles')}</h2>
      <p class="quiet">{t('traffic.recorder')}</p>
      <ul class="troubles">
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
