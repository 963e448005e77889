import { expect, test } from 'vitest';
import { ConnectionLostError } from '../base/errors.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { crc16 } from '../codec/frame/crc16.ts';
import type { Receiver, Transport } from '../transport/transport.ts';
import { serveTransport, type ServeOptions } from './serve-transport.ts';
import { plainImage } from './unit-tables.ts';

function frame(...bytes: number[]): Uint8Array {
  const crc = crc16(Uint8Array.from(bytes));
  return Uint8Array.of(...bytes, crc & 0xff, crc >> 8);
}

function setUp(options: Partial<ServeOptions> = {}) {
  const clock = new ManualClock();
  const written: Uint8Array[] = [];
  let receiver: Receiver | undefined;
  const transport: Transport = {
    listen: (given) => (receiver = given),
    write: (bytes) => written.push(bytes),
    close: () => receiver?.end(),
  };
  const units = plainImage({ holding: 10, writable: true });
  const server = serveTransport(transport, { units, clock, ...options });
  const receive = (bytes: Uint8Array): void => receiver?.data(bytes);
  const end = (error?: ConnectionLostError): void => receiver?.end(error);
  return { clock, written, server, receive, end };
}

test('an answer leaves after the turnaround, not before', () => {
  const { clock, written, receive } = setUp({ turnaroundMs: 4 });
  receive(frame(1, 3, 0, 0, 0, 1));
  clock.advance(3.9);
  expect(written).toEqual([]);
  clock.advance(0.1);
  expect(written).toEqual([frame(1, 3, 2, 0, 0)]);
});

test('what was written stays as it is while later requests are answered', () => {
  const { clock, written, receive } = setUp();
  receive(frame(1, 3, 0, 0, 0, 1));
  clock.advance(2);
  receive(frame(1, 6, 0, 0, 0, 7));
  clock.advance(2);
  expect(written).toEqual([frame(1, 3, 2, 0, 0), frame(1, 6, 0, 0, 0, 7)]);
});

test('silence answers what has no length of its own', () => {
  const { clock, written, receive } = setUp({ silenceMs: 10, turnaroundMs: 0 });
  receive(frame(1, 0x2b, 14, 1, 0));
  clock.advance(10);
  expect(written).toEqual([frame(1, 0xab, 1)]);
});

test('an answer is late, damaged or missing when a simulated fault says so', async () => {
  const { clock, written, receive } = setUp({
    turnaroundMs: 0,
    interceptor: () => ({ delayMs: 30, answer: 'corrupt' }),
  });
  receive(frame(1, 3, 0, 0, 0, 1));
  await clock.run(29);
  expect(written).toEqual([]);
  await clock.run(1);
  const [answer] = written;
  expect(answer).toHaveLength(7);
  expect(crc16(answer ?? new Uint8Array())).not.toBe(0);
});

test('nothing is written to a transport that has ended', async () => {
  const { clock, written, receive, end, server } = setUp();
  receive(frame(1, 3, 0, 0, 0, 1));
  const error = new ConnectionLostError('unplugged');
  end(error);
  clock.advance(100);
  expect(written).toEqual([]);
  expect(await server.ended).toBe(error);
  expect(server.counters.lost).toBe(1);
});

test('closing is no loss', async () => {
  const { server } = setUp();
  server.close();
  expect(await server.ended).toBeUndefined();
  expect(server.counters.lost).toBe(0);
});
