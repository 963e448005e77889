import { RequestTimeoutError, ResponseMismatchError, type GatewayError } from '../base/errors.ts';
import { mbapSize, putMbap, type MbapFrame } from '../codec/frame/mbap.ts';
import { EXCEPTION_FLAG } from '../codec/pdu/exception.ts';
import type { Call } from './call.ts';
import { CallQueue } from './call-queue.ts';
import type { LineCounters, TraceEvent } from './client.ts';

export interface PipelineLimits {
  /** Requests on the wire at once. */
  readonly inFlight: number;
  /** Requests that may wait for their turn. */
  readonly waiting: number;
}

interface InFlight {
  readonly call: Call;
  readonly deadline: number;
  /** What came in place of an answer; says more than that time is up. */
  problem: GatewayError | undefined;
}

/** Whose answer may still come. */
interface Expired {
  readonly unitId: number;
  readonly functionCode: number;
}

/** Expired requests that are remembered; beyond it the oldest are forgotten, and count as foreign. */
const MAX_EXPIRED = 1024;

/**
 * Decides which requests leave on a TCP connection and whose an answer is. No I/O, no clock.
 *
 * An answer is matched by transaction id, unit and function. Ids only count up, and one whose answer may
 * still come is not used again, so a late answer can meet nothing but its own expired request.
 */
export class RequestPipeline {
  readonly #limits: PipelineLimits;
  readonly #counters: LineCounters;
  readonly #waiting: CallQueue;
  readonly #inFlight = new Map<number, InFlight>();
  readonly #expired = new Map<number, Expired>();
  #lastId = 0;
  #nextDeadline = Infinity;
  #busySince = 0;
  #timeoutsInRow = 0;

  constructor(limits: PipelineLimits, counters: LineCounters) {
    this.#limits = limits;
    this.#counters = counters;
    this.#waiting = new CallQueue(limits.waiting);
  }

  /** Requests in a row that no answer came to, not even a late one. */
  get timeoutsInRow(): number {
    return this.#timeoutsInRow;
  }

  get hasWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** Nothing is on the wire. */
  get isIdle(): boolean {
    return this.#inFlight.size === 0;
  }

  /** No request expires before it; Infinity when none is on the wire. */
  get nextDeadline(): number {
    return this.#nextDeadline;
  }

  /** Throws OverloadError. */
  submit(call: Call): void {
    this.#waiting.push(call);
  }

  /** Takes a call that nobody waits for any more out of the queue; one on the wire stays accounted for. */
  withdraw(call: Call): void {
    this.#waiting.remove(call);
  }

  /** All frames that may leave now, in one piece; undefined when none may. */
  nextFrames(now: number, trace?: (frame: Uint8Array) => void): Uint8Array | undefined {
    const free = Math.min(this.#limits.inFlight - this.#inFlight.size, this.#waiting.size);
    if (free <= 0) return undefined;
    const calls: Call[] = [];
    let size = 0;
    while (calls.length < free) {
      const call = this.#waiting.next();
      if (call === undefined) break;
      if (!call.leave(now)) continue;
      calls.push(call);
      size += mbapSize(call.pdu);
    }
    if (calls.length === 0) return undefined;
    if (this.#inFlight.size === 0) this.#busySince = now;
    const out = new Uint8Array(size);
    let at = 0;
    for (const call of calls) {
      const id = this.#nextId();
      // Time counts from sending, not from submitting: our own queue is not the device's fault.
      const deadline = now + call.timeoutMs;
      this.#inFlight.set(id, { call, deadline, problem: undefined });
      if (deadline < this.#nextDeadline) this.#nextDeadline = deadline;
      const end = putMbap(out, at, id, call.unitId, call.pdu);
      trace?.(out.slice(at, end));
      at = end;
    }
    this.#counters.requests += calls.length;
    return out;
  }

  /** Gives an answer to the request it belongs to, and says what became of it. */
  accept(frame: MbapFrame, now: number): NonNullable<TraceEvent['outcome']> {
    const { transactionId, unitId, pdu } = frame;
    const entry = this.#inFlight.get(transactionId);
    if (entry === undefined) return this.#acceptLate(frame);
    const { call } = entry;
    if (!isAnswerOf(call, unitId, pdu)) {
      entry.problem ??= new ResponseMismatchError(
        `unit ${unitId} answered function ${functionOf(pdu)}, ` +
          `asked unit ${call.unitId} for function ${call.functionCode}`,
      );
      this.#counters.foreign += 1;
      return 'foreign';
    }
    this.#finish(transactionId, now);
    this.#timeoutsInRow = 0;
    if (call.isSettled) {
      this.#counters.late += 1;
      return 'late';
    }
    const problem = call.answer(pdu);
    if (problem !== undefined) {
      this.#counters.damaged += 1;
      this.#failOrRetry(call, problem);
      return 'damaged';
    }
    this.#counters.answers += 1;
    if (((pdu[0] ?? 0) & EXCEPTION_FLAG) !== 0) this.#counters.exceptions += 1;
    return 'answer';
  }

  /** Fails every request whose time is up. Was there one? */
  expire(now: number, onTimeout?: () => void): boolean {
    if (now < this.#nextDeadline) return false;
    let hasExpired = false;
    this.#nextDeadline = Infinity;
    for (const [id, { call, deadline, problem }] of this.#inFlight) {
      if (now < deadline) {
        this.#nextDeadline = Math.min(this.#nextDeadline, deadline);
        continue;
      }
      hasExpired = true;
      this.#finish(id, now);
      this.#remember(id, call);
      this.#timeoutsInRow += 1;
      if (problem === undefined) {
        this.#counters.timeouts += 1;
        onTimeout?.();
      }
      this.#failOrRetry(
        call,
        problem ?? new RequestTimeoutError(`no answer within ${call.timeoutMs} ms`),
      );
    }
    return hasExpired;
  }

  /** The connection is over: what was on the wire fails, unless it may be sent again on the next one. */
  failInFlight(error: GatewayError, now: number): void {
    for (const [id, { call }] of [...this.#inFlight].reverse()) {
      this.#finish(id, now);
      this.#failOrRetry(call, error);
    }
    this.#nextDeadline = Infinity;
    this.#timeoutsInRow = 0;
    this.#expired.clear();
  }

  failWaiting(error: GatewayError): void {
    this.#waiting.fail(error);
  }

  #acceptLate({ transactionId, unitId, pdu }: MbapFrame): 'late' | 'foreign' {
    const expired = this.#expired.get(transactionId);
    if (expired === undefined || !isAnswerOf(expired, unitId, pdu)) {
      this.#counters.foreign += 1;
      return 'foreign';
    }
    this.#expired.delete(transactionId);
    this.#timeoutsInRow = 0;
    this.#counters.late += 1;
    return 'late';
  }

  #finish(id: number, now: number): void {
    this.#inFlight.delete(id);
    if (this.#inFlight.size > 0) return;
    this.#counters.busyMs += now - this.#busySince;
    this.#nextDeadline = Infinity;
  }

  #failOrRetry(call: Call, error: GatewayError): void {
    if (call.retriesLeft > 0 && !call.isSettled) {
      call.retriesLeft -= 1;
      this.#waiting.putBack(call);
    } else {
      call.fail(error);
    }
  }

  #remember(id: number, { unitId, functionCode }: Call): void {
    if (this.#expired.size >= MAX_EXPIRED) {
      const [oldest] = this.#expired.keys();
      if (oldest !== undefined) this.#expired.delete(oldest);
    }
    this.#expired.set(id, { unitId, functionCode });
  }

  #nextId(): number {
    do {
      this.#lastId = (this.#lastId + 1) & 0xffff;
    } while (this.#inFlight.has(this.#lastId) || this.#expired.has(this.#lastId));
    return this.#lastId;
  }
}

function isAnswerOf(asked: Expired, unitId: number, pdu: Uint8Array): boolean {
  return asked.unitId === unitId && asked.functionCode === functionOf(pdu);
}

/** The function an answer is to, exception or not. */
function functionOf(pdu: Uint8Array): number {
  return (pdu[0] ?? 0) & ~EXCEPTION_FLAG;
}
