import { outlierSign, statisticsOf, type PointSet, type Statistics } from '../model/matrix.ts';
import type { PointView } from '../model/site.ts';
import { t } from '../text/language.ts';
import { NO_VALUE, valueText } from '../text/value.ts';

const SIGNS = { '-1': '▼', '0': '', '1': '▲' } as const;

/** Values that are alike as a grid: what stands out is marked by shape and colour, the rest is grey. */
export function Matrix({ set }: { readonly set: PointSet }) {
  const numbers = set.views.flatMap(({ sample }) => {
    const { value, quality } = sample.value;
    return quality === 'good' && typeof value === 'number' ? [value] : [];
  });
  const statistics = statisticsOf(numbers);
  const [first] = set.views;
  const outliers =
    statistics === undefined
      ? 0
      : numbers.filter((value) => outlierSign(value, statistics) !== 0).length;
  return (
    <section class="panel matrix" aria-label={set.name}>
      <div class="matrix-head">
        <h2>{set.name}</h2>
        {first !== undefined && statistics !== undefined && (
          <span class="quiet">{summary(first, statistics)}</span>
        )}
        {outliers > 0 && <span class="stands-out">{t('matrix.outliers', { n: outliers })}</span>}
      </div>
      <ol>
        {set.views.map((view, index) => (
          <Cell key={view.id} view={view} n={index + 1} statistics={statistics} />
        ))}
      </ol>
    </section>
  );
}

function summary(first: PointView, { median, low, high }: Statistics): string {
  const words = (value: number): string => {
    const { unit = '' } = first.point;
    return `${valueText(first.point, { value })} ${unit}`.trim();
  };
  return [
    t('matrix.median', { value: words(median) }),
    t('matrix.spread', { low: words(low), high: words(high) }),
  ].join(' · ');
}

interface CellProps {
  readonly view: PointView;
  readonly n: number;
  readonly statistics: Statistics | undefined;
}

function Cell({ view, n, statistics }: CellProps) {
  const { value, quality } = view.sample.value;
  const isNumber = quality === 'good' && typeof value === 'number' && statistics !== undefined;
  const sign = isNumber ? outlierSign(value, statistics) : 0;
  const text = quality === 'bad' ? NO_VALUE : valueText(view.point, view.sample.value);
  const title = isNumber
    ? t('matrix.cell', {
        ...{ name: view.point.label ?? view.point.name, value: text },
        deviation: (value - statistics.median).toPrecision(3),
      })
    : (view.point.label ?? view.point.name);
  return (
    <li class={`cell ${sign === 0 ? '' : 'cell-far'} cell-${quality}`} title={title}>
      <span class="cell-n">{n}</span>
      <span class="cell-text">
        {sign !== 0 && <span aria-hidden="true">{SIGNS[sign]}</span>}
        {quality === 'stale' ? <s>{text}</s> : text}
      </span>
    </li>
  );
}
