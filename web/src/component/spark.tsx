import type { HistorySeriesJson } from '../../../src/api/contract.ts';
import { t } from '../text/language.ts';

const WIDTH = 240;
const HEIGHT = 32;
const MINUTE_MS = 60_000;

/** The last hour as a curve; what is not known is a gap in it. Says nothing that the value beside it does not. */
export function Spark({ series }: { readonly series: HistorySeriesJson }) {
  const path = sparkPath(series);
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

/** Exported for its test: an SVG path over an hour that ends with the newest bucket. */
export function sparkPath({
  at,
  mean,
  step,
}: Pick<HistorySeriesJson, 'at' | 'mean' | 'step'>): string {
  const known = mean.filter((value) => value !== null);
  const end = at.at(-1);
  if (known.length < 2 || end === undefined) return '';
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const start = end - 60 * MINUTE_MS;
  // A constant runs through the middle.
  const y = (value: number): number =>
    high === low ? HEIGHT / 2 : 2 + ((high - value) / (high - low)) * (HEIGHT - 4);
  let path = '';
  let lastAt = -Infinity;
  at.forEach((time, index) => {
    const value = mean[index];
    if (value === null || value === undefined || time < start) return;
    const x = ((time - start) / (60 * MINUTE_MS)) * WIDTH;
    const joins = time - lastAt <= 3 * Math.max(step, MINUTE_MS);
    path += `${joins ? 'L' : 'M'}${x.toFixed(1)} ${y(value).toFixed(1)}`;
    lastAt = time;
  });
  return path;
}
