import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Grid } from '../model/pens.ts';
import { wallClock, wallDay } from '../model/gateway-time.ts';
import { theme } from '../model/theme.ts';

interface ChartProps {
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
}

/** Share of the range by which a key or a turn of the wheel moves or zooms. */
const STEP = 0.2;

/** Curves over time. Drag to zoom, wheel or keys to move and zoom. */
export function Chart(props: ChartProps) {
  const { grid, from, to, height, steps, label } = props;
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const shade = theme.value;
  useEffect(() => {
    const host = place.current;
    if (host === null) return undefined;
    const plot = new uPlot(
      optionsOf(host, latest, { from, to, height, steps }),
      dataOf(grid),
      host,
    );
    const observer = new ResizeObserver(() => {
      plot.setSize({ width: host.clientWidth, height });
    });
    observer.observe(host);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [grid, from, to, height, steps, shade]);
  const zoom = (change: (span: number) => readonly [number, number]): void => {
    const [left, right] = change((to - from) * STEP);
    props.onZoom(from + left, to + right);
  };
  return (
    <div
      ref={place}
      class="chart"
      role="img"
      tabIndex={0}
      aria-label={label}
      style={{ height: `${height}px` }}
      onKeyDown={(event) => {
        const change = KEYS[event.key];
        if (change === undefined) return;
        event.preventDefault();
        zoom(change);
      }}
      onWheel={(event) => {
        // Without a key the wheel scrolls the page, as everywhere.
        if (!event.ctrlKey && !event.shiftKey) return;
        event.preventDefault();
        const isBack = event.deltaY + event.deltaX < 0;
        const key = event.ctrlKey ? (isBack ? '+' : '-') : isBack ? 'ArrowLeft' : 'ArrowRight';
        const change = KEYS[key];
        if (change !== undefined) zoom(change);
      }}
    />
  );
}

const KEYS: Readonly<Record<string, (span: number) => readonly [number, number]>> = {
  ArrowLeft: (span) => [-span, -span],
  ArrowRight: (span) => [span, span],
  '+': (span) => [span, -span],
  '=': (span) => [span, -span],
  '-': (span) => [-span, span],
};

interface Drawing {
  readonly from: number;
  readonly to: number;
  readonly height: number;
  readonly steps: ReadonlySet<string>;
}

/** uPlot counts the sides clockwise from the top. */
const RIGHT: object = { side: 1 };

function optionsOf(
  host: HTMLElement,
  latest: { readonly current: ChartProps },
  { from, to, height, steps }: Drawing,
): uPlot.Options {
  const { pens } = latest.current.grid;
  const units = [...new Set(pens.map(({ unit }) => unit))].slice(0, 2);
  const style = getComputedStyle(host);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const scaleOf = (unit: string): string => `y${Math.max(0, units.indexOf(unit))}`;
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    ...{ width: host.clientWidth, height, legend: { show: false } },
    cursor: { y: false, drag: { x: true, y: false, setScale: false } },
    scales: { x: { time: true, min: from, max: to } },
    axes: [
      { ...axis(colour, { grid: true }), values: timeTexts },
      ...units.map((unit, index) => ({
        ...axis(colour, { grid: index === 0 }),
        ...{ scale: `y${index}`, label: unit, labelSize: 18 },
        // The left side is what an axis takes that names none.
        ...(index > 0 && RIGHT),
      })),
    ],
    series: [
      {},
      ...pens.flatMap(({ point, unit }, index): uPlot.Series[] => {
        const stroke = colour(`--trend-${index + 1}`);
        const common = {
          ...{ scale: scaleOf(unit), spanGaps: false, points: { show: false } },
          ...(steps.has(point) && stepped !== undefined && { paths: stepped }),
        };
        const edge = { ...common, stroke: 'transparent', width: 0 };
        return [{ ...common, stroke, width: 1.5, label: point }, edge, edge];
      }),
    ],
    bands: pens.map((_, index) => ({
      series: [3 + index * 3, 2 + index * 3],
      fill: `${colour(`--trend-${index + 1}`)}33`,
    })),
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          const [start, end] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
          latest.current.onZoom(start, end);
        },
      ],
      setCursor: [({ cursor: { idx } }) => latest.current.onHover?.(idx ?? undefined)],
    },
  };
}

function axis(colour: (name: string) => string, { grid }: { readonly grid: boolean }): uPlot.Axis {
  return {
    stroke: colour('--secondary'),
    font: '12px system-ui',
    labelFont: '12px system-ui',
    grid: { show: grid, stroke: colour('--edge'), width: 1 },
    ticks: { show: false },
  };
}

/** On the gateway's wall: seconds where they matter, the day where hours do not. */
function timeTexts(_: uPlot, splits: number[], __: number, ___: number, step: number): string[] {
  return splits.map((seconds) => {
    const day = wallDay(seconds * 1000);
    if (step >= 86_400) return day;
    const clock = wallClock(seconds * 1000).slice(0, step < 60 ? 8 : 5);
    return clock === '00:00' ? day : clock;
  });
}

function dataOf({ at, pens }: Grid): uPlot.AlignedData {
  return [at, ...pens.flatMap(({ mean, min, max }) => [mean, min, max])];
}
