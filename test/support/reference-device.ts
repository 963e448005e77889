import { createServer } from 'node:net';
import { join } from 'node:path';
import { PYTHON, startPeer, type Peer } from './peers.ts';

const SCRIPT = join(import.meta.dirname, 'reference_device.py');

/** What a device that is not ours holds, in its own words. */
export interface Held {
  readonly points: readonly {
    readonly address: number;
    readonly type: string;
    readonly order: string;
    readonly value: number | string;
  }[];
  /** Coils and discrete inputs from address 0. */
  readonly bits: readonly boolean[];
}

export interface ReferenceDevice extends Peer {
  readonly held: Held;
}

/** Starts a server of another maker that holds every type in every order, in both register tables. */
export async function startReferenceDevice(
  server: 'pymodbus' | 'libmodbus',
  kind: 'tcp' | 'rtu',
  place: string | number,
): Promise<ReferenceDevice> {
  let held: Held | undefined;
  const peer = await startPeer(PYTHON, [SCRIPT, server, kind, String(place)], /^ready$/, (line) => {
    if (line.startsWith('{')) held = JSON.parse(line) as Held;
  });
  if (held === undefined) throw new Error(`the ${server} device did not say what it holds`);
  return { ...peer, held };
}

/** A port of loopback that was free a moment ago, for a program that cannot choose one itself. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
