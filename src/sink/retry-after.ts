import type { Answer } from './http-client.ts';

const MAX_RETRY_AFTER_MS = 3_600_000;

/** How long the server wants to be left alone: seconds, or a date (RFC 9110, section 10.2.3); an hour at most. */
export function retryAfter(answer: Answer, wallMicros: number): { retryAfterMs?: number } {
  const text = answer.header('retry-after')?.trim();
  if (text === undefined) return {};
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - wallMicros / 1000;
  if (Number.isNaN(ms)) return {};
  return { retryAfterMs: Math.min(MAX_RETRY_AFTER_MS, Math.max(0, Math.ceil(ms))) };
}
