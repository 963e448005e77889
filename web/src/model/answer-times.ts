import type { PollingJson } from '../../../src/api/contract.ts';

/** A bar of a histogram: how many answers came within `upTo` milliseconds, and later than the bar before. */
export interface AnswerBar {
  /** Absent: later than all others. */
  readonly upTo?: number;
  readonly count: number;
  /** Of the highest bar, 0..1. */
  readonly share: number;
}

/** The classes between the fastest and the slowest answer, with those that are empty between them. */
export function answerBars(classes: PollingJson['answerTimes']): readonly AnswerBar[] {
  const first = classes.findIndex(({ count }) => count > 0);
  const last = classes.findLastIndex(({ count }) => count > 0);
  if (first < 0) return [];
  const most = Math.max(...classes.map(({ count }) => count));
  return classes.slice(first, last + 1).map((one) => ({ ...one, share: one.count / most }));
}

/** The time within which a share of the answers came, as the end of its class; undefined where none came. */
export function answersWithin(
  classes: PollingJson['answerTimes'],
  share: number,
): number | undefined {
  let left = classes.reduce((sum, { count }) => sum + count, 0) * share;
  if (left === 0) return undefined;
  for (const { upTo, count } of classes) {
    left -= count;
    if (left <= 0) return upTo;
  }
  return undefined;
}
