import type uPlot from 'uplot';
import { stretches, type Pane } from '../model/pens.ts';
import { pensOf } from './chart-pens.ts';
import type { ChartProps } from './chart.tsx';

type Colour = (name: string) => string;

const HATCH_PX = 7;
const DASH = [3, 4];

/** Behind the curves: when the gateway was off, and when a value was known to be bad. */
export function drawBehind(plot: uPlot, props: ChartProps, _: Pane, colour: Colour): void {
  const { ctx, bbox } = plot;
  const { grid } = props;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = colour('--normal');
  ctx.globalAlpha = 0.5;
  for (const [from, to] of grid.off)
    band(plot, from, to, (x, width) => {
      ctx.fillRect(x, bbox.top, width, bbox.height);
    });
  ctx.globalAlpha = 1;
  ctx.strokeStyle = colour('--hatch');
  ctx.lineWidth = devicePixelRatio;
  const step = (grid.at[1] ?? 0) - (grid.at[0] ?? 0);
  const pens = pensOf(props).map(([pen]) => pen);
  const isBad = grid.at.map((__, index) => pens.some(({ bad }) => bad[index] === true));
  for (const [first, last] of stretches(isBad)) {
    band(plot, grid.at[first] ?? 0, (grid.at[last] ?? 0) + step, (x, width) => {
      hatch(plot, x, width);
    });
  }
  ctx.restore();
}

/** In front of them: limits as thin dashes with their names, and the moments of events. */
export function drawInFront(plot: uPlot, props: ChartProps, pane: Pane, colour: Colour): void {
  const { ctx, bbox } = plot;
  const { limits = [], moments = [] } = props;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = devicePixelRatio;
  ctx.strokeStyle = colour('--secondary');
  ctx.globalAlpha = 0.45;
  for (const seconds of moments) {
    const x = Math.round(plot.valToPos(seconds, 'x', true));
    line(ctx, [x, bbox.top], [x, bbox.top + bbox.height]);
  }
  ctx.globalAlpha = 1;
  ctx.fillStyle = colour('--secondary');
  ctx.font = `${11 * devicePixelRatio}px system-ui`;
  ctx.textAlign = 'right';
  for (const { point, value, kind } of limits) {
    const found = pensOf(props).find(([pen]) => pen.point === point);
    if (found === undefined) continue;
    const [{ unit }, place] = found;
    const y = Math.round(plot.valToPos(value, `y${Math.max(0, pane.units.indexOf(unit))}`, true));
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.strokeStyle = colour(`--trend-${place + 1}`);
    ctx.setLineDash(DASH.map((px) => px * devicePixelRatio));
    line(ctx, [bbox.left, y], [bbox.left + bbox.width, y]);
    ctx.setLineDash([]);
    // On the side of the line on which it is an alarm.
    const isAbove = kind === 'hi' || kind === 'hihi';
    ctx.textBaseline = isAbove ? 'bottom' : 'top';
    const gap = (isAbove ? -3 : 3) * devicePixelRatio;
    ctx.fillText(`${NAMES[kind]} ${value}`, bbox.left + bbox.width - 6 * devicePixelRatio, y + gap);
  }
  ctx.restore();
}

/** As control rooms of all countries write them. */
const NAMES = { hihi: 'HH', hi: 'H', lo: 'L', lolo: 'LL' } as const;

function band(
  plot: uPlot,
  from: number,
  to: number,
  draw: (x: number, width: number) => void,
): void {
  const { left, width } = plot.bbox;
  const start = Math.max(left, plot.valToPos(from, 'x', true));
  const end = Math.min(left + width, plot.valToPos(to, 'x', true));
  // Even a short one is seen.
  if (end > start) draw(start, Math.max(end - start, devicePixelRatio));
}

function hatch({ ctx, bbox }: uPlot, x: number, width: number): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, bbox.top, width, bbox.height);
  ctx.clip();
  const gap = HATCH_PX * devicePixelRatio;
  const bottom = bbox.top + bbox.height;
  // From multiples of the gap, so that the lines stand still while the chart moves on.
  for (let at = Math.floor((x - bbox.height) / gap) * gap; at < x + width; at += gap) {
    line(ctx, [at, bottom], [at + bbox.height, bbox.top]);
  }
  ctx.restore();
}

function line(
  ctx: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  [toX, toY]: readonly [number, number],
): void {
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(toX, toY);
  ctx.stroke();
}
