import type { Cancel, Clock } from '../base/clock.ts';
import {
  ClosedError,
  ConnectError,
  ConnectionLostError,
  type GatewayError,
} from '../base/errors.ts';
import type { PduCodec } from '../codec/pdu/pdu-codec.ts';
import type { Dialer } from '../transport/transport.ts';
import { ask, type Call } from './call.ts';
import type { LineCounters, ModbusClient, RequestOptions, Trace } from './client.ts';
import { lineCounters } from './counters.ts';
import type { LineTiming } from './line-timing.ts';
import { Link, type LinkOptions } from './link.ts';
import { patientAlarm } from './patient-alarm.ts';
import { SerialLine } from './serial-line.ts';

export interface LineClientOptions extends LinkOptions {
  /** `serialTiming(settings)` or `networkTiming()`. */
  readonly timing: LineTiming;
  /** How long a device may take to answer unless the request says so itself. Default 1000. */
  readonly timeoutMs?: number;
  /** Requests that may wait for their turn. Default 1000. */
  readonly waiting?: number;
  /** The connection ends after so many timeouts in a row. Default: never, as a serial port is no connection. */
  readonly timeoutsInRow?: number;
  readonly trace?: Trace;
}

/** Waits that a timer of whole milliseconds must not overshoot end with a short spin of the clock. */
const SPIN_MS = 1.3;
const ROUNDING_MS = 0.01;
/** A rest shorter than this is not worth an alarm. */
const SHORTEST_REST_MS = 3;
/** A timer is up to this much late, and the end of an answer must not be missed. */
const REST_MARGIN_MS = 1;

/** A client of RTU on a line it owns: a serial port, or a TCP connection to one. */
export function lineClient(dialer: Dialer, options: LineClientOptions): ModbusClient {
  return new LineClient(dialer, options);
}

class LineClient implements ModbusClient {
  readonly url: string;
  readonly counters: LineCounters = lineCounters();
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #timeoutsInRow: number;
  readonly #link: Link;
  readonly #line: SerialLine;
  #cancelAlarm: Cancel = () => undefined;
  #willLook = false;

  constructor(dialer: Dialer, options: LineClientOptions) {
    const { timing, waiting = 1000, timeoutMs = 1000, timeoutsInRow = Infinity, trace } = options;
    this.url = dialer.url;
    this.#clock = options.clock;
    this.#timeoutMs = timeoutMs;
    this.#timeoutsInRow = timeoutsInRow;
    this.#line = new SerialLine({ timing, waiting, trace }, this.counters);
    this.#link = new Link(dialer, options, this.counters, {
      opened: () => {
        this.#line.opened(this.#clock.now());
        this.#look();
      },
      data: (chunk) => {
        this.#line.receive(chunk, this.#clock.now());
        this.#look();
      },
      lost: (error) => {
        this.#lose(error);
      },
    });
  }

  async request<Request, Response>(
    codec: PduCodec<Request, Response>,
    unitId: number,
    request: Request,
    options: RequestOptions = {},
  ): Promise<Response> {
    const { call, answer } = ask(codec, unitId, request, options, this.#timeoutMs, this.#abandon);
    try {
      this.#line.submit(call);
      this.#link.open();
      this.#lookSoon();
    } catch (error) {
      this.#line.withdraw(call);
      call.fail(error);
    }
    return answer;
  }

  async connect(signal?: AbortSignal): Promise<void> {
    await this.#link.connect(signal);
  }

  close(): void {
    this.#link.close();
    this.#cancelAlarm();
    const error = new ClosedError(`${this.url} has been closed`);
    // The one on the line first, so that it is not sent again.
    this.#line.lost(error, this.#clock.now());
    this.#line.failWaiting(error);
  }

  readonly #abandon = (call: Call): void => {
    this.#line.withdraw(call);
  };

  /** Requests that are submitted together are seen together: an urgent one goes first. */
  #lookSoon(): void {
    if (this.#willLook) return;
    this.#willLook = true;
    queueMicrotask(() => {
      this.#willLook = false;
      this.#look();
    });
  }

  /** Lets the line decide, and sets the next alarm. May be called at any time. */
  #look(): void {
    this.#cancelAlarm();
    const { transport } = this.#link;
    const now = this.#clock.now();
    this.#line.look(now);
    if (this.#line.takeAnswered()) this.#link.answered();
    if (this.#line.timeoutsInRow >= this.#timeoutsInRow) {
      const text = `${this.url} left ${this.#line.timeoutsInRow} requests in a row without an answer`;
      this.#link.end(new ConnectionLostError(text));
      return;
    }
    const frame = transport === undefined ? undefined : this.#line.nextFrame(now);
    if (frame !== undefined) transport?.write(frame);
    const restUntil = this.#line.restUntil - REST_MARGIN_MS;
    if (transport?.hold !== undefined && restUntil - now >= SHORTEST_REST_MS) {
      transport.hold();
      this.#cancelAlarm = this.#clock.alarm(restUntil, () => {
        transport.release?.();
        this.#setAlarm();
      });
    } else {
      transport?.release?.();
      this.#setAlarm();
    }
  }

  #setAlarm(): void {
    if (this.#link.transport === undefined) return;
    const { at, isPrecise } = this.#line.wakeAt;
    const look = (): void => {
      this.#look();
    };
    if (isPrecise) {
      // The rest must be shorter than what counts as far: rounding could set this alarm for ever.
      const isFar = at - this.#clock.now() > SPIN_MS + ROUNDING_MS;
      this.#cancelAlarm = this.#clock.alarm(isFar ? at - SPIN_MS : at, look);
    } else {
      this.#cancelAlarm = patientAlarm(this.#clock, at, look);
    }
  }

  /** Every way a connection ends passes here: the one place where its request fails. */
  #lose(error: GatewayError): void {
    this.#cancelAlarm();
    this.#line.lost(error, this.#clock.now());
    if (!this.#line.hasWaiting) return;
    try {
      if (error instanceof ConnectError) throw error;
      this.#link.open();
    } catch (notNow) {
      this.#line.failWaiting(notNow as GatewayError);
    }
  }
}
