/**
 * A peer spoils every seventh answer in one way. No value may be wrong, and every request that is not
 * spoilt, the ones right behind a spoilt one too, must be answered, if need be after one more try.
 */
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { ConnectionLostError } from '../base/errors.ts';
import { encodeMbap } from '../codec/frame/mbap.ts';
import { encodeRtu } from '../codec/frame/rtu.ts';
import { readHoldingRegisters } from '../codec/pdu/read-registers.ts';
import { FakeDialer, type FakeTransport } from '../../test/support/fake-transport.ts';
import type { ModbusClient } from './client.ts';
import { lineClient } from './line-client.ts';
import { tcpClient } from './tcp-client.ts';

const TIMEOUT_MS = 100;
const ROUNDS = 70;
const EVERY = 7;

/** Bytes and when they come, in milliseconds after the request. */
type Delivery = readonly [afterMs: number, bytes: Uint8Array];
type Fault = (
  right: Uint8Array,
  request: Uint8Array,
  transport: FakeTransport,
) => readonly Delivery[];

/** The answer with some of its bytes replaced. */
function patched(bytes: Uint8Array, changes: Readonly<Record<number, number>>): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (const [at, value] of Object.entries(changes)) copy[Number(at)] = value;
  return copy;
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(Buffer.concat(parts));
const now = (...parts: readonly Uint8Array[]): readonly Delivery[] => [[1, joined(...parts)]];

/** What the register at an address holds: high byte 0x40, low byte the address. */
function answerPdu(start: number, count: number): Uint8Array {
  const registers = Array.from({ length: count }, (_, index) => [0x40, start + index]);
  return Uint8Array.of(3, count * 2, ...registers.flat());
}

/** Reads blocks of two registers, never the same twice in a row, and says what went wrong. */
async function play(client: ModbusClient, clock: ManualClock, retries: number): Promise<string[]> {
  const wrong: string[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const start = round;
    const asked = client
      .request(readHoldingRegisters, 1, { start, count: 2 }, { retries })
      .then((values) => {
        const right = [0x4000 + start, 0x4001 + start];
        if (String([...values]) !== String(right)) wrong.push(`WRONG VALUE in round ${round}`);
      })
      .catch((error: unknown) => {
        if (retries > 0 || round % EVERY !== 0) wrong.push(`round ${round}: ${String(error)}`);
      });
    // Also what is late has come by then, or is given up.
    await clock.run(TIMEOUT_MS * 5);
    await asked;
  }
  return wrong;
}

/** Where the fields of `00 01 00 00 00 07 01 03 04 40 01 40 02` are. */
const ID = 1;
const TCP_FAULTS: Readonly<Record<string, Fault>> = {
  silence: () => [],
  'late by half a timeout': (right) => [[TIMEOUT_MS * 1.5, right]],
  'late by a timeout': (right) => [[TIMEOUT_MS * 2, right]],
  'late by two timeouts': (right) => [[TIMEOUT_MS * 3, right]],
  'just in time': (right) => [[TIMEOUT_MS - 1, right]],
  'just too late': (right) => [[TIMEOUT_MS + 1, right]],
  twice: (right) => now(right, right),
  'twice, with a pause': (right) => [...now(right), [50, right]],
  'twice, the second late': (right) => [...now(right), [TIMEOUT_MS * 2, right]],
  'three times': (right) => now(right, right, right),
  'one byte at a time': (right) => [...right].map((byte, at) => [at + 1, Uint8Array.of(byte)]),
  'cut behind the header': (right) => [
    [1, right.subarray(0, 7)],
    [5, right.subarray(7)],
  ],
  'cut within the header': (right) => [
    [1, right.subarray(0, 3)],
    [5, right.subarray(3)],
  ],
  'cut in two, the rest late': (right) => [
    [1, right.subarray(0, 9)],
    [150, right.subarray(9)],
  ],
  'cut off': (right) => now(right.subarray(0, 9)),
  'cut off, then closed': (right, _, transport) => {
    queueMicrotask(() => {
      transport.receive(right.subarray(0, 9));
      transport.hangUp();
    });
    return [];
  },
  'closed instead': (_, __, transport) => {
    queueMicrotask(() => {
      transport.hangUp();
    });
    return [];
  },
  'reset instead': (_, __, transport) => {
    queueMicrotask(() => {
      transport.hangUp(new ConnectionLostError('reset'));
    });
    return [];
  },
  'closed behind the answer': (right, _, transport) => {
    queueMicrotask(() => {
      transport.receive(right);
      transport.hangUp();
    });
    return [];
  },
  'id of the one before': (right) => now(patched(right, { [ID]: (right[ID] ?? 0) - 1 })),
  'id of the one after': (right) => now(patched(right, { [ID]: (right[ID] ?? 0) + 1 })),
  'id 0': (right) => now(patched(right, { 0: 0, [ID]: 0 })),
  'id with its bytes swapped': (right) =>
    now(patched(right, { 0: right[1] ?? 0, 1: right[0] ?? 0 })),
  'another id, then the right one': (right) => now(patched(right, { 0: 0x99 }), right),
  'protocol id 1': (right) => now(patched(right, { 3: 1 })),
  'protocol id 0xFFFF': (right) => now(patched(right, { 2: 0xff, 3: 0xff })),
  'length 0': (right) => now(patched(right, { 5: 0 })),
  'length 1': (right) => now(patched(right, { 5: 1 })),
  'length one too low': (right) => now(patched(right, { 5: right.length - 7 })),
  'length one too high': (right) => now(patched(right, { 5: right.length - 5 })),
  'length 255': (right) => now(patched(right, { 5: 255 })),
  'length 0xFFFF': (right) => now(patched(right, { 4: 0xff, 5: 0xff })),
  'another unit': (right) => now(patched(right, { 6: 2 })),
  'unit 0': (right) => now(patched(right, { 6: 0 })),
  'unit 255': (right) => now(patched(right, { 6: 255 })),
  'another function': (right) => now(patched(right, { 7: 4 })),
  'function 0': (right) => now(patched(right, { 7: 0 })),
  'byte count too low': (right) => now(patched(right, { 8: 2 })),
  'byte count too high': (right) => now(patched(right, { 8: 6 })),
  'byte count odd': (right) => now(patched(right, { 8: 3 })),
  'byte count 0': (right) => now(patched(right, { 8: 0 })),
  'one register too few': ([a, b]) =>
    now(encodeMbap({ transactionId: ((a ?? 0) << 8) | (b ?? 0), unitId: 1, pdu: answerPdu(0, 1) })),
  'one register too many': ([a, b]) =>
    now(encodeMbap({ transactionId: ((a ?? 0) << 8) | (b ?? 0), unitId: 1, pdu: answerPdu(0, 3) })),
  'a bare function code': ([a, b]) =>
    now(
      encodeMbap({ transactionId: ((a ?? 0) << 8) | (b ?? 0), unitId: 1, pdu: Uint8Array.of(3) }),
    ),
  'an exception of another function': ([a, b]) =>
    now(encodeMbap({ transactionId: ((a ?? 0) << 8) | (b ?? 0), unitId: 1, pdu: Uint8Array.of(0x84, 2) })), // prettier-ignore
  'an exception without a code': ([a, b]) =>
    now(encodeMbap({ transactionId: ((a ?? 0) << 8) | (b ?? 0), unitId: 1, pdu: Uint8Array.of(0x83) })), // prettier-ignore
  'an exception that is too long': ([a, b]) =>
    now(encodeMbap({ transactionId: ((a ?? 0) << 8) | (b ?? 0), unitId: 1, pdu: Uint8Array.of(0x83, 2, 0, 0) })), // prettier-ignore
  'the request itself': (_, request) => now(request),
  'the request, then the answer': (right, request) => now(request, right),
  'text in front': (right) => now(Buffer.from('HTTP/1.1 400 Bad Request\r\n'), right),
  'zeros in front': (right) => now(new Uint8Array(9), right),
  'a byte too many behind': (right) => now(right, Uint8Array.of(0)),
};

const crcOf = (frame: Uint8Array): Uint8Array => encodeRtu(frame[0] ?? 0, frame.subarray(1, -2));

/** Where the fields of `01 03 04 40 01 40 02 crc crc` are. */
const RTU_FAULTS: Readonly<Record<string, Fault>> = {
  silence: () => [],
  'late by half a timeout': (right) => [[TIMEOUT_MS * 1.5, right]],
  'just in time': (right) => [[TIMEOUT_MS - 10, right]],
  'late by nearly a timeout': (right) => [[TIMEOUT_MS * 1.9, right]],
  twice: (right) => now(right, right),
  'three times': (right) => now(right, right, right),
  'late and twice': (right) => [[TIMEOUT_MS * 1.5, joined(right, right)]],
  'one byte at a time': (right) => [...right].map((byte, at) => [at + 1, Uint8Array.of(byte)]),
  'with a pause inside': (right) => [
    [1, right.subarray(0, 5)],
    [31, right.subarray(5)],
  ],
  'the last byte late': (right) => [
    [1, right.subarray(0, -1)],
    [TIMEOUT_MS * 1.5, right.subarray(-1)],
  ],
  'cut off': (right) => now(right.subarray(0, 5)),
  'without its first byte': (right) => now(right.subarray(1)),
  'without its last byte': (right) => now(right.subarray(0, -1)),
  'without its checksum': (right) => now(right.subarray(0, -2)),
  'a wrong bit in the data': (right) => now(patched(right, { 4: (right[4] ?? 0) ^ 1 })),
  'a wrong bit in the unit': (right) => now(patched(right, { 0: 3 })),
  'a wrong bit in the function': (right) => now(patched(right, { 1: 2 })),
  'a wrong bit in the count': (right) => now(patched(right, { 2: 5 })),
  'a wrong checksum': (right) => now(patched(right, { 7: (right[7] ?? 0) ^ 0x80 })),
  'the checksum high byte first': (right) => now(patched(right, { 7: right[8] ?? 0, 8: right[7] ?? 0 })), // prettier-ignore
  'a wrong bit, then right': (right) => now(patched(right, { 4: 0 }), right),
  'noise in front': (right) => now(Uint8Array.of(0x00, 0xff, 0x55), right),
  'a zero in front': (right) => now(Uint8Array.of(0), right),
  'noise behind': (right) => now(right, Uint8Array.of(0xff, 0x00)),
  'noise alone': () => now(Uint8Array.of(0x12, 0x34, 0x56, 0x78, 0x9a)),
  'the beginning of a long frame in front': (right) => now(Uint8Array.of(7, 3, 0xf0), right),
  'another unit': (right) => now(crcOf(patched(right, { 0: 2 }))),
  'another unit, then right': (right) => now(crcOf(patched(right, { 0: 2 })), right),
  'another function': (right) => now(crcOf(patched(right, { 1: 4 }))),
  'byte count too low': (right) => now(crcOf(patched(right, { 2: 2 }))),
  'byte count too high': (right) => now(crcOf(patched(right, { 2: 6 }))),
  'one register too few': () => now(encodeRtu(1, answerPdu(0, 1))),
  'one register too many': () => now(encodeRtu(1, answerPdu(0, 3))),
  'an exception of another function': () => now(encodeRtu(1, Uint8Array.of(0x84, 2))),
  'an exception with a wrong checksum': () => now(Uint8Array.of(1, 0x83, 2, 0, 0)),
  'the request itself': (_, request) => now(request),
  'the request, then the answer': (right, request) => now(request, right),
  'ASCII in place of RTU': () => now(Buffer.from(':0103044001400273\r\n')),
};

/** Plays against a peer that spoils every seventh answer of a fresh request, and only the first try of it. */
async function against(
  fault: Fault,
  makeClient: (dialer: FakeDialer, clock: ManualClock) => ModbusClient,
  answerTo: (request: Uint8Array) => { start: number; frame: Uint8Array },
  retries: number,
): Promise<string[]> {
  const clock = new ManualClock();
  const dialer = new FakeDialer();
  const spoilt = new Set<number>();
  dialer.onDial = (transport) => {
    transport.onWrite = (request) => {
      const { start, frame } = answerTo(request);
      const isBad = start % EVERY === 0 && !spoilt.has(start);
      if (isBad) spoilt.add(start);
      const deliveries = isBad ? fault(frame, request, transport) : now(frame);
      for (const [afterMs, bytes] of deliveries) {
        clock.alarm(clock.now() + afterMs, () => {
          transport.receive(bytes);
        });
      }
    };
  };
  const client = makeClient(dialer, clock);
  const wrong = await play(client, clock, retries);
  client.close();
  expect(spoilt.size).toBe(ROUNDS / EVERY);
  return wrong;
}

const backoff = { firstMs: 10, maxMs: 10 };

describe('over TCP', () => {
  test.each(Object.entries(TCP_FAULTS))('%s', async (_, fault) => {
    for (const retries of [0, 1]) {
      const wrong = await against(
        fault,
        (dialer, clock) => tcpClient(dialer, { clock, timeoutMs: TIMEOUT_MS, backoff }),
        (request) => {
          const [high = 0, low = 0, , , , , , , , start = 0] = request;
          const transactionId = (high << 8) | low;
          return {
            start,
            frame: encodeMbap({ transactionId, unitId: 1, pdu: answerPdu(start, 2) }),
          };
        },
        retries,
      );
      expect(wrong).toEqual([]);
    }
  });
});

describe('on a serial line', () => {
  const timing = { charMs: 0.1, gapMs: 2, silenceMs: 20 };
  test.each(Object.entries(RTU_FAULTS))('%s', async (_, fault) => {
    for (const retries of [0, 1]) {
      const wrong = await against(
        fault,
        (dialer, clock) => lineClient(dialer, { clock, timing, timeoutMs: TIMEOUT_MS, backoff }),
        (request) => ({
          start: request[3] ?? 0,
          frame: encodeRtu(1, answerPdu(request[3] ?? 0, 2)),
        }),
        retries,
      );
      expect(wrong).toEqual([]);
    }
  });
});
