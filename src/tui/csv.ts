import { CSV_HEADER, csvField } from '../telemetry/sample-csv.ts';
import { COUNTERS } from './rates.ts';
import { rowsOf, type Row } from './rows.ts';
import type { PointView, SiteModel } from './site-model.ts';
import { topmost, type Scene } from './ui-state.ts';

/** What is listed, as a file for spreadsheets. */
export interface CsvFile {
  /** `dinrail-points-20260227-144741.csv` */
  readonly name: string;
  readonly text: string;
  readonly rows: number;
}

/** The whole list that is shown, also what is scrolled out of sight, in its order and with its filter. */
export function csvFile(scene: Scene): CsvFile {
  const { site, ui, now } = scene;
  const top = topmost(ui);
  const what = top === undefined ? ui.screen : top.kind === 'device' ? top.device : top.id;
  const [head, ...rows] = csvLines(scene);
  const time = site.localIso(now).slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return {
    name: `dinrail-${what.replaceAll(/[^\w.-]/g, '_')}-${time}.csv`,
    text: `${[head ?? '', ...rows].join('\n')}\n`,
    rows: rows.length,
  };
}

function csvLines(scene: Scene): readonly string[] {
  const { site, ui } = scene;
  const top = topmost(ui);
  if (top?.kind === 'device') return pointLines(devicePoints(site, top.device));
  if (top?.kind === 'point') return pointLines([site.point(top.id)]);
  const rows = rowsOf(scene);
  switch (ui.screen) {
    case 'overview':
      return pointLines(site.points);
    case 'points':
      return pointLines(rows.map((row) => (row.kind === 'point' ? row.view : undefined)));
    case 'matrix':
      return pointLines(matrixPoints(site));
    case 'traffic':
      return trafficLines(site);
    case 'alarms':
      return concernLines(rows);
    case 'sinks':
      return sinkLines(site);
  }
}

function devicePoints(site: SiteModel, name: string): readonly PointView[] {
  const device = site.device(name);
  return device === undefined ? [] : site.pointsOf(device);
}

function matrixPoints(site: SiteModel): readonly (PointView | undefined)[] {
  return site.devices
    .flatMap(({ matrices }) => matrices)
    .flatMap(({ cells }) => cells.map(({ id }) => site.point(id)));
}

function pointLines(views: readonly (PointView | undefined)[]): readonly string[] {
  const lines = views.flatMap((view) => {
    if (view === undefined) return [];
    const { time, device, point, value, unit, quality } = view.sample;
    return [csvLine(time, device, point, value ?? '', unit ?? '', quality)];
  });
  return [CSV_HEADER, ...lines];
}

function trafficLines(site: SiteModel): readonly string[] {
  return [
    csvLine('line', 'url', 'load', ...COUNTERS),
    ...site.lines.map(({ status }) =>
      csvLine(status.name, status.url, status.load, ...COUNTERS.map((name) => status[name])),
    ),
  ];
}

function concernLines(rows: readonly Row[]): readonly string[] {
  const lines = rows.flatMap((row) => {
    if (row.kind !== 'concern') return [];
    const { priority, state, since, device, what, why } = row.concern;
    return [csvLine(since ?? '', priority, state, device, what, why)];
  });
  return ['since,priority,state,device,what,why', ...lines];
}

function sinkLines({ sinks = [] }: SiteModel): readonly string[] {
  return [
    'sink,type,state,waiting,oldest,rate,delivered,rejected,lost,quarantined,held,error',
    ...sinks.map(({ name, type, state, waiting, oldest, rate, error, ...counts }) => {
      const { delivered, rejected, lost, quarantined, held } = counts;
      const numbers = [delivered, rejected, lost, quarantined, held];
      return csvLine(name, type, state, waiting, oldest ?? '', rate, ...numbers, error ?? '');
    }),
  ];
}

function csvLine(...fields: readonly (string | number | boolean)[]): string {
  return fields.map((field) => csvField(String(field))).join(',');
}
