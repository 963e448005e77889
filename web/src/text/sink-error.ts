import type { Key } from './messages/en.ts';

/** What the words of a failure most likely mean, the more particular ones first. */
const MEANINGS: readonly (readonly [RegExp, Key])[] = [
  [/field type conflict|partial write/i, 'sinkError.type'],
  [/\b401\b|\b403\b|unauthori[sz]ed|forbidden|refuses who asks/i, 'sinkError.access'],
  [/\b404\b|not found|has nothing at this path/i, 'sinkError.path'],
  [/certificate|self.signed|\btls\b|\bpsk\b/i, 'sinkError.tls'],
  [/ENOSPC|no space|disk is full/i, 'sinkError.full'],
  [/EACCES|EPERM|EROFS|permission|read-only|cannot append/i, 'sinkError.disk'],
  [/ENOTFOUND|EAI_AGAIN|no such host|unknown host|resolve/i, 'sinkError.name'],
  [/refuse[sd] the connection|ECONNREFUSED/i, 'sinkError.refused'],
  [/no route|unreach|timed out|in time|within|did not answer|no answer/i, 'sinkError.timeout'],
];

/** Which words explain a failure; undefined when it speaks for itself. */
export function explanationOf(error: string): Key | undefined {
  return MEANINGS.find(([pattern]) => pattern.test(error))?.[1];
}
