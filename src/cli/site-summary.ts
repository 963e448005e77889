import { textWidth } from '../base/text-width.ts';
import { formatAtGlance, NO_VALUE } from '../telemetry/format-value.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { DeviceStatus, Site } from '../telemetry/site.ts';
import { deviceTrouble } from './site-table.ts';
import { renderTable } from './table.ts';

/** Names of the points that come first, by device. */
export type HeroPoints = ReadonlyMap<string, readonly string[]>;

export interface SummaryOptions {
  /** Microseconds since 1970. */
  readonly now: number;
  readonly columns: number;
  readonly hero: HeroPoints;
  readonly colour: boolean;
}

const RED = '\u001b[31m';
const YELLOW = '\u001b[33m';
const PLAIN = '\u001b[0m';

/** The site in one row per device: its state, how many points are not good, its foremost values. */
export function siteSummary(site: Site, options: SummaryOptions): readonly string[] {
  const samples = byDevice(site.snapshot());
  const devices = site.devices();
  const rows = devices.map((device) => {
    const all = samples.get(device.name) ?? [];
    const doubtful = all.filter(({ quality }) => quality !== 'good').length;
    const counted =
      doubtful === 0 ? `all ${all.length}` : `${all.length - doubtful} of ${all.length}`;
    return [device.name, device.state, counted];
  });
  const heads = renderTable([{ title: 'device' }, { title: 'state' }, { title: 'good' }], rows);
  const width = Math.max(...heads.map(textWidth));
  return heads.map((head, index) => {
    const device = devices[index - 1];
    const start = `${head.padEnd(head.length + width - textWidth(head))}  `;
    if (device === undefined) return start.trimEnd();
    const room = options.columns - textWidth(start);
    return inColour(
      `${start}${newsOf(device, samples.get(device.name) ?? [], room, options)}`,
      device,
      options,
    );
  });
}

function byDevice(samples: readonly Sample[]): ReadonlyMap<string, readonly Sample[]> {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const { device } = sample.point;
    const group = groups.get(device);
    if (group === undefined) groups.set(device, [sample]);
    else group.push(sample);
  }
  return groups;
}

/** What is wrong with the device; else as many of its values as there is room for. */
function newsOf(
  device: DeviceStatus,
  samples: readonly Sample[],
  room: number,
  { now, hero }: SummaryOptions,
): string {
  const trouble = deviceTrouble(device, now);
  if (trouble !== undefined) return trouble;
  const wanted = hero.get(device.name) ?? [];
  const first = wanted.flatMap((name) => samples.find(({ point }) => point.name === name) ?? []);
  let text = '';
  for (const sample of first.length === 0 ? samples.slice(0, 4) : first) {
    const next = text === '' ? valueText(sample) : `${text}  ${valueText(sample)}`;
    if (textWidth(next) > room && text !== '') break;
    text = next;
  }
  return text;
}

function valueText({ point, value, quality }: Sample): string {
  const shown = value === undefined ? NO_VALUE : formatAtGlance(point, value);
  const unit = point.unit === undefined ? '' : ` ${point.unit}`;
  return `${point.name} ${shown}${unit}${quality === 'good' ? '' : ` (${quality})`}`;
}

/** Grey is normal; what is not good stands out, and says so in words too. */
function inColour(line: string, { state }: DeviceStatus, { colour }: SummaryOptions): string {
  if (!colour || state === 'good') return line;
  return `${state === 'waiting' || state === 'paused' ? YELLOW : RED}${line}${PLAIN}`;
}
