import { UsageError } from '../base/errors.ts';
import { serialTiming } from '../client/line-timing.ts';
import type { Profile } from '../profile/profile.ts';
import type { Interceptor } from '../server/fault.ts';
import { listenTcp } from '../server/listen-tcp.ts';
import { serveTransport } from '../server/serve-transport.ts';
import type { Units } from '../server/unit-tables.ts';
import { listenDeviceServer } from '../simulate/device-server.ts';
import { simulatedDevice, type SimulatedDevice } from '../simulate/device.ts';
import { FAULT_FORMS, parseFaults } from '../simulate/fault-text.ts';
import { faults } from '../simulate/faults.ts';
import { pacedTransport, Wire } from '../simulate/paced-transport.ts';
import {
  dialerFor,
  parseTarget,
  type Endpoint,
  type SerialEndpoint,
} from '../transport/endpoint.ts';
import { hasOption, textOption, type CommandInput, type CommandSpec } from './command.ts';
import { stopped, type CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { openProfile } from './load.ts';
import { openPseudoTerminals } from './pseudo-terminal.ts';
import { parseUnits, wholeOption } from './reading-options.ts';
import { SimTally } from './sim-tally.ts';

const DEFAULT_PORT = 1502;

export const simCommand: CommandSpec = {
  name: 'sim',
  summary: 'Answer as a device: any profile, on TCP, RTU over TCP or a serial port',
  args: '<profile>',
  options: [
    {
      flags: '--listen <where>',
      help: `port, tcp://127.0.0.1:1502, rtu+tcp://127.0.0.1:1501 or serial:/dev/ttyUSB0 9600 8N1 (default ${DEFAULT_PORT})`,
    },
    {
      flags: '-u, --unit <ids>',
      help: 'unit ids that answer, each a device of its own: 1,2,3 (default: every one on TCP, 1 on a serial line)',
      habits: { '-a': '--unit' },
    },
    {
      flags: '--pace <settings>',
      help: 'RTU over TCP or a pseudo-terminal at the speed of a line: 9600, "19200 8E1"',
    },
    { flags: '--pty', help: 'on a pseudo-terminal, with the help of socat; says which' },
    { flags: '--drop <share>', help: `requests without an answer: ${FAULT_FORMS.drop}` },
    { flags: '--delay <time>', help: `every answer takes so long: ${FAULT_FORMS.delay}` },
    {
      flags: '--exception <code>',
      help: `refuse all, or a share of them: ${FAULT_FORMS.exception}`,
    },
    { flags: '--crc <share>', help: `damaged answers: ${FAULT_FORMS.crc}` },
    { flags: '--late <share>', help: `answers after the client gave up: ${FAULT_FORMS.late}` },
    { flags: '--previous <share>', help: `the answer before once more: ${FAULT_FORMS.previous}` },
    {
      flags: '--silent <time/time>',
      help: `no answer for the last part of each period: ${FAULT_FORMS.silent}`,
    },
    { flags: '--seed <n>', help: 'the same number brings the same faults (default 1)' },
  ],
  examples: [
    'dinrail sim schneider/pm8000 --listen 1502',
    'dinrail sim eurotherm/3216 --listen "serial:/dev/ttyUSB1 9600 8N1"',
    'dinrail sim tti/dyeing-rtu -u 1,2,3 --listen rtu+tcp://127.0.0.1:1504 --pace 9600',
    'dinrail sim anzen/bms --drop 5% --delay 100ms..300ms --silent 20s/90s',
  ],
  async run(context, input) {
    const [name = ''] = input.args;
    const where = whereToListen(input);
    const interceptor = interceptorOf(context, input);
    const profile = await openProfile(context, name);
    const { devices, units } = devicesOf(context, input, profile, where);
    const tally = new SimTally(interceptor);
    for (const { tables } of devices) tally.watch(tables);
    for (const device of devices) device.start();
    try {
      await serve(context, where, {
        units,
        interceptor: tally.interceptor,
        as: `answers as ${profile.label ?? profile.id}${interceptor === undefined ? '' : ', with faults'}`,
      });
    } finally {
      for (const device of devices) device.stop();
      context.stderr.write(
        tally
          .lines()
          .map((line) => `${line}\n`)
          .join(''),
      );
    }
    return EXIT.ok;
  },
};

/** Where it answers; `pty` is a serial line that exists only as long as it is served. */
interface Where {
  readonly endpoint: Endpoint | 'pty';
  /** Time of one character where the line has a pace. */
  readonly charMs: number | undefined;
}

interface Served {
  readonly units: Units;
  readonly interceptor: Interceptor;
  readonly as: string;
}

function whereToListen(input: CommandInput): Where {
  const [listen, pace] = [textOption(input, 'listen'), textOption(input, 'pace')];
  const charMs = pace === undefined ? undefined : serialTiming(settingsOf(pace)).charMs;
  if (hasOption(input, 'pty')) {
    if (listen === undefined) return { endpoint: 'pty', charMs };
    throw new UsageError('--pty and --listen both say where to answer; keep one of them');
  }
  const endpoint = listenEndpoint(listen ?? String(DEFAULT_PORT));
  if (charMs !== undefined && endpoint.kind !== 'rtu+tcp') {
    throw new UsageError(
      '--pace is for RTU over TCP, as in --listen rtu+tcp://127.0.0.1:1501, and for --pty',
    );
  }
  return { endpoint, charMs };
}

function settingsOf(pace: string): SerialEndpoint {
  const endpoint = parseTarget('/dev/tty', pace);
  if (endpoint.kind !== 'serial') throw new UsageError(`--pace: "${pace}" is no speed`);
  return endpoint;
}

/** A port, or an endpoint; port 0 takes a free one, which no client could ask for. */
function listenEndpoint(text: string): Endpoint {
  const target = /^\d+$/.test(text) ? `tcp://127.0.0.1:${text}` : text;
  if (!/:0+$/.test(target)) return parseTarget(target);
  const endpoint = parseTarget(target.replace(/:0+$/, ':1'));
  return endpoint.kind === 'serial' ? endpoint : { ...endpoint, port: 0 };
}

function interceptorOf({ clock }: CliContext, input: CommandInput): Interceptor | undefined {
  const seed = wholeOption(input, 'seed', 0, 0xffff_ffff) ?? 1;
  const texts = Object.fromEntries(
    Object.keys(FAULT_FORMS).flatMap((name) => {
      const text = textOption(input, name);
      return text === undefined ? [] : [[name, text]];
    }),
  );
  const spec = parseFaults(texts);
  return spec === undefined ? undefined : faults(spec, { clock, seed });
}

/** One device for every unit id that is named; else one that answers to all, or on a line to 1. */
function devicesOf(
  { clock }: CliContext,
  input: CommandInput,
  profile: Profile,
  { endpoint }: Where,
): { readonly devices: readonly SimulatedDevice[]; readonly units: Units } {
  const asked = textOption(input, 'unit');
  const isLine = endpoint === 'pty' || endpoint.kind === 'serial';
  const unitIds = asked === undefined ? (isLine ? [1] : undefined) : parseUnits(asked);
  if (unitIds === undefined) {
    const device = simulatedDevice(profile, clock);
    return { devices: [device], units: device.tables };
  }
  const devices = unitIds.map((_, index) => simulatedDevice(profile, clock, index + 1));
  const units = new Map(devices.map(({ tables }, index) => [unitIds[index] ?? 0, tables]));
  return { devices, units };
}

async function serve(context: CliContext, where: Where, served: Served): Promise<void> {
  const { endpoint, charMs } = where;
  if (endpoint === 'pty') {
    await servePseudoTerminal(context, charMs, served);
  } else if (endpoint.kind === 'serial') {
    await serveSerial(context, endpoint, served, { shown: endpoint.url, charMs: undefined });
  } else {
    const { clock, signal, stderr } = context;
    const { host, port, kind } = endpoint;
    const common = { host, port, clock, ...served };
    const server =
      charMs === undefined
        ? await listenTcp({ ...common, framing: kind === 'rtu+tcp' ? 'rtu' : 'mbap' })
        : await listenDeviceServer({ ...common, charMs });
    stderr.write(`${kind}://${server.host}:${server.port} ${served.as}, Ctrl-C ends it\n`);
    await stopped(signal);
    await server.close();
  }
}

async function servePseudoTerminal(
  context: CliContext,
  charMs: number | undefined,
  served: Served,
): Promise<void> {
  const cable = await openPseudoTerminals();
  try {
    const endpoint = parseTarget(cable.ours);
    if (endpoint.kind !== 'serial') throw new UsageError(`${cable.ours} is no serial port`);
    await serveSerial(context, endpoint, served, { shown: `serial:${cable.theirs}`, charMs });
  } finally {
    cable.close();
  }
}

async function serveSerial(
  { clock, signal, stderr }: CliContext,
  endpoint: SerialEndpoint,
  { units, interceptor, as }: Served,
  { shown, charMs }: { readonly shown: string; readonly charMs: number | undefined },
): Promise<void> {
  const port = await dialerFor(endpoint).dial(signal);
  const transport = charMs === undefined ? port : pacedTransport(port, new Wire(clock, charMs));
  const server = serveTransport(transport, {
    ...{ units, clock, interceptor },
  });
  stderr.write(`${shown} ${as}, Ctrl-C ends it\n`);
  const error = await Promise.race([server.ended, stopped(signal)]);
  server.close();
  if (error !== undefined) throw error;
}
