import type { DeviceJson } from '../../api/contract.ts';
import { concernsOf, urgentConcerns, type Concern } from '../concerns.ts';
import { bold, line, lineWidth, spread, styled, type Line, type Span } from '../line.ts';
import { onlyDevice, rowsOf } from '../rows.ts';
import type { DeviceView, SiteModel } from '../site-model.ts';
import { ALARM, BOLD, PLAIN, WARN } from '../style.ts';
import { ageText, countText, sinceText, stateText, valueText } from '../texts.ts';
import type { Scene } from '../ui-state.ts';
import { listLines } from './list.ts';
import { matrixLines, spreadSpans } from './matrix-block.ts';
import { pointList } from './point-list.ts';

const MOST_ALARMS = 4;
/** Rows of points below which a matrix gives way. */
const FEWEST_POINTS = 3;

/** What stands above the points of a device, and how many rows are left for those. */
export interface DeviceLayout {
  readonly above: readonly Line[];
  readonly listHeight: number;
}

export function deviceLayout(scene: Scene, device: DeviceView, height: number): DeviceLayout {
  const { site, size } = scene;
  const isOnly = onlyDevice(site) !== undefined && scene.ui.opened.length === 0;
  const concerns = urgentConcerns(concernsOf(site)).filter(
    (concern) => concern.device === device.status.name || (isOnly && concern.device === ''),
  );
  const alarms = concernLines(scene, concerns, MOST_ALARMS);
  const head = [...(isOnly ? [] : deviceLines(scene, device)), ...heroLines(scene, device)];
  const matrices = matrixLines(site, device.matrices, size.columns);
  const room = height - head.length - alarms.length - FEWEST_POINTS - 1;
  const above = [...head, ...matrices.slice(0, Math.max(0, room)), ...alarms];
  return { above, listHeight: Math.max(0, height - above.length - 1) };
}

/** Everything about one device: its first values, its matrices, what is wrong, and its points. */
export function devicePage(scene: Scene, device: DeviceView, height: number): readonly Line[] {
  const { above, listHeight } = deviceLayout(scene, device, height);
  const list = pointList(scene, false);
  const points = listLines(scene, rowsOf(scene), listHeight, (row) =>
    row.kind === 'point' ? list.lineOf(row.view) : [],
  );
  return [...above, list.head, ...points];
}

function deviceLines(scene: Scene, { status }: DeviceView): readonly Line[] {
  const { name, label, line: on, unit, profile, polls, failures, skipped } = status;
  const facts = [`line ${on}`, `unit ${unit}`, profile].filter((fact) => fact !== undefined);
  const counts = `${countText(polls, 'poll')}, ${failures} failed, ${skipped} left out`;
  return [
    line(' ', bold(name), `  ${label ?? ''}  `, ...stateSpans(scene.site, status, scene.now)),
    line(` ${facts.join('  ')}  ${counts}`),
    ...(status.state === 'good' || status.error === undefined
      ? []
      : [line(' ', styled(status.error, ALARM))]),
  ];
}

/** `● good  0.9 s ago`, `▲ does not answer, asked again in 12 s`. */
export function stateSpans(site: SiteModel, status: DeviceJson, now: number): readonly Span[] {
  const { state, lastAnswer, nextTry } = status;
  const calendar = site.gatewayMs(now);
  const age = lastAnswer === undefined ? undefined : ageText(calendar - Date.parse(lastAnswer));
  const ago = styled(age === undefined ? '' : `  ${age} ago`, PLAIN);
  const isOld = site.link.state === 'lost';
  if (state === 'good') return [styled(isOld ? '○ was good' : '● good', PLAIN), ago];
  if (state === 'waiting') return [styled('○ not asked yet', PLAIN)];
  if (status.paused !== undefined) {
    const { who, why } = status.paused;
    return [styled('▲ paused', WARN), styled(` by ${who}: ${why}`, PLAIN), ago];
  }
  const next = nextTry === undefined ? '' : `, again in ${ageText(Date.parse(nextTry) - calendar)}`;
  const style = state === 'silent' ? ALARM : WARN;
  return [styled(`▲ ${stateText(state)}`, style), styled(next, PLAIN), ago];
}

/** The values that come first, in as many lines as they take, two at most. */
function heroLines(scene: Scene, device: DeviceView): readonly Line[] {
  const { site, size } = scene;
  const parts = heroParts(scene, device);
  const spread = spreadSpans(site, device.matrices);
  if (spread.length > 0) parts.push(spread);
  const lines: Span[][] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && lineWidth(last) + 3 + lineWidth(part) < size.columns) {
      last.push(styled('   ', PLAIN), ...part);
    } else lines.push([styled(' ', PLAIN), ...part]);
  }
  return lines.slice(0, 2);
}

function heroParts({ site }: Scene, { status }: DeviceView): Line[] {
  return (status.hero ?? []).flatMap((name) => {
    const view = site.point(`${status.name}.${name}`);
    if (view === undefined) return [];
    const { point, sample } = view;
    const bad = sample.quality === 'good' ? PLAIN : sample.quality === 'stale' ? WARN : ALARM;
    const unit = point.unit === undefined ? '' : ` ${point.unit}`;
    const value = styled(`${valueText(point, sample)}${unit}`, BOLD | bad);
    return [line(`${point.label ?? point.name} `, value)];
  });
}

/** `ALARMS  high  bms: Monoblock 32 voltage 12.460 V, 0.658 V below …   since 14:31`. */
export function concernLines(
  { site, now, size }: Scene,
  concerns: readonly Concern[],
  most: number,
): readonly Line[] {
  if (concerns.length === 0) return [];
  const shown = concerns.slice(0, concerns.length > most ? most - 1 : most);
  const today = site.localIso(now);
  const lines = shown.map((concern, index) => {
    const { priority, what, why, since } = concern;
    const title = index === 0 ? ' ALARMS ' : '        ';
    const time = since === undefined ? '' : `  since ${sinceText(since, today)}`;
    const left = line(
      bold(title),
      styled(priority.padEnd(7), priorityStyle(concern)),
      `${what}  ${why}`,
    );
    return spread(left, line(time), size.columns);
  });
  const rest = concerns.length - shown.length;
  return rest === 0 ? lines : [...lines, line(`        and ${rest} more: 5`)];
}

export function priorityStyle({ priority, state }: Concern): number {
  if (state !== 'active') return PLAIN;
  return priority === 'urgent' || priority === 'high' ? ALARM : WARN;
}
