/**
 * Decides what happens on a line that speaks RTU: who may send when, and whose an answer is. No I/O, no
 * clock: bytes and the time come in, frames and outcomes go out.
 *
 * THEORY OF OPERATION
 *
 * One request is on the line at a time; an urgent one goes first. Before each there is a silence, counted
 * from the last byte sent or received. The answer is recognised by its unit, its function, the length that
 * follows from the question, and its checksum. Bytes that are none of that do not end the transaction: the
 * answer may follow them. When its time is up the request fails with the most telling thing that was seen.
 *
 * Late answers. An answer carries no number. One that comes after its request was given up looks like the
 * answer to the next request of the same unit and function, and its registers would be stored under the
 * names of others. So the line keeps count of the answers that may still come (late-answers.ts): each for
 * one more timeout after its own, and for as long as its device may take where its timeout was cut short. Until
 * then
 *
 *  - requests to other units go on: a late answer says whose it is;
 *  - another function of the same unit goes on: a late answer, an exception too, says which it answers;
 *  - the same read may be asked again: whichever answer comes, it is one to this question. A write in between
 *    ends that, as the old answer would bring the old value back;
 *  - everything else of that unit and function waits.
 *
 * When a question was asked twice and one answer came, nobody can tell which: the other one is still to come,
 * so as many are outstanding as before. From then on the question may not be asked again either before they
 * have come or their time is over; else each round would take the answer of the round before, for ever.
 *
 * What this rests on: a device answers within twice the timeout or not at all, and whatever doubles an
 * answer does so without a pause as long as the one before a request.
 *
 * Echoes. Some adapters hear what they send. A frame equal to the request is an echo the first time it
 * comes. A write of one coil or register is answered by just such a frame: there it counts as an echo if
 * the two transactions before it were echoed.
 */
import {
  FramingError,
  InvalidRequestError,
  MalformedPduError,
  RequestTimeoutError,
  ResponseMismatchError,
  type GatewayError,
} from '../base/errors.ts';
import { RtuDeframer, type AwaitedFrame, type RtuPiece } from '../codec/frame/rtu.ts';
import { EXCEPTION_FRAME_SIZE } from '../codec/frame/rtu-response-size.ts';
import { EXCEPTION_FLAG, isException } from '../codec/pdu/exception.ts';
import type { Call } from './call.ts';
import { CallQueue } from './call-queue.ts';
import type { LineCounters, Trace, TraceEvent } from './client.ts';
import { isSame, LateAnswers } from './late-answers.ts';
import type { LineTiming } from './line-timing.ts';
import { beginTransaction, outstandingUntil, type Transaction } from './transaction.ts';

type Outcome = NonNullable<TraceEvent['outcome']>;
type RtuFrame = Extract<RtuPiece, { kind: 'frame' }>;

const NOTHING = new Uint8Array(0);

/** One echo may have been a freak of the line. */
const ECHOES_THAT_TELL = 2;

export interface SerialLineOptions {
  readonly timing: LineTiming;
  /** Requests that may wait for their turn. */
  readonly waiting: number;
  readonly trace?: Trace | undefined;
}

export class SerialLine {
  readonly #timing: LineTiming;
  readonly #counters: LineCounters;
  readonly #trace: Trace | undefined;
  readonly #waiting: CallQueue;
  readonly #late = new LateAnswers();
  readonly #deframer = new RtuDeframer();
  #current: Transaction | undefined;
  /** When the last byte was on the line, as far as is known. */
  #lastByteAt = -Infinity;
  #restUntil = -Infinity;
  /** A stretch of bytes that were no frame goes on: it is one damage. */
  #isInDamage = false;
  /** Transactions in a row that were echoed, of those that tell. */
  #echoesInRow = 0;
  #lastFrame: { readonly bytes: Uint8Array; readonly at: number } = {
    bytes: NOTHING,
    at: -Infinity,
  };
  #timeoutsInRow = 0;
  /** Something was answered since it was last asked. */
  #hasAnswered = false;

  constructor({ timing, waiting, trace }: SerialLineOptions, counters: LineCounters) {
    this.#timing = timing;
    this.#counters = counters;
    this.#trace = trace;
    this.#waiting = new CallQueue(waiting);
  }

  get hasWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  get timeoutsInRow(): number {
    return this.#timeoutsInRow;
  }

  /** Did an answer come since the last call? */
  takeAnswered(): boolean {
    const answered = this.#hasAnswered;
    this.#hasAnswered = false;
    return answered;
  }

  /** Throws OverloadError. */
  submit(call: Call): void {
    if (call.unitId === 0) {
      // V1.02, section 2.1: a broadcast is executed by everybody and answered by nobody.
      throw new InvalidRequestError('unit 0 is everybody, and nobody answers; expected 1..255');
    }
    this.#waiting.push(call);
  }

  /** Takes a call that nobody waits for any more out of the queue; one on the line goes on. */
  withdraw(call: Call): void {
    this.#waiting.remove(call);
  }

  /** The line was opened: nobody knows what is on it. */
  opened(now: number): void {
    this.#lastByteAt = now;
  }

  /** The frame to send now, or undefined: look again at `wakeAt`. */
  nextFrame(now: number): Uint8Array | undefined {
    if (this.#current !== undefined || now < this.#quietAt) return undefined;
    const call = this.#nextCall(now);
    if (call === undefined) return undefined;
    // What is left over is no answer to this request.
    this.#noise(this.#deframer.reset(), now);
    this.#isInDamage = false;
    this.#late.sent(call);
    const transaction = beginTransaction(call, now, this.#timing);
    this.#current = transaction;
    this.#lastByteAt = transaction.sentEnd;
    this.#counters.requests += 1;
    this.#restUntil = this.#earliestAnswer(now);
    this.#trace?.({ at: now, direction: 'sent', bytes: transaction.frame });
    return transaction.frame;
  }

  receive(chunk: Uint8Array, now: number): void {
    this.#lastByteAt = Math.max(this.#lastByteAt, now);
    for (let at = 0; at < chunk.length;) {
      at += this.#deframer.push(chunk, at);
      this.#takePieces(now);
    }
    this.#restUntil = this.#earliestAnswer(now);
  }

  /** What time alone brings about: silence, timeouts, the end of waiting for late answers. */
  look(now: number): void {
    if (this.#deframer.pending > 0 && now >= this.#silentAt) this.#endStretch(now);
    if (this.#current !== undefined && now >= this.#current.deadline) {
      // A whole answer may lie behind bytes that look like the beginning of a longer frame.
      this.#endStretch(now);
      this.#expire(now);
    }
    // What is pending came in time, and may be one of them.
    if (this.#deframer.pending === 0) this.#late.forget(now);
  }

  /** When to look again, and whether a moment later is a moment lost. */
  get wakeAt(): { readonly at: number; readonly isPrecise: boolean } {
    const isPending = this.#deframer.pending > 0;
    const silentAt = isPending ? this.#silentAt : Infinity;
    if (this.#current !== undefined) {
      return { at: Math.min(this.#current.deadline, silentAt), isPrecise: false };
    }
    if (this.#waiting.hasOneThat((call) => this.#late.allow(call))) {
      return { at: Math.min(this.#quietAt, silentAt), isPrecise: this.#timing.charMs > 0 };
    }
    return { at: isPending ? silentAt : this.#late.nextUntil, isPrecise: false };
  }

  /**
   * Until then no whole answer can have arrived, and nobody need wake up for its bytes. The last one is
   * left out: its arrival is when the next silence begins.
   */
  get restUntil(): number {
    return this.#restUntil;
  }

  /** The connection is over: the request on it fails, unless it may be sent again on the next one. */
  lost(error: GatewayError, now: number): void {
    this.#noise(this.#deframer.reset(), now);
    this.#timeoutsInRow = 0;
    const current = this.#current;
    if (current === undefined) return;
    this.#late.expect(current.call, outstandingUntil(current));
    this.#end(current, now);
    this.#failOrRetry(current.call, error);
  }

  failWaiting(error: GatewayError): void {
    this.#waiting.fail(error);
  }

  #nextCall(now: number): Call | undefined {
    for (;;) {
      const call = this.#waiting.nextThat((one) => this.#late.allow(one));
      if (call === undefined || call.leave(now)) return call;
    }
  }

  get #quietAt(): number {
    return this.#lastByteAt + this.#timing.gapMs;
  }

  /** When what has begun is given up. The beginning of the answer itself may take all its time. */
  get #silentAt(): number {
    const current = this.#current;
    if (current !== undefined && this.#expectedSize(current) > 0) return current.deadline;
    // Bytes that were left with the operating system are no silence.
    return Math.max(this.#lastByteAt, this.#restUntil) + this.#timing.silenceMs;
  }

  #earliestAnswer(now: number): number {
    const current = this.#current;
    const { charMs } = this.#timing;
    if (current === undefined || charMs === 0) return now;
    const { pending } = this.#deframer;
    if (pending === 0) return current.sentEnd + (EXCEPTION_FRAME_SIZE - 1) * charMs;
    const missing = this.#expectedSize(current) - pending;
    return Math.min(now + (missing - 1) * charMs, current.deadline);
  }

  /** Bytes of the frame that has begun, as far as its first two tell. */
  #expectedSize({ awaited: [{ unitId, functionCode, frameSize }] }: Transaction): number {
    const begun = this.#deframer.peek(1);
    if (this.#deframer.peek(0) !== unitId) return 0;
    if (begun === functionCode) return frameSize;
    return begun === undefined || (begun & EXCEPTION_FLAG) !== 0 ? EXCEPTION_FRAME_SIZE : 0;
  }

  #endStretch(now: number): void {
    this.#deframer.silence();
    this.#takePieces(now);
    this.#isInDamage = false;
  }

  #takePieces(now: number): void {
    for (let piece = this.#nextPiece(); piece !== undefined; piece = this.#nextPiece()) {
      if (piece.kind === 'noise') {
        this.#noise(piece.bytes, now);
      } else {
        this.#isInDamage = false;
        const outcome = this.#accept(piece, now);
        this.#lastFrame = { bytes: piece.bytes, at: now };
        this.#trace?.({ at: now, direction: 'received', bytes: piece.bytes, outcome });
      }
    }
  }

  #nextPiece(): RtuPiece | undefined {
    const current = this.#current;
    const late = this.#late.shapes;
    const own: readonly AwaitedFrame[] = current?.awaited ?? [];
    return this.#deframer.next(late.length === 0 ? own : [...own, ...late], current?.frame);
  }

  #noise(bytes: Uint8Array, now: number): void {
    if (bytes.length === 0) return;
    this.#trace?.({ at: now, direction: 'received', bytes, outcome: 'damaged' });
    if (this.#isInDamage) return;
    this.#isInDamage = true;
    this.#counters.damaged += 1;
    const current = this.#current;
    if (current === undefined) return;
    const isOurs = bytes[0] === current.call.unitId && bytes[1] === current.call.functionCode;
    current.problem ??= new FramingError(
      isOurs ? 'the answer was damaged on the way' : 'bytes came that are no frame',
    );
  }

  #accept(frame: RtuFrame, now: number): Outcome {
    const current = this.#current;
    const functionCode = (frame.pdu[0] ?? 0) & ~EXCEPTION_FLAG;
    if (current !== undefined) {
      if (this.#isEcho(current, frame)) {
        current.hasEchoed = true;
        this.#counters.foreign += 1;
        return 'foreign';
      }
      const { call } = current;
      if (frame.unitId === call.unitId && functionCode === call.functionCode) {
        return this.#acceptAnswer(current, frame.pdu, now);
      }
    }
    const { unitId, pdu, bytes } = frame;
    if (
      !this.#isDoubled(frame, now) &&
      this.#late.take(unitId, functionCode, bytes.length, isException(pdu))
    ) {
      this.#counters.late += 1;
      return 'late';
    }
    this.#counters.foreign += 1;
    if (current !== undefined) {
      current.problem ??= new ResponseMismatchError(
        `unit ${unitId} answered function ${functionCode}, ` +
          `asked unit ${current.call.unitId} for function ${current.call.functionCode}`,
      );
    }
    return 'foreign';
  }

  /** The frame before, once more and without a pause: no second answer is that. */
  #isDoubled({ bytes }: RtuFrame, now: number): boolean {
    const { bytes: before, at } = this.#lastFrame;
    return now - at <= this.#timing.gapMs && isSame(bytes, before);
  }

  #isEcho(current: Transaction, { bytes }: RtuFrame): boolean {
    if (current.hasEchoed || bytes.length !== current.frame.length) return false;
    if (current.isRepeating && this.#echoesInRow < ECHOES_THAT_TELL) return false;
    return isSame(bytes, current.frame);
  }

  #acceptAnswer(current: Transaction, pdu: Uint8Array, now: number): Outcome {
    const { call } = current;
    const isForNobody = call.isSettled;
    // Also one that nobody waits for any more is held against its question.
    const problem = call.answer(pdu);
    if (problem !== undefined) {
      // Not the answer: what is may still follow.
      current.problem = problem;
      const isDamaged = problem instanceof MalformedPduError;
      this.#counters[isDamaged ? 'damaged' : 'foreign'] += 1;
      return isDamaged ? 'damaged' : 'foreign';
    }
    this.#timeoutsInRow = 0;
    this.#hasAnswered = true;
    if (!current.isRepeating) this.#echoesInRow = current.hasEchoed ? this.#echoesInRow + 1 : 0;
    this.#late.answered(call, outstandingUntil(current));
    this.#end(current, now);
    if (isForNobody) {
      this.#counters.late += 1;
      return 'late';
    }
    this.#counters.answers += 1;
    if (isException(pdu)) this.#counters.exceptions += 1;
    return 'answer';
  }

  #expire(now: number): void {
    const current = this.#current;
    if (current === undefined || now < current.deadline) return;
    const { call, problem } = current;
    this.#timeoutsInRow += 1;
    if (problem === undefined) {
      this.#counters.timeouts += 1;
      this.#trace?.({ at: now, direction: 'received', bytes: NOTHING, outcome: 'timeout' });
    }
    this.#late.expect(call, outstandingUntil(current));
    this.#end(current, now);
    this.#failOrRetry(
      call,
      problem ?? new RequestTimeoutError(`no answer within ${call.timeoutMs} ms`),
    );
  }

  #end({ sentAt }: Transaction, now: number): void {
    this.#current = undefined;
    this.#counters.busyMs += now - sentAt;
  }

  #failOrRetry(call: Call, error: GatewayError): void {
    if (call.retriesLeft > 0 && !call.isSettled) {
      call.retriesLeft -= 1;
      this.#waiting.putBack(call);
    } else {
      call.fail(error);
    }
  }
}
