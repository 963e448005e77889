import { useComputed, useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { HistoryJson } from '../../../src/api/contract.ts';
import { Chart } from '../component/chart.tsx';
import { PenPicker } from '../component/pen-picker.tsx';
import { PenTable } from '../component/pen-table.tsx';
import { problemWords } from '../model/api.ts';
import { gatewayNow } from '../model/gateway-time.ts';
import { askHistory } from '../model/history.ts';
import { link } from '../model/link.ts';
import { gridCsv, gridOf, MAX_PENS, type Grid } from '../model/pens.ts';
import { refine, route } from '../model/route.ts';
import { saveCanvas, saveText } from '../model/save.ts';
import { devices, points, type PointView } from '../model/site.ts';
import { lengthOf, NO_GRID, rangeOf, RANGES, type TimeRange } from '../model/time-range.ts';
import { t } from '../text/language.ts';
import { every } from '../time.ts';

const REFRESH_MS = 5_000;
const CHART_HEIGHT = 420;

/** Up to eight points over any time that was kept. The address holds the choice, so it can be sent. */
export function Trends() {
  const pens = useComputed(chosenPens);
  const range = useComputed(() => rangeOf(route.value.query, gatewayNow.peek()));
  const { found, why } = useHistory(pens.value, range.value);
  const grid = useComputed(() => (found.value === undefined ? NO_GRID : gridOf(found.value)));
  const hovered = useSignal<number | undefined>(undefined);
  return (
    <section class="panel trends" aria-label={t('trends.title')}>
      <div class="trends-head">
        <h2>{t('trends.title')}</h2>
        <RangeChoice range={range.value} />
        <PenPicker pens={pens.value} onChoose={choosePens} />
        {grid.value.at.length > 0 && <SaveButtons grid={grid.value} />}
      </div>
      {pens.value.length === 0 && <p class="quiet">{t('trends.none', { n: MAX_PENS })}</p>}
      {why.value !== '' && <p class="trouble">{why.value}</p>}
      {pens.value.length > 0 && why.value === '' && (
        <Chart
          grid={grid.value}
          {...secondsOf(range.value)}
          height={CHART_HEIGHT}
          steps={stepped(pens.value)}
          label={t('trends.title')}
          onZoom={zoom}
          onHover={(index) => {
            hovered.value = index;
          }}
        />
      )}
      <PenTable pens={pens.value} grid={grid.value} hovered={hovered.value} onRemove={removePen} />
    </section>
  );
}

function SaveButtons({ grid }: { readonly grid: Grid }) {
  return (
    <div class="choice">
      <button
        type="button"
        onClick={() => {
          saveText('trend.csv', 'text/csv', gridCsv(grid, new Set()));
        }}
      >
        {t('trends.csv')}
      </button>
      <button
        type="button"
        onClick={() => {
          saveCanvas('trend.png', document.querySelector('.chart canvas'));
        }}
      >
        {t('trends.png')}
      </button>
    </div>
  );
}

/** Keeps asking while the end of the range is now; whoever chose a time of the past is left alone. */
function useHistory(
  pens: readonly PointView[],
  range: TimeRange,
): { readonly found: Signal<HistoryJson | undefined>; readonly why: Signal<string> } {
  const found = useSignal<HistoryJson | undefined>(undefined);
  const why = useSignal('');
  const ids = pens.map(({ id }) => id).join();
  const { from, to, isLive } = range;
  useEffect(() => {
    if (ids === '') {
      found.value = undefined;
      return undefined;
    }
    const cancel = new AbortController();
    const ask = async (): Promise<void> => {
      const buckets = Math.max(100, Math.min(1_500, Math.round(innerWidth / 1.5)));
      const answer = await askHistory(ids.split(','), from, to, buckets, cancel.signal);
      if (cancel.signal.aborted) return;
      if (answer.ok) found.value = answer.body;
      why.value = answer.ok ? '' : refusal(answer.problem);
    };
    void ask();
    const stop = every(REFRESH_MS, () => {
      if (isLive && link.peek() === 'live') void ask();
    });
    return () => {
      cancel.abort();
      stop();
    };
  }, [ids, from, to]);
  return { found, why };
}

function refusal(problem: Parameters<typeof problemWords>[0] & { readonly code: string }): string {
  if (problem.code === 'no-such-path') return t('trends.off');
  return t('trends.failed', { why: problemWords(problem) });
}

function secondsOf({ from, to }: TimeRange): { readonly from: number; readonly to: number } {
  const now = gatewayNow.value;
  return {
    from: (typeof from === 'number' ? from : now - lengthOf(from)) / 1000,
    to: (typeof to === 'number' ? to : now) / 1000,
  };
}

function RangeChoice({ range }: { readonly range: TimeRange }) {
  return (
    <div class="choice" role="group" aria-label={t('trends.range')}>
      {RANGES.map(({ name }) => (
        <button
          key={name}
          type="button"
          aria-pressed={range.name === name}
          onClick={() => {
            refine({ range: name, from: undefined, to: undefined });
          }}
        >
          {t(`range.${name}`)}
        </button>
      ))}
      {!range.isLive && (
        <button
          type="button"
          onClick={() => {
            refine({ range: '1h', from: undefined, to: undefined });
          }}
        >
          {t('trends.now')}
        </button>
      )}
    </div>
  );
}

function zoom(from: number, to: number): void {
  if (to - from < 1) return;
  const [start, end] = [Math.round(from * 1000), Math.round(to * 1000)];
  refine({ range: undefined, from: String(start), to: String(end) });
}

/** Those of the address; where it names none, what the first device shows first. */
function chosenPens(): readonly PointView[] {
  const named = route.value.query.get('pens');
  if (named !== null) {
    const wanted = named.split(',');
    return wanted
      .flatMap((id) => points.value.find((view) => view.id === id) ?? [])
      .slice(0, MAX_PENS);
  }
  const [device] = devices.value;
  if (device === undefined) return [];
  const { hero = [] } = device.status.value;
  const numbers = device.points.filter(({ point }) => point.kind !== 'text');
  const first = numbers.filter(({ point }) => hero.includes(point.name));
  return (first.length > 0 ? first : numbers).slice(0, 3);
}

function choosePens(ids: readonly string[]): void {
  refine({ pens: ids.slice(0, MAX_PENS).join(',') });
}

function removePen(id: string): void {
  const left = chosenPens().filter((view) => view.id !== id);
  // Nothing is a choice too: it must not bring the first ones back.
  refine({ pens: left.length === 0 ? ' ' : left.map((view) => view.id).join(',') });
}

function stepped(pens: readonly PointView[]): ReadonlySet<string> {
  const isStepped = ({ point }: PointView): boolean =>
    point.kind === 'state' || point.writable === true;
  return new Set(pens.filter(isStepped).map(({ id }) => id));
}
