import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { TextConversation, textCounters } from './text-conversation.ts';
import type { TextDevice } from './text-desk.ts';
import { openTextPort, type TextPort, type TextPortOptions } from './text-port.ts';

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface SetUp extends Partial<Omit<TextPortOptions, 'device'>> {
  readonly device?: Partial<TextDevice>;
}

async function setUp({ device, ...options }: SetUp = {}) {
  const clock = new ManualClock();
  const get = async (cell: number): Promise<number> => cell * 10;
  const port = await openTextPort({
    ...{ port: 0, clock, device: { get, ...device } },
    ...options,
  });
  cleanUps.push(async () => port.close());
  return { clock, port };
}

interface Client {
  readonly socket: Socket;
  /** All that was received, when the port has ended the connection. */
  readonly answer: Promise<string>;
}

async function dial({ port }: TextPort): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  cleanUps.push(() => {
    socket.destroy();
  });
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const ended = Promise.race([once(socket, 'end'), once(socket, 'close')]);
  return { socket, answer: ended.then(() => Buffer.concat(received).toString()) };
}

/** Waits for what sockets bring; what the port does at a time is for the clock. */
async function until(isTrue: () => boolean): Promise<void> {
  await vi.waitFor(() => {
    if (!isTrue()) throw new Error('not yet');
  });
}

/** Sends a request without a line end and lets the moment of silence pass. */
async function ask(set: { clock: ManualClock; port: TextPort }, text: string | Buffer) {
  const { socket, answer } = await dial(set.port);
  socket.write(text);
  await until(() => set.clock.nextAlarm() - set.clock.now() <= 30);
  set.clock.advance(30);
  await answer;
  socket.end();
  return answer;
}

test('a request without a line end is answered, and the connection is closed', async () => {
  const set = await setUp();
  expect(await ask(set, 'Get:25')).toBe('250.0');
  expect(set.port.host).toBe('127.0.0.1');
  expect(set.port.counters).toMatchObject({ connects: 1, requests: 1, answers: 1 });
  await until(() => set.port.clients === 0);
});

test('a request with a line end is answered at once', async () => {
  const { port } = await setUp();
  const { socket, answer } = await dial(port);
  socket.write('Get:25\r\n');
  expect(await answer).toBe('250.0');
});

test('a request that ends with what the client sends is answered at once', async () => {
  const { port } = await setUp();
  const first = await dial(port);
  first.socket.end('Get:25');
  expect(await first.answer).toBe('250.0');
  const nothing = await dial(port);
  nothing.socket.end();
  expect(await nothing.answer).toBe('Unknown command');
});

test('a request may come in two pieces', async () => {
  const { clock, port } = await setUp();
  const { socket, answer } = await dial(port);
  socket.write('Get:2');
  await until(() => clock.nextAlarm() === 30);
  clock.advance(29);
  socket.write('5');
  await until(() => clock.nextAlarm() === 59);
  clock.advance(30);
  expect(await answer).toBe('250.0');
});

test('more lines are more requests, and their answers have line ends between them', async () => {
  const { port } = await setUp();
  const { socket, answer } = await dial(port);
  socket.end('Status\nGet:1\r\nGet:x\nhello\n');
  expect(await answer).toBe(
    "Ok\n10.0\nException occurred: invalid literal for int() with base 10: 'x'\nUnknown command",
  );
  expect(port.counters).toMatchObject({ requests: 4, answers: 4, unknown: 1, failures: 1 });
});

test('one connection does not ask for ever', async () => {
  const { port } = await setUp({ limits: { requests: 3 } });
  const { socket, answer } = await dial(port);
  socket.write('Status\n'.repeat(10));
  expect(await answer).toBe('Ok\nOk\nOk');
});

test('many clients are answered at once, and an idle one disturbs nobody', async () => {
  const set = await setUp();
  await dial(set.port);
  const clients = await Promise.all(Array.from({ length: 8 }, async () => dial(set.port)));
  clients.forEach(({ socket }, index) => socket.end(`Get:${index}`));
  const answers = await Promise.all(clients.map(async ({ answer }) => answer));
  expect(answers).toEqual(clients.map((_, index) => `${index * 10}.0`));
});

describe('limits', () => {
  test('who says nothing is sent away', async () => {
    const { clock, port } = await setUp();
    const { answer } = await dial(port);
    await until(() => port.clients === 1);
    clock.advance(4_999);
    expect(port.clients).toBe(1);
    clock.advance(1);
    expect(await answer).toBe('');
    expect(port.counters.late).toBe(1);
  });

  test('who never ends his request is sent away, however often he adds to it', async () => {
    const { clock, port } = await setUp();
    const { socket, answer } = await dial(port);
    for (let at = 0; at < 5_000; at += 25) {
      const { bytesWritten } = socket;
      socket.write('x');
      await until(() => socket.bytesWritten > bytesWritten && clock.nextAlarm() >= at);
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(25);
    }
    expect(['', 'Unknown command']).toContain(await answer);
    expect(clock.now()).toBeLessThanOrEqual(5_000);
  });

  test('a request that is too long is none, and not kept', async () => {
    const { port } = await setUp();
    const { socket, answer } = await dial(port);
    socket.write('Get:1'.padEnd(200_000, ' '));
    expect(await answer).toBe('Unknown command');
    expect(port.counters).toMatchObject({ oversize: 1, requests: 0 });
  });

  test('what is sent while the device works waits with the client', () => {
    const never = new Promise<number>(() => undefined);
    const socket = new Socket();
    const limits = { clients: 1, requestBytes: 100, requests: 9, firstLineMs: 1, quietMs: 1 };
    const conversation = new TextConversation(socket, {
      ...{ device: { get: async () => never }, clock: new ManualClock(), logger: silentLogger },
      ...{ limits: { ...limits, answerMs: 1 }, counters: textCounters() },
    });
    socket.emit('data', Buffer.from('Get:1\n'));
    socket.emit('data', Buffer.alloc(100));
    expect([conversation.isWorking, socket.isPaused()]).toEqual([true, false]);
    socket.emit('data', Buffer.alloc(1));
    expect(socket.isPaused()).toBe(true);
    conversation.end();
  });

  test('a client too many pushes out the oldest that only waits', async () => {
    const set = await setUp({ limits: { clients: 2 } });
    const first = await dial(set.port);
    await until(() => set.port.clients === 1);
    await dial(set.port);
    await until(() => set.port.clients === 2);
    const third = await dial(set.port);
    third.socket.end('Status');
    expect(await third.answer).toBe('Ok');
    expect(await first.answer).toBe('');
    expect(set.port.counters.evicted).toBe(1);
  });

  test('a client too many is refused while all others wait for the device', async () => {
    const never = new Promise<number>(() => undefined);
    const { port } = await setUp({ limits: { clients: 1 }, device: { get: async () => never } });
    const first = await dial(port);
    first.socket.end('Get:1');
    await until(() => port.counters.requests === 1);
    expect(await (await dial(port)).answer).toBe('');
    expect(port.counters).toMatchObject({ refused: 1, evicted: 0 });
  });

  test('a device that never comes back is None', async () => {
    const never = new Promise<number>(() => undefined);
    const { clock, port } = await setUp({ device: { get: async () => never } });
    const { socket, answer } = await dial(port);
    socket.end('Get:1');
    await until(() => port.counters.requests === 1);
    clock.advance(30_000);
    expect(await answer).toBe('None');
  });
});

describe('who may ask', () => {
  test('is who is on the list', async () => {
    const { port } = await setUp({ allow: ['192.168.1.0/24'] });
    expect(await (await dial(port)).answer).toBe('');
    expect(port.counters).toMatchObject({ refused: 1, connects: 0 });
  });

  test('must be said for a wider address', async () => {
    await expect(setUp({ host: '0.0.0.0' })).rejects.toThrow('needs an allow list');
    const { port } = await setUp({ host: '0.0.0.0', allow: ['loopback'] });
    const { socket, answer } = await dial(port);
    socket.end('Status');
    expect(await answer).toBe('Ok');
  });
});

test('Exit is answered before the program ends, and only where it is enabled', async () => {
  const exit = vi.fn();
  const { port } = await setUp({ device: { exit } });
  const { socket, answer } = await dial(port);
  socket.end('Quit');
  expect(await answer).toBe('Exit');
  expect(exit).toHaveBeenCalledExactlyOnceWith();
  const without = await setUp();
  const refused = await dial(without.port);
  refused.socket.end('Quit');
  expect(await refused.answer).toBe('Exception occurred: exit is not enabled');
});

test('a fault of ours ends neither the connection without a word nor the port', async () => {
  const get = async (): Promise<number> => Promise.reject(new TypeError('ours'));
  const error = vi.fn();
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined };
  const { port } = await setUp({ device: { get }, logger: { ...silent, error } });
  const { socket, answer } = await dial(port);
  socket.end('Get:1');
  expect(await answer).toBe('Exception occurred: internal error');
  expect(error).toHaveBeenCalledOnce();
});

test('whatever comes is answered, and the next client too', async () => {
  const { port } = await setUp();
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    fc
      .array(fc.constantFrom('Get', 'Set', 'Read', 'Status', ':', '1', '-1', '\n', 'é', ' '))
      .map((words) => Buffer.from(words.join(''))),
  );
  const property = fc.asyncProperty(chunk, async (bytes) => {
    const { socket, answer } = await dial(port);
    socket.end(bytes);
    for (const line of (await answer).split('\n')) {
      expect(line).toMatch(/^(?:Ok|Unknown command|\d+\.0|PV=.*|Exception occurred: .+)$/);
    }
    socket.destroy();
  });
  await fc.assert(property, { seed: 20_260_101, numRuns: 200 });
});

test('closing ends every connection and frees the port', async () => {
  const { port } = await setUp();
  const { answer } = await dial(port);
  await until(() => port.clients === 1);
  await port.close();
  expect(await answer).toBe('');
});
