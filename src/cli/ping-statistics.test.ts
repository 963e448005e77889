import { describe, expect, test } from 'vitest';
import type { ProbeResult } from './probe.ts';
import { pingLines, suggestedPauseMs, suggestedTimeoutMs, summarize } from './ping-statistics.ts';

const answer = (ms: number, exception?: number): ProbeResult => ({
  kind: 'answer',
  ms,
  ...(exception !== undefined && { exception }),
});

describe('a series of questions', () => {
  test('is counted by what came of each, and an exception is an answer', () => {
    const results: readonly ProbeResult[] = [
      ...[answer(8), answer(12), answer(400, 2)],
      ...([{ kind: 'timeout' }, { kind: 'timeout' }, { kind: 'damaged' }] as const),
      { kind: 'lost', error: new Error('gone') },
    ];
    expect(summarize(results)).toEqual({
      ...{ sent: 7, answered: 3, exceptions: 1, timeouts: 2, damaged: 1, lost: 1 },
      times: { min: 8, avg: 140, p95: 400, p99: 400, max: 400 },
    });
  });

  test('of which nothing was answered has no times', () => {
    const summary = summarize([{ kind: 'timeout' }]);
    expect(summary.times).toBeUndefined();
    expect(pingLines(summary, 0)).toEqual(['1 sent  0 answered  1 timeouts  0 damaged']);
  });

  test('takes percentiles by rank, never between two answers', () => {
    const results = Array.from({ length: 100 }, (_, index) => answer(index + 1));
    expect(summarize(results).times).toEqual({ min: 1, avg: 50.5, p95: 95, p99: 99, max: 100 });
  });

  test('reads like one', () => {
    const results: readonly ProbeResult[] = [
      ...Array.from({ length: 97 }, () => answer(12)),
      ...[answer(480), { kind: 'timeout' } as const, { kind: 'timeout' } as const],
    ];
    expect(pingLines(summarize(results), 0)).toEqual([
      '100 sent  98 answered  2 timeouts  0 damaged   min 12  avg 17  p95 12  max 480 ms',
      'suggest timeout 1s (p99 × 2), pause 20ms',
    ]);
  });
});

test.each([
  [0.4, 100],
  [50, 100],
  [51, 200],
  [480, 1000],
  [20_000, 40_000],
])('when 99 of 100 answers take %d ms the timeout is %d ms', (p99, expected) => {
  expect(suggestedTimeoutMs({ min: 0, avg: 0, p95: 0, p99, max: 0 })).toBe(expected);
});

test('a longer pause is worth a try only where something was lost', () => {
  const clean = summarize([answer(1), answer(1)]);
  const lossy = summarize([answer(1), { kind: 'damaged' }]);
  expect([suggestedPauseMs(clean, 0), suggestedPauseMs(lossy, 0)]).toEqual([0, 20]);
  expect([suggestedPauseMs(clean, 50), suggestedPauseMs(lossy, 50)]).toEqual([50, 100]);
});
