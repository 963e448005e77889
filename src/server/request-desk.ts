import { EXCEPTION, EXCEPTION_FLAG } from '../codec/pdu/exception.ts';
import { answer, refuse, snapshot, type LaterAnswer } from './answer.ts';
import { answerWithFault, intercept, type LatePdu } from './fault.ts';
import type { Question } from './function/server-function.ts';
import type { Service } from './service.ts';
import type { UnitTables } from './unit-tables.ts';

/** TCP guide, section 4.2.2: a server works at 1 to 16 requests of one client at a time. */
const MAX_IN_PROGRESS = 16;

/** Puts an answer that comes late into its frame; `ticket` is what came with the question. */
export type LateFrame = (late: LatePdu, ticket: number, unitId: number) => Uint8Array;

/**
 * Where one connection's requests are answered: at once, as nearly all are, or when a write gate or a
 * simulated fault has had its time. Later ones do not hold up what comes behind them.
 */
export class RequestDesk {
  readonly #service: Service;
  readonly #frame: LateFrame;
  readonly #send: (frame: Uint8Array) => void;
  #inProgress = 0;
  /** The last frame sent; kept only where an interceptor may want it again. */
  #previous: Uint8Array | undefined;
  #closed = false;

  constructor(service: Service, frame: LateFrame, send: (frame: Uint8Array) => void) {
    this.#service = service;
    this.#frame = frame;
    this.#send = send;
  }

  /** Writes the answer PDU to `out` and gives its size; 0 when it comes later, or never. */
  answer(
    question: Question,
    tables: UnitTables,
    out: Uint8Array,
    to: number,
    ticket: number,
  ): number {
    const { counters, interceptor, clock } = this.#service;
    counters.requests += 1;
    question.tables = tables;
    if (this.#inProgress >= MAX_IN_PROGRESS) {
      counters.busy += 1;
      return this.refuse(question, EXCEPTION.serverDeviceBusy, out, to);
    }
    if (interceptor !== undefined) {
      const copy = snapshot(question);
      const fault = intercept(interceptor, copy);
      if (fault !== undefined) {
        void this.#finish(answerWithFault(copy, fault, clock), ticket, question.unitId);
        return 0;
      }
    }
    const answered = answer(question, out, to);
    if (typeof answered !== 'number') {
      void this.#finish(sound(answered), ticket, question.unitId);
      return 0;
    }
    counters.answers += 1;
    if (((out[to] ?? 0) & EXCEPTION_FLAG) !== 0) counters.exceptions += 1;
    if (interceptor !== undefined) {
      const pdu = Uint8Array.from(out.subarray(to, to + answered));
      this.#previous = this.#frame({ pdu, corrupt: false }, ticket, question.unitId);
    }
    return answered;
  }

  /** Writes an exception PDU to `out` and gives its size. */
  refuse(question: Question, exception: number, out: Uint8Array, to: number): number {
    this.#service.counters.answers += 1;
    this.#service.counters.exceptions += 1;
    return refuse(question.bytes[question.at] ?? 0, exception, out, to);
  }

  close(): void {
    this.#closed = true;
  }

  async #finish(
    answered: Promise<LatePdu | 'previous' | undefined>,
    ticket: number,
    unitId: number,
  ): Promise<void> {
    const { counters } = this.#service;
    this.#inProgress += 1;
    try {
      const late = await answered;
      const frame = late === 'previous' ? this.#previous : this.#framed(late, ticket, unitId);
      if (frame === undefined || this.#closed) {
        counters.withheld += 1;
        return;
      }
      counters.answers += 1;
      this.#previous = frame;
      this.#send(Uint8Array.from(frame));
    } finally {
      this.#inProgress -= 1;
    }
  }

  #framed(late: LatePdu | undefined, ticket: number, unitId: number): Uint8Array | undefined {
    if (late === undefined) return undefined;
    if (((late.pdu[0] ?? 0) & EXCEPTION_FLAG) !== 0) this.#service.counters.exceptions += 1;
    return this.#frame(late, ticket, unitId);
  }
}

async function sound(answered: LaterAnswer): Promise<LatePdu> {
  return { pdu: await answered, corrupt: false };
}
