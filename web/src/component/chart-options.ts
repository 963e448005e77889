import uPlot from 'uplot';
import { wallClock, wallDay } from '../model/gateway-time.ts';
import type { Pane } from '../model/pens.ts';
import type { ChartProps } from './chart.tsx';
import { drawBehind, drawInFront } from './chart-marks.ts';
import { paneOf, pensOf } from './chart-pens.ts';

type Latest = { readonly current: ChartProps };

/** uPlot counts the sides clockwise from the top. */
const RIGHT: object = { side: 1 };
const AXIS_PX = 56;
const NARROW_AXIS_PX = 46;
/** Of the unit beside an axis. */
const LABEL_PX = 18;
const NARROW_PX = 480;
/** Without times an axis is a thin edge. */
const BARE_PX = 6;
const TIMES_PX = 36;
/** A time with seconds needs so much. */
const TIME_PX = 72;

export function optionsOf(host: HTMLElement, latest: Latest): uPlot.Options {
  const { height, sync, hasRight = false } = latest.current;
  const pane = paneOf(latest.current);
  const style = getComputedStyle(host);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axisPx = host.clientWidth < NARROW_PX ? NARROW_AXIS_PX : AXIS_PX;
  const right = hasRight && pane.units.length < 2 ? axisPx + LABEL_PX : 12;
  return {
    ...{ width: host.clientWidth, height, legend: { show: false } },
    padding: [8, pane.units.length < 2 ? right : 0, 0, 0],
    cursor: {
      ...{ y: false, drag: { x: true, y: false, setScale: false } },
      ...(sync !== undefined && { sync: { key: sync } }),
    },
    scales: {
      x: { time: true, range: () => [latest.current.from, latest.current.to] },
      ...Object.fromEntries(
        pane.units.map((unit, index) => [`y${index}`, { range: rangeOf(latest, unit) }]),
      ),
    },
    axes: axesOf(pane, colour, { axisPx, hasTimesBelow: latest.current.hasTimesBelow === true }),
    ...linesOf(latest, pane, colour),
    hooks: {
      drawClear: [(plot) => drawBehind(plot, latest.current, pane, colour)],
      draw: [(plot) => drawInFront(plot, latest.current, pane, colour)],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          const [start, end] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          latest.current.onZoom(start, end);
        },
      ],
      setCursor: [({ cursor: { idx } }) => latest.current.onHover?.(idx ?? undefined)],
    },
  };
}

/** Of each pen of the pane: the curve, and its least and most, between which it is shaded. */
export function dataOf(props: ChartProps): uPlot.AlignedData {
  const { grid, steps } = props;
  const columns = pensOf(props).flatMap(([pen]) => {
    const { mean, last, min, max, point } = pen;
    return [steps.has(point) ? last : mean, min, max];
  });
  return [grid.at, ...columns];
}

function linesOf(
  latest: Latest,
  { units }: Pane,
  colour: (name: string) => string,
): Pick<uPlot.Options, 'series' | 'bands'> {
  const { steps, isFilled = false } = latest.current;
  const pens = pensOf(latest.current);
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const filled = isFilled ? pens.find(([{ point }]) => !steps.has(point)) : undefined;
  return {
    series: [
      {},
      ...pens.flatMap(([{ point, unit }, place]): uPlot.Series[] => {
        const stroke = colour(`--trend-${place + 1}`);
        const isStep = steps.has(point) && stepped !== undefined;
        const common = {
          scale: `y${Math.max(0, units.indexOf(unit))}`,
          ...{ spanGaps: false, points: { show: false } },
          ...(isStep && { paths: stepped }),
        };
        const edge = { ...common, stroke: 'transparent', width: 0 };
        const fill = filled?.[1] === place ? { fill: `${stroke}26` } : {};
        return [{ ...common, ...fill, stroke, width: isStep ? 2 : 1.5, label: point }, edge, edge];
      }),
    ],
    bands: pens.map(([, place], index) => ({
      series: [3 + index * 3, 2 + index * 3],
      fill: `${colour(`--trend-${place + 1}`)}33`,
    })),
  };
}

/** Room above and below the curves, as a share of their height. */
const MARGIN = 0.08;
/** A limit so near, as a share of that height, is drawn as well; a far one would make all curves flat. */
const NEAR = 0.6;
/** A constant is drawn in a range of so much of itself. */
const FLAT = 0.02;

/** Of a unit: what its curves need, and the limits that are near. */
function rangeOf(
  latest: Latest,
  unit: string,
): (plot: uPlot, low: number, high: number) => [number, number] {
  return (_, low, high) => {
    // Nothing is known: any range will do.
    if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
    const size = Math.max(high - low, Math.max(Math.abs(low), Math.abs(high)) * FLAT, 1e-9);
    const { limits = [], grid } = latest.current;
    const own = new Set(grid.pens.filter((pen) => pen.unit === unit).map(({ point }) => point));
    const near = limits
      .filter(({ point }) => own.has(point))
      .map(({ value }) => value)
      .filter((value) => value >= low - size * NEAR && value <= high + size * NEAR);
    const [least, most] = [Math.min(low, ...near), Math.max(high, ...near)];
    const room = Math.max((most - least) * MARGIN, size * MARGIN);
    return high === low && near.length === 0
      ? [low - size, high + size]
      : [least - room, most + room];
  };
}

function axesOf(
  { units }: Pane,
  colour: (name: string) => string,
  { axisPx, hasTimesBelow }: { readonly axisPx: number; readonly hasTimesBelow: boolean },
): uPlot.Axis[] {
  const common = {
    stroke: colour('--secondary'),
    font: '12px system-ui',
    labelFont: '12px system-ui',
    ticks: { show: false },
  };
  const grid = { show: true, stroke: colour('--edge'), width: 1 };
  return [
    {
      ...{ ...common, grid, space: TIME_PX, values: hasTimesBelow ? noTexts : timeTexts },
      size: hasTimesBelow ? BARE_PX : TIMES_PX,
    },
    ...units.map((unit, index): uPlot.Axis => ({
      ...{ ...common, scale: `y${index}`, label: unit, labelSize: LABEL_PX, size: axisPx },
      grid: { ...grid, show: index === 0 },
      // The left side is what an axis takes that names none.
      ...(index > 0 && RIGHT),
    })),
  ];
}

function noTexts(_: uPlot, splits: number[]): string[] {
  return splits.map(() => '');
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
