import type { NameWish } from '../profile/name-wish.ts';
import type {
  BenchNameJson,
  BenchQuestionJson,
  BenchWriteJson,
  UnlockRequestJson,
} from './contract.ts';
import type { Problem } from './problem.ts';

/** A question about a device, or about a unit of a line. */
export function questionProblem({
  device,
  line,
  unit,
  ...numbers
}: BenchQuestionJson): Problem | undefined {
  const hasTarget =
    device === undefined ? line !== undefined && unit !== undefined : line === undefined;
  const areWhole = [unit ?? 0, numbers.start, numbers.count].every(Number.isInteger);
  return hasTarget && areWhole ? undefined : WRONG_QUESTION;
}

const WRONG_QUESTION: Problem = {
  ...{ status: 400, code: 'wrong-body', detail: 'it names no device and no line, or no registers' },
  fix: 'send { "device": "meter1", "table": "holding", "start": 0, "count": 10 }, or line and unit in place of device',
};

/** Registers, or one coil, with what shall be in them. */
export interface RegisterValues {
  readonly device: string;
  readonly table: 'holding' | 'coil';
  readonly start: number;
  readonly words: readonly number[];
  readonly function?: 'auto' | 'multiple';
  readonly reason?: string;
}

export function readRegisterWrite({
  words,
  bits,
  ...place
}: BenchWriteJson): RegisterValues | Problem {
  const isBit = bits !== undefined;
  const items = words ?? bits ?? [];
  const [most, max] = isBit ? [1, 1] : [123, 0xffff];
  const isRight =
    isBetween(place.start, 0, 0xffff) &&
    !(isBit && words !== undefined) &&
    isBetween(items.length, 1, most) &&
    items.every((item) => isBetween(item, 0, max));
  if (!isRight) return WRONG_WRITE;
  return { ...place, table: isBit ? 'coil' : 'holding', words: items };
}

const WRONG_WRITE: Problem = {
  ...{ status: 400, code: 'wrong-body', detail: 'these are no words and no bit' },
  fix: 'send { "device": "meter1", "start": 100, "words": [750], "reason": "…" }, or one coil as "bits": [1]',
};

/** The reason of whoever unlocks; it stands in the audit. */
export function readReason({ reason }: UnlockRequestJson): string | Problem {
  if (reason.trim() !== '') return reason;
  return {
    ...{ status: 400, code: 'wrong-body', detail: 'the reason is empty' },
    fix: 'send { "reason": "finding the set-point" }; it stands in the audit',
  };
}

export function readName(body: BenchNameJson): NameWish | Problem {
  const { start, decimals = 0 } = body;
  if (isBetween(start, 0, 0xffff) && isBetween(decimals, 0, 12)) return body;
  return {
    ...{ status: 400, code: 'invalid-request', detail: 'there is no such address, or precision' },
    fix: 'start is 0 to 65535, decimals are 0 to 12',
  };
}

function isBetween(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
