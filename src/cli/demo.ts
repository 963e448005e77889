import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from '../base/clock.ts';
import { parseDuration } from '../base/duration.ts';
import { ConnectError, UsageError } from '../base/errors.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { listenTcp, type ModbusServer } from '../server/listen-tcp.ts';
import { simulatedDevice, type SimulatedDevice } from '../simulate/device.ts';
import { textOption, type CommandInput, type CommandSpec } from './command.ts';
import { StopSignal, stopped, type CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { openProfile, openSite } from './load.ts';
import { startSite } from './run.ts';
import { showSite, siteLines } from './site-table.ts';

/** Where nobody looks at a terminal, the table is printed anew this often. */
const PRINT_EVERY_MS = 10_000;
const FIRST_PRINT_MS = 1_500;

export const demoCommand: CommandSpec = {
  name: 'demo',
  summary: 'Show dinrail with simulated devices on real sockets; nothing is kept',
  options: [
    { flags: '--web <where>', help: 'where the page listens (default 127.0.0.1:8502)' },
    { flags: '--for <time>', help: 'stop by itself after this time' },
  ],
  run: demo,
};

/** A device of the demonstration. */
interface DemoDevice {
  readonly name: string;
  readonly profile: string;
  readonly kind: 'tcp' | 'rtu+tcp';
  /** The port it has where that is free. */
  readonly port: number;
  readonly unit: number;
  readonly every: string;
}

const DEVICES: readonly DemoDevice[] = [
  {
    name: 'main_meter',
    profile: 'schneider/pm8000',
    kind: 'tcp',
    port: 1503,
    unit: 1,
    every: '1s',
  },
  {
    name: 'furnace1',
    profile: 'eurotherm/3216',
    kind: 'rtu+tcp',
    port: 1501,
    unit: 1,
    every: '1s',
  },
];

const DEFAULT_WEB = '127.0.0.1:8502';

async function demo(context: CliContext, input: CommandInput): Promise<number> {
  const limit = textOption(input, 'for');
  const limitMs = limit === undefined ? undefined : parseDuration(limit);
  if (limit !== undefined && limitMs === undefined) {
    throw new UsageError(`--for: "${limit}" is no duration, expected such as 30s`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'dinrail-demo-'));
  const running: RunningDevice[] = [];
  try {
    for (const device of DEVICES) running.push(await startDevice(context, device));
    const gateway = await startPolling(context, folder, running, textOption(input, 'web'));
    try {
      await show(context, gateway, running, limitMs);
    } finally {
      await gateway.stop();
    }
  } finally {
    for (const { device, server } of running) {
      device.stop();
      await server.close();
    }
    await rm(folder, { recursive: true, force: true });
  }
  return EXIT.ok;
}

interface RunningDevice {
  readonly spec: DemoDevice;
  readonly device: SimulatedDevice;
  readonly server: ModbusServer;
  readonly label: string;
}

async function startDevice(context: CliContext, spec: DemoDevice): Promise<RunningDevice> {
  const profile = await openProfile(context, spec.profile);
  const device = simulatedDevice(profile, context.clock);
  const listen = async (port: number): Promise<ModbusServer> =>
    listenTcp({
      port,
      framing: spec.kind === 'tcp' ? 'mbap' : 'rtu',
      units: new Map([[spec.unit, device.tables]]),
      clock: context.clock,
    });
  const server = await orAnotherPort(context, spec.port, listen);
  device.start();
  return { spec, device, server, label: profile.label ?? profile.id };
}

/** The wanted port, or any free one with a line that says so. */
async function orAnotherPort<T extends { readonly port: number }>(
  { stderr }: CliContext,
  port: number,
  listen: (port: number) => Promise<T>,
): Promise<T> {
  try {
    return await listen(port);
  } catch (error) {
    if (port === 0 || !(error instanceof ConnectError)) throw error;
    const other = await listen(0);
    stderr.write(`port ${port} is in use, taking ${other.port}\n`);
    return other;
  }
}

async function startPolling(
  context: CliContext,
  folder: string,
  devices: readonly RunningDevice[],
  web = DEFAULT_WEB,
): Promise<Gateway> {
  const file = join(folder, 'gateway.yaml');
  const start = async (listen: string): Promise<Gateway> => {
    await writeFile(file, siteText(devices, listen));
    return startSite(context, await openSite(context, file), {
      level: 'error',
      format: 'text',
      utc: false,
    });
  };
  try {
    return await start(web);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const gateway = await start(web.replace(/\d+$/, '0'));
    context.stderr.write(`${web} is in use, the page is at ${gateway.url ?? ''}\n`);
    return gateway;
  }
}

function siteText(devices: readonly RunningDevice[], listen: string): string {
  const lines = devices.map(({ spec: { name, kind, profile, unit, every }, server }) => {
    const at = `${kind}://127.0.0.1:${server.port}`;
    return `  ${name}: { at: "${at}", profile: ${profile}, unit: ${unit}, groups: { fast: ${every}, slow: 5s } }`;
  });
  return [
    'version: 1',
    'name: demo',
    `web: { listen: "${listen}" }`,
    'defaults: { timeout: 500ms }',
    'devices:',
    ...lines,
    '',
  ].join('\n');
}

async function show(
  context: CliContext,
  gateway: Gateway,
  devices: readonly RunningDevice[],
  limitMs: number | undefined,
): Promise<void> {
  const { stdout, clock, signal } = context;
  const title = intro(context, gateway, devices);
  const ended =
    limitMs === undefined
      ? stopped(signal)
      : sleep(clock, limitMs, signal).catch((error: unknown) => {
          if (!(error instanceof StopSignal)) throw error;
        });
  const hide = stdout.isTerminal
    ? showSite(gateway.site, stdout, clock, title)
    : printNowAndThen(context, gateway, title);
  await ended;
  hide();
}

function intro(
  { version }: CliContext,
  { url }: Gateway,
  devices: readonly RunningDevice[],
): readonly string[] {
  const meter = devices[0]?.server.port ?? 0;
  return [
    `dinrail ${version} demo — ${devices.length} simulated devices on real Modbus ports`,
    ...devices.map(
      ({ spec, server, label }) =>
        `  ${spec.name.padEnd(12)} ${label.padEnd(42)} ${spec.kind} 127.0.0.1:${server.port}`,
    ),
    `page  ${url ?? 'switched off'}`,
    `try   node dist/cli/main.js read 127.0.0.1:${meter} hr:2999:f32`,
    `      mbpoll -0 -1 -a 1 -t 4:float -B -r 2999 -c 1 -p ${meter} 127.0.0.1`,
    'stop  Ctrl-C (nothing is kept on this computer)',
    '',
  ];
}

function printNowAndThen(
  { stdout, clock }: CliContext,
  { site }: Gateway,
  title: readonly string[],
): () => void {
  stdout.write(title.map((line) => `${line}\n`).join(''));
  let cancel = clock.alarm(clock.now() + FIRST_PRINT_MS, print);
  function print(): void {
    stdout.write(`${siteLines(site, clock.wallMicros(), false).join('\n')}\n\n`);
    cancel = clock.alarm(clock.now() + PRINT_EVERY_MS, print);
  }
  return () => cancel();
}
