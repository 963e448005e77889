import { ConnectError } from '../base/errors.ts';
import { serialTiming } from '../client/line-timing.ts';
import type { Profile } from '../profile/profile.ts';
import type { Interceptor } from '../server/fault.ts';
import { listenTcp } from '../server/listen-tcp.ts';
import { listenDeviceServer } from '../simulate/device-server.ts';
import { simulatedDevice } from '../simulate/device.ts';
import { pastOf, type PastSamples } from './demo-past.ts';
import { faults } from '../simulate/faults.ts';
import { parseTarget } from '../transport/endpoint.ts';
import type { CliContext } from './context.ts';
import type { DemoDevice, DemoLine } from './demo-sites.ts';
import { openProfile } from './load.ts';

/** A line of simulated devices that answers on a port. */
export interface RunningLine {
  readonly spec: DemoLine;
  readonly port: number;
  /** What each device is, in the order of `spec.devices`. */
  readonly profiles: readonly Profile[];
  close(): Promise<void>;
}

/** Devices have been running for a while when they are first asked; what they did is added to `past`. */
export async function startDemoLine(
  context: CliContext,
  spec: DemoLine,
  past: PastSamples,
): Promise<RunningLine> {
  const { clock } = context;
  const profiles = await Promise.all(
    spec.devices.map(async ({ profile }) => openProfile(context, profile)),
  );
  const devices = profiles.map((profile, index) => {
    const name = spec.devices[index]?.name ?? '';
    return simulatedDevice(profile, clock, index + 1, pastOf(name, profile, past));
  });
  const units = new Map(
    devices.map(({ tables }, index) => [spec.devices[index]?.unit ?? 0, tables]),
  );
  const interceptor = faultsByUnit(context, spec.devices);
  const charMs = spec.serial === undefined ? undefined : charMsOf(spec.serial);
  const server = await orAnotherPort(context, spec.port, async (port) => {
    const common = { port, units, clock, ...(interceptor !== undefined && { interceptor }) };
    return charMs === undefined ? listenTcp(common) : listenDeviceServer({ ...common, charMs });
  });
  for (const device of devices) device.start();
  return {
    spec,
    port: server.port,
    profiles,
    async close() {
      for (const device of devices) device.stop();
      await server.close();
    },
  };
}

function charMsOf(settings: string): number {
  const endpoint = parseTarget('/dev/tty', settings);
  return endpoint.kind === 'serial' ? serialTiming(endpoint).charMs : 0;
}

/** One of the devices of a line may misbehave while the others do not. */
function faultsByUnit(
  { clock }: CliContext,
  devices: readonly DemoDevice[],
): Interceptor | undefined {
  const byUnit = new Map(
    devices.flatMap(({ unit, faults: spec }) =>
      spec === undefined ? [] : [[unit, faults(spec, { clock, seed: unit })] as const],
    ),
  );
  if (byUnit.size === 0) return undefined;
  return async (request) => byUnit.get(request.unitId)?.(request);
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
