import type { Concern } from '../concerns.ts';
import { styled, type Line } from '../line.ts';
import { rowsOf } from '../rows.ts';
import { sinceText } from '../texts.ts';
import type { Scene } from '../ui-state.ts';
import { priorityStyle } from './device-page.ts';
import { headLine, heading, listLines, restWidth, tableLine, type Column } from './list.ts';

export function alarmsListHeight(height: number): number {
  return Math.max(1, height - 2);
}

/** All that wants attention, with since when and why. */
export function alarmsPage(scene: Scene, height: number): readonly Line[] {
  const concerns = rowsOf(scene).flatMap((row) => (row.kind === 'concern' ? [row.concern] : []));
  const { filter } = scene.ui;
  const title = heading(
    'ALARMS',
    concerns.length === 0 ? 'none' : String(concerns.length),
    ...(filter === '' ? [] : [`filter ${filter}`]),
  );
  if (concerns.length === 0) return [title];
  const columns = columnsOf(scene);
  return [
    title,
    headLine(columns),
    ...listLines(scene, concerns, alarmsListHeight(height), (concern) =>
      tableLine(columns, cellsOf(scene, concern)),
    ),
  ];
}

function columnsOf({ site, size }: Scene): readonly Column[] {
  const columns: Column[] = [
    { title: 'PRIORITY', width: 8 },
    { title: 'STATE', width: size.columns >= 120 ? 12 : 8 },
    { title: 'SINCE', width: 5 },
    { title: 'DEVICE', width: Math.min(site.widths.device, 14) },
  ];
  return [...columns, { title: 'WHAT', width: restWidth(columns, size.columns) }];
}

function cellsOf({ site, now }: Scene, concern: Concern): Parameters<typeof tableLine>[1] {
  const { priority, state, since, device, what, why } = concern;
  const style = priorityStyle(concern);
  return [
    styled(priority, style),
    state,
    since === undefined ? '—' : sinceText(since, site.localIso(now)),
    device,
    styled(why === '' ? what : `${what}: ${why}`, style),
  ];
}
