import { describe, expect, test } from 'vitest';
import { encodeMbap, MbapDeframer } from '../codec/frame/mbap.ts';
import { readHoldingRegisters } from '../codec/pdu/read-registers.ts';
import { writeSingleRegister } from '../codec/pdu/write-single-register.ts';
import { tcpClientBench } from '../../test/support/tcp-client-bench.ts';
import type { TraceEvent } from './client.ts';

test('the first request connects, and answers may come in any order', async () => {
  const { clock, dialer, read, answer, outcomes, sent } = tcpClientBench({ inFlight: 3 });
  for (let index = 0; index < 3; index += 1) read();
  await clock.run(0);
  expect([dialer.dials, sent().length]).toEqual([1, 3]);
  await answer(2);
  await answer(0);
  await answer(1);
  expect(outcomes).toEqual(['3: 3', '1: 1', '2: 2']);
});

test('requests of one tick leave in one write', async () => {
  const { clock, client, dialer, read, sent } = tcpClientBench({ inFlight: 16 });
  await Promise.all([client.connect(), clock.run(0)]);
  for (let index = 0; index < 5; index += 1) read();
  await clock.run(0);
  expect([dialer.transport.written.length, sent().length]).toEqual([1, 5]);
});

test('no more are on the wire than may be; the urgent one goes next', async () => {
  const { clock, read, answer, sent } = tcpClientBench({ inFlight: 1 });
  read();
  read();
  read({ priority: 'urgent' });
  await clock.run(0);
  // All were submitted while nothing was connected yet.
  expect(sent().map(({ pdu }) => pdu[2])).toEqual([3]);
  await answer(0);
  await answer(1);
  expect(sent().map(({ pdu }) => pdu[2])).toEqual([3, 1, 2]);
});

test('a request that times out makes room for the next, and its late answer is dropped', async () => {
  const { clock, client, read, answer, outcomes, sent } = tcpClientBench();
  read();
  read();
  await clock.run(999);
  expect(outcomes).toEqual([]);
  await clock.run(1);
  expect(outcomes).toEqual(['1: request-timeout']);
  expect(sent()).toHaveLength(2);
  await answer(0);
  await answer(1);
  expect(outcomes).toEqual(['1: request-timeout', '2: 2']);
  expect(client.counters).toMatchObject({ requests: 2, answers: 1, timeouts: 1, late: 1 });
});

test('time counts from sending, not from asking', async () => {
  const { clock, read, answer, outcomes } = tcpClientBench();
  read();
  read();
  await clock.run(900);
  await answer(0);
  await clock.run(900);
  expect(outcomes).toEqual(['1: 1']);
  await clock.run(100);
  expect(outcomes).toEqual(['1: 1', '2: request-timeout']);
});

describe('an answer that is not the one', () => {
  test.each([
    ['of another unit', { unitId: 2 }, 'response-mismatch', { foreign: 1, timeouts: 0 }],
    ['with another id', { transactionId: 77 }, 'request-timeout', { foreign: 1, timeouts: 1 }],
    [
      'of another function',
      { pdu: Uint8Array.of(4, 2, 0, 9) },
      'response-mismatch',
      { foreign: 1 },
    ],
    ['an exception to another function', { pdu: Uint8Array.of(0x84, 2) }, 'response-mismatch', {}],
  ])('%s is dropped, and the right one may follow', async (_, change, code, counters) => {
    const { clock, client, read, answer, outcomes } = tcpClientBench();
    read();
    await clock.run(0);
    await answer(0, change);
    expect(outcomes).toEqual([]);
    await answer(0);
    expect(outcomes).toEqual(['1: 1']);

    read();
    await clock.run(0);
    await answer(1, change);
    await clock.run(1000);
    expect(outcomes[1]).toBe(`2: ${code}`);
    expect(client.counters).toMatchObject(
      Object.fromEntries(
        Object.entries(counters).map(([key, count]) => [
          key,
          key === 'foreign' ? count * 2 : count,
        ]),
      ),
    );
  });

  test.each([
    ['a byte count too low', Uint8Array.of(3, 1, 0, 9), 'response-mismatch'],
    ['a byte count too high', Uint8Array.of(3, 4, 0, 9), 'response-mismatch'],
    ['too few bytes', Uint8Array.of(3, 2, 0), 'malformed-pdu'],
    ['too many bytes', Uint8Array.of(3, 2, 0, 9, 9), 'malformed-pdu'],
    ['nothing behind the function code', Uint8Array.of(3), 'malformed-pdu'],
    ['an exception without a code', Uint8Array.of(0x83), 'malformed-pdu'],
    ['an exception that is too long', Uint8Array.of(0x83, 2, 0), 'malformed-pdu'],
  ])('%s fails the request at once, and the connection stays', async (_, pdu, code) => {
    const { clock, client, dialer, read, answer, outcomes } = tcpClientBench();
    read();
    await clock.run(0);
    await answer(0, { pdu });
    read();
    await clock.run(0);
    await answer(1);
    expect(outcomes).toEqual([`1: ${code}`, '2: 2']);
    expect([dialer.dials, client.counters.damaged]).toEqual([1, 1]);
  });

  test('a doubled one meets nobody', async () => {
    const { clock, client, read, answer, outcomes } = tcpClientBench();
    read();
    await clock.run(0);
    await answer(0);
    read();
    await clock.run(0);
    await answer(0);
    await answer(1);
    expect(outcomes).toEqual(['1: 1', '2: 2']);
    expect(client.counters.foreign).toBe(1);
  });
});

test('an exception is an answer that says no', async () => {
  const { clock, client, read, answer, outcomes } = tcpClientBench();
  read({ retries: 3 });
  await clock.run(0);
  await answer(0, { pdu: Uint8Array.of(0x83, 2) });
  expect(outcomes).toEqual(['1: modbus-exception']);
  expect(client.counters).toMatchObject({ requests: 1, answers: 1, exceptions: 1 });
});

test('an id is not used again while its answer may still come, also after all 65536', async () => {
  const { clock, client, dialer } = tcpClientBench({
    inFlight: 2,
    timeoutMs: 10,
    timeoutsInRow: 9,
  });
  const ids: number[] = [];
  dialer.onDial = (transport) => {
    transport.onWrite = (bytes) => {
      const deframer = new MbapDeframer();
      deframer.push(bytes);
      for (let frame = deframer.next(); frame !== undefined; frame = deframer.next()) {
        const { transactionId, pdu } = frame;
        ids.push(transactionId);
        // The first two are never answered.
        if (ids.length <= 2) continue;
        const answer = encodeMbap({ transactionId, unitId: 1, pdu });
        queueMicrotask(() => {
          transport.receive(answer);
        });
      }
    };
  };
  const write = async (timeoutMs?: number): Promise<void> =>
    client.request(
      writeSingleRegister,
      1,
      { address: 1, value: 1 },
      { ...(timeoutMs !== undefined && { timeoutMs }) },
    );
  // One expires, the other stays on the wire.
  const expired = write(5).catch(() => undefined);
  const slow = write(1e9).catch(() => undefined);
  await clock.run(5);
  await expired;
  for (let turn = 0; turn < 70_000; turn += 1) await write();
  client.close();
  await slow;
  const [first, second] = ids;
  expect(ids.filter((id) => id === first || id === second)).toHaveLength(2);
  // All others went round.
  expect(new Set(ids).size).toBe(65_536);
});

describe('retries', () => {
  test('a request is asked again after a timeout, as often as it says', async () => {
    const { clock, client, read, answer, outcomes, sent } = tcpClientBench();
    read({ retries: 1 });
    await clock.run(1000);
    expect([outcomes, sent().length]).toEqual([[], 2]);
    await answer(1);
    expect(outcomes).toEqual(['1: 1']);
    read({ retries: 1 });
    await clock.run(2000);
    expect(outcomes[1]).toBe('2: request-timeout');
    expect(client.counters).toMatchObject({ requests: 4, timeouts: 3 });
  });

  test('and on the next connection, when the one it was sent on was lost', async () => {
    const { clock, dialer, read, answer, outcomes } = tcpClientBench();
    read();
    await clock.run(0);
    await answer(0);
    read({ retries: 1 });
    await clock.run(0);
    dialer.transport.hangUp();
    await clock.run(0);
    await answer(0);
    expect(outcomes).toEqual(['1: 1', '2: 2']);
  });
});

describe('giving up', () => {
  test('takes a waiting request out; one on the wire keeps its place until its time is up', async () => {
    const { clock, client, read, answer, outcomes, sent } = tcpClientBench();
    const abort = new AbortController();
    read({ signal: abort.signal });
    read({ signal: abort.signal });
    read();
    await clock.run(0);
    abort.abort(new Error('given up'));
    await clock.run(0);
    expect([outcomes, sent().length]).toEqual([['1: given up', '2: given up'], 1]);
    await answer(0);
    await answer(1);
    expect(outcomes.at(-1)).toBe('3: 3');
    expect(client.counters).toMatchObject({ requests: 2, answers: 1, late: 1 });
  });

  test('before asking sends nothing', async () => {
    const { clock, dialer, read, outcomes } = tcpClientBench();
    read({ signal: AbortSignal.abort(new Error('given up')) });
    await clock.run(0);
    expect([outcomes, dialer.dials]).toEqual([['1: given up'], 0]);
  });
});

test('a full queue refuses, and says so', async () => {
  const { clock, read, outcomes } = tcpClientBench({ waiting: 2 });
  read();
  await clock.run(0);
  for (let index = 0; index < 3; index += 1) read();
  await clock.run(0);
  expect(outcomes).toEqual(['4: overload']);
});

test('closing fails everything at once, and nothing is asked afterwards', async () => {
  const { clock, dialer, client, read, outcomes } = tcpClientBench();
  read({ retries: 5 });
  read();
  await clock.run(0);
  client.close();
  read();
  await clock.run(0);
  expect(outcomes.sort()).toEqual(['1: closed', '2: closed', '3: closed']);
  expect([dialer.transport.isOpen, dialer.dials, clock.nextAlarm()]).toEqual([false, 1, Infinity]);
});

test('what no device can be asked is refused and not sent', async () => {
  const { clock, client, dialer } = tcpClientBench();
  const read = async (unit: number, start: number, count: number): Promise<unknown> =>
    client.request(readHoldingRegisters, unit, { start, count });
  await expect(read(1, 0, 126)).rejects.toThrow('count is 126');
  await expect(read(256, 0, 1)).rejects.toThrow('unit id is 256');
  await expect(read(1.5, 0, 1)).rejects.toThrow('unit id is 1.5');
  await expect(
    client.request(writeSingleRegister, 1, { address: 0, value: 65_536 }),
  ).rejects.toThrow('65536');
  await clock.run(0);
  expect([dialer.dials, client.counters.requests]).toEqual([0, 0]);
});

test('whoever traces sees every frame and what became of it', async () => {
  const events: TraceEvent[] = [];
  const { clock, read, answer } = tcpClientBench({ trace: (event) => events.push(event) });
  read();
  await clock.run(5);
  await answer(0);
  await answer(0);
  expect(
    events.map(({ at, direction, bytes, outcome }) =>
      [at, direction, Buffer.from(bytes).toString('hex'), outcome].join(' '),
    ),
  ).toEqual([
    '0 sent 000100000006010300010001 ',
    '5 received 0001000000050103020001 answer',
    '5 received 0001000000050103020001 foreign',
  ]);
});

test('the line is busy while requests are on it', async () => {
  const { clock, client, read, answer } = tcpClientBench({ inFlight: 2 });
  read();
  await clock.run(10);
  read();
  await clock.run(10);
  await answer(0);
  await clock.run(10);
  await answer(1);
  await clock.run(100);
  expect(client.counters.busyMs).toBe(30);
});
