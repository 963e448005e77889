import type { SpecIssue } from '../../src/profile/issue.ts';

/** An issue as a person sees it: where, what, what to do. A key in brackets is itself wrong. */
export function drawn({ path, span, onKey, severity, message, hint }: SpecIssue): string {
  const place = path.join('.');
  const at = onKey === true ? `[${place}]` : place;
  const where = span === undefined ? at : `${at}@${span.join('-')}`;
  return `${severity === 'note' ? 'note ' : ''}${where}: ${message} | ${hint ?? ''}`;
}
