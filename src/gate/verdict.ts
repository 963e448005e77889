import { exceptionName } from '../base/errors.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { Value } from '../telemetry/point.ts';
import type { ReadBack, SendResult } from './device-port.ts';
import { show } from './wanted-value.ts';
import type { Refusal, WriteCode, WriteOutcome } from './write-request.ts';

/** How an attempt ended. */
export interface Ending {
  readonly outcome: WriteOutcome;
  readonly code: WriteCode;
  readonly message: string;
  readonly old?: Value;
  readonly readback?: Value;
}

export function refused({ code, message }: Refusal, old?: Value): Ending {
  return { outcome: 'refused', code, message, ...(old !== undefined && { old }) };
}

/** Illegal function, address, value, busy, no path: the device has done nothing. Others are not so sure. */
const NOTHING_DONE: ReadonlySet<number> = new Set([1, 2, 3, 6, 10]);

/** The ending that is certain without reading back, or undefined. */
export function certainEnding(sent: SendResult): Ending | undefined {
  if (sent.kind === 'not-sent') {
    return { outcome: 'failed', code: 'not-sent', message: `nothing was sent: ${sent.reason}` };
  }
  if (sent.kind !== 'exception' || !NOTHING_DONE.has(sent.exception)) return undefined;
  return {
    outcome: 'failed',
    code: 'device-refused',
    message: `the device refused it with exception ${sent.exception}, ${exceptionName(sent.exception)}`,
  };
}

/** The ending after a frame that may have worked, by what the device has now. */
export function endingAfter(
  point: RegisterPoint,
  value: Value,
  sent: SendResult,
  back: ReadBack,
): Ending {
  const isAcknowledged = sent.kind === 'acknowledged';
  if ('cause' in back) return withoutReadback(point, sent, back.cause);
  const readback = back.value;
  if (readback === value) {
    return {
      outcome: 'confirmed',
      code: isAcknowledged ? 'read-back' : 'seen-after-timeout',
      message: `${point.name} is ${show(value)}, read back`,
      readback,
    };
  }
  if (isAcknowledged) {
    return {
      outcome: 'failed',
      code: 'differs',
      message: `the device acknowledged ${show(value)} and reads back ${show(readback)}; look at it`,
      readback,
    };
  }
  return {
    outcome: 'unknown',
    code: 'no-answer',
    message:
      `${describeSend(sent)}; the device has ${show(readback)} now, and the frame may still be on ` +
      'its way. It is not sent again: look at the value before you do',
    readback,
  };
}

function withoutReadback(point: RegisterPoint, sent: SendResult, cause: string): Ending {
  const isAcknowledged = sent.kind === 'acknowledged';
  if (isAcknowledged && point.access === 'wo') {
    const message = `the device acknowledged it; ${point.name} cannot be read back`;
    return { outcome: 'confirmed', code: 'acknowledged', message };
  }
  const what = isAcknowledged ? 'the device acknowledged it' : describeSend(sent);
  return {
    outcome: 'unknown',
    code: isAcknowledged ? 'not-verified' : 'no-answer',
    message: `${what}, and it could not be read back (${cause}); look at the device, it is not sent again`,
  };
}

function describeSend(sent: SendResult): string {
  if (sent.kind === 'unknown') return `nobody knows whether it arrived: ${sent.reason}`;
  if (sent.kind !== 'exception') return sent.kind;
  return `the device answered exception ${sent.exception}, ${exceptionName(sent.exception)}`;
}
