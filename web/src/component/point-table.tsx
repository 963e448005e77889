import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { devices, points, watchQualities, type DeviceView, type PointView } from '../model/site.ts';
import { refine, route } from '../model/route.ts';
import { fits, parseSearch } from '../model/search.ts';
import { Faceplate } from './faceplate.tsx';
import { useWindow } from './window.ts';
import { GroupRow, PointRow } from './point-row.tsx';
import { t } from '../text/language.ts';
import { SearchBox } from './search-box.tsx';

export type Row =
  | { readonly kind: 'device'; readonly device: DeviceView; readonly shown: number }
  | { readonly kind: 'point'; readonly view: PointView };

const COLUMNS = ['point', 'value', 'unit', 'quality', 'age', 'address', 'type'] as const;

/** Every point, or those of one device, grouped by device. Only the rows in sight are in the document. */
export function PointTable({ device }: { readonly device?: string }) {
  const search = useSignal(route.peek().query.get('find') ?? '');
  const rows = useComputed(() => rowsOf(search.value, device));
  const chosen = useComputed(() => {
    const id = route.value.query.get('point');
    return points.value.find((view) => view.id === id);
  });
  useEffect(() => search.subscribe((find) => refine({ find })), [search]);
  const body = useRef<HTMLDivElement>(null);
  const { first, last, rowPx } = useWindow(body, rows.value.length);
  const all = device === undefined ? points.value.length : pointsOf(device);
  const found = rows.value.filter(({ kind }) => kind === 'point').length;
  return (
    <section class="panel points" id="points" aria-label={t('points.title')} tabIndex={-1}>
      <div class="points-head">
        <h2>{t('points.title')}</h2>
        <span class="quiet">{found === all ? found : t('points.some', { n: found, all })}</span>
        <SearchBox search={search} />
      </div>
      <div
        role="table"
        aria-label={t('points.title')}
        aria-rowcount={rows.value.length + 1}
        class="table"
      >
        <div role="row" aria-rowindex={1} class="row row-head">
          {COLUMNS.map((name) => (
            <span key={name} role="columnheader" class={`cell-${name}`}>
              {t(`column.${name}`)}
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
      {chosen.value !== undefined && (
        <Faceplate key={chosen.value.id} view={chosen.value} onClose={closeFaceplate} />
      )}
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

function rowsOf(text: string, only: string | undefined): readonly Row[] {
  const search = parseSearch(text);
  // Only a search for a quality has to look again when one changes.
  if (search.qualities.size > 0) watchQualities();
  const shown = devices.value.filter(({ name }) => only === undefined || name === only);
  return shown.flatMap((device): readonly Row[] => {
    const views = device.points.filter(({ point, sample }) => fits(search, point, sample.peek()));
    if (views.length === 0) return [];
    const group: Row = { kind: 'device', device, shown: views.length };
    return [group, ...views.map((view): Row => ({ kind: 'point', view }))];
  });
}

function pointsOf(name: string): number {
  return devices.value.find((device) => device.name === name)?.points.length ?? 0;
}

function closeFaceplate(): void {
  refine({ point: undefined });
}

function emptyWords(search: string): string {
  return search.trim() === '' ? t('points.empty') : t('points.misfit');
}
