import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from '../base/clock.ts';
import { ConnectError, UsageError } from '../base/errors.ts';
import { yamlText } from '../config/render-yaml.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { hasOption, textOption, type CommandInput, type CommandSpec } from './command.ts';
import { StopSignal, stopped, type CliContext } from './context.ts';
import { startDemoLine, type RunningLine } from './demo-line.ts';
import { keepPast, type PastSamples } from './demo-past.ts';
import { DEMO_LINES, DEMO_SITES, type DemoLine } from './demo-sites.ts';
import { EXIT } from './exit-code.ts';
import { openSiteFiles } from './load.ts';
import { startManaged, type ManagedSite } from './managed-site.ts';
import { durationOption } from './reading-options.ts';
import { siteLogger, type SiteOptions } from './start-site.ts';
import { siteSummary, type HeroPoints } from './site-summary.ts';
import { lineLines, showSite, siteLines, type SiteView } from './site-table.ts';

/** Where nobody looks at a terminal, the table is printed anew this often. */
const PRINT_EVERY_MS = 10_000;
/** The first time as soon as everything has been read, or after this long. */
const FIRST_PRINT_MS = 5_000;
const LOOK_EVERY_MS = 250;

const DEFAULT_WEB = '127.0.0.1:8502';

export const demoCommand: CommandSpec = {
  name: 'demo',
  summary: 'Show dinrail with simulated devices on real sockets; nothing is kept',
  options: [
    {
      flags: '--site <name>',
      help: `only this installation, may be given several times: ${DEMO_SITES.join(', ')}`,
      many: true,
    },
    { flags: '--points', help: 'every point in the terminal, however many there are' },
    { flags: '--web <where>', help: `where the page listens (default ${DEFAULT_WEB})` },
    { flags: '--for <time>', help: 'stop by itself after this time' },
  ],
  examples: ['dinrail demo', 'dinrail demo --site battery --points'],
  run: demo,
};

async function demo(context: CliContext, input: CommandInput): Promise<number> {
  const limitMs = durationOption(input, 'for');
  const wanted = linesOf(input);
  const folder = await mkdtemp(join(tmpdir(), 'dinrail-demo-'));
  const lines: RunningLine[] = [];
  try {
    const past: PastSamples = [];
    for (const spec of wanted) lines.push(await startDemoLine(context, spec, past));
    await keepPast(context, folder, past);
    const site = await startPolling(context, folder, lines, textOption(input, 'web'));
    try {
      await site.begin();
      await show(context, input, site.gateway, lines, limitMs);
    } finally {
      await site.stop();
    }
  } finally {
    // Whatever ended it, and whatever fails while it ends, nothing is left behind.
    await Promise.allSettled(lines.map(async (line) => line.close()));
    await rm(folder, { recursive: true, force: true });
  }
  return EXIT.ok;
}

function linesOf({ options }: CommandInput): readonly DemoLine[] {
  const asked = options['site'];
  if (!Array.isArray(asked)) return DEMO_LINES;
  const names = new Set<string>(asked);
  for (const name of names) {
    if (DEMO_SITES.some((site) => site === name)) continue;
    throw new UsageError(`--site: "${name}" is none of ${DEMO_SITES.join(', ')}`);
  }
  return DEMO_LINES.filter(({ site }) => names.has(site));
}

async function startPolling(
  context: CliContext,
  folder: string,
  lines: readonly RunningLine[],
  web = DEFAULT_WEB,
): Promise<ManagedSite> {
  const file = join(folder, 'gateway.yaml');
  const options: SiteOptions = { level: 'error', format: 'text', utc: false };
  const start = async (listen: string): Promise<ManagedSite> => {
    await writeFile(file, siteText(lines, listen));
    const readAt = context.clock.wallMicros();
    const read = { file, readAt, ...(await openSiteFiles(context, file)) };
    return startManaged(context, read, options, siteLogger(context, options));
  };
  try {
    return await start(web);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const site = await start(web.replace(/\d+$/, '0'));
    context.stderr.write(`${web} is in use, the page is at ${site.gateway.url ?? ''}\n`);
    return site;
  }
}

/** One small sink, so that there is something to look at; its files go with the folder. */
const FURNACE_TABLE = {
  furnace_table: { type: 'csv', path: 'csv/{device}-{date}.csv', include: ['furnace1.*'] },
};

/** The file that somebody would write who had these devices, and may change on the page. */
function siteText(lines: readonly RunningLine[], listen: string): string {
  const devices = lines.flatMap(({ spec }) =>
    spec.devices.map(({ name, label, profile, unit, groups, writes }) => [
      name,
      { label, line: spec.name, unit, profile, groups, ...(writes !== undefined && { writes }) },
    ]),
  );
  const text = yamlText({
    version: 1,
    name: 'demo',
    data: '.',
    writes: 'local',
    web: { listen, local: 'admin' },
    defaults: { timeout: '500ms' },
    lines: Object.fromEntries(
      lines.map(({ spec, port }) => [spec.name, `${spec.kind}://127.0.0.1:${port}`]),
    ),
    devices: Object.fromEntries(devices) as unknown,
    ...(lines.some(({ spec }) => spec.site === 'furnace') && { sinks: FURNACE_TABLE }),
  });
  return `# The site of this demo: it lies in a temporary folder, and goes when the demo ends.\n${text}`;
}

async function show(
  context: CliContext,
  input: CommandInput,
  gateway: Gateway,
  lines: readonly RunningLine[],
  limitMs: number | undefined,
): Promise<void> {
  const { stdout, clock, signal } = context;
  const title = intro(context, gateway, lines);
  const view = viewOf(context, input, gateway, lines);
  const ended =
    limitMs === undefined
      ? stopped(signal)
      : sleep(clock, limitMs, signal).catch((error: unknown) => {
          if (!(error instanceof StopSignal)) throw error;
        });
  const hide = stdout.isTerminal
    ? showSite(gateway.site, stdout, clock, title, view)
    : printNowAndThen(context, gateway, title, view);
  await ended;
  hide();
}

/** Every point where there is room for all or somebody wants them; else one row for each device. */
function viewOf(
  { stdout, clock }: CliContext,
  input: CommandInput,
  { site }: Gateway,
  lines: readonly RunningLine[],
): SiteView {
  const all = hasOption(input, 'points');
  const hero: HeroPoints = new Map(
    lines.flatMap(({ spec, profiles }) =>
      spec.devices.map(({ name }, index) => [name, profiles[index]?.view.hero ?? []] as const),
    ),
  );
  return (room, columns) => {
    const now = clock.wallMicros();
    const points = siteLines(site, now, stdout.isTerminal);
    if (all || points.length <= room) return points;
    const summary = siteSummary(site, { now, columns, hero, colour: stdout.isTerminal });
    const busy = lineLines(site);
    const both = [...summary, '', ...busy];
    if (both.length <= room) return both;
    return summary.length + busy.length <= room ? [...summary, ...busy] : summary;
  };
}

function intro(
  { version }: CliContext,
  { url }: Gateway,
  lines: readonly RunningLine[],
): readonly string[] {
  const count = lines.reduce((sum, { spec }) => sum + spec.devices.length, 0);
  const devices = `${count} simulated device${count === 1 ? '' : 's'}`;
  return [
    `dinrail ${version} demo — ${devices} on real Modbus ports of 127.0.0.1`,
    ...lines.map(({ spec: { shown, what, kind, news }, port }) =>
      `  ${shown.padEnd(11)} ${what.padEnd(17)} ${`${kind} :${port}`.padEnd(14)} ${news}`.trimEnd(),
    ),
    `page  ${url ?? 'switched off'}      stop  Ctrl-C (nothing is kept)`,
    ...tries(lines),
    '',
  ];
}

/** What to type in a second terminal: a read by number with us, and with everybody's tool. */
function tries(lines: readonly RunningLine[]): readonly string[] {
  const has = (site: string): RunningLine | undefined =>
    lines.find(({ spec, port }) => spec.site === site && port > 0);
  const [battery, meter] = [has('battery'), has('meter')];
  const texts = [
    ...(battery === undefined
      ? []
      : [`node dist/cli/main.js read 127.0.0.1:${battery.port} hr:40000+4`]),
    ...(meter === undefined
      ? []
      : [`mbpoll -0 -1 -a 1 -t 4:float -B -r 2999 -c 1 -p ${meter.port} 127.0.0.1`]),
  ];
  return texts.map((text, index) => `${index === 0 ? 'try ' : '    '}  ${text}`);
}

function printNowAndThen(
  { stdout, clock }: CliContext,
  { site }: Gateway,
  title: readonly string[],
  view: SiteView,
): () => void {
  stdout.write(title.map((line) => `${line}\n`).join(''));
  const startedAt = clock.now();
  let cancel = clock.alarm(startedAt + LOOK_EVERY_MS, look);
  function look(): void {
    const now = clock.now();
    const isEarly = site.snapshot().some(({ cause }) => cause === 'not-read-yet');
    if (isEarly && now - startedAt < FIRST_PRINT_MS) {
      cancel = clock.alarm(now + LOOK_EVERY_MS, look);
    } else {
      print();
    }
  }
  function print(): void {
    stdout.write(`${view(stdout.rows, stdout.columns).join('\n')}\n\n`);
    cancel = clock.alarm(clock.now() + PRINT_EVERY_MS, print);
  }
  return () => cancel();
}
