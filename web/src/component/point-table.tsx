import { useComputed, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { devices, points, watchQualities, type DeviceView, type PointView } from '../model/site.ts';
import { fits, parseSearch } from '../model/search.ts';
import { useWindow } from './window.ts';
import { GroupRow, PointRow } from './point-row.tsx';
import { SearchBox } from './search-box.tsx';

export type Row =
  | { readonly kind: 'device'; readonly device: DeviceView; readonly shown: number }
  | { readonly kind: 'point'; readonly view: PointView };

const COLUMNS = ['Point', 'Value', 'Unit', 'Quality', 'Age', 'Address', 'Type'];

/** Every point, grouped by device. Only the rows in sight are in the document. */
export function PointTable() {
  const search = useSignal('');
  const rows = useComputed(() => rowsOf(search.value));
  const body = useRef<HTMLDivElement>(null);
  const { first, last, rowPx } = useWindow(body, rows.value.length);
  const found = rows.value.filter(({ kind }) => kind === 'point').length;
  return (
    <section class="panel points" id="points" aria-label="Points" tabIndex={-1}>
      <div class="points-head">
        <h2>Points</h2>
        <span class="quiet">
          {found === points.value.length ? found : `${found} of ${points.value.length}`}
        </span>
        <SearchBox search={search} />
      </div>
      <div role="table" aria-label="Points" aria-rowcount={rows.value.length + 1} class="table">
        <div role="row" aria-rowindex={1} class="row row-head">
          {COLUMNS.map((name) => (
            <span key={name} role="columnheader" class={`cell-${name.toLowerCase()}`}>
              {name}
            </span>
          ))}
        </div>
        <div
          role="rowgroup"
          ref={body}
          style={{ height: `${rows.value.length * rowPx}px` }}
          class="rows"
        >
          <div style={{ transform: `translateY(${first * rowPx}px)` }}>
            {rows.value.slice(first, last).map((row, index) => rowElement(row, first + index + 2))}
          </div>
        </div>
      </div>
      {found === 0 && <p class="quiet">{emptyWords(search.value)}</p>}
    </section>
  );
}

function rowElement(row: Row, index: number) {
  return row.kind === 'device' ? (
    <GroupRow key={row.device.name} device={row.device} shown={row.shown} index={index} />
  ) : (
    <PointRow key={row.view.id} view={row.view} index={index} />
  );
}

function rowsOf(text: string): readonly Row[] {
  const search = parseSearch(text);
  // Only a search for a quality has to look again when one changes.
  if (search.qualities.size > 0) watchQualities();
  return devices.value.flatMap((device): readonly Row[] => {
    const views = device.points.filter(({ point, sample }) => fits(search, point, sample.peek()));
    if (views.length === 0) return [];
    const group: Row = { kind: 'device', device, shown: views.length };
    return [group, ...views.map((view): Row => ({ kind: 'point', view }))];
  });
}

function emptyWords(search: string): string {
  return search.trim() === '' ? 'No point is configured.' : 'No point fits the search.';
}
