import { concernsOf, urgentConcerns } from '../concerns.ts';
import { bold, fitText, line, lineWidth, styled, type Line, type Span } from '../line.ts';
import { rowsOf } from '../rows.ts';
import type { DeviceView, LineView } from '../site-model.ts';
import { ALARM, PLAIN, WARN } from '../style.ts';
import { countText, shareCurve, shareText, valueText } from '../texts.ts';
import type { Scene } from '../ui-state.ts';
import { concernLines, stateSpans } from './device-page.ts';
import { heading, listLines } from './list.ts';
import { qualityStyle } from './point-list.ts';
import { sinkSummary } from './sinks.ts';

/** What stands around the list of devices, and how many rows are left for it. */
export interface OverviewLayout {
  readonly above: readonly Line[];
  readonly below: readonly Line[];
  readonly listHeight: number;
}

/** The list of devices gets what is left, and that is never less. */
const FEWEST_DEVICES = 4;

export function overviewLayout(scene: Scene, height: number): OverviewLayout {
  const { site } = scene;
  const share = Math.max(3, Math.floor(height / 5));
  const concerns = urgentConcerns(concernsOf(site));
  const attention =
    concerns.length === 0
      ? [heading('ALARMS', 'none')]
      : concernLines(scene, concerns, Math.max(3, Math.floor(height / 4)));
  const above = [...attention, deviceHeading(scene)];
  const lines = section(
    'LINES',
    site.lines.map((one) => lineSummary(scene, one)),
    share,
  );
  const sinks = section(
    'SINKS',
    (site.sinks ?? []).map((one) => sinkSummary(scene, one)),
    share,
  );
  const below = [...lines, ...sinks].slice(0, Math.max(0, height - above.length - FEWEST_DEVICES));
  return { above, below, listHeight: Math.max(1, height - above.length - below.length) };
}

/** Everything at a glance: what wants attention, the devices with their first values, lines and sinks. */
export function overview(scene: Scene, height: number): readonly Line[] {
  const { above, below, listHeight } = overviewLayout(scene, height);
  const rows = listLines(scene, rowsOf(scene), listHeight, (row) =>
    row.kind === 'device' ? deviceRow(scene, row.device) : [],
  );
  const blanks = Array.from({ length: Math.max(0, listHeight - rows.length) }, (): Line => []);
  return [...above, ...rows, ...blanks, ...below];
}

function deviceHeading({ site, ui }: Scene): Line {
  const silent = site.devices.filter(({ status }) => status.state === 'silent').length;
  return heading(
    'DEVICES',
    String(site.devices.length),
    ...(silent === 0 ? [] : [styled(`${silent} silent`, ALARM)]),
    ...(ui.filter === '' ? [] : [`filter ${ui.filter}`]),
  );
}

/** A title with what belongs to it, cut where it would take too many rows. */
function section(title: string, rows: readonly Line[], most: number): readonly Line[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, rows.length > most ? most - 1 : most);
  const rest = rows.length - shown.length;
  return [heading(title), ...shown, ...(rest === 0 ? [] : [line(`  and ${rest} more`)])];
}

function deviceRow(scene: Scene, device: DeviceView): Line {
  const { site, now, size } = scene;
  const name = fitText(device.status.name, Math.min(site.widths.device, 14));
  const state = line(...stateSpans(site, device.status, now));
  const spans: Span[] = [styled(`${name}  `, PLAIN), ...state];
  const width = 16 + Math.min(site.widths.device, 14) + 2;
  const fill = Math.max(0, width - lineWidth(spans));
  spans.push(styled(' '.repeat(fill), PLAIN));
  for (const part of heroValues(scene, device)) {
    if (lineWidth(spans) + 2 + lineWidth(part) > size.columns - 1) break;
    spans.push(styled('  ', PLAIN), ...part);
  }
  return spans;
}

function heroValues({ site }: Scene, { status }: DeviceView): readonly Line[] {
  return (status.hero ?? []).flatMap((name) => {
    const view = site.point(`${status.name}.${name}`);
    if (view === undefined) return [];
    const { point, sample } = view;
    const unit = point.unit === undefined ? '' : ` ${point.unit}`;
    return [line(`${name} `, styled(`${valueText(point, sample)}${unit}`, qualityStyle(sample)))];
  });
}

function lineSummary({ site, now }: Scene, { status, rates }: LineView): Line {
  const width = Math.max(4, ...site.lines.map(({ status: { name } }) => name.length));
  const { name, load, devices } = status;
  const faults = (rates.perMinute('timeouts', now) ?? 0) + (rates.perMinute('damaged', now) ?? 0);
  const asked = rates.perSecond('requests', now);
  return line(
    `  ${fitText(name, Math.min(width, 16))}  ${fitText(shareCurve(rates.loads.slice(-8)), 8, 'right')}`,
    ` ${fitText(shareText(load), 6, 'right')}  ${fitText(countText(devices, 'device'), 10)}`,
    `  ${asked === undefined ? '—' : asked.toFixed(1)} requests/s  `,
    styled(faults >= 0.5 ? `${faults.toFixed(0)} faults/min` : '', WARN),
  );
}

/** A line in the title: `line can0 ▂▂▃▂ 12 %`, or without its curve. */
export function lineTitle({ status, rates }: LineView, hasCurve = true): Line {
  const curve = hasCurve ? ` ${shareCurve(rates.loads.slice(-4))}` : '';
  return line('line ', bold(status.name), `${curve} ${shareText(status.load)}`);
}
