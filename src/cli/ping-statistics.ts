import { formatDuration } from '../base/duration.ts';
import type { ProbeResult } from './probe.ts';

/** What a series of questions says about a line. */
export interface PingSummary {
  readonly sent: number;
  readonly answered: number;
  /** Of those answered; an exception is an answer. */
  readonly exceptions: number;
  readonly timeouts: number;
  readonly damaged: number;
  /** Questions that found no connection, or lost it. */
  readonly lost: number;
  /** Milliseconds; absent when nothing was answered. */
  readonly times?: PingTimes;
}

export interface PingTimes {
  readonly min: number;
  readonly avg: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export function summarize(results: readonly ProbeResult[]): PingSummary {
  const count = (kind: ProbeResult['kind']): number =>
    results.filter((result) => result.kind === kind).length;
  const answers = results.filter((result) => result.kind === 'answer');
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    sent: results.length,
    answered: answers.length,
    exceptions: answers.filter(({ exception }) => exception !== undefined).length,
    timeouts: count('timeout'),
    damaged: count('damaged'),
    lost: count('lost'),
    ...(times.length > 0 && { times: timesOf(times) }),
  };
}

function timesOf(sorted: readonly number[]): PingTimes {
  const percentile = (part: number): number =>
    sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
  return {
    min: percentile(0),
    avg: sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length,
    p95: percentile(0.95),
    p99: percentile(0.99),
    max: percentile(1),
  };
}

/** Timeouts that people write. */
const ROUND_MS = [100, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000, 10_000, 30_000];

/** Twice what 99 of 100 answers took, rounded up to a time that people write. */
export function suggestedTimeoutMs({ p99 }: PingTimes): number {
  const wanted = p99 * 2;
  return ROUND_MS.find((ms) => ms >= wanted) ?? Math.ceil(wanted / 1000) * 1000;
}

/** Above this share of losses a device may need longer to turn round than we give it. */
const LOSSY = 0.01;
const SUGGESTED_PAUSE_MS = 20;

/** Pause between an answer and the next question that is worth a try. */
export function suggestedPauseMs(summary: PingSummary, pauseMs: number): number {
  const failures = summary.timeouts + summary.damaged;
  const isLossy = summary.sent > 0 && failures / summary.sent > LOSSY;
  return isLossy ? Math.max(SUGGESTED_PAUSE_MS, pauseMs * 2) : pauseMs;
}

/** The two lines that a person reads. */
export function pingLines(summary: PingSummary, pauseMs: number): readonly string[] {
  const { sent, answered, exceptions, timeouts, damaged, lost, times } = summary;
  const counts = [
    `${sent} sent`,
    `${answered} answered${exceptions === 0 ? '' : ` (${exceptions} with an exception)`}`,
    `${timeouts} timeouts`,
    `${damaged} damaged`,
    ...(lost === 0 ? [] : [`${lost} without a connection`]),
  ].join('  ');
  if (times === undefined) return [counts];
  const { min, avg, p95, max } = times;
  const timeout = formatDuration(suggestedTimeoutMs(times));
  const pause = suggestedPauseMs(summary, pauseMs);
  return [
    `${counts}   min ${ms(min)}  avg ${ms(avg)}  p95 ${ms(p95)}  max ${ms(max)} ms`,
    `suggest timeout ${timeout} (p99 × 2), pause ${pause === 0 ? '0' : formatDuration(pause)}`,
  ];
}

function ms(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
