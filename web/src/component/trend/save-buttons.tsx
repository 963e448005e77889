import { gatewayNow, wallMoment } from '../../model/gateway-time.ts';
import { gridCsv, type Grid } from '../../model/pens.ts';
import { saveCanvas, saveText } from '../../model/save.ts';
import { gatewayName, type PointView } from '../../model/site.ts';
import type { Span } from '../../model/time-range.ts';
import { pictureOf } from '../../model/trend-image.ts';
import { t } from '../../text/language.ts';

interface SaveButtonsProps {
  readonly grid: Grid;
  readonly pens: readonly PointView[];
  readonly steps: ReadonlySet<string>;
  readonly span: Span;
}

/** What is drawn as a file: numbers for a spreadsheet, or a picture for a report. */
export function SaveButtons({ grid, pens, steps, span }: SaveButtonsProps) {
  return (
    <div class="choice">
      <button
        type="button"
        onClick={() => {
          saveText('trend.csv', 'text/csv', gridCsv(grid, steps));
        }}
      >
        {t('trends.csv')}
      </button>
      <button
        type="button"
        onClick={() => {
          saveCanvas('trend.png', picture(pens, span));
        }}
      >
        {t('trends.png')}
      </button>
    </div>
  );
}

function picture(pens: readonly PointView[], { from, to }: Span): HTMLCanvasElement {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const when = (seconds: number): string => wallMoment(seconds * 1000, gatewayNow.peek());
  return pictureOf(
    [...document.querySelectorAll<HTMLCanvasElement>('.panes canvas')],
    `${gatewayName.peek()}  ${when(from)} – ${when(to)}`,
    pens.map(({ id, point: { label, unit = '' } }, place) => ({
      colour: colour(`--trend-${place + 1}`),
      words: `${label ?? id}  ${label === undefined ? '' : id}  ${unit}`.trim(),
    })),
    { ground: colour('--panel'), text: colour('--text') },
  );
}
