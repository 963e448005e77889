import { ConnectError } from '../base/errors.ts';
import { parseEndpoint } from '../transport/endpoint.ts';
import type { CliContext } from './context.ts';
import { probingClient } from './place.ts';
import { probeUnit } from './probe.ts';
import type { Catch } from './scan-units.ts';

/** Connections that are tried at a time. */
const AT_ONCE = 32;
/** Who does not take a connection on the same network within this is not there. */
const CONNECT_MS = 700;

/** Ids by which a device with one network port is reached: its own, and what the specification recommends. */
const UNITS = [1, 255, 0];

export interface NetworkScan {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly timeoutMs: number;
  readonly onProgress: () => void;
}

/** Asks at each address who answers there. Fills `into`. */
export async function scanNetwork(
  context: CliContext,
  { addresses, port, timeoutMs, onProgress }: NetworkScan,
  into: Catch,
): Promise<void> {
  into.total += addresses.length;
  const waiting = [...addresses];
  const worker = async (): Promise<void> => {
    for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
      await askAddress(context, `tcp://${address}:${port}`, timeoutMs, into);
      into.probed += 1;
      onProgress();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function askAddress(
  context: CliContext,
  url: string,
  timeoutMs: number,
  into: Catch,
): Promise<void> {
  const { clock, signal } = context;
  const client = probingClient(parseEndpoint(url), context, { connectTimeoutMs: CONNECT_MS });
  try {
    await client.connect(signal);
    for (const unit of UNITS) {
      const result = await probeUnit(client, unit, { clock, timeoutMs, signal });
      if (result.kind !== 'answers') continue;
      const { ms, exception } = result;
      into.found.push({
        ...{ endpoint: url, unit, ms, candidates: [] },
        ...(exception !== undefined && { exception }),
      });
      return;
    }
    into.mute.push(url);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
  } finally {
    client.close();
  }
}
