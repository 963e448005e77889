import { expect, test } from 'vitest';
import {
  ConnectError,
  ConnectionLostError,
  MissingPackageError,
  type GatewayError,
} from '../base/errors.ts';
import { serialDialer, type SerialDriver, type SerialPort } from './serial.ts';
import type { Transport } from './transport.ts';

const SETTINGS = { baud: 19200, dataBits: 8, parity: 'even', stopBits: 1 } as const;

/** A port whose reads a test fulfils one by one. */
class FakePort implements SerialPort {
  readonly written: number[][] = [];
  readonly reads: { buffer: Buffer; resolve: (n: number) => void; reject: (e: Error) => void }[] =
    [];
  closed = 0;

  async read(buffer: Buffer): Promise<{ bytesRead: number }> {
    const bytesRead = await new Promise<number>((resolve, reject) => {
      this.reads.push({ buffer, resolve, reject });
    });
    return { bytesRead };
  }
  async write(buffer: Buffer): Promise<void> {
    this.written.push([...buffer]);
  }
  async close(): Promise<void> {
    this.closed += 1;
    for (const { reject } of this.reads.splice(0)) reject(new Error('Canceled'));
  }
  async arrive(...bytes: number[]): Promise<void> {
    const read = this.reads.shift();
    read?.buffer.set(bytes);
    read?.resolve(bytes.length);
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

async function opened(): Promise<{ port: FakePort; transport: Transport; options: unknown }> {
  const port = new FakePort();
  let options: unknown;
  const driver: SerialDriver = {
    async open(given) {
      options = given;
      return port;
    },
  };
  const dialer = serialDialer('/dev/ttyUSB0', SETTINGS, async () => driver);
  return { port, transport: await dialer.dial(new AbortController().signal), options };
}

function listen(transport: Transport): { chunks: number[][]; ends: (GatewayError | undefined)[] } {
  const chunks: number[][] = [];
  const ends: (GatewayError | undefined)[] = [];
  transport.listen({ data: (chunk) => chunks.push([...chunk]), end: (error) => ends.push(error) });
  return { chunks, ends };
}

test('the settings reach the driver, and the port is locked', async () => {
  const { options } = await opened();
  expect(options).toEqual({
    ...{ path: '/dev/ttyUSB0', baudRate: 19200, dataBits: 8, parity: 'even', stopBits: 1 },
    lock: true,
  });
});

test('chunks are handed out as copies, and writes go one after the other', async () => {
  const { port, transport } = await opened();
  const { chunks } = listen(transport);
  await port.arrive(1, 2);
  await port.arrive(3);
  transport.write(Uint8Array.of(7));
  transport.write(Uint8Array.of(8));
  await settle();
  expect(chunks).toEqual([[1, 2], [3]]);
  expect(port.written).toEqual([[7], [8]]);
});

test('while held nothing is read beyond the read under way', async () => {
  const { port, transport } = await opened();
  const { chunks } = listen(transport);
  transport.hold?.();
  await port.arrive(1);
  expect([chunks, port.reads.length]).toEqual([[[1]], 0]);
  transport.release?.();
  expect(port.reads).toHaveLength(1);
});

test('an unplugged adapter is a lost connection, reported once', async () => {
  const { port, transport } = await opened();
  const { ends } = listen(transport);
  port.reads.shift()?.reject(new Error('bad file descriptor'));
  await settle();
  transport.close();
  await settle();
  expect(ends).toHaveLength(1);
  expect(ends[0]).toBeInstanceOf(ConnectionLostError);
  expect(ends[0]?.message).toBe('lost serial:/dev/ttyUSB0 19200 8E1: is the adapter unplugged?');
  expect(port.closed).toBe(1);
});

test('closing is no error', async () => {
  const { transport } = await opened();
  const { ends } = listen(transport);
  transport.close();
  await settle();
  expect(ends).toEqual([undefined]);
});

test.each([
  ['Error: No such file or directory, cannot open /dev/ttyUSB0', 'there is no /dev/ttyUSB0'],
  ['Error: Permission denied, cannot open /dev/ttyUSB0', 'dialout'],
  ['Error Resource temporarily unavailable Cannot lock port', 'in use by another program'],
  ['Error: Inappropriate ioctl for device', 'cannot open /dev/ttyUSB0'],
])('%s is said in words: %s', async (said, words) => {
  const driver: SerialDriver = { open: async () => Promise.reject(new Error(said)) };
  const dialled = serialDialer('/dev/ttyUSB0', SETTINGS, async () => driver).dial(
    new AbortController().signal,
  );
  await expect(dialled).rejects.toThrow(ConnectError);
  await expect(dialled).rejects.toThrow(words);
});

test('without the package it says what to install', async () => {
  const load = async () => Promise.reject(new MissingPackageError('npm install serialport'));
  const dialer = serialDialer('/dev/ttyUSB0', SETTINGS, load);
  await expect(dialer.dial(new AbortController().signal)).rejects.toThrow(MissingPackageError);
});

test('a dial that was given up closes what it opened', async () => {
  const port = new FakePort();
  const abort = new AbortController();
  const driver: SerialDriver = {
    async open() {
      abort.abort(new ConnectError('too long'));
      return port;
    },
  };
  const dialer = serialDialer('/dev/ttyUSB0', SETTINGS, async () => driver);
  await expect(dialer.dial(abort.signal)).rejects.toThrow('too long');
  expect(port.closed).toBe(1);
});
