import { EXCEPTION, EXCEPTION_FLAG } from '../codec/pdu/exception.ts';
import { describeRequest } from './describe-request.ts';
import { bitReader, registerReader } from './function/reads.ts';
import type { Question, ServerFunction } from './function/server-function.ts';
import { coilsWriter, readWriter, registersWriter } from './function/write-multiples.ts';
import { coilWriter, maskWriter, registerWriter } from './function/write-singles.ts';
import type { WriteVerdict } from './unit-tables.ts';

const FUNCTIONS: Readonly<Record<number, ServerFunction>> = {
  0x01: bitReader('coil', ({ coil }) => coil),
  0x02: bitReader('discrete', ({ discrete }) => discrete),
  0x03: registerReader('holding', ({ holding }) => holding),
  0x04: registerReader('input', ({ input }) => input),
  0x05: coilWriter,
  0x06: registerWriter,
  0x0f: coilsWriter,
  0x10: registersWriter,
  0x16: maskWriter,
  0x17: readWriter,
};

/** An answer that has to wait for a verdict: resolves to the whole answer PDU. */
export type LaterAnswer = Promise<Uint8Array>;

/**
 * Answers a request PDU: writes the answer PDU to `out` and gives its size, at most 253 bytes; or
 * gives a promise when a hook wants time, during which the question's bytes are not needed.
 *
 * A function code of 0x80 and above is answered with itself and exception 1: it has the flag already.
 */
export function answer(question: Question, out: Uint8Array, to: number): number | LaterAnswer {
  const functionCode = question.bytes[question.at] ?? 0;
  const known = FUNCTIONS[functionCode];
  if (known === undefined) return refuseAloud(question, EXCEPTION.illegalFunction, out, to);
  const exception = known.judge(question);
  if (exception !== 0) return refuseAloud(question, exception, out, to);
  const { hooks } = question.tables;
  const refusal = refusalOfRead(known, question);
  if (refusal !== undefined) return refuseAloud(question, refusal, out, to);
  if (known.pendingWrite !== undefined && hooks.beforeWrite !== undefined) {
    const verdict = hooks.beforeWrite(known.pendingWrite(question));
    if (verdict instanceof Promise) return answerAfter(verdict, known, snapshot(question));
    if (verdict !== undefined) return refuseAloud(question, verdict, out, to);
  }
  return perform(known, question, out, to);
}

function refusalOfRead(known: ServerFunction, question: Question): number | undefined {
  const { hooks } = question.tables;
  if (known.pendingRead === undefined || hooks.beforeRead === undefined) return undefined;
  return hooks.beforeRead(known.pendingRead(question));
}

function perform(known: ServerFunction, question: Question, out: Uint8Array, to: number): number {
  out[to] = question.bytes[question.at] ?? 0;
  const size = 1 + known.perform(question, out, to + 1);
  const { hooks } = question.tables;
  if (known.pendingRead !== undefined && hooks.onRead !== undefined) {
    hooks.onRead(known.pendingRead(question));
  }
  return size;
}

/** Writes an exception PDU to `out`; gives its size. */
export function refuse(
  functionCode: number,
  exception: number,
  out: Uint8Array,
  to: number,
): number {
  out[to] = functionCode | EXCEPTION_FLAG;
  out[to + 1] = exception;
  return 2;
}

/** Refuses, and tells whoever listens. */
function refuseAloud(question: Question, exception: number, out: Uint8Array, to: number): number {
  const { tables, unitId, peer, bytes, at, length } = question;
  const functionCode = bytes[at] ?? 0;
  if (tables.hooks.onRefused !== undefined) {
    const request = describeRequest(bytes.subarray(at, at + length));
    tables.hooks.onRefused({ exception, functionCode, request, unitId, peer });
  }
  return refuse(functionCode, exception, out, to);
}

async function answerAfter(
  verdict: Promise<WriteVerdict>,
  known: ServerFunction,
  question: Question,
): LaterAnswer {
  const out = new Uint8Array(253);
  // A hook that fails has not allowed anything.
  const exception = await verdict.catch(() => EXCEPTION.serverDeviceFailure);
  if (exception !== undefined) return out.subarray(0, refuseAloud(question, exception, out, 0));
  return out.subarray(0, perform(known, question, out, 0));
}

/** A question of its own, which outlives the chunk it came in. */
export function snapshot(question: Question): Question {
  const { bytes, at, length } = question;
  // Not `slice`: that of a Buffer is a view.
  return { ...question, bytes: Uint8Array.from(bytes.subarray(at, at + length)), at: 0 };
}
