import { formatDuration } from '../base/duration.ts';
import type { DeviceConfig, LineConfig } from '../config/site-config.ts';
import { formatAddress } from '../profile/format.ts';
import { planReads, type PlannedRead } from '../profile/read-plan.ts';
import { lineSpeed } from '../gateway/lines.ts';
import { wireTime, type LineSpeed } from '../profile/wire-time.ts';
import { parseEndpoint } from '../transport/endpoint.ts';
import { hasOption, type CommandSpec } from './command.ts';
import { EXIT } from './exit-code.ts';
import { openSite } from './load.ts';
import { renderTable } from './table.ts';

export const planCommand: CommandSpec = {
  name: 'plan',
  summary: 'Show the requests that a site sends, their time, and the load of each line',
  args: '[file]',
  options: [{ flags: '--json', help: 'as JSON' }],
  async run(context, input) {
    const [file = 'gateway.yaml'] = input.args;
    const site = await openSite(context, file);
    const lines = site.lines.map((line) =>
      planLine(
        line,
        site.devices.filter((device) => device.line === line.name),
      ),
    );
    context.stdout.write(
      hasOption(input, 'json')
        ? `${JSON.stringify(lines, undefined, 2)}\n`
        : lines.map((line) => `${describe(line).join('\n')}\n`).join('\n'),
    );
    return EXIT.ok;
  },
};

interface PlannedRequest {
  readonly device: string;
  readonly unit: number;
  readonly everyMs: number;
  /** `hr:2999` */
  readonly start: string;
  readonly count: number;
  readonly points: number;
  /** Registers or bits that are read although nobody wants them. */
  readonly gaps: number;
  /** On the wire, with turnaround and silences; absent where no line speed says. */
  readonly ms?: number;
}

interface LinePlan {
  readonly line: string;
  readonly endpoint: string;
  readonly requests: readonly PlannedRequest[];
  /** Share of the time that the line is busy, 0..1 and above when it cannot keep up. */
  readonly load?: number;
}

/** The requests of one line, and how much of its time they take. */
function planLine(line: LineConfig, devices: readonly DeviceConfig[]): LinePlan {
  const speed = lineSpeed(parseEndpoint(line.endpoint));
  const requests = devices.flatMap((device) =>
    periodsOf(device).flatMap((everyMs) =>
      planReads(
        device.points.filter((polled) => polled.everyMs === everyMs).map(({ point }) => point),
        device.plan,
      ).map((read) => planned(device, everyMs, read, speed, line.pauseMs)),
    ),
  );
  return {
    line: line.name,
    endpoint: line.endpoint,
    requests,
    ...(speed !== undefined && {
      load: requests.reduce((sum, { ms = 0, everyMs }) => sum + ms / everyMs, 0),
    }),
  };
}

function periodsOf({ points }: DeviceConfig): readonly number[] {
  return [...new Set(points.map(({ everyMs }) => everyMs))].sort((a, b) => a - b);
}

function planned(
  { name, unit }: DeviceConfig,
  everyMs: number,
  read: PlannedRead,
  speed: LineSpeed | undefined,
  pauseMs: number,
): PlannedRequest {
  const wanted = new Set<number>();
  for (const { address, count } of read.points) {
    for (let index = 0; index < count; index += 1) wanted.add(address + index);
  }
  return {
    device: name,
    unit,
    everyMs,
    start: formatAddress({ table: read.table, address: read.start }),
    count: read.count,
    points: read.points.length,
    gaps: read.count - wanted.size,
    ...(speed !== undefined && { ms: wireTime(read, speed).ms + pauseMs }),
  };
}

function describe({ line, endpoint, requests, load }: LinePlan): readonly string[] {
  const rows = requests.map(({ device, unit, everyMs, start, count, points, gaps, ms }) => [
    device,
    String(unit),
    formatDuration(everyMs),
    start,
    String(count),
    String(points),
    String(gaps),
    ms === undefined ? '' : `${ms.toFixed(1)} ms`,
  ]);
  const columns = [
    { title: 'device' },
    { title: 'unit', align: 'right' },
    { title: 'every', align: 'right' },
    { title: 'from' },
    { title: 'count', align: 'right' },
    { title: 'points', align: 'right' },
    { title: 'gaps', align: 'right' },
    { title: 'time', align: 'right' },
  ] as const;
  const rate = requests.reduce((sum, { everyMs }) => sum + 1000 / everyMs, 0);
  const title = line === endpoint ? endpoint : `${line}  ${endpoint}`;
  const count = `${requests.length} ${requests.length === 1 ? 'request' : 'requests'}`;
  return [
    title,
    ...renderTable(columns, rows).map((text) => `  ${text}`),
    `  ${count}, ${Number(rate.toFixed(2))} per second${loadText(load)}`,
  ];
}

function loadText(load: number | undefined): string {
  if (load === undefined) return '';
  const percent = (load * 100).toFixed(load < 0.1 ? 1 : 0);
  const verdict = load > 1 ? ': more than the line can carry, polls will be skipped' : '';
  return `, line ${percent} % busy${verdict}`;
}
