import type { AwaitedFrame } from '../codec/frame/rtu.ts';
import { EXCEPTION_FRAME_SIZE } from '../codec/frame/rtu-response-size.ts';
import type { Call } from './call.ts';
import { answerShape } from './transaction.ts';

/** A request whose answer may still come. */
interface Outstanding extends AwaitedFrame {
  readonly question: Uint8Array;
  /** After this moment it will not come any more. */
  readonly until: number;
  /** May the same question be asked meanwhile, and take this answer for its own? */
  isShareable: boolean;
}

/** Functions that change nothing: the answer to the same question asked again is as good. */
const READS: ReadonlySet<number> = new Set([0x01, 0x02, 0x03, 0x04]);

/**
 * The answers that may still come on a line where nothing tells a late answer from a right one.
 * What follows from it for the next request is in serial-line.ts, at its head.
 */
export class LateAnswers {
  readonly #outstanding: Outstanding[] = [];

  /** When the first of them is given up; Infinity when none is awaited. */
  get nextUntil(): number {
    return Math.min(Infinity, ...this.#outstanding.map(({ until }) => until));
  }

  /** What their frames look like. */
  get shapes(): readonly AwaitedFrame[] {
    return this.#outstanding;
  }

  /** The request had no answer in its time. */
  expect(call: Call, until: number): void {
    this.#outstanding.push({
      ...answerShape(call),
      question: call.pdu,
      until,
      isShareable: READS.has(call.functionCode),
    });
  }

  /** Could no answer that is still to come be mistaken for the one to this request? */
  allow(call: Call): boolean {
    return this.#outstanding.every(
      (one) =>
        one.unitId !== call.unitId ||
        one.functionCode !== call.functionCode ||
        (one.isShareable && isSame(one.question, call.pdu)),
    );
  }

  /** A request leaves. Answers from before a write no longer say how things are. */
  sent(call: Call): void {
    if (READS.has(call.functionCode)) return;
    for (const one of this.#outstanding) {
      if (one.unitId === call.unitId) one.isShareable = false;
    }
  }

  /**
   * The request was answered, perhaps with the answer to an earlier try of the same question. Then its own
   * is still to come: as many are outstanding as before, the last of them until `until`, and no question
   * may share them any more, else the line would stay one answer behind for ever.
   */
  answered(call: Call, until: number): void {
    const tries = this.#outstanding.filter(
      (one) => one.unitId === call.unitId && one.functionCode === call.functionCode,
    );
    const [first] = tries;
    if (first === undefined) return;
    this.#remove(first);
    this.expect(call, until);
    for (const one of this.#outstanding) {
      if (one.unitId === call.unitId && one.functionCode === call.functionCode) {
        one.isShareable = false;
      }
    }
  }

  /** A frame came that answers no request under way. Was one of them awaited? */
  take(unitId: number, functionCode: number, frameSize: number, isException: boolean): boolean {
    const found = this.#outstanding.find(
      (one) =>
        one.unitId === unitId &&
        one.functionCode === functionCode &&
        frameSize === (isException ? EXCEPTION_FRAME_SIZE : one.frameSize),
    );
    if (found === undefined) return false;
    this.#remove(found);
    return true;
  }

  /** Gives up those whose time is over. */
  forget(now: number): void {
    for (const one of this.#outstanding.filter(({ until }) => until <= now)) this.#remove(one);
  }

  #remove(one: Outstanding): void {
    this.#outstanding.splice(this.#outstanding.indexOf(one), 1);
  }
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
