import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { encodeZabbixFrame, ZabbixDeframer } from '../../src/base/zabbix-frame.ts';
import type { SenderValue } from '../../src/sink/zabbix/sender-data.ts';

/** A trapper port that knows the keys it was told, and counts like Zabbix. */
export interface FakeTrapper {
  readonly port: number;
  /** `host key` of all items. */
  readonly known: Set<string>;
  /** The packets it got, each with its values. */
  readonly packets: (readonly SenderValue[])[];
  /** The bytes it got last. */
  received: Uint8Array;
  /** Set: what it does instead of answering. */
  instead: ((socket: Socket) => void) | undefined;
  close(): Promise<void>;
}

export async function fakeTrapper(): Promise<FakeTrapper> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    const deframer = new ZabbixDeframer(1 << 24);
    socket.on('data', (chunk: Buffer) => {
      trapper.received = chunk;
      deframer.push(chunk);
      const body = deframer.next();
      if (body === undefined) return;
      const { data } = JSON.parse(new TextDecoder().decode(body)) as { data: SenderValue[] };
      trapper.packets.push(data);
      if (trapper.instead !== undefined) trapper.instead(socket);
      else socket.end(answer('success', countsOf(data, trapper.known)));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const trapper: FakeTrapper = {
    port: (server.address() as AddressInfo).port,
    known: new Set(),
    packets: [],
    received: new Uint8Array(0),
    instead: undefined,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return trapper;
}

/** An answer in its frame. */
export function answer(response: string, info: string): Uint8Array {
  const text = JSON.stringify({ response, info });
  return encodeZabbixFrame(new TextEncoder().encode(text), 'plain');
}

function countsOf(data: readonly SenderValue[], known: ReadonlySet<string>): string {
  const taken = data.filter(({ host, key }) => known.has(`${host} ${key}`)).length;
  const counts = `processed: ${taken}; failed: ${data.length - taken}; total: ${data.length}`;
  return `${counts}; seconds spent: 0.000042`;
}
