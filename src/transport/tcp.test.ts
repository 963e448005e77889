import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ConnectError, ConnectionLostError, type GatewayError } from '../base/errors.ts';
import { tcpDialer } from './tcp.ts';
import type { Transport } from './transport.ts';

const open: (Server | Transport)[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function pair(): Promise<{ transport: Transport; peer: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const { port } = server.address() as AddressInfo;
  const transport = await tcpDialer('127.0.0.1', port).dial(new AbortController().signal);
  open.push(server, transport);
  return { transport, peer: (await accepted)[0] };
}

async function ending(
  transport: Transport,
  chunks: number[] = [],
): Promise<GatewayError | undefined> {
  return new Promise((resolve) => {
    transport.listen({ data: (chunk) => chunks.push(...chunk), end: resolve });
  });
}

test('bytes go both ways, and a polite end is no error', async () => {
  const { transport, peer } = await pair();
  const chunks: number[] = [];
  const ended = ending(transport, chunks);
  transport.write(Uint8Array.of(1, 2));
  const [received] = (await once(peer, 'data')) as [Buffer];
  expect([...received]).toEqual([1, 2]);
  peer.end(Uint8Array.of(3));
  await expect(ended).resolves.toBeUndefined();
  expect(chunks).toEqual([3]);
});

test('a reset is a lost connection', async () => {
  const { transport, peer } = await pair();
  const ended = ending(transport);
  peer.resetAndDestroy();
  await expect(ended).resolves.toBeInstanceOf(ConnectionLostError);
});

test('closing ends it once, without an error, and writing afterwards does nothing', async () => {
  const { transport } = await pair();
  const ended = ending(transport);
  transport.close();
  transport.close();
  transport.write(Uint8Array.of(1));
  await expect(ended).resolves.toBeUndefined();
});

test('where nothing listens, it says so', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  const dialled = tcpDialer('127.0.0.1', port).dial(new AbortController().signal);
  await expect(dialled).rejects.toThrow(ConnectError);
  await expect(dialled).rejects.toThrow(
    `cannot connect to tcp://127.0.0.1:${port} (nothing listens there)`,
  );
});

test('an aborted dial rejects with the reason', async () => {
  const abort = new AbortController();
  // An address of the documentation range, where nobody answers.
  const dialled = tcpDialer('192.0.2.1', 502).dial(abort.signal);
  abort.abort(new ConnectError('too long'));
  await expect(dialled).rejects.toThrow('too long');
  await expect(tcpDialer('192.0.2.1', 502).dial(abort.signal)).rejects.toThrow('too long');
});
