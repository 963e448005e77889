import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Grid, Pane } from '../model/pens.ts';
import { theme } from '../model/theme.ts';
import type { Limit } from '../model/trend-events.ts';
import { dataOf, optionsOf } from './chart-options.ts';

export interface ChartProps {
  readonly grid: Grid;
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly height: number;
  /** Points that change in steps: setpoints, states. */
  readonly steps: ReadonlySet<string>;
  readonly label: string;
  readonly onZoom: (from: number, to: number) => void;
  /** Which place of the grid the pointer is at. */
  readonly onHover?: (index: number | undefined) => void;
  /** Which of the pens; all of them, with two axes at most, when left out. */
  readonly pane?: Pane;
  /** Charts of one name share their crosshair. */
  readonly sync?: string;
  readonly limits?: readonly Limit[];
  /** Moments that are marked by a thin line, seconds since 1970. */
  readonly moments?: readonly number[];
  /** Is the first curve that is no step filled down to the bottom? */
  readonly isFilled?: boolean;
  /** Is there a chart below that has the times? */
  readonly hasTimesBelow?: boolean;
  /** Does one of the charts have an axis on the right, so that all of them leave room for it? */
  readonly hasRight?: boolean;
}

/** Share of the range by which a key or a turn of the wheel moves or zooms. */
const STEP = 0.2;

/** Curves over time. Drag to zoom; wheel or keys move and zoom, and shift with a key moves the crosshair. */
export function Chart(props: ChartProps) {
  const { grid, from, to, height, steps, label, pane, limits, moments, isFilled } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const shade = theme.value;
  const drawn = grid.pens.map(({ point, unit }) => `${point} ${unit} ${String(steps.has(point))}`);
  const { hasTimesBelow, hasRight } = props;
  const shape = JSON.stringify([drawn, pane, isFilled, hasTimesBelow, hasRight, shade, height]);
  useEffect(() => {
    const host = place.current;
    if (host === null) return undefined;
    const made = new uPlot(optionsOf(host, latest), dataOf(latest.current), host);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: host.clientWidth, height });
    });
    observer.observe(host);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape]);
  // What moves on is drawn in the same chart: a crosshair stays where it is.
  useEffect(() => plot.current?.setData(dataOf(latest.current)), [grid, from, to, limits, moments]);
  return (
    <div
      ref={place}
      class="chart"
      role="img"
      tabIndex={0}
      aria-label={label}
      style={{ height: `${height}px` }}
      onKeyDown={(event) => {
        const handled = event.shiftKey
          ? moveCrosshair(plot.current, latest.current, event.key)
          : move(props, KEYS[event.key]);
        if (handled) event.preventDefault();
      }}
      onPointerDown={() => place.current?.focus({ preventScroll: true })}
      onWheel={(event) => {
        // Where nobody has clicked, the wheel scrolls the page, as everywhere.
        const isOurs = document.activeElement === place.current;
        if (!event.ctrlKey && !event.shiftKey && !isOurs) return;
        event.preventDefault();
        const isBack = event.deltaY + event.deltaX < 0;
        if (event.shiftKey) move(props, KEYS[isBack ? 'ArrowLeft' : 'ArrowRight']);
        else zoomAt(props, plot.current, isBack ? 1 - STEP : 1 / (1 - STEP));
      }}
    />
  );
}

type Change = (span: number) => readonly [number, number];

const KEYS: Readonly<Record<string, Change>> = {
  ArrowLeft: (span) => [-span, -span],
  ArrowRight: (span) => [span, span],
  '+': (span) => [span, -span],
  '=': (span) => [span, -span],
  '-': (span) => [-span, span],
};

function move({ from, to, onZoom }: ChartProps, change: Change | undefined): boolean {
  if (change === undefined) return false;
  const [left, right] = change((to - from) * STEP);
  onZoom(from + left, to + right);
  return true;
}

/** Makes the range so many times as long, around what the pointer is at. */
function zoomAt({ from, to, onZoom }: ChartProps, plot: uPlot | undefined, times: number): void {
  const left = plot?.cursor.left ?? -1;
  const pivot = plot === undefined || left < 0 ? (from + to) / 2 : plot.posToVal(left, 'x');
  onZoom(pivot - (pivot - from) * times, pivot + (to - pivot) * times);
}

const MOVES: Readonly<Record<string, number>> = {
  ...{ ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20, Home: -Infinity, End: Infinity },
};

/** Moves the crosshair of this chart and of those that share it by places of the grid. */
function moveCrosshair(plot: uPlot | undefined, props: ChartProps, key: string): boolean {
  const by = MOVES[key];
  const { at } = props.grid;
  if (plot === undefined || by === undefined || at.length === 0) return false;
  const now = plot.cursor.idx ?? (by > 0 ? -1 : at.length);
  const next = Math.min(at.length - 1, Math.max(0, now + by));
  const group = props.sync === undefined ? [plot] : uPlot.sync(props.sync).plots;
  for (const one of group) {
    one.setCursor({ left: one.valToPos(at[next] ?? 0, 'x'), top: 1 });
  }
  return true;
}
