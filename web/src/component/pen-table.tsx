import type { Grid } from '../model/pens.ts';
import type { PointView } from '../model/site.ts';
import { wallTime, gatewayNow } from '../model/gateway-time.ts';
import { t } from '../text/language.ts';
import { NO_VALUE, valueText } from '../text/value.ts';
import { Value } from './value.tsx';

interface PenTableProps {
  readonly pens: readonly PointView[];
  readonly grid: Grid;
  readonly hovered: number | undefined;
  readonly onRemove: (id: string) => void;
}

/** What each curve is, what it is worth now, and what it was worth where the pointer is. */
export function PenTable({ pens, grid, hovered, onRemove }: PenTableProps) {
  if (pens.length === 0) return null;
  const seconds = hovered === undefined ? undefined : grid.at[hovered];
  const time =
    seconds === undefined
      ? ''
      : wallTime(new Date(seconds * 1000).toISOString(), gatewayNow.peek());
  return (
    <ul class="pens" aria-label={t('column.value')}>
      {pens.map((view, index) => (
        <li key={view.id}>
          <svg class={`pen pen-${index + 1}`} viewBox="0 0 16 4" aria-hidden="true">
            <path d="M0 2h16" />
          </svg>
          <span class="pen-name">
            {view.point.label ?? view.point.name}
            <span class="quiet"> {view.id}</span>
          </span>
          <Value view={view} />
          <span class="quiet pen-then">
            {time !== '' && `${time}: ${then(view, grid, hovered)}`}
          </span>
          <button
            type="button"
            aria-label={t('trends.remove', { point: view.id })}
            onClick={() => {
              onRemove(view.id);
            }}
          >
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}

function then({ id, point }: PointView, grid: Grid, index: number | undefined): string {
  const pen = grid.pens.find((one) => one.point === id);
  const value = index === undefined ? undefined : pen?.mean[index];
  if (value === undefined || value === null) return NO_VALUE;
  return valueText(point, { value, ...textOf(point.states, value) });
}

function textOf(
  states: Readonly<Record<string, string>> | undefined,
  value: number,
): { readonly text?: string } {
  const text = states?.[String(value)];
  return text === undefined ? {} : { text };
}
