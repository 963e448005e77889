import type { Cancel, Clock } from '../base/clock.ts';
import {
  ClosedError,
  ConnectError,
  ConnectionLostError,
  FramingError,
  InvalidRequestError,
  type GatewayError,
} from '../base/errors.ts';
import { encodeMbap, MbapDeframer, type MbapFrame } from '../codec/frame/mbap.ts';
import type { PduCodec } from '../codec/pdu/pdu-codec.ts';
import type { Dialer } from '../transport/transport.ts';
import { ask, type Asked, type Call } from './call.ts';
import type { LineCounters, ModbusClient, RequestOptions, Trace, TraceEvent } from './client.ts';
import { lineCounters } from './counters.ts';
import { Link, type LinkOptions } from './link.ts';
import { patientAlarm } from './patient-alarm.ts';
import { RequestPipeline } from './request-pipeline.ts';

export interface TcpClientOptions extends LinkOptions {
  /** Requests on the wire at once, 1 to 256. Many devices can do no more than the default 1. */
  readonly inFlight?: number;
  /** How long to wait for an answer unless the request says so itself. Default 1000. */
  readonly timeoutMs?: number;
  /** Requests that may wait for their turn. Default 1000. */
  readonly waiting?: number;
  /** The connection ends after so many timeouts in a row. Default 3. */
  readonly timeoutsInRow?: number;
  readonly trace?: Trace;
}

const MAX_IN_FLIGHT = 256;
/** A frame that has begun so long ago is not completed any more. */
const STALLED_FRAME_MS = 50;
const NOTHING = new Uint8Array(0);

/** A client of Modbus TCP on whatever the dialer connects to. */
export function tcpClient(dialer: Dialer, options: TcpClientOptions): ModbusClient {
  return new TcpClient(dialer, options);
}

class TcpClient implements ModbusClient {
  readonly url: string;
  readonly counters: LineCounters = lineCounters();
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #timeoutsInRow: number;
  readonly #trace: Trace | undefined;
  readonly #link: Link;
  readonly #pipeline: RequestPipeline;
  #deframer = new MbapDeframer();
  #receivedAt = -Infinity;
  #willSend = false;
  #alarmAt = Infinity;
  #cancelAlarm: Cancel = () => undefined;

  constructor(dialer: Dialer, options: TcpClientOptions) {
    const { inFlight = 1, waiting = 1000, timeoutMs = 1000, timeoutsInRow = 3 } = options;
    if (!Number.isInteger(inFlight) || inFlight < 1 || inFlight > MAX_IN_FLIGHT) {
      throw new InvalidRequestError(`inFlight is ${inFlight}, expected 1..${MAX_IN_FLIGHT}`);
    }
    this.url = dialer.url;
    this.#clock = options.clock;
    this.#timeoutMs = timeoutMs;
    this.#timeoutsInRow = timeoutsInRow;
    this.#trace = options.trace;
    this.#pipeline = new RequestPipeline({ inFlight, waiting }, this.counters);
    this.#link = new Link(dialer, options, this.counters, {
      opened: () => {
        this.#send();
      },
      data: (chunk) => {
        this.#receive(chunk);
      },
      lost: (error) => {
        this.#lose(error);
      },
    });
  }

  // Not `async`: that would cost every request two promises more.
  // eslint-disable-next-line @typescript-eslint/promise-function-async
  request<Request, Response>(
    codec: PduCodec<Request, Response>,
    unitId: number,
    request: Request,
    options: RequestOptions = NO_OPTIONS,
  ): Promise<Response> {
    let asked: Asked<Response>;
    try {
      asked = ask(codec, unitId, request, options, this.#timeoutMs, this.#abandon);
    } catch (error) {
      const refusal = error as Error;
      return Promise.reject(refusal);
    }
    try {
      this.#pipeline.submit(asked.call);
      this.#link.open();
      this.#sendSoon();
    } catch (error) {
      this.#pipeline.withdraw(asked.call);
      asked.call.fail(error);
    }
    return asked.answer;
  }

  async connect(signal?: AbortSignal): Promise<void> {
    await this.#link.connect(signal);
  }

  close(): void {
    this.#link.close();
    this.#cancelAlarm();
    const error = new ClosedError(`${this.url} has been closed`);
    // Those on the wire first, so that none of them is sent again.
    this.#pipeline.failInFlight(error, this.#clock.now());
    this.#pipeline.failWaiting(error);
  }

  readonly #abandon = (call: Call): void => {
    this.#pipeline.withdraw(call);
  };

  /** What is submitted within one tick leaves in one write. */
  #sendSoon(): void {
    if (this.#willSend || this.#link.transport === undefined) return;
    this.#willSend = true;
    queueMicrotask(() => {
      this.#willSend = false;
      this.#send();
    });
  }

  #send(): void {
    const { transport } = this.#link;
    if (transport === undefined) return;
    if (this.#deframer.pending > 0 && this.#pipeline.isIdle && this.#pipeline.hasWaiting) {
      // They would be taken for the beginning of the next answer.
      this.#endCorrupt(new FramingError('bytes came that belong to no frame'), NOTHING);
      return;
    }
    const bytes = this.#pipeline.nextFrames(this.#clock.now(), this.#traceSent);
    if (bytes === undefined) return;
    transport.write(bytes);
    this.#watch();
  }

  #receive(chunk: Uint8Array): void {
    const now = this.#clock.now();
    this.#receivedAt = now;
    const deframer = this.#deframer;
    try {
      deframer.push(chunk);
      for (let frame = deframer.next(); frame !== undefined; frame = deframer.next()) {
        const outcome = this.#pipeline.accept(frame, now);
        if (outcome === 'answer') this.#link.answered();
        if (this.#trace !== undefined) this.#traceReceived(frame, now, outcome);
      }
    } catch (error) {
      if (!(error instanceof FramingError)) throw error;
      this.#endCorrupt(error, chunk);
      return;
    }
    this.#sendSoon();
  }

  #endCorrupt(error: FramingError, bytes: Uint8Array): void {
    this.counters.damaged += 1;
    this.#trace?.({ at: this.#clock.now(), direction: 'received', bytes, outcome: 'damaged' });
    this.#link.end(error);
  }

  /** Every way a connection ends passes here: the one place where its requests fail. */
  #lose(error: GatewayError): void {
    this.#deframer = new MbapDeframer();
    this.#pipeline.failInFlight(error, this.#clock.now());
    if (!this.#pipeline.hasWaiting) return;
    try {
      if (error instanceof ConnectError) throw error;
      this.#link.open();
    } catch (notNow) {
      this.#pipeline.failWaiting(notNow as GatewayError);
    }
  }

  /** An alarm that has been set stays, although its request was answered: it costs nothing to look. */
  #watch(): void {
    const at = this.#pipeline.nextDeadline;
    if (at >= this.#alarmAt) return;
    this.#cancelAlarm();
    this.#alarmAt = at;
    this.#cancelAlarm = patientAlarm(this.#clock, at, () => {
      this.#alarmAt = Infinity;
      this.#expire();
    });
  }

  #expire(): void {
    const now = this.#clock.now();
    const hasExpired = this.#pipeline.expire(now, this.#traceTimeout);
    const isStalled = this.#deframer.pending > 0 && now - this.#receivedAt >= STALLED_FRAME_MS;
    const { timeoutsInRow } = this.#pipeline;
    if (timeoutsInRow >= this.#timeoutsInRow) {
      const text = `${this.url} left ${timeoutsInRow} requests in a row without an answer`;
      this.#link.end(new ConnectionLostError(text));
    } else if (hasExpired && isStalled) {
      this.#endCorrupt(new FramingError('the rest of a frame did not come'), NOTHING);
    }
    this.#watch();
    this.#sendSoon();
  }

  get #traceSent(): ((bytes: Uint8Array) => void) | undefined {
    const trace = this.#trace;
    if (trace === undefined) return undefined;
    return (bytes) => {
      trace({ at: this.#clock.now(), direction: 'sent', bytes });
    };
  }

  get #traceTimeout(): (() => void) | undefined {
    const trace = this.#trace;
    if (trace === undefined) return undefined;
    return () => {
      const at = this.#clock.now();
      trace({ at, direction: 'received', bytes: NOTHING, outcome: 'timeout' });
    };
  }

  #traceReceived(frame: MbapFrame, at: number, outcome: NonNullable<TraceEvent['outcome']>): void {
    this.#trace?.({ at, direction: 'received', bytes: encodeMbap(frame), outcome });
  }
}

const NO_OPTIONS: RequestOptions = {};
