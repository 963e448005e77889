import { useComputed, useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { PenPicker } from '../component/pen-picker.tsx';
import { PenTable } from '../component/pen-table.tsx';
import { Panes } from '../component/trend/panes.tsx';
import { RangeChoice } from '../component/trend/range-choice.tsx';
import { SaveButtons } from '../component/trend/save-buttons.tsx';
import { TrendTable } from '../component/trend/trend-table.tsx';
import { useTrend } from '../component/trend/use-trend.ts';
import { gatewayNow } from '../model/gateway-time.ts';
import { gridOf, MAX_PENS, panesOf, type Grid } from '../model/pens.ts';
import { refine, route } from '../model/route.ts';
import { devices, points, type PointView } from '../model/site.ts';
import { NO_GRID, rangeOf, spanOf } from '../model/time-range.ts';
import { isStepped } from '../model/stepped.ts';
import { t } from '../text/language.ts';

/** A range shorter than this shows nothing more. */
const SHORTEST_S = 2;

/** Up to eight points over any time that was kept. The address holds the choice, so it can be sent. */
export function Trends() {
  const pens = useComputed(chosenPens);
  const range = useComputed(() => rangeOf(route.value.query, gatewayNow.peek()));
  const { found, why, events, limits } = useTrend(pens.value, range.value);
  const grid = useComputed(() => (found.value === undefined ? NO_GRID : gridOf(found.value)));
  const hovered = useSignal<number | undefined>(undefined);
  const layout = useComputed(() =>
    route.value.query.get('layout') === 'apart' ? 'apart' : 'together',
  );
  const steps = useComputed(() => new Set(pens.value.filter(isStepped).map(({ id }) => id)));
  const span = spanOf(range.value, found.value, gatewayNow.peek());
  const drawn = grid.value;
  useNoPlaceWithout(drawn, hovered);
  return (
    <section class="panel trends" aria-label={t('trends.title')}>
      <div class="trends-head">
        <h2>{t('trends.title')}</h2>
        <PenPicker pens={pens.value} onChoose={choosePens} />
      </div>
      <div class="trends-head">
        <RangeChoice range={range.value} span={span} onZoom={zoom} />
        <LayoutChoice pens={pens.value} layout={layout.value} />
        {drawn.at.length > 0 && (
          <SaveButtons grid={drawn} pens={pens.value} steps={steps.value} span={span} />
        )}
      </div>
      {pens.value.length === 0 && <p class="quiet">{t('trends.none', { n: MAX_PENS })}</p>}
      {why.value !== '' && <p class="trouble">{why.value}</p>}
      {pens.value.length > 0 && why.value === '' && (
        <Panes
          pens={pens.value}
          grid={drawn}
          panes={panesOf(drawn.pens, layout.value)}
          span={span}
          steps={steps.value}
          limits={limits.value}
          events={events.value}
          isFilled={layout.value === 'apart'}
          hovered={hovered}
          onZoom={zoom}
        />
      )}
      <PenTable
        {...{ pens: pens.value, grid: drawn, steps: steps.value, hovered }}
        onRemove={removePen}
      />
      {drawn.at.length > 0 && <Legend grid={drawn} />}
      {drawn.at.length > 0 && <TrendTable pens={pens.value} grid={drawn} steps={steps.value} />}
    </section>
  );
}

/** A crosshair over a grid that is not there any more points nowhere. */
function useNoPlaceWithout(grid: Grid, hovered: Signal<number | undefined>): void {
  useEffect(() => {
    if ((hovered.peek() ?? -1) >= grid.at.length) hovered.value = undefined;
  }, [grid]);
}

/** What the patterns mean, where they are to be seen. */
function Legend({ grid: { pens, off } }: { readonly grid: Grid }) {
  const hasBad = pens.some(({ bad }) => bad.includes(true));
  if (!hasBad && off.length === 0) return null;
  return (
    <p class="quiet trend-legend">
      {hasBad && (
        <span>
          <span class="swatch swatch-bad" aria-hidden="true" /> {t('trends.bad')}
        </span>
      )}
      {off.length > 0 && (
        <span>
          <span class="swatch swatch-off" aria-hidden="true" /> {t('trends.wasOff')}
        </span>
      )}
    </p>
  );
}

interface LayoutChoiceProps {
  readonly pens: readonly PointView[];
  readonly layout: 'together' | 'apart';
}

/** One drawing with two axes, or one for each unit; there is nothing to choose where there is one unit. */
function LayoutChoice({ pens, layout }: LayoutChoiceProps) {
  if (new Set(pens.map(({ point }) => point.unit)).size < 2) return null;
  return (
    <button
      type="button"
      aria-pressed={layout === 'apart'}
      onClick={() => {
        refine({ layout: layout === 'apart' ? undefined : 'apart' });
      }}
    >
      {t('trends.apart')}
    </button>
  );
}

/** To another range, seconds since 1970; one that ends in the future ends now. */
function zoom(from: number, to: number): void {
  const now = gatewayNow.peek() / 1000;
  const length = Math.max(SHORTEST_S, to - from);
  const end = Math.min(to, now);
  const [start, stop] = [Math.round((end - length) * 1000), Math.round(end * 1000)];
  refine({ range: undefined, from: String(Math.max(1, start)), to: String(stop) });
}

/** Those of the address; where it names none, what the first device shows first. */
function chosenPens(): readonly PointView[] {
  const named = route.value.query.get('pens');
  if (named !== null) {
    const wanted = [...new Set(named.split(','))];
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
