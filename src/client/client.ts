import type { GatewayError } from '../base/errors.ts';
import type { PduCodec } from '../codec/pdu/pdu-codec.ts';

export interface RequestOptions {
  /** How long to wait for the answer once the request is on the wire, in milliseconds. */
  readonly timeoutMs?: number;
  /**
   * How long the device may take at all, in milliseconds, where `timeoutMs` is shorter than that: on a line where
   * answers carry no number its answer is reckoned with until then. Default: `timeoutMs`.
   */
  readonly patienceMs?: number;
  /** Sends once more after a timeout or a damaged answer, this often. Default 0. */
  readonly retries?: number;
  /** `urgent` goes ahead of everything that waits: a person's write. Default `normal`. */
  readonly priority?: 'normal' | 'urgent';
  /**
   * Asked each time just before the first byte leaves, with the time on the clock. An error that it
   * returns fails the request, and nothing is sent.
   */
  readonly leaving?: (now: number) => GatewayError | undefined;
  /** Gives up waiting. A request already on the wire stays accounted for until its time is up. */
  readonly signal?: AbortSignal;
}

/**
 * Asks devices behind one endpoint: a TCP connection or a serial line. Connects on the first request
 * and again, with growing pauses, on requests after a loss; during such a pause requests fail at once.
 *
 * A request rejects with InvalidRequestError, ModbusExceptionError, MalformedPduError,
 * ResponseMismatchError, FramingError, RequestTimeoutError, ConnectError, ConnectionLostError,
 * OverloadError, ClosedError, what `leaving` returned or the signal's reason, and with nothing else.
 */
export interface ModbusClient {
  readonly url: string;
  readonly counters: Readonly<LineCounters>;
  request<Request, Response>(
    codec: PduCodec<Request, Response>,
    unitId: number,
    request: Request,
    options?: RequestOptions,
  ): Promise<Response>;
  /** Connects without asking anything; resolves when the endpoint is open. */
  connect(signal?: AbortSignal): Promise<void>;
  /** Everything that waits fails with ClosedError, at once. */
  close(): void;
}

/** What happened on a line since it was made; each counts apart from the others. */
export interface LineCounters {
  requests: number;
  answers: number;
  /** Answers that were exceptions; they also count as answers. */
  exceptions: number;
  timeouts: number;
  /** Frames with a wrong checksum, length or shape. */
  damaged: number;
  /** Whole answers that came after their request had expired; dropped. */
  late: number;
  /** Whole frames nobody had asked for: another unit, another function, a doubled answer; dropped. */
  foreign: number;
  connects: number;
  connectFailures: number;
  /** Milliseconds during which the line carried a transaction. */
  busyMs: number;
}

/** Everything that crosses the line, for a traffic view. Nothing is built unless somebody listens. */
export interface TraceEvent {
  /** On the scale of `clock.now`, in milliseconds. */
  readonly at: number;
  readonly direction: 'sent' | 'received';
  /** The frame with its envelope, or the bytes that were no frame. */
  readonly bytes: Uint8Array;
  /** What became of a received one; `timeout`: none came in time, and there are no bytes. */
  readonly outcome?: 'answer' | 'late' | 'foreign' | 'damaged' | 'timeout';
}

export type Trace = (event: TraceEvent) => void;
