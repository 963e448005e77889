import { InvalidRequestError } from '../base/errors.ts';
import type { HistoryQuestion } from './history.ts';
import { LEVELS } from './rollup.ts';

export const MAX_POINTS = 64;
export const MAX_BUCKETS = 10_000;
const MILLISECOND = 1_000;

/** Which buckets answer a question. */
export interface GridPlan {
  /** Beginning of the first bucket, microseconds since 1970; may be before `from`. */
  readonly origin: number;
  /** Microseconds. */
  readonly step: number;
  readonly size: number;
  /** The longest ready-made buckets of which these consist; undefined: only samples will do. */
  readonly level: number | undefined;
}

/**
 * Buckets begin at multiples of their length, so that they stay where they are while a chart moves
 * on. Their length is rounded up to one that ready-made buckets divide. Throws InvalidRequestError.
 */
export function planGrid(question: HistoryQuestion): GridPlan {
  check(question);
  const { from, to } = question;
  const step = question.step ?? chooseStep(question);
  // A lone bucket begins where the question does, or an hour that strikes would make two of it.
  const isLone = question.buckets === 1 && question.step === undefined;
  const unit = LEVELS.findLast((level) => isLone && to - from >= 2 * level) ?? MILLISECOND;
  const origin = roundDown(from, isLone ? unit : step);
  const length = isLone ? roundUp(to - origin, unit) : step;
  const size = Math.ceil((to - origin) / length);
  if (size > MAX_BUCKETS) {
    throw new InvalidRequestError(`${size} buckets, expected no more than ${MAX_BUCKETS}`);
  }
  const level = LEVELS.findLast((one) => length % one === 0 && origin % one === 0);
  return { origin, step: length, size, level };
}

/** Whole milliseconds, and so long that one more bucket than fits still is within the limit. */
function chooseStep({ from, to, buckets }: HistoryQuestion): number {
  const wanted = roundUp((to - from) / Math.max(1, buckets - 1), MILLISECOND);
  if (wanted < LEVELS[0] / 2) return wanted;
  // Up to the next multiple of something that is not longer than half of it.
  const unit = LEVELS.findLast((level) => wanted >= 2 * level) ?? LEVELS[0];
  return roundUp(wanted, unit);
}

function roundDown(value: number, unit: number): number {
  return Math.floor(value / unit) * unit;
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

function check({ points, from, to, buckets, step }: HistoryQuestion): void {
  if (points.length > MAX_POINTS) {
    throw new InvalidRequestError(`${points.length} points, expected no more than ${MAX_POINTS}`);
  }
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from >= to) {
    throw new InvalidRequestError('the time to begin with must be before the time to end with');
  }
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > MAX_BUCKETS) {
    throw new InvalidRequestError(`${buckets} buckets, expected 1 to ${MAX_BUCKETS}`);
  }
  if (step !== undefined && (step < MILLISECOND || step % MILLISECOND !== 0)) {
    throw new InvalidRequestError('the length of a bucket must be a whole number of milliseconds');
  }
}
