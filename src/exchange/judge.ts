import type { HttpAnswer, HttpProblem, WriteReport } from './ports.ts';

/** What came of one try of a step. */
export type Verdict =
  | { readonly kind: 'done'; readonly note: string }
  /** It may go well later. */
  | { readonly kind: 'retry'; readonly note: string; readonly afterMs?: number }
  /** It never will as it is. */
  | { readonly kind: 'refused'; readonly note: string };

/** Answers that speak of the question itself: the same question gets the same answer. */
const REFUSALS: ReadonlySet<number> = new Set([
  ...[400, 405, 406, 409, 410, 411, 413, 414, 415, 422, 431],
]);
const SHOWN = 200;

/** By RFC 9110: 2xx is done; a redirect is not followed; what may be different later is tried again. */
export function judgeAnswer(answer: HttpAnswer | HttpProblem): Verdict {
  if ('problem' in answer) return { kind: 'retry', note: answer.problem };
  const { status, body, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return { kind: 'done', note: `answered ${status}` };
  if (status >= 300 && status < 400) {
    const note = `answered ${status}: redirects are not followed; write the address where it is`;
    return { kind: 'refused', note };
  }
  const said = body.trim().replaceAll(/\s+/g, ' ').slice(0, SHOWN);
  const note = said === '' ? `answered ${status}` : `answered ${status}: ${said}`;
  if (REFUSALS.has(status)) return { kind: 'refused', note };
  return { kind: 'retry', note, ...(retryAfterMs !== undefined && { afterMs: retryAfterMs }) };
}

/** Refusals of the gate that are about the value or the configuration, not about the moment. */
const FINAL: ReadonlySet<string> = new Set([
  ...['type', 'enum', 'not-encodable', 'no-limits', 'range', 'step'],
  ...['unknown-point', 'not-writable', 'role', 'invalid-request'],
]);

/**
 * Done when every point has its value, read back. What is unknown is not guessed: the next try begins with
 * reading the device, and sends nothing when the value is there.
 */
export function judgeWrites(reports: readonly WriteReport[]): Verdict {
  const open = reports.filter(({ outcome }) => outcome !== 'confirmed' && outcome !== 'unchanged');
  // Those that were stopped say nothing of themselves.
  const first = open.find(({ code }) => code !== 'batch-stopped') ?? open[0];
  if (first === undefined) {
    const note = reports.map(({ point, outcome }) => `${point} ${outcome}`).join(', ');
    return { kind: 'done', note };
  }
  const note = `${first.point} ${first.outcome}: ${first.message}`;
  const isFinal = first.outcome === 'refused' && FINAL.has(first.code);
  return { kind: isFinal ? 'refused' : 'retry', note };
}
