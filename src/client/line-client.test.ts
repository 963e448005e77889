import { describe, expect, test } from 'vitest';
import { encodeRtu } from '../codec/frame/rtu.ts';
import { readHoldingRegisters } from '../codec/pdu/read-registers.ts';
import {
  answerOf,
  lineClientBench,
  READ_DEADLINE_MS,
  writeOf,
} from '../../test/support/line-client-bench.ts';
import type { TraceEvent } from './client.ts';
import { networkTiming, serialTiming } from './line-timing.ts';

describe('the silence before a request', () => {
  const settings = { dataBits: 8, parity: 'none', stopBits: 1 } as const;

  test.each([
    [{ ...settings, baud: 9600 }, 0, 3.646, 1.042],
    [{ ...settings, baud: 9600, parity: 'even' }, 0, 4.01, 1.146],
    [{ ...settings, baud: 9600, stopBits: 2 }, 0, 4.01, 1.146],
    [{ ...settings, baud: 19_200 }, 0, 1.823, 0.521],
    [{ ...settings, baud: 38_400 }, 0, 1.75, 0.26],
    [{ ...settings, baud: 115_200 }, 0, 1.75, 0.087],
    [{ ...settings, baud: 115_200 }, 10, 11.75, 0.087],
  ] as const)('of %j with %d ms more is %d ms', (line, pauseMs, gapMs, charMs) => {
    const timing = serialTiming(line, pauseMs);
    expect(timing.gapMs).toBeCloseTo(gapMs, 3);
    expect(timing.charMs).toBeCloseTo(charMs, 3);
  });

  test('counts from the opening, and from the last byte received', async () => {
    const { clock, read, sent, receive } = lineClientBench();
    read(1, 1);
    read(1, 2);
    await clock.run(30);
    await receive(answerOf(1, 7));
    await clock.run(30);
    expect(sent.map(({ at }) => at)).toEqual([4, 34]);
  });

  test('counts from the end of sending, which is later than the write', async () => {
    const { clock, read, sent } = lineClientBench();
    read(1, 1, { timeoutMs: 0 });
    read(2, 2);
    await clock.run(100);
    // 8 ms to send, 7 ms for the answer that does not come; the gap has passed by then.
    expect(sent.map(({ at }) => at)).toEqual([4, 4 + 8 + 7]);
  });

  test('counts anew from every byte nobody asked for', async () => {
    const { clock, client, read, sent, receive } = lineClientBench();
    await Promise.all([client.connect(), clock.run(100)]);
    await receive(Uint8Array.of(0x55));
    read(1, 1);
    await clock.run(3);
    await receive(Uint8Array.of(0x55));
    await clock.run(10);
    expect(sent.map(({ at }) => at)).toEqual([107]);
  });
});

test('one request is on the line at a time, and the urgent one is next', async () => {
  const { clock, read, write, sent, receive } = lineClientBench();
  read(1, 1);
  await clock.run(10);
  read(2, 2);
  write(3, 3, { priority: 'urgent' });
  await clock.run(10);
  expect(sent).toHaveLength(1);
  await receive(answerOf(1, 7));
  await clock.run(10);
  expect(sent.map(({ text }) => text)).toEqual(['1 3 1 1', '3 6 3 1']);
});

test('time counts from the end of sending, and the wire has its own for the answer', async () => {
  const { clock, client, read, outcomes } = lineClientBench();
  read(1, 1);
  await clock.run(4 + READ_DEADLINE_MS - 0.1);
  expect(outcomes).toEqual([]);
  await clock.run(0.2);
  expect(outcomes).toEqual(['r1/1: request-timeout']);
  expect(client.counters).toMatchObject({ requests: 1, timeouts: 1 });
});

describe('what comes in place of an answer', () => {
  const DAMAGED = answerOf(1, 7).map((byte, index) => (index === 3 ? byte ^ 1 : byte));

  test.each([
    ['damaged', DAMAGED, 'framing', { damaged: 1 }],
    ['noise', Uint8Array.of(0x55, 0x00, 0xff), 'framing', { damaged: 1 }],
    ['cut short', answerOf(1, 7).subarray(0, 4), 'framing', { damaged: 1 }],
    ['of another unit', answerOf(2, 7), 'response-mismatch', { foreign: 1 }],
    ['of another function', answerOf(1, 7, 4), 'response-mismatch', { foreign: 1 }],
    ['of another length', encodeRtu(1, Uint8Array.of(3, 4, 0, 7, 0, 8)), 'response-mismatch', {}],
    ['a lying byte count', encodeRtu(1, Uint8Array.of(3, 1, 0, 7)), 'response-mismatch', {}],
    ['another exception', encodeRtu(1, Uint8Array.of(0x84, 2)), 'response-mismatch', {}],
    ['an exception of nothing', encodeRtu(1, Uint8Array.of(0x83, 0)), 'malformed-pdu', {}],
    ['our echo', encodeRtu(1, Uint8Array.of(3, 0, 1, 0, 1)), 'request-timeout', { foreign: 1 }],
  ])('%s is waited past, and says why when nothing follows', async (_, bytes, code, counters) => {
    const { clock, client, read, outcomes, receive } = lineClientBench();
    read(1, 1);
    await clock.run(30);
    await receive(bytes);
    await clock.run(30);
    expect(outcomes).toEqual([]);
    await receive(answerOf(1, 7));
    expect(outcomes).toEqual(['r1/1 = 7']);
    expect(client.counters).toMatchObject(counters);

    read(1, 1);
    await clock.run(30);
    await receive(bytes);
    await clock.run(200);
    expect(outcomes[1]).toBe(`r1/1: ${code}`);
  });

  test('glued to the answer it does no harm either', async () => {
    for (const bytes of [DAMAGED, Uint8Array.of(0x55), answerOf(2, 9), answerOf(1, 7)]) {
      const { clock, read, outcomes, receive } = lineClientBench();
      read(1, 1);
      await clock.run(30);
      await receive(bytes, answerOf(1, 7), bytes);
      read(1, 2);
      await clock.run(30);
      await receive(answerOf(1, 8));
      expect(outcomes).toEqual(['r1/1 = 7', 'r1/2 = 8']);
    }
  });

  test('the beginning of a longer frame hides the answer only until it is silent', async () => {
    const { clock, read, outcomes, receive } = lineClientBench();
    read(1, 1);
    await clock.run(30);
    await receive(Uint8Array.of(7, 3, 0xf0), answerOf(1, 7));
    expect(outcomes).toEqual([]);
    await clock.run(20);
    expect(outcomes).toEqual(['r1/1 = 7']);
  });
});

test('an exception is an answer', async () => {
  const { clock, client, read, outcomes, receive } = lineClientBench();
  read(1, 1, { retries: 2 });
  await clock.run(30);
  await receive(encodeRtu(1, Uint8Array.of(0x83, 2)));
  expect(outcomes).toEqual(['r1/1: modbus-exception']);
  expect(client.counters).toMatchObject({ requests: 1, answers: 1, exceptions: 1 });
});

describe('an adapter that hears what it sends', () => {
  const readEcho = encodeRtu(1, Uint8Array.of(3, 0, 1, 0, 1));

  test('is found out by reads, and then a write waits for the second copy', async () => {
    const { clock, read, write, outcomes, receive } = lineClientBench();
    for (let turn = 0; turn < 2; turn += 1) {
      read(1, 1);
      await clock.run(30);
      await receive(readEcho);
      await receive(answerOf(1, 7));
    }
    write(1, 5);
    await clock.run(30);
    await receive(writeOf(1, 5));
    expect(outcomes).toEqual(['r1/1 = 7', 'r1/1 = 7']);
    await receive(writeOf(1, 5));
    expect(outcomes[2]).toBe('w1/5');
  });

  test('once is no habit: a write afterwards is confirmed by the first copy', async () => {
    const { clock, read, write, outcomes, receive } = lineClientBench();
    read(1, 1);
    await clock.run(30);
    await receive(readEcho, answerOf(1, 7));
    write(1, 5);
    await clock.run(30);
    await receive(writeOf(1, 5));
    expect(outcomes).toEqual(['r1/1 = 7', 'w1/5']);
  });
});

test('what comes between transactions is dropped and counted', async () => {
  const { clock, client, read, outcomes, receive } = lineClientBench();
  await Promise.all([client.connect(), clock.run(10)]);
  await receive(answerOf(1, 9));
  await receive(Uint8Array.of(1, 3));
  await clock.run(30);
  read(1, 1);
  await clock.run(30);
  await receive(answerOf(1, 7));
  expect(outcomes).toEqual(['r1/1 = 7']);
  expect(client.counters).toMatchObject({ foreign: 1, damaged: 1 });
});

describe('wake-ups', () => {
  test('bytes wait in the system while no whole answer can have come', async () => {
    const { clock, client, dialer, outcomes, receive } = lineClientBench();
    const { transport } = await (async () => {
      await Promise.all([client.connect(), clock.run(10)]);
      return dialer;
    })();
    const count = 100;
    client
      .request(readHoldingRegisters, 1, { start: 0, count })
      .then(({ length }) => outcomes.push(`${length}`))
      .catch(() => undefined);
    await clock.run(0);
    // 8 characters are sent, and an exception has 5.
    expect(transport.isHeld).toBe(true);
    await clock.run(10.9);
    expect(transport.isHeld).toBe(true);
    await clock.run(0.2);
    expect(transport.isHeld).toBe(false);
    const frame = encodeRtu(1, Uint8Array.of(3, 200, ...new Uint8Array(200)));
    await receive(frame.subarray(0, 3));
    expect(transport.isHeld).toBe(true);
    // 202 are missing; the last is waited for awake.
    await clock.run(199.9);
    expect(transport.isHeld).toBe(true);
    await clock.run(0.2);
    expect(transport.isHeld).toBe(false);
    await receive(frame.subarray(3));
    expect(outcomes).toEqual(['100']);
  });

  test('an answer that was faster than the line lets nothing hang', async () => {
    const { clock, dialer, read, outcomes, receive } = lineClientBench();
    read(1, 1);
    await clock.run(5);
    expect(dialer.transport.isHeld).toBe(true);
    await receive(answerOf(1, 7));
    expect([outcomes, dialer.transport.isHeld]).toEqual([['r1/1 = 7'], false]);
  });
});

test('RTU over TCP ends a connection after three timeouts in a row', async () => {
  const { clock, dialer, read, outcomes } = lineClientBench({
    timing: networkTiming(),
    timeoutsInRow: 3,
  });
  for (let unit = 1; unit <= 3; unit += 1) read(unit, 1);
  await clock.run(400);
  expect(outcomes).toEqual(['r1/1', 'r2/1', 'r3/1'].map((name) => `${name}: request-timeout`));
  expect(dialer.transport.isOpen).toBe(false);
});

test('a serial port stays open however long its devices are silent', async () => {
  const { clock, dialer, read } = lineClientBench();
  for (let unit = 1; unit <= 9; unit += 1) read(unit, 1);
  await clock.run(2_000);
  expect(dialer.transport.isOpen).toBe(true);
});

test('unit 0 is asked nothing: nobody would answer', async () => {
  const { clock, client, dialer } = lineClientBench();
  await expect(client.request(readHoldingRegisters, 0, { start: 0, count: 1 })).rejects.toThrow(
    'unit 0 is everybody',
  );
  await clock.run(0);
  expect(dialer.dials).toBe(0);
});

test('losing the port fails what is on it, and the next request opens it again', async () => {
  const { clock, dialer, read, outcomes, receive } = lineClientBench();
  read(1, 1);
  await clock.run(30);
  await receive(answerOf(1, 7));
  read(2, 1);
  await clock.run(30);
  dialer.transport.hangUp();
  read(3, 1);
  await clock.run(30);
  await receive(answerOf(3, 9));
  expect(outcomes).toEqual(['r1/1 = 7', 'r2/1: connection-lost', 'r3/1 = 9']);
});

test('closing fails everything at once and leaves no alarm', async () => {
  const { clock, client, read, outcomes } = lineClientBench();
  read(1, 1, { retries: 3 });
  read(1, 2);
  await clock.run(30);
  client.close();
  await clock.run(0);
  expect(outcomes).toEqual(['r1/1: closed', 'r1/2: closed']);
  expect(clock.nextAlarm()).toBe(Infinity);
});

test('whoever traces sees frames, noise and what became of them', async () => {
  const events: TraceEvent[] = [];
  const { clock, read, receive } = lineClientBench({ trace: (event) => events.push(event) });
  read(1, 1);
  await clock.run(30);
  await receive(Uint8Array.of(0x55, 0x00), answerOf(1, 7), answerOf(1, 7));
  expect(events.map(({ direction, outcome, bytes }) => [direction, outcome, bytes.length])).toEqual(
    [
      ['sent', undefined, 8],
      ['received', 'damaged', 2],
      ['received', 'answer', 7],
      ['received', 'foreign', 7],
    ],
  );
});
