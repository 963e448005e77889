import type { Profile } from '../profile/profile.ts';
import { listenTcp } from '../server/listen-tcp.ts';
import { serveTransport } from '../server/serve-transport.ts';
import { simulatedDevice, type SimulatedDevice } from '../simulate/device.ts';
import { dialerFor, parseTarget, type Endpoint } from '../transport/endpoint.ts';
import { textOption, type CommandInput, type CommandSpec } from './command.ts';
import { stopped, type CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { openProfile } from './load.ts';
import { parseUnits } from './reading-options.ts';

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
      help: 'unit ids that answer (default: every one on TCP, 1 on a serial line)',
      habits: { '-a': '--unit' },
    },
  ],
  examples: [
    'dinrail sim schneider/pm8000 --listen 1502',
    'dinrail sim eurotherm/3216 --listen "serial:/dev/ttyUSB1 9600 8N1"',
  ],
  async run(context, input) {
    const [name = ''] = input.args;
    const profile = await openProfile(context, name);
    const endpoint = listenEndpoint(textOption(input, 'listen') ?? String(DEFAULT_PORT));
    const device = simulatedDevice(profile, context.clock);
    device.start();
    try {
      await serve(context, input, profile, device, endpoint);
    } finally {
      device.stop();
    }
    return EXIT.ok;
  },
};

/** A port, or an endpoint; port 0 takes a free one, which no client could ask for. */
function listenEndpoint(text: string): Endpoint {
  const target = /^\d+$/.test(text) ? `tcp://127.0.0.1:${text}` : text;
  if (!/:0+$/.test(target)) return parseTarget(target);
  const endpoint = parseTarget(target.replace(/:0+$/, ':1'));
  return endpoint.kind === 'serial' ? endpoint : { ...endpoint, port: 0 };
}

async function serve(
  context: CliContext,
  input: CommandInput,
  profile: Profile,
  { tables }: SimulatedDevice,
  endpoint: Endpoint,
): Promise<void> {
  const { clock, signal, stderr } = context;
  const asked = textOption(input, 'unit');
  const unitIds = asked === undefined ? undefined : parseUnits(asked);
  const answersAs = `answers as ${profile.label ?? profile.id}`;
  if (endpoint.kind === 'serial') {
    const units = new Map((unitIds ?? [1]).map((unit) => [unit, tables]));
    const transport = await dialerFor(endpoint).dial(signal);
    const server = serveTransport(transport, { units, clock });
    stderr.write(`${endpoint.url} ${answersAs}, Ctrl-C ends it\n`);
    const error = await Promise.race([server.ended, stopped(signal)]);
    server.close();
    if (error !== undefined) throw error;
    return;
  }
  const server = await listenTcp({
    host: endpoint.host,
    port: endpoint.port,
    framing: endpoint.kind === 'rtu+tcp' ? 'rtu' : 'mbap',
    units: unitIds === undefined ? tables : new Map(unitIds.map((unit) => [unit, tables])),
    clock,
  });
  stderr.write(`${endpoint.kind}://${server.host}:${server.port} ${answersAs}, Ctrl-C ends it\n`);
  await stopped(signal);
  await server.close();
}
