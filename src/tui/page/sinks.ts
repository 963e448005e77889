import type { SinkJson } from '../../api/contract.ts';
import { fitText, line, styled, type Line } from '../line.ts';
import { rowsOf } from '../rows.ts';
import { ALARM, PLAIN, WARN } from '../style.ts';
import { ageText, shortCount } from '../texts.ts';
import { placeIn, type Scene } from '../ui-state.ts';
import { headLine, heading, listLines, restWidth, tableLine, type Column } from './list.ts';

/** Rows below the list: what is to be said of the sink under the cursor. */
const DETAIL_ROWS = 4;

export function sinksListHeight(height: number): number {
  return Math.max(1, height - 2 - DETAIL_ROWS);
}

export function sinksPage(scene: Scene, height: number): readonly Line[] {
  const { site, size } = scene;
  const sinks = rowsOf(scene).flatMap((row) => (row.kind === 'sink' ? [row.sink] : []));
  if (site.sinks === undefined) return [heading('SINKS', 'nothing is known of sinks here')];
  if (sinks.length === 0) return [heading('SINKS', 'the site has none')];
  const columns = columnsOf(size.columns);
  const listHeight = sinksListHeight(height);
  const lines = listLines(scene, sinks, listHeight, (sink) =>
    tableLine(columns, cellsOf(scene, sink)),
  );
  const chosen = sinks[placeIn(scene.ui, sinks.length, listHeight).cursor];
  return [
    heading('SINKS', String(sinks.length)),
    headLine(columns),
    ...lines,
    ...(chosen === undefined ? [] : detailLines(scene, chosen)),
  ];
}

function columnsOf(total: number): readonly Column[] {
  const columns: Column[] = [
    { title: 'TYPE', width: 10 },
    { title: 'STATE', width: 8 },
    { title: 'WAITING', width: 7, align: 'right' },
    { title: 'OLDEST', width: 7, align: 'right' },
    { title: 'PER S', width: 6, align: 'right' },
    { title: 'SENT', width: 6, align: 'right' },
    { title: 'LOST', width: 5, align: 'right' },
  ];
  return [{ title: 'SINK', width: Math.min(24, restWidth(columns, total)) }, ...columns];
}

function cellsOf({ site, now }: Scene, sink: SinkJson): Parameters<typeof tableLine>[1] {
  const { name, type, state, waiting, rate, delivered, lost } = sink;
  return [
    ...[name, type, styled(state, stateStyle(sink)), shortCount(waiting)],
    ...[oldestText(sink, site.gatewayMs(now)), rate.toFixed(1), shortCount(delivered)],
    styled(shortCount(lost), lost > 0 ? WARN : PLAIN),
  ];
}

function detailLines({ site, now }: Scene, sink: SinkJson): readonly Line[] {
  const { error, errorTime, lastSuccess, rejected, quarantined, held } = sink;
  const calendar = site.gatewayMs(now);
  const ago = (time: string | undefined): string =>
    time === undefined ? 'never' : `${ageText(calendar - Date.parse(time))} ago`;
  const counts = `refused ${rejected}  in quarantine ${quarantined}  held ${held}`;
  return [
    [],
    line(` ${sink.name}: last success ${ago(lastSuccess)}`),
    line(` ${counts}`),
    error === undefined
      ? []
      : line(' ', styled(error, sink.state === 'failing' ? ALARM : PLAIN), `  ${ago(errorTime)}`),
  ];
}

/** One line for the overview. */
export function sinkSummary({ site, now }: Scene, sink: SinkJson): Line {
  const { name, type, state, waiting, error } = sink;
  const width = Math.max(4, ...(site.sinks ?? []).map((one) => one.name.length));
  return line(
    `  ${fitText(name, Math.min(width, 16))}  ${fitText(type, 10)}  `,
    styled(fitText(state, 8), stateStyle(sink)),
    `  waiting ${shortCount(waiting)}  oldest ${oldestText(sink, site.gatewayMs(now))}  `,
    styled(state === 'failing' ? (error ?? '') : '', ALARM),
  );
}

function oldestText({ oldest }: SinkJson, calendar: number): string {
  return oldest === undefined ? '—' : ageText(calendar - Date.parse(oldest));
}

function stateStyle({ state }: SinkJson): number {
  if (state === 'good') return PLAIN;
  return state === 'failing' ? ALARM : WARN;
}
