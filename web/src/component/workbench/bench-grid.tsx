import { useComputed } from '@preact/signals';
import { useRef } from 'preact/hooks';
import {
  answer,
  base,
  changedAt,
  chosen,
  isBits,
  items,
  kind,
  known,
  order,
  selection,
} from '../../model/workbench/bench.ts';
import { bitCells, cellsOf, rowsOf, type Cell } from '../../model/workbench/cells.ts';
import { pointsIn } from '../../model/workbench/known.ts';
import { addressText } from '../../model/workbench/notation.ts';
import { isNarrow } from '../../model/narrow.ts';
import { t } from '../../text/language.ts';

/** What was read, ten to a row; four on a phone, so that a number of two registers stays in one. */
export function BenchGrid() {
  const grid = useRef<HTMLTableElement>(null);
  const read = answer.value;
  const columns = isNarrow.value ? 4 : 10;
  const rows = useComputed(() => {
    const { start = 0, table = 'holding' } = answer.value ?? {};
    const cells = isBits(table)
      ? bitCells(items.value, start)
      : cellsOf(items.value, start, kind.value, order.value);
    return rowsOf(cells, start, isNarrow.value ? 4 : 10);
  });
  if (read === undefined) return <p class="quiet">{t('bench.nothing')}</p>;
  const shown = isBits(read.table) ? 'bit' : kind.value;
  return (
    <div class="bench-scroll">
      <table
        ref={grid}
        role="grid"
        aria-label={t('bench.registers')}
        aria-multiselectable="true"
        class={`bench-grid shows-${shown}`}
        onKeyDown={(event) =>
          onKey(
            event,
            rows.peek().flatMap(({ cells }) => cells),
            columns,
          )
        }
        onPointerUp={() => {
          isDragging = false;
        }}
      >
        <thead>
          <tr>
            <td />
            {Array.from({ length: columns }, (_, at) => (
              <th key={at} scope="col">
                +{at}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.value.map((row) => (
            <tr key={row.start}>
              <th scope="row">{addressText(row.start, base.value, read.table)}</th>
              {row.cells.map((cell) => (
                <GridCell key={cell.start} cell={cell} first={read.start} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

let isDragging = false;

/** One cell; the address where choosing began keeps the keyboard. */
function GridCell({ cell, first }: { readonly cell: Cell; readonly first: number }) {
  const { start, width, text } = cell;
  const last = start + width - 1;
  const { isChosen, isChanged, hasKeyboard } = stateOf(start, last, first);
  const names = pointsIn(known.value, start, last).map(({ point }) => point.name);
  const classes = [isChosen && 'is-chosen', isChanged && 'is-changed'].filter(Boolean).join(' ');
  return (
    <td
      role="gridcell"
      colSpan={width}
      tabIndex={hasKeyboard ? 0 : -1}
      data-at={start}
      aria-selected={isChosen}
      class={classes}
      title={names.join(', ')}
      onPointerDown={(event) => {
        isDragging = event.pointerType === 'mouse';
        const from = event.shiftKey ? (selection.peek()?.from ?? start) : start;
        selection.value = { from, to: from <= start ? last : start };
      }}
      onPointerEnter={(event) => {
        if (!isDragging || event.buttons === 0) return;
        const from = selection.peek()?.from ?? start;
        selection.value = { from, to: from <= start ? last : start };
      }}
    >
      <span class="bench-value">{text}</span>
      {names.length > 0 && <span class="bench-name">{names.join(', ')}</span>}
    </td>
  );
}

function stateOf(start: number, last: number, first: number) {
  const span = chosen.value;
  const cursor = selection.value?.to ?? first;
  return {
    isChosen: span !== undefined && start <= span.last && last >= span.first,
    isChanged: changedAt.value.has(start) || changedAt.value.has(last),
    hasKeyboard: cursor >= start && cursor <= last,
  };
}

const STEPS: Readonly<Record<string, (columns: number) => number>> = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: (columns) => -columns,
  ArrowDown: (columns) => columns,
  Home: () => -Infinity,
  End: () => Infinity,
};

/** The arrows move, with Shift they choose more. */
function onKey(event: KeyboardEvent, cells: readonly Cell[], columns: number): void {
  const at = (event.target as HTMLElement).closest<HTMLElement>('[data-at]')?.dataset['at'];
  const cell = at === undefined ? undefined : target(event, cells, Number(at), columns);
  if (cell === undefined) return;
  event.preventDefault();
  const { start, width } = cell;
  const from = event.shiftKey ? (selection.peek()?.from ?? Number(at)) : start;
  selection.value = { from, to: from <= start ? start + width - 1 : start };
  const grid = event.currentTarget as HTMLElement;
  grid.querySelector<HTMLElement>(`[data-at='${start}']`)?.focus();
}

/** Where a key leads; undefined where it is not for us. */
function target(
  { key, ctrlKey, metaKey }: KeyboardEvent,
  cells: readonly Cell[],
  here: number,
  columns: number,
): Cell | undefined {
  const step = STEPS[key]?.(columns);
  if (step === undefined || ctrlKey || metaKey) return undefined;
  return nearest(cells, here + (step === 1 ? widthAt(cells, here) : step));
}

function widthAt(cells: readonly Cell[], start: number): number {
  return cells.find((cell) => cell.start === start)?.width ?? 1;
}

/** The cell of an address, or the one nearest to it at the ends. */
function nearest(cells: readonly Cell[], address: number): Cell | undefined {
  const found = cells.find(({ start, width }) => address >= start && address < start + width);
  return found ?? (address < (cells[0]?.start ?? 0) ? cells[0] : cells.at(-1));
}
