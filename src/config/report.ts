import { parseDuration } from '../base/duration.ts';
import type { SpecIssue } from '../profile/issue.ts';

export type Path = SpecIssue['path'];
type Extra = Partial<Pick<SpecIssue, 'hint' | 'span' | 'onKey'>>;

/** Collects what is wrong in the site file, by path. */
export class Report {
  readonly issues: SpecIssue[] = [];

  get failed(): boolean {
    return this.issues.some(({ severity }) => severity === 'error');
  }

  error(path: Path, message: string, extra: Extra = {}): void {
    this.issues.push({ path, severity: 'error', message, ...extra });
  }

  note(path: Path, message: string, extra: Extra = {}): void {
    this.issues.push({ path, severity: 'note', message, ...extra });
  }

  /** Adds what a parser found in the value at `path`. */
  include(path: Path, issues: readonly SpecIssue[]): void {
    this.issues.push(...issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] })));
  }

  /** Milliseconds of a time that the schema has accepted; undefined where none is written. */
  timeMs(path: Path, text: string | undefined, leastMs: number): number | undefined {
    const ms = text === undefined ? undefined : parseDuration(text);
    if (text === undefined || ms === undefined) return undefined;
    if (ms >= leastMs && ms <= LONGEST_MS) return ms;
    const expected = ms < leastMs ? `at least ${leastMs}ms` : 'at most 366d';
    this.error(path, `${path.at(-1) ?? ''} is ${text}, expected ${expected}`);
    return leastMs;
  }
}

const LONGEST_MS = 366 * 86_400_000;

/** A hint for a name that does not exist: the nearest one, or all there are. */
export function hintOf(meant: string | undefined, known: readonly string[], max = 6): Extra {
  if (meant !== undefined) return { hint: `did you mean "${meant}"?` };
  if (known.length === 0) return {};
  const more = known.length > max ? ' …' : '';
  return { hint: `known: ${known.slice(0, max).join(' ')}${more}` };
}
