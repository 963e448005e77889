import { sleep, type Clock } from '../base/clock.ts';
import { answer, refuse } from './answer.ts';
import type { Question } from './function/server-function.ts';

/** How a simulated device misbehaves at one request. */
export interface Fault {
  /** Waits this long before it answers, or does not. Default 0. */
  readonly delayMs?: number;
  /**
   * `normal` (default) does what was asked; `none` neither does it nor answers; `corrupt` does it and
   * answers with a damaged frame; `previous` does it and sends the answer before it once more, frame
   * for frame, as a device does whose buffer was not refilled; an exception refuses it.
   */
  readonly answer?: 'normal' | 'none' | 'corrupt' | 'previous' | { readonly exception: number };
}

/** A request as an interceptor sees it. */
export interface InterceptedRequest {
  readonly unitId: number;
  readonly functionCode: number;
  /** A copy, function code included. */
  readonly pdu: Uint8Array;
  readonly peer: string;
}

/** Looks at each request of a served unit; undefined lets it pass. Only for simulators: it costs. */
export type Interceptor = (
  request: InterceptedRequest,
) => Fault | undefined | Promise<Fault | undefined>;

/** An answer PDU on its way to its frame. */
export interface LatePdu {
  readonly pdu: Uint8Array;
  readonly corrupt: boolean;
}

/** Asks the interceptor about a question that has a copy of its bytes. */
export function intercept(
  interceptor: Interceptor,
  { unitId, bytes, peer }: Question,
): Fault | undefined | Promise<Fault | undefined> {
  return interceptor({ unitId, functionCode: bytes[0] ?? 0, pdu: bytes, peer });
}

/**
 * Answers as the fault says; undefined is no answer, `previous` the one before. The question has a
 * copy of its bytes.
 */
export async function answerWithFault(
  question: Question,
  pending: Fault | Promise<Fault | undefined>,
  clock: Clock,
): Promise<LatePdu | 'previous' | undefined> {
  const fault = (await pending) ?? {};
  if (fault.delayMs !== undefined && fault.delayMs > 0) await sleep(clock, fault.delayMs);
  const kind = fault.answer ?? 'normal';
  if (kind === 'none') return undefined;
  const out = new Uint8Array(253);
  if (typeof kind === 'object') {
    refuse(question.bytes[0] ?? 0, kind.exception, out, 0);
    return { pdu: out.subarray(0, 2), corrupt: false };
  }
  const answered = answer(question, out, 0);
  const pdu = typeof answered === 'number' ? out.subarray(0, answered) : await answered;
  if (kind === 'previous') return 'previous';
  return { pdu, corrupt: kind === 'corrupt' };
}
