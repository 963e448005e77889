/** Something wrong, or worth knowing, in a file that a person wrote. */
export interface ConfigIssue {
  /** The file as people named it. */
  readonly file: string;
  /** Counted from 1; absent when the whole file is meant. */
  readonly line?: number;
  /** Counted from 1, in UTF-16 units as editors count. */
  readonly column?: number;
  /** Characters that the caret underlines, at least 1. */
  readonly length: number;
  /** `note` changes nothing, it explains. */
  readonly severity: 'error' | 'note';
  readonly message: string;
  readonly hint?: string;
  /** The lines to show, the wrong one last; empty when the whole file is meant. */
  readonly excerpt: readonly ExcerptLine[];
}

export interface ExcerptLine {
  readonly number: number;
  readonly text: string;
}

export function hasErrors(issues: readonly ConfigIssue[]): boolean {
  return issues.some(({ severity }) => severity === 'error');
}

/** By file in the order of their first issue, then by position. */
export function sortIssues(issues: readonly ConfigIssue[]): readonly ConfigIssue[] {
  const files = [...new Set(issues.map(({ file }) => file))];
  const place = ({ file, line = 0, column = 0 }: ConfigIssue): readonly number[] => [
    ...[files.indexOf(file), line, column],
  ];
  return [...issues].sort((a, b) => {
    const [first, second] = [place(a), place(b)];
    const index = first.findIndex((value, at) => value !== second[at]);
    return index < 0 ? 0 : (first[index] ?? 0) - (second[index] ?? 0);
  });
}
