import type { TraceEvent } from '../client/client.ts';
import { formatSerial } from '../transport/serial.ts';
import { parseEndpoint, type Endpoint, type SerialEndpoint } from '../transport/endpoint.ts';
import type { CliContext } from './context.ts';
import { recognizeUnit } from './identify-unit.ts';
import type { AskOptions } from './fingerprint.ts';
import { probingClient } from './place.ts';
import { probeUnit, type UnitResult } from './probe.ts';
import type { FoundDevice, NoisyUnit } from './scan-result.ts';
import type { Profile } from '../profile/profile.ts';

/** What has been found so far; it is right at any moment, so that a scan can be stopped at any. */
export interface Catch {
  probed: number;
  total: number;
  readonly found: FoundDevice[];
  readonly noise: NoisyUnit[];
  /** Endpoints that take connections and answer nothing. */
  readonly mute: string[];
}

export function emptyCatch(): Catch {
  return { probed: 0, total: 0, found: [], noise: [], mute: [] };
}

export interface UnitScan {
  readonly endpoint: Endpoint;
  readonly units: readonly number[];
  /** Patience with a unit; what the wire takes comes on top. */
  readonly timeoutMs: number;
  /** Called after each probe. */
  readonly onProgress: () => void;
}

/** Patience with a unit that may be slow, once it is known to be there. */
const SLOW_MS = 1000;

/** Every device looks at a frame and thinks about it for some characters and some time. */
const PATIENCE_MS = 100;
const PATIENCE_CHARACTERS = 50;

/**
 * How long a unit may think, in milliseconds: little, since silence is what nearly every id answers with. A
 * late answer does no harm: it is heard while the next one is asked, and that unit is asked again.
 */
export function patienceMs(endpoint: Endpoint): number {
  if (endpoint.kind !== 'serial') return 500;
  const bitsPerCharacter = 10;
  return PATIENCE_MS + (PATIENCE_CHARACTERS * bitsPerCharacter * 1000) / endpoint.baud;
}

/** Asks each unit once, and those who answered late or damaged again. Fills `into`. */
export async function scanUnits(
  context: CliContext,
  { endpoint, units, timeoutMs, onProgress }: UnitScan,
  into: Catch,
): Promise<void> {
  const late = new LateListener(endpoint);
  const client = probingClient(endpoint, context, { trace: late.listen });
  const { clock, signal } = context;
  const ask = async (unit: number, patience: number): Promise<UnitResult> =>
    probeUnit(client, unit, { clock, timeoutMs: patience, signal });
  try {
    await client.connect(signal);
    into.total += units.length;
    for (const unit of units) {
      keep(into, endpoint, unit, await ask(unit, timeoutMs), {});
      into.probed += 1;
      onProgress();
    }
    const known = new Set([...into.found, ...into.noise].map(({ unit }) => unit));
    for (const unit of late.units) {
      if (known.has(unit) || !units.includes(unit)) continue;
      keep(into, endpoint, unit, await ask(unit, SLOW_MS), { slow: true });
    }
  } finally {
    client.close();
  }
}

function keep(
  into: Catch,
  { url }: Endpoint,
  unit: number,
  result: UnitResult,
  remarks: Pick<FoundDevice, 'slow' | 'anyUnit'>,
): void {
  if (result.kind === 'noise') {
    into.noise.push({ endpoint: url, unit, damaged: result.damaged });
  } else if (result.kind === 'answers') {
    const { ms, exception } = result;
    into.found.push({
      ...{ endpoint: url, unit, ms, ...(exception !== undefined && { exception }) },
      ...remarks,
      candidates: [],
    });
  }
}

/** Hears who answers a question that was given up. */
class LateListener {
  readonly units = new Set<number>();
  readonly #unitAt: number;
  #sent: Uint8Array = new Uint8Array();

  constructor({ kind }: Endpoint) {
    // The unit is the first byte of an RTU frame and the seventh of one with an MBAP header.
    this.#unitAt = kind === 'tcp' ? 6 : 0;
  }

  readonly listen = ({ direction, bytes, outcome }: TraceEvent): void => {
    if (direction === 'sent') this.#sent = bytes;
    else if (outcome === 'late' || outcome === 'foreign') this.#hear(bytes);
  };

  #hear(bytes: Uint8Array): void {
    // Some adapters hear what they send.
    if (Buffer.compare(bytes, this.#sent) === 0) return;
    const unit = bytes[this.#unitAt];
    if (unit !== undefined) this.units.add(unit);
  }
}

/** Ids that hardly anybody uses: who answers as all of them answers as any. */
const UNLIKELY_UNITS = [247, 203, 239];

/**
 * Does this endpoint answer whatever the unit id is? Most devices with a network port of their own do. Then
 * one probe says all, and `into` has it.
 */
export async function answersAnyUnit(
  context: CliContext,
  endpoint: Endpoint,
  timeoutMs: number,
  into: Catch,
): Promise<boolean> {
  const { clock, signal } = context;
  const client = probingClient(endpoint, context);
  try {
    await client.connect(signal);
    for (const unit of UNLIKELY_UNITS) {
      const result = await probeUnit(client, unit, { clock, timeoutMs, signal });
      if (result.kind !== 'answers') return false;
    }
    const result = await probeUnit(client, 1, { clock, timeoutMs, signal });
    if (result.kind !== 'answers') return false;
    keep(into, endpoint, 1, result, { anyUnit: true });
    into.probed += UNLIKELY_UNITS.length + 1;
    into.total += UNLIKELY_UNITS.length + 1;
    return true;
  } finally {
    client.close();
  }
}

/** Finds out what those are that answered. Replaces them in `into`, one after the other. */
export async function recognizeFound(
  context: CliContext,
  profiles: readonly Profile[],
  timeoutMs: number,
  into: Catch,
): Promise<void> {
  for (const [index, device] of into.found.entries()) {
    if (device.candidates.length > 0) continue;
    const client = probingClient(parseEndpoint(device.endpoint), context);
    try {
      const options: AskOptions = {
        ...{ clock: context.clock, unit: device.unit, signal: context.signal },
        timeoutMs: device.slow === true ? SLOW_MS : timeoutMs,
      };
      into.found[index] = { ...device, ...(await recognizeUnit(client, profiles, options)) };
    } finally {
      client.close();
    }
  }
}

/** Line settings in the order in which they are worth a try. */
const COMMON_SETTINGS = [
  ...['9600 8N1', '19200 8E1', '9600 8E1', '19200 8N1', '38400 8N1', '115200 8N1'],
  ...['38400 8E1', '57600 8N1', '4800 8N1', '2400 8N1', '9600 8N2', '9600 8O1'],
];

/** The endpoint as it is, and with `isDeep` also with every other common setting. */
export function settingsToTry(
  endpoint: SerialEndpoint,
  isDeep: boolean,
): readonly SerialEndpoint[] {
  const own = formatSerial(endpoint);
  const others = isDeep ? COMMON_SETTINGS.filter((settings) => settings !== own) : [];
  return [
    endpoint,
    ...others.map((settings) => parseEndpoint(`serial:${endpoint.path} ${settings}`)),
  ].filter((one) => one.kind === 'serial');
}

/** What --deep would try beside `endpoint`, for a hint. */
export function otherSettings(endpoint: SerialEndpoint): string {
  return COMMON_SETTINGS.filter((settings) => settings !== formatSerial(endpoint))
    .slice(0, 4)
    .join(', ');
}
