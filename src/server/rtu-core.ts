import { crc16 } from '../codec/frame/crc16.ts';
import { answer } from './answer.ts';
import type { AnswerBuffer } from './answer-buffer.ts';
import type { LatePdu } from './fault.ts';
import type { Question } from './function/server-function.ts';
import { RequestDesk } from './request-desk.ts';
import {
  MAX_RTU_FRAME_SIZE,
  rtuRequestSize,
  rtuResponseSize,
  type FrameSize,
} from './rtu-frame-size.ts';
import type { ServerCore } from './server-core.ts';
import type { Service } from './service.ts';
import { tablesOf, UnitTables } from './unit-tables.ts';

const BROADCAST = 0;
const NO_TABLES = new UnitTables({});

/**
 * The server's side of RTU frames, on a serial line or inside TCP.
 *
 * A request's length follows from its function code, so an answer does not wait for silence. A wrong
 * checksum means that the beginning of the next frame is not known: everything is skipped until the
 * line is silent. Silence also ends what has no known length, and a frame that is too short or too long for
 * its function; when its checksum is right it is answered like any other. A bad checksum, a unit of
 * somebody else and a broadcast are never answered (Serial Line V1.02, sections 2.4.1 and 2.1).
 *
 * On a line with several devices their answers pass by as well: after a unit that is not ours, the
 * shape of an answer is tried beside that of a request.
 */
export class RtuServerCore implements ServerCore {
  readonly failure = undefined;
  incompleteSince = Infinity;
  requests = 0;
  silenceAt = Infinity;
  readonly #service: Service;
  readonly #silenceMs: number;
  readonly #desk: RequestDesk;
  readonly #question: Question;
  readonly #held = Buffer.allocUnsafeSlow(2 * MAX_RTU_FRAME_SIZE);
  #heldLength = 0;
  #skipping = false;

  constructor(
    service: Service,
    peer: string,
    silenceMs: number,
    send: (frame: Uint8Array) => void,
  ) {
    this.#service = service;
    this.#silenceMs = silenceMs;
    this.#desk = new RequestDesk(service, rtuFrame, send);
    const bytes = this.#held;
    this.#question = { tables: NO_TABLES, unitId: 0, peer, bytes, at: 0, length: 0 };
  }

  receive(chunk: Uint8Array, now: number, out: AnswerBuffer): void {
    // The alarm of the shell may be late; what lies before a silence is over all the same.
    if (now >= this.silenceAt) this.silence(out);
    for (let at = 0; at < chunk.length;) {
      const size = Math.min(chunk.length - at, this.#held.length - this.#heldLength);
      this.#held.set(chunk.subarray(at, at + size), this.#heldLength);
      this.#heldLength += size;
      at += size;
      this.#answerAll(out);
    }
    const waits = this.#heldLength > 0 || this.#skipping;
    this.silenceAt = waits ? now + this.#silenceMs : Infinity;
  }

  silence(out: AnswerBuffer): void {
    this.silenceAt = Infinity;
    const length = this.#heldLength;
    const { counters } = this.#service;
    if (isFrame(this.#held, 0, length)) {
      // It was whole after all, only of another length than its fields say.
      if (this.#skipping) counters.damaged -= 1;
      this.#answerFrame(0, length, out);
    } else if (length > 0 && !this.#skipping) {
      counters.damaged += 1;
    }
    this.#heldLength = 0;
    this.#skipping = false;
  }

  close(): void {
    this.#desk.close();
  }

  /** Answers the whole frames held, and moves the rest to the front. */
  #answerAll(out: AnswerBuffer): void {
    let at = 0;
    while (!this.#skipping && at < this.#heldLength) {
      const size = this.#frameSize(at);
      if (size === 'unknown') this.#skip();
      if (typeof size !== 'number') break;
      this.#answerFrame(at, size, out);
      at += size;
    }
    if (at > 0) {
      this.#held.copyWithin(0, at, this.#heldLength);
      this.#heldLength -= at;
    }
    // What is longer than any frame is none, however it goes on.
    if (this.#skipping) this.#heldLength = Math.min(this.#heldLength, MAX_RTU_FRAME_SIZE + 1);
  }

  /** Size of the frame at `at` with a right checksum; undefined: not yet; unknown: there is none. */
  #frameSize(at: number): FrameSize {
    const end = this.#heldLength;
    if (end - at < 2) return undefined;
    const unitId = this.#held[at] ?? 0;
    const sizes = [rtuRequestSize(this.#held, at, end)];
    if (unitId !== BROADCAST && tablesOf(this.#service.units, unitId) === undefined) {
      sizes.push(rtuResponseSize(this.#held, at, end));
    }
    let verdict: FrameSize = 'unknown';
    for (const size of sizes) {
      if (typeof size === 'number' && at + size <= end) {
        if (isFrame(this.#held, at, size)) return size;
      } else if (end - at < MAX_RTU_FRAME_SIZE) {
        verdict = undefined;
      }
    }
    return verdict;
  }

  #skip(): void {
    this.#skipping = true;
    this.#service.counters.damaged += 1;
  }

  #answerFrame(at: number, size: number, out: AnswerBuffer): void {
    const question = this.#question;
    question.unitId = this.#held[at] ?? 0;
    question.at = at + 1;
    question.length = size - 3;
    if (question.unitId === BROADCAST) {
      this.#broadcast(question);
      return;
    }
    const tables = tablesOf(this.#service.units, question.unitId);
    if (tables === undefined) {
      this.#service.counters.foreign += 1;
      return;
    }
    this.requests += 1;
    out.reserve(MAX_RTU_FRAME_SIZE);
    const to = out.length;
    const answered = this.#desk.answer(question, tables, out.bytes, to + 1, 0);
    if (answered === 0) return;
    out.bytes[to] = question.unitId;
    putCrc(out.bytes, to, to + 1 + answered);
    out.length = to + answered + 3;
  }

  /** Every unit does what is asked, and nobody says so. Reading by broadcast means nothing. */
  #broadcast(question: Question): void {
    const { units, counters } = this.#service;
    const scratch = new Uint8Array(MAX_RTU_FRAME_SIZE);
    this.requests += 1;
    counters.requests += 1;
    for (const tables of units instanceof UnitTables ? [units] : units.values()) {
      question.tables = tables;
      const answered = answer(question, scratch, 0);
      // A gate decides in its own time; its verdict reaches nobody.
      if (typeof answered !== 'number') answered.catch(() => undefined);
    }
  }
}

function isFrame(bytes: Uint8Array, at: number, size: number): boolean {
  if (size < 4 || size > MAX_RTU_FRAME_SIZE) return false;
  const crc = (bytes[at + size - 2] ?? 0) | ((bytes[at + size - 1] ?? 0) << 8);
  return crc16(bytes, at, at + size - 2) === crc;
}

function putCrc(bytes: Uint8Array, start: number, end: number): void {
  const crc = crc16(bytes, start, end);
  bytes[end] = crc;
  bytes[end + 1] = crc >> 8;
}

function rtuFrame({ pdu, corrupt }: LatePdu, _: number, unitId: number): Uint8Array {
  const frame = new Uint8Array(pdu.length + 3);
  frame[0] = unitId;
  frame.set(pdu, 1);
  putCrc(frame, 0, pdu.length + 1);
  if (corrupt) frame[pdu.length + 1] = ~(frame[pdu.length + 1] ?? 0);
  return frame;
}
