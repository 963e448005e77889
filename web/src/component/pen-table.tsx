import type { Signal } from '@preact/signals';
import { gatewayNow, wallMoment } from '../model/gateway-time.ts';
import type { Grid } from '../model/pens.ts';
import { hrefTo } from '../model/route.ts';
import type { PointView } from '../model/site.ts';
import { t } from '../text/language.ts';
import { penText } from '../text/pen-text.ts';
import { Value } from './value.tsx';

interface PenTableProps {
  readonly pens: readonly PointView[];
  readonly grid: Grid;
  readonly steps: ReadonlySet<string>;
  readonly hovered: Signal<number | undefined>;
  readonly onRemove: (id: string) => void;
}

/** What each curve is, what it is worth now, and what it was worth where the crosshair is. */
export function PenTable({ pens, grid, steps, hovered, onRemove }: PenTableProps) {
  if (pens.length === 0) return null;
  const index = hovered.value;
  const seconds = index === undefined ? undefined : grid.at[index];
  const time = seconds === undefined ? '' : wallMoment(seconds * 1000, gatewayNow.peek());
  return (
    <ul class="pens" aria-label={t('trends.pens')}>
      {pens.map((view, place) => {
        const { id, point } = view;
        const isStep = steps.has(id);
        const pen = grid.pens.find((one) => one.point === id);
        return (
          <li key={id}>
            <svg class={`pen pen-${place + 1}`} viewBox="0 0 16 8" aria-hidden="true">
              <path d={isStep ? 'M0 7h6V1h10' : 'M0 6 5 2l5 3 6-4'} />
            </svg>
            <span class="pen-name">
              <a href={hrefTo('points', undefined, { point: id, find: id })}>
                {point.label ?? point.name}
              </a>
              <span class="quiet"> {id}</span>
            </span>
            <Value view={view} />
            <span class="quiet pen-then">
              {time !== '' &&
                `${time}  ${penText(point, index === undefined ? null : (isStep ? pen?.last : pen?.mean)?.[index])} ${point.unit ?? ''}`}
            </span>
            <button
              type="button"
              aria-label={t('trends.remove', { point: id })}
              onClick={() => {
                onRemove(id);
              }}
            >
              ×
            </button>
          </li>
        );
      })}
    </ul>
  );
}
