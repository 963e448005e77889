import type { Clock } from '../base/clock.ts';
import { NO_VALUE, formatAtGlance } from '../telemetry/format-value.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { DeviceStatus, LineStatus, Site } from '../telemetry/site.ts';
import type { Output } from './context.ts';
import { LiveScreen } from './live-screen.ts';
import { renderTable, type Column } from './table.ts';

const REDRAW_MS = 500;

const COLUMNS: readonly Column[] = [
  { title: 'point' },
  { title: 'value', align: 'right' },
  { title: '' },
  { title: 'quality' },
  { title: 'age', align: 'right' },
  { title: 'address' },
];

/** What stands below the title, for a screen of this size; `room` is the rows that are left. */
export type SiteView = (room: number, columns: number) => readonly string[];

/** Redraws what the site knows, twice a second, until it is stopped. Without a view: all of it. */
export function showSite(
  site: Site,
  output: Output,
  clock: Clock,
  title: readonly string[],
  view: SiteView = () => siteLines(site, clock.wallMicros(), output.isTerminal),
): () => void {
  const screen = new LiveScreen(output);
  let cancel = (): void => undefined;
  const draw = (): void => {
    // The last row stays free for the cursor.
    screen.draw([...title, ...view(output.rows - 1 - title.length, output.columns)]);
    cancel = clock.alarm(clock.now() + REDRAW_MS, draw);
  };
  draw();
  return () => cancel();
}

/** The site as text: each device with its state, its points below, the lines at the end. */
export function siteLines(site: Site, now: number, colour: boolean): readonly string[] {
  const samples = site.snapshot();
  const rows = samples.map((sample) => row(sample, now));
  // One set of widths for all devices, so that the columns stand under each other.
  const [head = '', ...lines] = renderTable(COLUMNS, rows);
  const paint = colour ? inColour : (_: Sample, line: string): string => line;
  const painted = lines.map((line, index) => {
    const sample = samples[index];
    return {
      device: sample?.point.device,
      line: sample === undefined ? line : paint(sample, line),
    };
  });
  return [
    `  ${head}`,
    ...site
      .devices()
      .flatMap((device) => [
        deviceLine(device, now),
        ...painted.filter((entry) => entry.device === device.name).map(({ line }) => `  ${line}`),
      ]),
    ...lineLines(site),
  ];
}

/** One row for each line: how busy it is, and what went wrong on it. */
export function lineLines(site: Site): readonly string[] {
  return site.lines().map(lineLine);
}

function row(sample: Sample, now: number): string[] {
  const { point, value, quality, cause, at, goodAt } = sample;
  const age =
    quality === 'good'
      ? ageText(now - at)
      : goodAt === undefined
        ? NO_VALUE
        : ageText(now - goodAt);
  return [
    point.name,
    value === undefined ? NO_VALUE : formatAtGlance(point, value),
    point.unit ?? '',
    quality === 'good' ? 'good' : `${quality}: ${cause ?? ''}`,
    age,
    `${point.address} ${point.type}`,
  ];
}

function deviceLine(device: DeviceStatus, now: number): string {
  const { name, label } = device;
  const title = label === undefined ? name : `${name}  ${label}`;
  return `${title}  ${deviceTrouble(device, now) ?? 'good'}`;
}

/** What is wrong with a device, in words; undefined when nothing is. */
export function deviceTrouble(
  { state, error, nextTryAt }: DeviceStatus,
  now: number,
): string | undefined {
  if (state === 'good') return undefined;
  const retry =
    nextTryAt === undefined ? '' : `, asked again in ${ageText(Math.max(0, nextTryAt - now))}`;
  return `${STATE_WORDS[state]}${error === undefined ? '' : `: ${error}`}${retry}`;
}

const STATE_WORDS = {
  waiting: 'not asked yet',
  failing: 'failing',
  silent: 'does not answer',
  paused: 'paused',
} as const;

function lineLine(status: LineStatus): string {
  const { url, load, requests, timeouts, damaged, exceptions, bus } = status;
  const busy = (load * 100).toFixed(load < 0.1 ? 1 : 0);
  if (bus !== undefined) {
    const { frames, errors, dropped, incomplete } = bus;
    return `${url}  ${busy} % busy  ${frames} frames  ${errors} errors  ${damaged} damaged  ${dropped} dropped  ${incomplete} cycles incomplete`;
  }
  return `${url}  ${busy} % busy  ${requests} requests  ${timeouts} timeouts  ${damaged} damaged  ${exceptions} exceptions`;
}

/** `0.4 s`, `12 s`, `3 min`, `5 h`. */
export function ageText(micros: number): string {
  const seconds = Math.max(0, micros / 1e6);
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}

/** Grey is normal; what is not good stands out, and says so in words too. */
function inColour({ quality }: Sample, line: string): string {
  if (quality === 'good') return line;
  return quality === 'stale' ? `\u001b[33m${line}\u001b[0m` : `\u001b[31m${line}\u001b[0m`;
}
