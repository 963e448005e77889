import { parseDuration } from '../base/duration.ts';

/** A calendar day or time, with a zone or without (then that of the computer). */
const ISO = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;
/** Beyond the year 5138, or before 1973: seconds that were meant to be milliseconds, or nothing at all. */
const EPOCH_MS = /^\d{12,14}$/;

/** What parseMoment understands, for messages. */
export const MOMENT_FORMS = '2026-02-27T10:00:00Z, milliseconds since 1970, now, or -24h';

/**
 * Microseconds since 1970 of `now`, `-24h` (so long before now), milliseconds since 1970, or an ISO
 * time; undefined for anything else.
 */
export function parseMoment(text: string, nowMicros: number): number | undefined {
  const word = text.trim();
  if (word === 'now') return nowMicros;
  if (word.startsWith('-')) {
    const ms = parseDuration(word.slice(1));
    return ms === undefined ? undefined : Math.max(0, nowMicros - Math.round(ms * 1000));
  }
  if (EPOCH_MS.test(word)) return Number(word) * 1000;
  if (!ISO.test(word)) return undefined;
  // A bare day is midnight here, like every time without a zone; Date would take it for UTC.
  const ms = Date.parse(word.includes('T') ? word : `${word}T00:00`);
  return Number.isNaN(ms) || ms < 0 ? undefined : ms * 1000;
}
