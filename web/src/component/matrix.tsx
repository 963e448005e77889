import { useSignal, type Signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Judgement, Standing } from '../../../src/base/standing.ts';
import { greysOf, judgementOf, marksOf, stepTo, type PointSet } from '../model/matrix.ts';
import { refine } from '../model/route.ts';
import type { PointView } from '../model/site.ts';
import { t } from '../text/language.ts';
import { NO_VALUE, valueText } from '../text/value.ts';

/**
 * Values that are alike as a grid: how light a cell is says where it stands among the others, and only what stands
 * out has a colour and a mark. Arrow keys go from cell to cell.
 */
export function Matrix({ set }: { readonly set: PointSet }) {
  const judgement = judgementOf(set);
  const grey = judgement === undefined ? () => 0 : greysOf(set, judgement);
  const at = useSignal<number | undefined>(undefined);
  const list = useRef<HTMLOListElement>(null);
  const [first] = set.views;
  const pointed = set.views[at.value ?? -1];
  const outliers = set.views.filter((view) => standingOf(view, judgement) === 'far').length;
  return (
    <section class="panel matrix" aria-label={set.name}>
      <div class="matrix-head">
        <h2>{set.name}</h2>
        {first !== undefined && judgement !== undefined && (
          <span class="quiet">{summary(first, judgement)}</span>
        )}
        {outliers > 0 && <span class="stands-out">{t('matrix.outliers', { n: outliers })}</span>}
        <span class="matrix-pointed">{pointed !== undefined && wordsOf(pointed, judgement)}</span>
      </div>
      <ol
        ref={list}
        onPointerLeave={() => {
          at.value = undefined;
        }}
        onKeyDown={(event) => {
          const next = stepTo(event.key, at.peek() ?? 0, set.views.length, columnsOf(list.current));
          if (next === undefined) return;
          event.preventDefault();
          list.current?.querySelectorAll<HTMLElement>('button')[next]?.focus();
        }}
      >
        {set.views.map((view, index) => (
          <Cell key={view.id} {...{ view, index, judgement, grey, at }} />
        ))}
      </ol>
    </section>
  );
}

/** How many cells stand side by side now. */
function columnsOf(list: HTMLElement | null): number {
  if (list === null) return 1;
  return getComputedStyle(list).gridTemplateColumns.split(' ').length;
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

/** Name, value, and how far that is from the others. */
function wordsOf({ point, sample }: PointView, judgement: Judgement | undefined): string {
  const { value, quality } = sample.value;
  const name = point.label ?? point.name;
  const text = quality === 'bad' ? NO_VALUE : valueText(point, sample.value);
  const shown = `${text} ${point.unit ?? ''}`.trim();
  if (judgement === undefined || typeof value !== 'number' || quality !== 'good') {
    return `${name}: ${shown}`;
  }
  const far = value - judgement.median;
  const deviation = valueText(point, { value: Math.abs(far) });
  const signed = `${far < 0 ? '−' : '+'}${deviation} ${point.unit ?? ''}`.trim();
  return t('matrix.cell', { name, value: shown, deviation: signed });
}

interface CellProps {
  readonly view: PointView;
  readonly index: number;
  readonly judgement: Judgement | undefined;
  readonly grey: (value: number) => number;
  readonly at: Signal<number | undefined>;
}

function Cell({ view, index, judgement, grey, at }: CellProps) {
  const { value, quality } = view.sample.value;
  const standing = standingOf(view, judgement);
  const isJudged = standing !== undefined && typeof value === 'number';
  const marks: readonly [string, string] =
    isJudged && judgement !== undefined ? marksOf(value, judgement) : ['', ''];
  const look = standing === 'far' ? 'cell-far' : isJudged ? `heat-${grey(value)}` : '';
  return (
    <li class={`cell ${look} cell-${quality}`}>
      <button
        type="button"
        tabIndex={index === (at.value ?? 0) ? 0 : -1}
        onPointerEnter={() => {
          at.value = index;
        }}
        onFocus={() => {
          at.value = index;
        }}
        onClick={() => refine({ tab: undefined, point: view.id })}
      >
        <span class="cell-n">{index + 1}</span>
        <CellText view={view} marks={marks} />
        <span class="unseen">{wordsOf(view, judgement)}</span>
      </button>
    </li>
  );
}

interface CellTextProps {
  readonly view: PointView;
  readonly marks: readonly [before: string, after: string];
}

function CellText({ view, marks: [before, after] }: CellTextProps) {
  const { quality } = view.sample.value;
  const text = quality === 'bad' ? NO_VALUE : valueText(view.point, view.sample.value);
  return (
    <span class="cell-text">
      {before !== '' && <span aria-hidden="true">{before}</span>}
      {quality === 'stale' ? <s>{text}</s> : text}
      {after !== '' && <span aria-hidden="true">{after}</span>}
    </span>
  );
}
