import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { devices, points, watchQualities, type DeviceView, type PointView } from '../model/site.ts';
import { columnsOf, gridColumns, type Column } from '../model/columns.ts';
import { pointSparks } from '../model/history.ts';
import { refine, route } from '../model/route.ts';
import { fits, parseSearch } from '../model/search.ts';
import { Faceplate } from './faceplate.tsx';
import { useWindow } from './window.ts';
import { GroupRow, PointRow } from './point-row.tsx';
import { t } from '../text/language.ts';
import { after } from '../time.ts';
import { PointsTools } from './points-tools.tsx';
import { SearchBox } from './search-box.tsx';
import { PencilDialog } from './write-pencil.tsx';

export type Row =
  | { readonly kind: 'device'; readonly device: DeviceView; readonly shown: number }
  | { readonly kind: 'point'; readonly view: PointView };

/** Every point, or those of one device, grouped by device. Only the rows in sight are in the document. */
export function PointTable({ device }: { readonly device?: string }) {
  const search = useSignal(route.peek().query.get('find') ?? '');
  const rows = useComputed(() => rowsOf(search.value, device));
  const chosen = useComputed(() => {
    const id = route.value.query.get('point');
    return points.value.find((view) => view.id === id);
  });
  useEffect(() => search.subscribe((find) => refine({ find })), [search]);
  // Another address may ask for something else, on the same screen.
  const asked = useComputed(() => route.value.query.get('find') ?? '');
  useEffect(() => {
    search.value = asked.value;
  }, [asked.value]);
  const body = useRef<HTMLDivElement>(null);
  const { first, last, rowPx } = useWindow(body, rows.value.length);
  const all = device === undefined ? points.value.length : pointsOf(device);
  const found = rows.value.filter(({ kind }) => kind === 'point').length;
  const cols = useComputed(() => route.value.query.get('cols'));
  const columns = useMemo(() => columnsOf(cols.value), [cols.value]);
  const inSight = rows.value.slice(first, last);
  useSparks(columns.includes('trend') ? inSight : NO_ROWS);
  return (
    <section class="panel points" id="points" aria-label={t('points.title')} tabIndex={-1}>
      <div class="points-head">
        <h2>{t('points.title')}</h2>
        <span class="quiet">{found === all ? found : t('points.some', { n: found, all })}</span>
        <SearchBox search={search} />
        <PointsTools columns={columns} shown={() => viewsOf(rows.peek())} />
      </div>
      <div
        role="table"
        aria-label={t('points.title')}
        aria-rowcount={rows.value.length + 1}
        class="table"
        style={{ '--columns': gridColumns(columns) }}
      >
        <div role="row" aria-rowindex={1} class="row row-head">
          {columns.map((name) => (
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
            {inSight.map((row, index) => rowElement(row, first + index + 2, columns))}
          </div>
        </div>
      </div>
      {chosen.value !== undefined && (
        <Faceplate key={chosen.value.id} view={chosen.value} onClose={closeFaceplate} />
      )}
      <PencilDialog />
      {found === 0 && <p class="quiet">{emptyWords(search.value)}</p>}
    </section>
  );
}

function rowElement(row: Row, index: number, columns: readonly Column[]) {
  return row.kind === 'device' ? (
    <GroupRow key={row.device.name} device={row.device} shown={row.shown} index={index} />
  ) : (
    <PointRow key={row.view.id} view={row.view} index={index} columns={columns} />
  );
}

const NO_ROWS: readonly Row[] = [];
/** A quick scroll passes rows that nobody wants to know the last hour of. */
const REST_MS = 400;

/** Small curves for the rows that the window rests on. */
function useSparks(inSight: readonly Row[]): void {
  const ids = viewsOf(inSight)
    .filter(({ point }) => point.kind !== 'text')
    .map(({ id }) => id)
    .join();
  useEffect(() => pointSparks.run(), []);
  useEffect(() => {
    if (ids === '') return undefined;
    return after(REST_MS, () => {
      pointSparks.want(ids.split(','));
    });
  }, [ids]);
}

function viewsOf(rows: readonly Row[]): readonly PointView[] {
  return rows.flatMap((row) => (row.kind === 'point' ? [row.view] : []));
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
