import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { crc16 } from '../codec/frame/crc16.ts';
import { listenTcp, type ListenOptions, type ModbusServer } from './listen-tcp.ts';
import { plainImage } from './unit-tables.ts';

const clock = new ManualClock();
const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function serve(options: Partial<ListenOptions> = {}): Promise<ModbusServer> {
  const units = plainImage({ holding: 200, writable: true });
  const server = await listenTcp({ port: 0, units, clock, ...options });
  cleanUps.push(async () => server.close());
  return server;
}

interface Client {
  readonly socket: Socket;
  /** Sends bytes and resolves with the answer once it has this many. */
  readonly ask: (bytes: Uint8Array, answerSize: number) => Promise<string>;
  /** Resolves when the server has ended the connection. */
  readonly ended: Promise<unknown>;
}

async function client({ port }: ModbusServer): Promise<Client> {
  const socket = connect(port, '127.0.0.1');
  cleanUps.push(() => {
    socket.destroy();
  });
  const ended = once(socket, 'close');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return {
    socket,
    ended,
    async ask(bytes, answerSize) {
      let received = Buffer.alloc(0);
      socket.write(bytes);
      while (received.length < answerSize) {
        const [chunk] = (await once(socket, 'data')) as [Buffer];
        received = Buffer.concat([received, chunk]);
      }
      return received.toString('hex');
    },
  };
}

const READ = Buffer.from('000700000006010300000001', 'hex');
const ANSWER = '00070000000501030200' + '00';

test('answers on the port it was given', async () => {
  const server = await serve();
  const { ask } = await client(server);
  expect(await ask(READ, 11)).toBe(ANSWER);
  expect(server.host).toBe('127.0.0.1');
  expect(server.connections()).toMatchObject([{ requests: 1, connectedAt: clock.now() }]);
  expect(server.connections()[0]?.peer).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(server.counters).toMatchObject({ connects: 1, requests: 1, answers: 1 });
});

test('answers hundreds of requests in one chunk, each once', async () => {
  const { ask } = await client(await serve());
  const request = Buffer.from('00070000000601030000007D', 'hex');
  const answers = await ask(Buffer.concat(Array.from({ length: 500 }, () => request)), 500 * 259);
  expect(answers).toHaveLength(500 * 259 * 2);
  expect(answers.split('0007000000fd0103fa')).toHaveLength(501);
});

test('speaks RTU inside TCP when it is told to', async () => {
  const { ask } = await client(await serve({ framing: 'rtu' }));
  const body = Buffer.from('010300000001', 'hex');
  const crc = crc16(body);
  const answer = Buffer.from(await ask(Buffer.of(...body, crc & 0xff, crc >> 8), 7), 'hex');
  expect(answer.subarray(0, 5).toString('hex')).toBe('0103020000');
  expect(crc16(answer)).toBe(0);
});

test('ends an RTU request of unknown length by silence', async () => {
  const { ask, socket } = await client(await serve({ framing: 'rtu' }));
  const body = Buffer.from('012b0e0100', 'hex');
  const crc = crc16(body);
  const answer = ask(Buffer.of(...body, crc & 0xff, crc >> 8), 5);
  // When the request has arrived only the server knows, so silence passes until it did.
  for (let turn = 0; turn < 500 && socket.bytesRead === 0; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(20);
  }
  expect(await answer).toMatch(/^01ab01/);
});

test('ends a connection whose bytes are no Modbus TCP, after what it owes', async () => {
  const server = await serve();
  const { ask, ended } = await client(server);
  const corrupt = Buffer.from('000800010006010300000001', 'hex');
  expect(await ask(Buffer.concat([READ, corrupt]), 11)).toBe(ANSWER);
  await ended;
  expect(server.counters.corrupt).toBe(1);
  expect(server.connections()).toEqual([]);
});

test('ends a connection that leaves a frame unfinished, however often it adds to it', async () => {
  const server = await serve({ limits: { halfFrameMs: 1000 } });
  const { ask, socket, ended } = await client(server);
  await ask(Buffer.concat([READ, READ.subarray(0, 3)]), 11);
  clock.advance(600);
  socket.write(READ.subarray(3, 4));
  clock.advance(399);
  expect(server.connections()).toHaveLength(1);
  clock.advance(1);
  await ended;
  expect(server.counters).toMatchObject({ halfFrame: 1, idle: 0 });
});

test('ends a connection that is idle for too long, and no other', async () => {
  const server = await serve({ limits: { idleMs: 1000 } });
  const [idle, busy] = [await client(server), await client(server)];
  await idle.ask(READ, 11);
  clock.advance(600);
  await busy.ask(READ, 11);
  clock.advance(400);
  await idle.ended;
  expect(server.counters.idle).toBe(1);
  expect(await busy.ask(READ, 11)).toBe(ANSWER);
  clock.advance(1000);
  await busy.ended;
});

test('a connection too many pushes out the oldest idle one', async () => {
  const server = await serve({ limits: { connections: 2 } });
  const first = await client(server);
  await first.ask(READ, 11);
  clock.advance(1);
  const second = await client(server);
  await second.ask(READ, 11);
  clock.advance(1);
  await first.ask(READ, 11);
  const third = await client(server);
  await second.ended;
  expect(await first.ask(READ, 11)).toBe(ANSWER);
  expect(await third.ask(READ, 11)).toBe(ANSWER);
  expect(server.counters).toMatchObject({ connects: 3, evicted: 1 });
});

test('one address too often pushes out its own oldest idle connection', async () => {
  const server = await serve({ limits: { connections: 10, perAddress: 2 } });
  const first = await client(server);
  await first.ask(READ, 11);
  clock.advance(1);
  const second = await client(server);
  await second.ask(READ, 11);
  const third = await client(server);
  await first.ended;
  expect(await second.ask(READ, 11)).toBe(ANSWER);
  expect(await third.ask(READ, 11)).toBe(ANSWER);
  expect(server.counters).toMatchObject({ connects: 3, evicted: 1 });
});

test('a client that asks too often is heard again later, and loses nothing', async () => {
  const limits = { requestsPerSecond: 10, halfFrameMs: 1000, idleMs: 5000 };
  const server = await serve({ limits });
  const [greedy, modest] = [await client(server), await client(server)];
  await greedy.ask(Buffer.concat(Array.from({ length: 10 }, () => READ)), 110);
  expect(server.counters.throttled).toBe(0);
  // The eleventh is answered, and with it the second's allowance is spent.
  await greedy.ask(Buffer.concat([READ, READ.subarray(0, 3)]), 11);
  expect(server.counters.throttled).toBe(1);
  const later = greedy.ask(READ.subarray(3), 11);
  expect(await modest.ask(READ, 11)).toBe(ANSWER);
  clock.advance(1099);
  expect(await modest.ask(READ, 11)).toBe(ANSWER);
  expect(server.counters).toMatchObject({ answers: 13, halfFrame: 0 });
  clock.advance(1);
  expect(await later).toBe(ANSWER);
  expect(server.counters).toMatchObject({ answers: 14, throttled: 1, halfFrame: 0 });
});

test('refuses addresses that may not connect', async () => {
  const seen: string[] = [];
  const server = await serve({
    admit(address) {
      seen.push(address);
      return false;
    },
  });
  await (
    await client(server)
  ).ended;
  expect(seen).toEqual(['127.0.0.1']);
  expect(server.counters).toMatchObject({ refused: 1, connects: 0 });
});

test('waits with a client that asks and does not fetch, and loses nothing of it', async () => {
  const server = await serve({ limits: { unsentBytes: 1000 } });
  const { socket } = await client(server);
  socket.pause();
  // Each batch is answered in one write that fits the server's buffer, so a write that waits shares
  // its memory with the next one, unless the server takes care.
  const batch = 100;
  let sent = 0;
  do {
    socket.write(requestsFrom(sent, batch));
    sent += batch;
  } while (sent < 60_000 && (await reaches(() => server.counters.answers, sent)));
  // The server has stopped reading: ours is not the memory to fill.
  expect(server.counters.answers).toBeLessThan(sent);
  const received: Buffer[] = [];
  let size = 0;
  socket.on('data', (chunk) => {
    received.push(chunk);
    size += chunk.length;
  });
  socket.resume();
  while (size < sent * 259) await once(socket, 'data');
  const answers = Buffer.concat(received);
  const ids = Array.from({ length: sent }, (_, index) => answers.readUInt16BE(index * 259));
  expect(ids).toEqual(Array.from({ length: sent }, (_, id) => id));
});

/** Reads of 125 registers with ids that count up. */
function requestsFrom(first: number, count: number): Buffer {
  return Buffer.concat(
    Array.from({ length: count }, (_, index) => {
      const id = first + index;
      return Buffer.from([id >> 8, id, 0, 0, 0, 6, 1, 3, 0, 0, 0, 125]);
    }),
  );
}

/** Whether a number gets as far as `goal`; not, when it has stood still for 100 ms. */
async function reaches(read: () => number, goal: number): Promise<boolean> {
  for (let before = -1, quiet = 0; quiet < 100;) {
    if (read() >= goal) return true;
    await new Promise((resolve) => setTimeout(resolve, 1));
    quiet = read() === before ? quiet + 1 : 0;
    before = read();
  }
  return false;
}

test('a port that is taken is a ConnectError with the port in it', async () => {
  const { port } = await serve();
  await expect(serve({ port })).rejects.toThrow(`cannot listen on 127.0.0.1 port ${port}`);
});

test('closing ends every connection and frees the port', async () => {
  const server = await serve();
  const { ended } = await client(server);
  const { port } = server;
  await server.close();
  await ended;
  expect((await serve({ port })).port).toBe(port);
});
