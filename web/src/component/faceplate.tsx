import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { askHistory } from '../model/history.ts';
import { isOld } from '../model/link.ts';
import { gridOf, type Grid } from '../model/pens.ts';
import { go, hrefTo } from '../model/route.ts';
import { devices, offers, type PointView } from '../model/site.ts';
import { placeOf } from '../model/workbench/known.ts';
import { NO_GRID } from '../model/time-range.ts';
import { binaryWord, hexWord } from '../model/words-of-registers.ts';
import { durationText } from '../text/duration.ts';
import { t } from '../text/language.ts';
import { qualityWords } from '../text/words.ts';
import { runWrites, writableOf } from '../model/writes.ts';
import type { ChartProps } from './chart.tsx';
import { LastWrite, Limits } from './point-limits.tsx';
import { PointElsewhere } from './point-elsewhere.tsx';
import { Fact } from './fact.tsx';
import { InterpretationTable } from './interpretation-table.tsx';
import { lazy } from './lazy.tsx';
import { RangeBar } from './range-bar.tsx';
import { useSidePanel } from './side-panel.ts';
import { Value } from './value.tsx';
import { WriteDialog } from './write-dialog.tsx';

const Chart = lazy<ChartProps>(async () => (await import('./chart.tsx')).Chart);

interface FaceplateProps {
  readonly view: PointView;
  readonly onClose: () => void;
}

/** Everything about one point. */
export function Faceplate({ view, onClose }: FaceplateProps) {
  const { point, id } = view;
  const sample = view.sample.value;
  const panel = useSidePanel(onClose);
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      class="panel faceplate"
      aria-label={t('face.title', { point: id })}
    >
      <div class="face-head">
        <h2>
          {point.label ?? point.name} <span class="quiet">{id}</span>
        </h2>
        <button type="button" onClick={onClose}>
          {t('face.close')}
        </button>
      </div>
      <p class="hero">
        <Value view={view} />
      </p>
      {typeof sample.value === 'number' && sample.quality !== 'bad' && (
        <RangeBar point={point} value={sample.value} />
      )}
      <WriteButton view={view} />
      <Day view={view} />
      <Facts view={view} />
      {point.states !== undefined && <States states={point.states} />}
      <Limits view={view} />
      {sample.raw !== undefined && <Raw raw={sample.raw} />}
      <LastWrite view={view} />
      <PointElsewhere view={view} />
    </aside>
  );
}

function WriteButton({ view }: { readonly view: PointView }) {
  useEffect(runWrites, []);
  const isOpen = useSignal(false);
  const rules = writableOf(view.id);
  if (rules === undefined) return null;
  return (
    <>
      <button
        type="button"
        disabled={isOld.value}
        onClick={() => {
          isOpen.value = true;
        }}
      >
        {t('write.open')}
      </button>
      {isOpen.value && (
        <WriteDialog
          view={view}
          rules={rules}
          onClose={() => {
            isOpen.value = false;
          }}
        />
      )}
    </>
  );
}

function Facts({ view }: { readonly view: PointView }) {
  const { type, everyMs, category } = view.point;
  const { time, lastGood, ...sample } = view.sample.value;
  return (
    <dl class="facts">
      <Fact name={t('face.quality')} value={qualityWords(sample, isOld.value)} />
      <Fact name={t('face.time')} value={wallTime(time, gatewayNow.value)} />
      {lastGood !== undefined && (
        <Fact name={t('face.good')} value={wallTime(lastGood, gatewayNow.value)} />
      )}
      <Fact name={t('face.address')} value={<Address view={view} />} />
      <Fact name={t('face.type')} value={type} />
      <Fact name={t('face.every')} value={durationText(everyMs)} />
      {category !== undefined && <Fact name={t('face.category')} value={category} />}
    </dl>
  );
}

/** Leads to the registers around it, where there is a workbench. */
function Address({ view: { point } }: { readonly view: PointView }) {
  const place = placeOf(point);
  const device = devices.value.find(({ name }) => name === point.device)?.status.value;
  if (place === undefined || device === undefined || !offers.value.includes('workbench')) {
    return <>{point.address}</>;
  }
  const { line, unit } = device;
  const { table, start, count } = place;
  const query = { line, unit: String(unit), table, start: String(start), count: String(count) };
  return <a href={hrefTo('workbench', undefined, query)}>{point.address}</a>;
}

const DAY_MS = 86_400_000;

function Day({ view: { id, point } }: { readonly view: PointView }) {
  const grid = useSignal<Grid>(NO_GRID);
  const to = useComputed(() => gatewayNow.value / 1000);
  useEffect(() => {
    const cancel = new AbortController();
    void askHistory([id], '-24h', 'now', 400, cancel.signal).then((answer) => {
      if (cancel.signal.aborted || !answer.ok) return;
      grid.value = gridOf(answer.body);
    });
    return () => {
      cancel.abort();
    };
  }, [id]);
  if (point.kind === 'text' || grid.value.at.length === 0) return null;
  return (
    <>
      <Chart
        grid={grid.value}
        from={to.peek() - DAY_MS / 1000}
        to={to.peek()}
        height={160}
        steps={new Set(point.kind === 'state' ? [id] : [])}
        label={t('face.day')}
        onZoom={(from, until) => {
          const times = {
            from: String(Math.round(from * 1000)),
            to: String(Math.round(until * 1000)),
          };
          go(hrefTo('trends', undefined, { pens: id, ...times }));
        }}
      />
      <p>
        <a href={hrefTo('trends', undefined, { pens: id, range: '24h' })}>{t('face.trend')}</a>
      </p>
    </>
  );
}

function States({ states }: { readonly states: Readonly<Record<string, string>> }) {
  return (
    <dl class="facts">
      {Object.entries(states).map(([number, name]) => (
        <Fact key={number} name={number} value={name} />
      ))}
    </dl>
  );
}

/** The registers as they came, and, where there are two, what they would be in every order. */
function Raw({ raw }: { readonly raw: readonly number[] }) {
  return (
    <>
      <table class="plain numbers">
        <caption>{t('face.raw')}</caption>
        <tbody>
          {raw.slice(0, 8).map((word, index) => (
            <tr key={index}>
              <th scope="row">{index}</th>
              <td>{word}</td>
              <td>{hexWord(word)}</td>
              <td>{binaryWord(word)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {raw.length > 1 && raw.length <= 4 && <InterpretationTable words={raw} />}
    </>
  );
}
