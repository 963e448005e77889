import type { Clock } from '../base/clock.ts';
import { clientFor } from '../client/client-for.ts';
import { fingerprint } from '../config/fingerprint.ts';
import type { DeviceConfig, LineConfig, SiteConfig } from '../config/site-config.ts';
import type { LineSetup } from '../engine/setup.ts';
import { gapsWorthReading, NETWORK_GAPS, TYPICAL_SERIAL, decideGap } from '../profile/gap-cost.ts';
import type { PlanSettings } from '../profile/read-plan.ts';
import { wireTime, type LineSpeed } from '../profile/wire-time.ts';
import { parseEndpoint, type Endpoint } from '../transport/endpoint.ts';
import type { FlightRecorder } from '../traffic/flight-recorder.ts';
import type { RefusedBlocks } from './refused-blocks.ts';

/**
 * The engine demotes silent devices itself, so the clients below it only have to keep a lost endpoint
 * from being knocked at more than once a second.
 */
const RECONNECT = { firstMs: 500, maxMs: 1_000 };

/** What a device thinks before it answers, in milliseconds, where nobody has measured it. */
const TURNAROUND_MS = 5;

/** Lines whose devices are asked. */
export function polledLines(lines: readonly LineConfig[]): readonly LineConfig[] {
  return lines.filter(({ kind }) => kind !== 'server' && kind !== 'can' && kind !== 'host');
}

/** What outlives a change of lines. */
export interface LineMemories {
  readonly refused?: RefusedBlocks;
  /** Told of everything that crosses a line. */
  readonly recorder?: FlightRecorder;
}

/** The polled lines of a site, ready for the engine. */
export function lineSetups(
  config: SiteConfig,
  clock: Clock,
  { refused, recorder }: LineMemories = {},
): readonly LineSetup[] {
  return polledLines(config.lines).map((line) => {
    const endpoint = parseEndpoint(line.endpoint);
    const speed = lineSpeed(endpoint);
    const devices = config.devices.filter((device) => device.line === line.name);
    return {
      name: line.name,
      fingerprint: fingerprint(line, devices),
      inFlight: line.inFlight,
      ...(speed !== undefined && { wireMs: (read) => wireTime(read, speed).ms }),
      client: clientFor(endpoint, {
        clock,
        inFlight: line.inFlight,
        pauseMs: line.pauseMs,
        backoff: RECONNECT,
        ...(recorder !== undefined && { trace: recorder.trace(line.name) }),
      }),
      devices: devices.map((device) => ({
        ...device,
        plan: planOf(device, endpoint, line.pauseMs),
        ...(refused !== undefined && { refused: refused.of(device) }),
      })),
    };
  });
}

/** How fast a serial line is; undefined for a network. */
export function lineSpeed(endpoint: Endpoint): LineSpeed | undefined {
  if (endpoint.kind !== 'serial') return undefined;
  const { baud, dataBits, parity, stopBits } = endpoint;
  const bitsPerCharacter = 1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits;
  return { baud, bitsPerCharacter, turnaroundMs: TURNAROUND_MS };
}

/** The plan of a device as its line makes it: a gap that nobody wrote is one that is worth its time. */
export function planOf(
  { plan }: Pick<DeviceConfig, 'plan'>,
  endpoint: Endpoint,
  pauseMs: number,
): PlanSettings {
  if (endpoint.kind === 'tcp') return decideGap(plan, NETWORK_GAPS);
  return decideGap(plan, gapsWorthReading(lineSpeed(endpoint) ?? TYPICAL_SERIAL, pauseMs));
}
