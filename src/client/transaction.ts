import type { GatewayError } from '../base/errors.ts';
import { encodeRtu, type AwaitedFrame } from '../codec/frame/rtu.ts';
import type { Call } from './call.ts';
import type { LineTiming } from './line-timing.ts';

/** Unit id and checksum around a PDU. */
const ENVELOPE_SIZE = 3;

/** Functions whose answer repeats the request byte by byte: an echo looks like it. V1.1b3, section 6. */
const REPEATING: ReadonlySet<number> = new Set([0x05, 0x06, 0x08, 0x16]);

/** One request on the line, and what is known of its answer. Times are those of the clock, in ms. */
export interface Transaction {
  readonly call: Call;
  /** The request as it is sent. */
  readonly frame: Uint8Array;
  readonly awaited: readonly [AwaitedFrame];
  readonly sentAt: number;
  /** When its last byte has left. */
  readonly sentEnd: number;
  readonly deadline: number;
  /** The answer is the request again. */
  readonly isRepeating: boolean;
  /** Our own request came back before the answer. */
  hasEchoed: boolean;
  /** What came in place of an answer; says more than that time is up. */
  problem: GatewayError | undefined;
}

export function answerShape({ unitId, functionCode, answerSize }: Call): AwaitedFrame {
  return { unitId, functionCode, frameSize: answerSize + ENVELOPE_SIZE };
}

/**
 * A write returns at once while the bytes still leave, so the end of sending is computed. The call's
 * timeout is patience with the device: what the wire takes for the answer is added.
 */
export function beginTransaction(call: Call, now: number, { charMs }: LineTiming): Transaction {
  const frame = encodeRtu(call.unitId, call.pdu);
  const shape = answerShape(call);
  const sentEnd = now + frame.length * charMs;
  return {
    call,
    frame,
    awaited: [shape],
    sentAt: now,
    sentEnd,
    deadline: sentEnd + call.timeoutMs + shape.frameSize * charMs,
    isRepeating: REPEATING.has(call.functionCode),
    hasEchoed: false,
    problem: undefined,
  };
}

/**
 * After this moment no answer to it will come any more: one timeout of silence behind its own, and not before
 * its device has had the time that it may take.
 */
export function outstandingUntil({ deadline, call }: Transaction): number {
  return deadline + Math.max(call.timeoutMs, call.patienceMs - call.timeoutMs);
}
