import type { ConfigIssue } from './issue.ts';

/** What is wrong, without its place. */
export type Finding = Pick<ConfigIssue, 'severity' | 'message' | 'hint'>;

/** Character offsets in a text, the end exclusive. */
export type TextRange = readonly [start: number, end: number];

/** The text of a file, and what its character offsets mean to people. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  readonly #lineStarts: readonly number[];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.#lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  issueAt([start, end]: TextRange, finding: Finding): ConfigIssue {
    const index = this.#lineAt(start);
    const text = this.#line(index);
    // A carriage return belongs to no line that is shown.
    const column = Math.min(start - (this.#lineStarts[index] ?? 0), text.length);
    return {
      file: this.file,
      line: index + 1,
      column: column + 1,
      length: Math.max(1, Math.min(end - start, text.length - column)),
      ...finding,
      excerpt: this.#excerpt(index),
    };
  }

  /** For what is wrong with the file as a whole. */
  issue(finding: Finding): ConfigIssue {
    return { file: this.file, length: 1, ...finding, excerpt: [] };
  }

  /** The line, and the one above it where that says in what it stands. */
  #excerpt(index: number): ConfigIssue['excerpt'] {
    const line = { number: index + 1, text: this.#line(index) };
    const above = index === 0 ? '' : this.#line(index - 1);
    if (!/:\s*(?:#.*)?$/s.test(above) || above.trim().startsWith('#')) return [line];
    return [{ number: index, text: above }, line];
  }

  #line(index: number): string {
    const start = this.#lineStarts[index] ?? this.text.length;
    const next = this.#lineStarts[index + 1] ?? this.text.length + 1;
    return this.text.slice(start, next - 1).replace(/\r$/, '');
  }

  #lineAt(offset: number): number {
    let [low, high] = [0, this.#lineStarts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
