import { signal, type Signal } from '@preact/signals';
import { gatewayNow, wallMoment } from '../../model/gateway-time.ts';
import type { Grid, Pane } from '../../model/pens.ts';
import type { PointView } from '../../model/site.ts';
import type { Span } from '../../model/time-range.ts';
import type { Limit, TrendEvent } from '../../model/trend-events.ts';
import { penText } from '../../text/pen-text.ts';
import { t } from '../../text/language.ts';
import { Chart } from '../chart.tsx';
import { Flags } from './flags.tsx';

/** Pixels of a drawing that is alone, of the first of several, and of the others. */
const ALONE = 420;
const FIRST = 300;
const OTHER = 170;
const TIMES = 34;

export interface PanesProps {
  readonly pens: readonly PointView[];
  readonly grid: Grid;
  readonly panes: readonly Pane[];
  readonly span: Span;
  readonly steps: ReadonlySet<string>;
  readonly limits: readonly Limit[];
  readonly events: readonly TrendEvent[];
  readonly isFilled: boolean;
  readonly hovered: Signal<number | undefined>;
  readonly onZoom: (from: number, to: number) => void;
}

/** Said aloud when the crosshair was moved with the keyboard. */
const said = signal('');

/** Drawings one below the other on the same axis of time, with one crosshair, and what happened above them. */
export function Panes(props: PanesProps) {
  const { grid, panes, span, steps, limits, events, isFilled, hovered, onZoom } = props;
  const hasRight = panes.some(({ units }) => units.length > 1);
  const moments = events.map(({ at }) => at / 1000);
  return (
    <div
      class="panes"
      onKeyUp={({ shiftKey }) => {
        if (shiftKey) said.value = readOut(props);
      }}
    >
      <Flags events={events} from={span.from * 1000} to={span.to * 1000} hasRight={hasRight} />
      {panes.map((pane, index) => (
        <Chart
          key={pane.units.join()}
          {...{ grid, pane, steps, limits, moments, isFilled, hasRight, onZoom }}
          {...span}
          height={heightOf(index, panes.length)}
          hasTimesBelow={index < panes.length - 1}
          sync="trends"
          label={labelOf(props, pane)}
          onHover={(at) => {
            hovered.value = at;
          }}
        />
      ))}
      <p class="unseen" role="status">
        {said}
      </p>
    </div>
  );
}

function heightOf(index: number, count: number): number {
  if (count === 1) return ALONE;
  const height = index === 0 ? FIRST : OTHER;
  return index === count - 1 ? height + TIMES : height;
}

function labelOf({ grid }: PanesProps, { places }: Pane): string {
  const names = places.map((place) => grid.pens[place]?.point ?? '');
  return t('trends.chart', { points: names.join(', ') });
}

function readOut({ pens, grid, steps, hovered }: PanesProps): string {
  const index = hovered.peek();
  const seconds = index === undefined ? undefined : grid.at[index];
  if (index === undefined || seconds === undefined) return '';
  const values = grid.pens.map((pen) => {
    const view = pens.find(({ id }) => id === pen.point);
    const value = (steps.has(pen.point) ? pen.last : pen.mean)[index];
    const name = view?.point.label ?? pen.point;
    return `${name} ${penText(view?.point, value)} ${pen.unit}`.trim();
  });
  return `${wallMoment(seconds * 1000, gatewayNow.peek())}: ${values.join('; ')}`;
}
