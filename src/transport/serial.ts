import { readSync, writeSync } from 'node:fs';
import {
  ConnectError,
  ConnectionLostError,
  MissingPackageError,
  describeError,
} from '../base/errors.ts';
import type { Dialer, Receiver, Transport } from './transport.ts';

export interface SerialSettings {
  /** Bits per second. */
  readonly baud: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** `9600 8N1`. */
export function formatSerial({ baud, dataBits, parity, stopBits }: SerialSettings): string {
  return `${baud} ${dataBits}${parity.slice(0, 1).toUpperCase()}${stopBits}`;
}

/** The part of the driver that is used. */
export interface SerialDriver {
  open(options: {
    path: string;
    baudRate: number;
    dataBits: 7 | 8;
    parity: SerialSettings['parity'];
    stopBits: 1 | 2;
    lock: boolean;
  }): Promise<SerialPort>;
}

export interface SerialPort {
  /** Resolves with one byte at least. */
  read(buffer: Buffer, offset: number, length: number): Promise<{ bytesRead: number }>;
  write(buffer: Buffer): Promise<void>;
  close(): Promise<void>;
  /** Where the system has file descriptors; they do not block. */
  readonly fd?: number | null;
  readonly poller?: {
    once(event: 'readable', callback: (error: Error | null) => void): unknown;
  };
}

/**
 * Opens a serial port with the package `serialport`, which is loaded by the first call. The port is
 * locked: a second program on the same line would talk into our transactions.
 */
export function serialDialer(
  path: string,
  settings: SerialSettings,
  loadDriver: () => Promise<SerialDriver> = loadSerialport,
): Dialer {
  const url = `serial:${path} ${formatSerial(settings)}`;
  const { baud, dataBits, parity, stopBits } = settings;
  return {
    url,
    async dial(signal) {
      signal.throwIfAborted();
      const driver = await loadDriver();
      const options = { path, baudRate: baud, dataBits, parity, stopBits, lock: true };
      const port = await driver.open(options).catch((cause: unknown) => {
        throw new ConnectError(reason(path, describeError(cause)), { cause });
      });
      if (signal.aborted) {
        await port.close().catch(() => undefined);
        signal.throwIfAborted();
      }
      return new SerialTransport(port, url);
    },
  };
}

async function loadSerialport(): Promise<SerialDriver> {
  try {
    const { SerialPort } = await import('serialport');
    // The stream around it reads every byte as it comes; its driver lets us choose when to look.
    return SerialPort.binding;
  } catch (cause) {
    throw new MissingPackageError(
      'serial ports need the package serialport, which is not installed: npm install serialport',
      { cause },
    );
  }
}

/** Beginnings of what the driver says, and what a person can do about it. */
function reason(path: string, said: string): string {
  if (/no such file/i.test(said)) {
    return `there is no ${path}: is the adapter plugged in? "ls /dev/serial/by-id" shows what is`;
  }
  if (/permission denied|access denied/i.test(said)) {
    return `${path} may not be opened by this user: "sudo usermod -aG dialout $USER", then log in again`;
  }
  if (/cannot lock|busy|temporarily unavailable/i.test(said)) {
    return `${path} is in use by another program`;
  }
  return `cannot open ${path}`;
}

/** More than the longest frame, so that one look fetches everything that waits. */
const READ_SIZE = 512;

class SerialTransport implements Transport {
  readonly #port: SerialPort;
  readonly #url: string;
  readonly #buffer = Buffer.alloc(READ_SIZE);
  #receiver: Receiver | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
  #isReading = false;
  #isHeld = false;
  #hasEnded = false;

  constructor(port: SerialPort, url: string) {
    this.#port = port;
    this.#url = url;
  }

  listen(receiver: Receiver): void {
    this.#receiver = receiver;
    this.#read();
  }

  write(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const rest = this.#isWriting ? buffer : this.#writeNow(buffer);
    if (rest.length === 0) return;
    this.#isWriting = true;
    // The driver takes one write at a time.
    this.#writing = this.#writing.then(async () => {
      if (!this.#hasEnded) await this.#port.write(rest);
    });
    const writing = this.#writing;
    writing.then(
      () => {
        if (writing === this.#writing) this.#isWriting = false;
      },
      (cause: unknown) => {
        this.#lose(cause);
      },
    );
  }

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#read();
  }

  close(): void {
    this.#end();
  }

  /** Keeps one read on its way, so that an unplugged adapter is noticed; none while held. */
  #read(): void {
    if (this.#isReading || this.#isHeld || this.#hasEnded) return;
    this.#isReading = true;
    this.#nextChunk().then(
      (bytesRead) => {
        this.#isReading = false;
        if (this.#hasEnded) return;
        if (bytesRead > 0) {
          this.#receiver?.data(Uint8Array.from(this.#buffer.subarray(0, bytesRead)));
        }
        this.#read();
      },
      (cause: unknown) => {
        this.#isReading = false;
        this.#lose(cause);
      },
    );
  }

  /** Bytes in the buffer; 0 when there was nothing after all. */
  async #nextChunk(): Promise<number> {
    const { poller } = this.#port;
    if (poller === undefined) {
      return (await this.#port.read(this.#buffer, 0, READ_SIZE)).bytesRead;
    }
    // The driver reads on another thread, which is twice as long a way as the bytes have come.
    await new Promise<void>((resolve, reject) => {
      poller.once('readable', (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
    const { fd } = this.#port;
    if (typeof fd !== 'number') return 0;
    const bytesRead = unlessBusy(() => readSync(fd, this.#buffer, 0, READ_SIZE, null));
    if (bytesRead === 0) throw new Error('end of file');
    return bytesRead ?? 0;
  }

  /** Writes what the system takes at once, and gives the rest. */
  #writeNow(buffer: Buffer): Buffer {
    const { fd } = this.#port;
    if (typeof fd !== 'number') return buffer;
    try {
      return buffer.subarray(unlessBusy(() => writeSync(fd, buffer)) ?? 0);
    } catch {
      // The driver will meet the same error, and say it in its words.
      return buffer;
    }
  }

  #lose(cause: unknown): void {
    this.#end(new ConnectionLostError(`lost ${this.#url}: is the adapter unplugged?`, { cause }));
  }

  #end(error?: ConnectionLostError): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const ended = (): void => this.#receiver?.end(error);
    // What the driver has to say about a port that is gone changes nothing.
    this.#port.close().then(ended, ended);
  }
}

/** The result of a system call, or undefined when it would have had to wait. */
function unlessBusy(call: () => number): number | undefined {
  try {
    return call();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN' || code === 'EWOULDBLOCK' || code === 'EINTR') return undefined;
    throw error;
  }
}
