import type { FrameJson, LineJson } from '../../api/contract.ts';
import { bold, fitText, line, styled, type Line } from '../line.ts';
import { COUNTERS, type CounterName } from '../rates.ts';
import { rowsOf } from '../rows.ts';
import type { LineView } from '../site-model.ts';
import { PLAIN, WARN } from '../style.ts';
import { shareCurve, shareText, shortCount } from '../texts.ts';
import { placeIn, type Scene } from '../ui-state.ts';
import { headLine, heading, listLines, restWidth, tableLine, type Column } from './list.ts';

const FAULTS = ['exceptions', 'timeouts', 'damaged', 'late', 'foreign'] as const;
/** Of a bus: frames that nobody wants are on it all the time. */
const BUS_FAULTS = ['damaged'] as const;

const BUS_MEANINGS: Readonly<Record<keyof NonNullable<LineJson['bus']>, string>> = {
  frames: 'frames that were heard',
  errors: 'error frames of the controllers',
  dropped: 'frames lost on their way here',
  incomplete: 'cycles of which a frame was missing',
  unsent: 'requests that could not be sent',
};

const MEANINGS: Readonly<Record<CounterName, string>> = {
  requests: 'questions that were sent',
  answers: 'answers to them, exceptions among them',
  exceptions: 'the device understood and refused',
  timeouts: 'no answer in time',
  damaged: 'answers that cannot be right',
  late: 'answers after they were given up',
  foreign: 'bytes that answer no question',
};

/** Rows below the list: the counters of the line under the cursor, and what stands around them. */
const DETAIL_ROWS = COUNTERS.length + 3;

/** Where frames are shown, the lines take no more rows than this. */
const MOST_LINES = 6;

export function trafficListHeight({ site }: Scene, height: number): number {
  if (site.frames === undefined) return Math.max(1, height - 2 - DETAIL_ROWS);
  return Math.max(1, Math.min(MOST_LINES, site.lines.length));
}

/** How busy each line is and what goes wrong on it, with all counters of the one under the cursor. */
export function trafficPage(scene: Scene, height: number): readonly Line[] {
  const lines = rowsOf(scene).flatMap((row) => (row.kind === 'line' ? [row.line] : []));
  const columns = columnsOf(scene);
  const listHeight = trafficListHeight(scene, height);
  const chosen = lines[placeIn(scene.ui, lines.length, listHeight).cursor];
  return [
    heading('TRAFFIC', 'rates of the last 10 s, faults of the last minute'),
    headLine(columns),
    ...listLines(scene, lines, listHeight, (one) => tableLine(columns, cellsOf(scene, one))),
    ...(chosen === undefined ? [] : belowList(scene, chosen, height - 2 - listHeight)),
  ];
}

/** The frames of the line under the cursor, the newest at the bottom; its counters where none are kept. */
function belowList(scene: Scene, chosen: LineView, height: number): readonly Line[] {
  const { frames } = scene.site;
  if (frames === undefined) return counterLines(scene, chosen);
  const { name, url } = chosen.status;
  const faults = faultsOf(chosen.status)
    .map((fault) => `${fault} ${shortCount(chosen.status[fault])}`)
    .join('  ');
  return [
    line(' ', bold(name), `  ${url}`),
    line(` ${faults}`),
    ...frames
      .filter((frame) => frame.line === name)
      .slice(2 - height)
      .map(frameLine),
  ];
}

/** `14:47:41.123 > unit 1  read holding 1 +5   01 03 00 01 00 05 D4 09`. */
function frameLine({ time, direction, outcome, unit, summary, hex }: FrameJson): Line {
  const arrow = direction === 'sent' ? '>' : '<';
  const isFault = outcome !== undefined && outcome !== 'answer';
  const who = unit === undefined ? '' : String(unit);
  const what = isFault ? `${outcome}  ${summary}` : summary;
  return line(
    ` ${time.slice(11, 23)} ${arrow} ${who.padStart(3)}  `,
    styled(fitText(what, 30), isFault ? WARN : PLAIN),
    `  ${hex}`,
  );
}

function columnsOf(scene: Scene): readonly Column[] {
  const { site, size } = scene;
  const name = Math.max(4, ...site.lines.map(({ status }) => status.name.length));
  const columns: Column[] = [
    { title: 'LINE', width: Math.min(name, 16) },
    { title: 'LOAD', width: 6, align: 'right' },
    { title: 'LAST MINUTE', width: curveWidth(scene) },
    { title: 'REQ/s', width: 6, align: 'right' },
    { title: 'ANS/s', width: 6, align: 'right' },
    { title: 'FAULTS/min', width: 10, align: 'right' },
  ];
  if (!isWide(scene)) return columns;
  return [...columns, { title: 'ADDRESS', width: restWidth(columns, size.columns) }];
}

function isWide({ size }: Scene): boolean {
  return size.columns >= 110;
}

/** One sign for each second, as many as there is room for. */
function curveWidth({ site, size }: Scene): number {
  const name = Math.max(4, ...site.lines.map(({ status }) => status.name.length));
  return Math.min(60, size.columns - Math.min(name, 16) - (size.columns >= 110 ? 68 : 39));
}

function cellsOf(scene: Scene, { status, rates }: LineView): Parameters<typeof tableLine>[1] {
  const { now } = scene;
  const faults = faultsOf(status).reduce(
    (sum, name) => sum + (rates.perMinute(name, now) ?? NaN),
    0,
  );
  const width = curveWidth(scene);
  return [
    status.name,
    shareText(status.load),
    shareCurve(rates.loads.slice(-width)).padStart(width),
    rateText(rates.perSecond('requests', now)),
    rateText(rates.perSecond('answers', now)),
    styled(perMinuteText(faults), faults >= 0.5 ? WARN : PLAIN),
    ...(isWide(scene) ? [status.url] : []),
  ];
}

function faultsOf({ bus }: LineJson): readonly (typeof FAULTS)[number][] {
  return bus === undefined ? FAULTS : BUS_FAULTS;
}

function busRows(bus: NonNullable<LineJson['bus']>): readonly Line[] {
  const names = Object.keys(BUS_MEANINGS) as (keyof typeof BUS_MEANINGS)[];
  return names.map((name) =>
    line(
      ` ${name.padEnd(11)}${fitText(shortCount(bus[name]), 9, 'right')}   ${BUS_MEANINGS[name]}`,
    ),
  );
}

function counterLines({ now }: Scene, { status, rates }: LineView): readonly Line[] {
  if (status.bus !== undefined) {
    return [[], line(' ', bold(status.name), `  ${status.url}`), ...busRows(status.bus)];
  }
  const rows = COUNTERS.map((name) => {
    const perMinute = rates.perMinute(name, now);
    const isFault = faultsOf(status).some((fault) => fault === name);
    const style = isFault && (perMinute ?? 0) >= 0.5 ? WARN : PLAIN;
    return line(
      ` ${name.padEnd(11)}${fitText(shortCount(status[name]), 9, 'right')}  `,
      styled(fitText(perMinuteText(perMinute ?? NaN), 7, 'right'), style),
      `   ${MEANINGS[name]}`,
    );
  });
  return [
    [],
    line(' ', bold(status.name), `  ${status.url}`),
    line(bold(`            ${'TOTAL'.padStart(8)}  ${'PER MIN'.padStart(7)}`)),
    ...rows,
  ];
}

function perMinuteText(rate: number): string {
  return Number.isNaN(rate) ? '—' : rate.toFixed(rate > 0 && rate < 10 ? 1 : 0);
}

function rateText(rate: number | undefined): string {
  return rate === undefined ? '—' : rate.toFixed(1);
}
