import { FramingError } from '../base/errors.ts';
import { EXCEPTION } from '../codec/pdu/exception.ts';
import type { AnswerBuffer } from './answer-buffer.ts';
import type { LatePdu } from './fault.ts';
import { putU16, u16, type Question } from './function/server-function.ts';
import { RequestDesk } from './request-desk.ts';
import type { ServerCore } from './server-core.ts';
import type { Service } from './service.ts';
import { tablesOf, UnitTables } from './unit-tables.ts';

/** Transaction id, protocol id, length, unit id. TCP guide, section 3.1.3. */
const HEADER_SIZE = 7;
/** Up to the end of the length field, which counts what follows it. */
const LENGTH_END = 6;
/** A unit id and a function code. */
const MIN_LENGTH = 2;
/** A unit id and the longest PDU. */
const MAX_LENGTH = 254;
const MAX_FRAME_SIZE = LENGTH_END + MAX_LENGTH;

const NO_TABLES = new UnitTables({});

/**
 * The server's side of one Modbus TCP connection.
 *
 * Frames are judged and answered where they lie in the chunk. Only what is left at the end of a chunk
 * is copied: the beginning of one frame, 260 bytes at most, which the next chunk completes. The header
 * is judged before its body arrives: a corrupt length would have us wait for ever.
 */
export class MbapServerCore implements ServerCore {
  readonly silenceAt = Infinity;
  failure: FramingError | undefined;
  incompleteSince = Infinity;
  requests = 0;
  readonly #service: Service;
  readonly #desk: RequestDesk;
  /** One for all requests, as they are answered one after the other. */
  readonly #question: Question;
  readonly #begun = Buffer.allocUnsafeSlow(MAX_FRAME_SIZE);
  #begunLength = 0;

  constructor(service: Service, peer: string, send: (frame: Uint8Array) => void) {
    this.#service = service;
    this.#desk = new RequestDesk(service, lateFrame, send);
    const bytes = this.#begun;
    this.#question = { tables: NO_TABLES, unitId: 0, peer, bytes, at: 0, length: 0 };
  }

  receive(chunk: Uint8Array, now: number, out: AnswerBuffer): void {
    if (this.failure !== undefined) return;
    let at = 0;
    if (this.#begunLength > 0) {
      at = this.#complete(chunk, out);
      if (this.#begunLength > 0) return;
    }
    at = this.#answerAll(chunk, at, out);
    this.#take(chunk, at, MAX_FRAME_SIZE);
    this.incompleteSince = this.#begunLength > 0 ? now : Infinity;
  }

  silence(): void {
    // Silence means nothing to TCP.
  }

  close(): void {
    this.#desk.close();
  }

  /** Gives the begun frame what it lacks, and answers it when it is whole. */
  #complete(chunk: Uint8Array, out: AnswerBuffer): number {
    const at = this.#take(chunk, 0, LENGTH_END);
    if (this.#begunLength < LENGTH_END || !this.#isHeader(this.#begun, 0)) return at;
    const length = u16(this.#begun, 4);
    const end = this.#take(chunk, at, LENGTH_END + length);
    if (this.#begunLength < LENGTH_END + length) return end;
    this.#answerFrame(this.#begun, 0, length, out);
    this.#begunLength = 0;
    return end;
  }

  /** Moves bytes from the chunk to the begun frame until it has `size`; gives where it stopped. */
  #take(chunk: Uint8Array, from: number, size: number): number {
    let at = from;
    for (; this.#begunLength < size && at < chunk.length; at += 1) {
      this.#begun[this.#begunLength] = chunk[at] ?? 0;
      this.#begunLength += 1;
    }
    return at;
  }

  /** Answers the whole frames from `at`; gives where the first one that is not whole begins. */
  #answerAll(chunk: Uint8Array, from: number, out: AnswerBuffer): number {
    let at = from;
    while (chunk.length - at >= LENGTH_END) {
      if (!this.#isHeader(chunk, at)) return chunk.length;
      const length = u16(chunk, at + 4);
      if (at + LENGTH_END + length > chunk.length) return at;
      this.#answerFrame(chunk, at, length, out);
      at += LENGTH_END + length;
    }
    return at;
  }

  #isHeader(bytes: Uint8Array, at: number): boolean {
    const protocolId = u16(bytes, at + 2);
    const length = u16(bytes, at + 4);
    if (protocolId === 0 && length >= MIN_LENGTH && length <= MAX_LENGTH) return true;
    this.failure = new FramingError(
      protocolId === 0
        ? `length field is ${length}, expected ${MIN_LENGTH}..${MAX_LENGTH}`
        : `protocol id is ${protocolId}, expected 0`,
    );
    return false;
  }

  #answerFrame(bytes: Uint8Array, at: number, length: number, out: AnswerBuffer): void {
    const question = this.#question;
    question.bytes = bytes;
    question.at = at + HEADER_SIZE;
    question.length = length - 1;
    question.unitId = bytes[at + 6] ?? 0;
    out.reserve(MAX_FRAME_SIZE);
    const to = out.length;
    const answered = this.#answer(question, out.bytes, to + HEADER_SIZE, u16(bytes, at));
    if (answered === 0) return;
    // The header of the answer is the one of the request with another length.
    out.bytes[to] = bytes[at] ?? 0;
    out.bytes[to + 1] = bytes[at + 1] ?? 0;
    out.bytes[to + 2] = 0;
    out.bytes[to + 3] = 0;
    putU16(out.bytes, to + 4, answered + 1);
    out.bytes[to + 6] = question.unitId;
    out.length = to + HEADER_SIZE + answered;
  }

  /** Size of the answer PDU, 0 when there is none or it comes later. */
  #answer(question: Question, out: Uint8Array, to: number, transactionId: number): number {
    const { units, unknownUnit, counters } = this.#service;
    this.requests += 1;
    const tables = tablesOf(units, question.unitId);
    if (tables !== undefined) return this.#desk.answer(question, tables, out, to, transactionId);
    counters.foreign += 1;
    if (unknownUnit === 'silence') return 0;
    return this.#desk.refuse(question, EXCEPTION.gatewayTargetFailed, out, to);
  }
}

function lateFrame({ pdu, corrupt }: LatePdu, transactionId: number, unitId: number): Uint8Array {
  const frame = new Uint8Array(HEADER_SIZE + pdu.length);
  putU16(frame, 0, transactionId);
  putU16(frame, 4, pdu.length + 1);
  frame[6] = unitId;
  frame.set(pdu, HEADER_SIZE);
  // TCP damages nothing by itself: a damaged answer is one whose first field contradicts its length.
  if (corrupt) frame[HEADER_SIZE + 1] = ~(frame[HEADER_SIZE + 1] ?? 0);
  return frame;
}
