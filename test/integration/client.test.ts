/** Our clients against servers that are not ours. */
import { afterEach, describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { systemClock } from '../../src/base/system-clock.ts';
import {
  connect,
  maskWriteRegister,
  readCoils,
  readDiscreteInputs,
  readHoldingRegisters,
  readInputRegisters,
  readWriteRegisters,
  serialTiming,
  writeMultipleCoils,
  writeMultipleRegisters,
  writeSingleCoil,
  writeSingleRegister,
  type ModbusClient,
} from '../../src/modbus.ts';
import { missing, PYTHON, startPeer, type Peer } from '../support/peers.ts';
import {
  freePort,
  startReferenceDevice,
  type ReferenceDevice,
} from '../support/reference-device.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function connected(target: string): Promise<ModbusClient> {
  const client = await connect(target, { clock: systemClock, timeoutMs: 2_000 });
  cleanUps.push(() => {
    client.close();
  });
  return client;
}

/** `u16` and `i16` in wire order are registers as they are: the first two points of the device. */
function plainRegister(
  { held }: ReferenceDevice,
  type: 'u16' | 'i16',
): [address: number, value: number] {
  const point = held.points.find((one) => one.type === type && one.order === 'ABCD');
  return [point?.address ?? NaN, Number(point?.value) & 0xffff];
}

/** Every function, against what the device says it holds, and what was written read back. */
async function askEverything(client: ModbusClient, device: ReferenceDevice): Promise<void> {
  for (const type of ['u16', 'i16'] as const) {
    const [start, value] = plainRegister(device, type);
    for (const codec of [readHoldingRegisters, readInputRegisters]) {
      expect([...(await client.request(codec, 1, { start, count: 1 }))]).toEqual([value]);
    }
  }
  const bits = device.held.bits.map(Number);
  for (const codec of [readCoils, readDiscreteInputs]) {
    const read = await client.request(codec, 1, { start: 0, count: bits.length });
    expect([...read]).toEqual(bits);
  }

  await client.request(writeSingleCoil, 1, { address: 1, value: true });
  await client.request(writeMultipleCoils, 1, { start: 2, values: [1, 0, 1, 1] });
  const coils = await client.request(readCoils, 1, { start: 1, count: 5 });
  expect([...coils]).toEqual([1, 1, 0, 1, 1]);

  await client.request(writeSingleRegister, 1, { address: 0, value: 0xfeed });
  await client.request(writeMultipleRegisters, 1, { start: 1, values: [1, 2, 65_535] });
  await client.request(maskWriteRegister, 1, { address: 0, andMask: 0xff00, orMask: 0x0012 });
  const registers = await client.request(readHoldingRegisters, 1, { start: 0, count: 4 });
  expect([...registers]).toEqual([0xfe12, 1, 2, 65_535]);
  const both = await client.request(readWriteRegisters, 1, {
    read: { start: 2, count: 2 },
    write: { start: 2, values: [7] },
  });
  expect([...both]).toEqual([7, 65_535]);

  await expect(
    client.request(readHoldingRegisters, 1, { start: 60_000, count: 1 }),
  ).rejects.toMatchObject({ code: 'modbus-exception', exception: 2 });
  // Every request was answered, once, by its own answer.
  const { requests, answers, timeouts, damaged, late, foreign } = client.counters;
  expect({ answers, timeouts, damaged, late, foreign }).toEqual({
    ...{ answers: requests, timeouts: 0, damaged: 0, late: 0, foreign: 0 },
  });
}

describe.each(['libmodbus', 'pymodbus'] as const)('%s over TCP', (server) => {
  test.skipIf(missing(server))(
    'answers every function, and is found again after a restart',
    async () => {
      const port = await freePort();
      let device = await startReferenceDevice(server, 'tcp', port);
      cleanUps.push(async () => device.stop());
      const client = await connected(`tcp://127.0.0.1:${port}`);
      await askEverything(client, device);

      await device.stop();
      const read = async (): Promise<Uint16Array> =>
        client.request(readHoldingRegisters, 1, { start: 0, count: 1 }, { timeoutMs: 500 });
      await expect(read()).rejects.toThrow();
      device = await startReferenceDevice(server, 'tcp', port);
      await expect
        .poll(
          async () =>
            read().then(
              ({ length }) => length,
              () => 0,
            ),
          { timeout: 10_000 },
        )
        .toBe(1);
    },
  );
});

async function pacedCable(baud: number): Promise<[near: string, far: string]> {
  let paths: string[] = [];
  const script = join(import.meta.dirname, '../support/paced_cable.py');
  const cable: Peer = await startPeer(PYTHON, [script, `${baud / 10}`], /^ready /, (line) => {
    paths = line.split(' ').slice(1);
  });
  cleanUps.push(async () => cable.stop());
  const [near = '', far = ''] = paths;
  return [near, far];
}

test.skipIf(missing('pymodbus'))(
  'pymodbus on a line at 9600 8N1 answers every function',
  async () => {
    const [near, far] = await pacedCable(9600);
    const device = await startReferenceDevice('pymodbus', 'rtu', far);
    cleanUps.push(async () => device.stop());
    const client = await connected(`serial:${near} 9600 8N1`);
    await askEverything(client, device);

    // Ten registers cannot come faster than their 33 characters and two silences.
    const { charMs, gapMs } = serialTiming({
      baud: 9600,
      dataBits: 8,
      parity: 'none',
      stopBits: 1,
    });
    const began = performance.now();
    for (let turn = 0; turn < 5; turn += 1) {
      await client.request(readHoldingRegisters, 1, { start: 0, count: 10 });
    }
    expect((performance.now() - began) / 5).toBeGreaterThan(33 * charMs + gapMs);
  },
);

test('a serial port that is not there is said in words', async () => {
  await expect(connect('serial:/dev/dinrail-nowhere 9600 8N1')).rejects.toThrow(
    'there is no /dev/dinrail-nowhere: is the adapter plugged in?',
  );
});

test.skipIf(missing('pymodbus'))(
  'a port in use is said in words, and one that goes away too',
  async () => {
    const [near] = await pacedCable(9600);
    const first = await connected(`serial:${near} 9600 8N1`);
    await expect(connect(`serial:${near} 9600 8N1`)).rejects.toThrow('in use by another program');
    const asking = first.request(readHoldingRegisters, 1, { start: 0, count: 1 });
    const lost = expect(asking).rejects.toMatchObject({ code: 'connection-lost' });
    await expect.poll(() => first.counters.requests).toBe(1);
    const unplug = cleanUps.shift();
    await Promise.all([lost, unplug?.()]);
  },
);
