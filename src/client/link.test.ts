import { describe, expect, test } from 'vitest';
import { ConnectionLostError } from '../base/errors.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { tcpClientBench } from '../../test/support/tcp-client-bench.ts';
import { tcpClient } from './tcp-client.ts';

describe('the connection ends', () => {
  test.each([
    ['a foreign protocol id', '0001 0001 0003 01 03 02'],
    ['a length no frame can have', '0001 0000 0FFF 01 03 02'],
    ['a length of nothing', '0001 0000 0000'],
  ])('after %s, and the next request finds a new one', async (_, bytes) => {
    const { clock, client, dialer, read, answer, outcomes } = tcpClientBench();
    read();
    await clock.run(0);
    await answer(0);
    read();
    await clock.run(0);
    dialer.transport.receive(Buffer.from(bytes.replaceAll(' ', ''), 'hex'));
    await clock.run(0);
    expect(dialer.transport.isOpen).toBe(false);
    read();
    await clock.run(0);
    await answer(0);
    expect(outcomes).toEqual(['1: 1', '2: framing', '3: 3']);
    expect(client.counters).toMatchObject({ damaged: 1, connects: 2 });
  });

  test('after three timeouts in a row', async () => {
    const { clock, dialer, read, outcomes } = tcpClientBench();
    for (let index = 0; index < 4; index += 1) read();
    await clock.run(2_999);
    expect(dialer.transport.isOpen).toBe(true);
    await clock.run(1);
    expect(dialer.transports[0]?.isOpen).toBe(false);
    // It never answered, so the fourth does not get a connection at once.
    expect(outcomes).toEqual([
      ...['1: request-timeout', '2: request-timeout', '3: request-timeout', '4: connect'],
    ]);
  });

  test('and a late answer says that it lives', async () => {
    const { clock, dialer, read, answer } = tcpClientBench();
    for (let index = 0; index < 4; index += 1) read();
    await clock.run(2_500);
    await answer(0);
    await clock.run(1_000);
    expect(dialer.transport.isOpen).toBe(true);
  });

  test('what was on the wire fails; what waited goes out on the next connection', async () => {
    const { clock, dialer, read, answer, outcomes, sent } = tcpClientBench();
    read();
    await clock.run(0);
    await answer(0);
    read();
    read();
    await clock.run(0);
    dialer.transport.hangUp(new ConnectionLostError('reset'));
    await clock.run(0);
    expect(outcomes).toEqual(['1: 1', '2: connection-lost']);
    expect(sent().map(({ pdu }) => pdu[2])).toEqual([3]);
  });
});

describe('when nobody can be reached', () => {
  test('requests fail at once during growing pauses, and work again afterwards', async () => {
    const { clock, client, dialer, read, answer, outcomes } = tcpClientBench({
      backoff: { firstMs: 1000, maxMs: 4000 },
    });
    dialer.isRefusing = true;
    read();
    await clock.run(0);
    read();
    await clock.run(0);
    expect([outcomes, dialer.dials]).toEqual([['1: connect', '2: connect'], 1]);
    await clock.run(1000);
    read();
    await clock.run(0);
    expect(dialer.dials).toBe(2);
    // The second pause is longer than the first can be.
    await clock.run(1_100);
    read();
    await clock.run(0);
    expect(dialer.dials).toBe(2);
    dialer.isRefusing = false;
    await clock.run(2_000);
    read();
    await clock.run(0);
    await answer(0);
    expect(outcomes.at(-1)).toBe('5: 5');
    expect(client.counters).toMatchObject({ connects: 1, connectFailures: 2 });
  });

  test('the pause is said, with its reason', async () => {
    const { clock, client, dialer } = tcpClientBench({ backoff: { firstMs: 2000, maxMs: 2000 } });
    dialer.isRefusing = true;
    await Promise.all([expect(client.connect()).rejects.toThrow('cannot connect'), clock.run(0)]);
    await expect(client.connect()).rejects.toThrow(
      /not connected to tcp:\/\/fake:502, next try in [12]\.\d s/,
    );
  });

  test('a peer that accepts and hangs up is not dialled for ever', async () => {
    const { clock, dialer, read } = tcpClientBench();
    dialer.onDial = (transport) => {
      queueMicrotask(() => {
        transport.hangUp();
      });
    };
    for (let index = 0; index < 20; index += 1) {
      read();
      await clock.run(10);
    }
    expect(dialer.dials).toBe(1);
  });

  test('a dial that takes too long is given up', async () => {
    const clock = new ManualClock();
    const client = tcpClient(
      {
        url: 'tcp://slow:502',
        dial: async (signal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              reject(signal.reason as Error);
            });
          }),
      },
      { clock, connectTimeoutMs: 50 },
    );
    const connecting = expect(client.connect()).rejects.toThrow('within 50 ms');
    await clock.run(50);
    await connecting;
  });
});
