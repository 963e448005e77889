import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { GatewayError } from '../../src/base/errors.ts';
import type { ModbusClient } from '../../src/client/client.ts';
import { clientFor } from '../../src/client/client-for.ts';
import { readHoldingRegisters } from '../../src/codec/pdu/read-registers.ts';
import { listenTcp } from '../../src/server/listen-tcp.ts';
import { plainImage } from '../../src/server/unit-tables.ts';
import { listenDeviceServer } from '../../src/simulate/device-server.ts';
import { faults, type FaultSpec } from '../../src/simulate/faults.ts';
import { parseTarget } from '../../src/transport/endpoint.ts';

const REQUESTS = 30;
const TIMEOUT_MS = 60;
/** At this pace a character takes 0.1 ms. */
const FAST_LINE_MS = 0.1;

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** What a register holds says where it is. */
const valueAt = (address: number): number => (address * 7 + 3) & 0xffff;

const EVERYTHING: FaultSpec = {
  ...{ drop: 0.05, crc: 0.05, previous: 0.05 },
  late: { share: 0.05, byMs: 1.5 * TIMEOUT_MS },
};

/** Whose fault a failed request may be: the device's or the connection's, never ours. */
const BLAMELESS =
  /^(request-timeout|modbus-exception|malformed-pdu|response-mismatch|framing|connection-lost|connect)$/;

type Kind = 'tcp' | 'rtu+tcp' | 'paced';

async function connectTo(kind: Kind, spec: FaultSpec): Promise<ModbusClient> {
  const tables = plainImage({ holding: 1000 });
  tables.holding.setRegisters(
    0,
    Array.from({ length: 1000 }, (_, index) => valueAt(index)),
  );
  const interceptor = faults(spec, { clock: systemClock, seed: 7 });
  const common = { port: 0, units: tables, clock: systemClock, interceptor };
  const server =
    kind === 'paced'
      ? await listenDeviceServer({ ...common, charMs: FAST_LINE_MS })
      : await listenTcp({ ...common, framing: kind === 'tcp' ? 'mbap' : 'rtu' });
  cleanUps.push(async () => server.close());
  const scheme = kind === 'tcp' ? 'tcp' : 'rtu+tcp';
  const client = clientFor(parseTarget(`${scheme}://127.0.0.1:${server.port}`), {
    clock: systemClock,
    timeoutMs: TIMEOUT_MS,
    backoff: { firstMs: 1, maxMs: 10 },
  });
  cleanUps.push(async () => {
    client.close();
    return Promise.resolve();
  });
  return client;
}

/** Asks for one stretch after the other, none as long as the one before; gives how many were right. */
async function askAll(client: ModbusClient): Promise<number> {
  let right = 0;
  for (let turn = 0; turn < REQUESTS; turn += 1) {
    const range = { start: (turn * 13) % 900, count: 1 + (turn % 9) };
    try {
      const registers = await client.request(readHoldingRegisters, 1, range, { retries: 1 });
      const expected = Array.from({ length: range.count }, (_, index) =>
        valueAt(range.start + index),
      );
      expect([...registers]).toEqual(expected);
      right += 1;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      expect(error.code).toMatch(BLAMELESS);
    }
  }
  return right;
}

describe.each<Kind>(['tcp', 'rtu+tcp'])('a client over %s', (kind) => {
  test.each<[string, FaultSpec, number]>([
    ['requests get lost', { drop: 0.2 }, 10],
    ['answers are damaged', { crc: 0.2 }, 10],
    ['answers come after it gave up', { late: { share: 0.2, byMs: 1.5 * TIMEOUT_MS } }, 10],
    ['the answer before comes once more', { previous: 0.2 }, 10],
    ['the device refuses', { exception: { share: 0.2, code: 6 } }, 10],
    ['answers take their time', { delay: { minMs: 1, maxMs: 20 } }, REQUESTS],
    ['the device falls silent at times', { silent: { forMs: 100, everyMs: 300 } }, 10],
    ['all of it happens', EVERYTHING, 10],
  ])('has no wrong value while %s, and goes on', async (_, spec, least) => {
    const client = await connectTo(kind, spec);
    expect(await askAll(client)).toBeGreaterThanOrEqual(least);
  });
});

test('a client of a slow line behind a device server has no wrong value either', async () => {
  const client = await connectTo('paced', EVERYTHING);
  expect(await askAll(client)).toBeGreaterThanOrEqual(10);
});
