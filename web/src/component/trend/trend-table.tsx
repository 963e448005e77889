import { useSignal } from '@preact/signals';
import { gatewayNow, wallMoment } from '../../model/gateway-time.ts';
import { sampled, type Grid } from '../../model/pens.ts';
import type { PointView } from '../../model/site.ts';
import { penText } from '../../text/pen-text.ts';
import { t } from '../../text/language.ts';

/** Rows that a person reads, or has read aloud. */
const ROWS = 30;

interface TrendTableProps {
  readonly pens: readonly PointView[];
  readonly grid: Grid;
  readonly steps: ReadonlySet<string>;
}

/** The curves as numbers, for whoever cannot see them or wants to copy some. */
export function TrendTable({ pens, grid, steps }: TrendTableProps) {
  const isOpen = useSignal(false);
  return (
    <details
      class="trend-table"
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open;
      }}
    >
      <summary>{t('trends.table')}</summary>
      {isOpen.value && (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={t('trends.table')}>
          <table class="plain numbers">
            <thead>
              <tr>
                <th scope="col">{t('face.time')}</th>
                {grid.pens.map(({ point, unit }) => (
                  <th key={point} scope="col">
                    {point} <span class="quiet">{unit}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {sampled(grid.at.length, ROWS).map((index) => (
                <tr key={index}>
                  <th scope="row">{wallMoment((grid.at[index] ?? 0) * 1000, gatewayNow.peek())}</th>
                  {grid.pens.map((pen) => (
                    <td key={pen.point}>
                      {penText(
                        pens.find(({ id }) => id === pen.point)?.point,
                        (steps.has(pen.point) ? pen.last : pen.mean)[index],
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
