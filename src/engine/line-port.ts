import type { Clock } from '../base/clock.ts';
import { GatewayError, ModbusExceptionError, NotSentError, describeError } from '../base/errors.ts';
import type { ModbusClient, RequestOptions } from '../client/client.ts';
import type { DevicePort, ReadBack, SendResult, WriteFrame } from '../gate/device-port.ts';
import { NoValue } from '../codec/value/no-value.ts';
import { decodePoint } from '../profile/decode.ts';
import type { RegisterPoint, Value } from '../profile/point.ts';
import type { Device } from './device.ts';
import { READ_CODECS, causeOf } from './planned-read.ts';
import { sendFrame } from './send-frame.ts';

/** What the port needs of its line. */
export interface LinePortParts {
  readonly client: ModbusClient;
  readonly device: Device;
  readonly clock: Clock;
  /** Does the line still run? */
  readonly isOpen: () => boolean;
  /** The device has answered: it is well. */
  readonly answered: () => void;
  /** Something new is to be asked of the device. */
  readonly hasMoreDue: () => void;
}

const EXPIRED = 'it could not leave in the time that it had';

/** The registers of a point, as they were last read for somebody. */
interface LastRead {
  readonly point: RegisterPoint;
  readonly data: Uint8Array;
  /** Microseconds since 1970. */
  readonly requestedAt: number;
}

/**
 * Writes to one device of a line, and reads what it has.
 *
 * Frames go past the plan of the line: the client sends them as soon as the transaction under way
 * is over, ahead of all polls that wait. Whether a frame has left is known to the byte, so that
 * `not-sent` is certain. A silent device is not written to: the frame would cost its neighbours a
 * timeout, and might be done by somebody who has come back to another state.
 */
export class LinePort implements DevicePort {
  readonly #parts: LinePortParts;
  #lastRead: LastRead | undefined;

  constructor(parts: LinePortParts) {
    this.#parts = parts;
  }

  async write(_: RegisterPoint, frame: WriteFrame, notAfter: number): Promise<SendResult> {
    const early = this.#problem();
    if (early !== undefined) return { kind: 'not-sent', reason: early };
    const { client, device, clock, answered } = this.#parts;
    const progress = { hasLeft: false };
    const waiting = new AbortController();
    const leaving = (now: number): GatewayError | undefined => {
      const problem = now >= notAfter ? EXPIRED : this.#problem();
      if (problem !== undefined) return new NotSentError(problem);
      progress.hasLeft = true;
      return undefined;
    };
    const cancel = clock.alarm(notAfter, () => {
      if (!progress.hasLeft) waiting.abort(new NotSentError(EXPIRED));
    });
    const { unit, timeoutMs } = device.setup;
    try {
      const { signal } = waiting;
      await sendFrame(client, unit, frame, { ...{ timeoutMs, leaving, signal }, ...URGENT_ONCE });
      device.heard();
      answered();
      return { kind: 'acknowledged' };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      if (!progress.hasLeft) return { kind: 'not-sent', reason: describeError(error) };
      if (!(error instanceof ModbusExceptionError)) {
        return { kind: 'unknown', reason: describeError(error) };
      }
      device.heard();
      answered();
      return { kind: 'exception', exception: error.exception };
    } finally {
      cancel();
    }
  }

  async readBack(point: RegisterPoint): Promise<ReadBack> {
    const problem = this.#problem();
    if (problem !== undefined) return { cause: problem };
    const { client, device, clock, answered } = this.#parts;
    const { unit, timeoutMs, retries } = device.setup;
    const { table, address: start, count } = point;
    const requestedAt = clock.wallMicros();
    this.#lastRead = undefined;
    try {
      const options: RequestOptions = { timeoutMs, retries, priority: 'urgent' };
      const answer = await client.request(READ_CODECS[table], unit, { start, count }, options);
      // The bytes of the answer are the connection's.
      const data = Uint8Array.from(answer);
      device.heard();
      answered();
      this.#lastRead = { point, data, requestedAt };
      const value = decodePoint(point, new DataView(data.buffer));
      return value instanceof NoValue ? { cause: value.cause } : { value };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      if (error instanceof ModbusExceptionError) {
        device.heard();
        answered();
      }
      return { cause: causeOf(error) };
    }
  }

  confirmed(point: RegisterPoint, value: Value, at: number): void {
    // A line that has ended is nobody's any more, and its points may be another's.
    if (!this.#parts.isOpen()) return;
    const { device, hasMoreDue } = this.#parts;
    const read = this.#lastRead?.point === point ? this.#lastRead : undefined;
    const times = { requestedAt: read?.requestedAt ?? at, at };
    if (device.tell(point, value, read?.data, times)) hasMoreDue();
  }

  /** Why nothing may be asked of the device now. */
  #problem(): string | undefined {
    const { device, isOpen } = this.#parts;
    if (!isOpen()) return 'the line has been closed';
    if (device.health.state !== 'silent') return undefined;
    return `${device.setup.name} does not answer`;
  }
}

/** A write is never repeated by itself: nobody knows what the first one did. */
const URGENT_ONCE = { retries: 0, priority: 'urgent' } as const;
