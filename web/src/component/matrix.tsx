import type { Judgement, Standing } from '../../../src/base/standing.ts';
import { judgementOf, marksOf, type PointSet } from '../model/matrix.ts';
import type { PointView } from '../model/site.ts';
import { t } from '../text/language.ts';
import { NO_VALUE, valueText } from '../text/value.ts';

/** Values that are alike as a grid: what stands out is marked by shape and colour, the rest is grey. */
export function Matrix({ set }: { readonly set: PointSet }) {
  const judgement = judgementOf(set);
  const [first] = set.views;
  const outliers = set.views.filter((view) => standingOf(view, judgement) === 'far').length;
  return (
    <section class="panel matrix" aria-label={set.name}>
      <div class="matrix-head">
        <h2>{set.name}</h2>
        {first !== undefined && judgement !== undefined && (
          <span class="quiet">{summary(first, judgement)}</span>
        )}
        {outliers > 0 && <span class="stands-out">{t('matrix.outliers', { n: outliers })}</span>}
      </div>
      <ol>
        {set.views.map((view, index) => (
          <Cell key={view.id} view={view} n={index + 1} judgement={judgement} />
        ))}
      </ol>
    </section>
  );
}

function summary(first: PointView, { median, lowest, highest }: Judgement): string {
  const words = (value: number): string => {
    const { unit = '' } = first.point;
    return `${valueText(first.point, { value })} ${unit}`.trim();
  };
  return [
    t('matrix.median', { value: words(median) }),
    t('matrix.spread', { low: words(lowest), high: words(highest) }),
  ].join(' · ');
}

/** Undefined where there is no good value to judge, or nothing to judge it by. */
function standingOf({ sample }: PointView, judgement: Judgement | undefined): Standing | undefined {
  const { value, quality } = sample.value;
  return quality === 'good' && typeof value === 'number' ? judgement?.standing(value) : undefined;
}

interface CellProps {
  readonly view: PointView;
  readonly n: number;
  readonly judgement: Judgement | undefined;
}

function Cell({ view, n, judgement }: CellProps) {
  const { value, quality } = view.sample.value;
  const standing = standingOf(view, judgement);
  const text = quality === 'bad' ? NO_VALUE : valueText(view.point, view.sample.value);
  const isJudged = standing !== undefined && judgement !== undefined && typeof value === 'number';
  const [before, after] = isJudged ? marksOf(value, judgement) : ['', ''];
  const title = isJudged
    ? t('matrix.cell', {
        ...{ name: view.point.label ?? view.point.name, value: text },
        deviation: (value - judgement.median).toPrecision(3),
      })
    : (view.point.label ?? view.point.name);
  return (
    <li class={`cell ${standing === 'far' ? 'cell-far' : ''} cell-${quality}`} title={title}>
      <span class="cell-n">{n}</span>
      <span class="cell-text">
        {before !== '' && <span aria-hidden="true">{before}</span>}
        {quality === 'stale' ? <s>{text}</s> : text}
        {after !== '' && <span aria-hidden="true">{after}</span>}
      </span>
    </li>
  );
}
