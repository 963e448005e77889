import { gatewayNow } from '../model/gateway-time.ts';
import type { Curve } from '../model/history.ts';
import { gridOf } from '../model/pens.ts';
import { t } from '../text/language.ts';

const WIDTH = 240;
const HEIGHT = 32;
const HOUR_MS = 3_600_000;

/** The last hour as a curve; what is not known is a gap in it. Says nothing that the value beside it does not. */
export function Spark({ series }: { readonly series: Curve }) {
  const path = sparkPath(series, gatewayNow.peek());
  if (path === '') return null;
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={t('tile.hour')}
    >
      <path d={path} />
    </svg>
  );
}

/** Exported for its test: an SVG path over the hour that ends at `to`, milliseconds since 1970. */
export function sparkPath({ off = [], ...series }: Curve, to: number): string {
  const [pen] = gridOf({ from: to - HOUR_MS, to, off, series: [series] }).pens;
  const values = pen?.mean ?? [];
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return '';
  const [low, high] = [Math.min(...known), Math.max(...known)];
  // A constant runs through the middle.
  const y = (value: number): number =>
    high === low ? HEIGHT / 2 : 2 + ((high - value) / (high - low)) * (HEIGHT - 4);
  let path = '';
  values.forEach((value, index) => {
    if (value === null) return;
    const x = (index / Math.max(1, values.length - 1)) * WIDTH;
    const joins = index > 0 && values[index - 1] !== null;
    path += `${joins ? 'L' : 'M'}${x.toFixed(1)} ${y(value).toFixed(1)}`;
  });
  return path;
}
