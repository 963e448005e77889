/**
 * Something wrong in what a person wrote. The writer of the final message knows the file; this knows
 * only where inside the value it stands.
 */
export interface SpecIssue {
  /** Keys from the value that was parsed down to the wrong part. */
  readonly path: readonly (string | number)[];
  /** Characters inside a wrong string, for the caret: `40001 float V` has `float` at [6, 11]. */
  readonly span?: readonly [start: number, end: number];
  /** True when the key is wrong, not its value. */
  readonly onKey?: boolean;
  /** `note` changes nothing, it explains. */
  readonly severity: 'error' | 'note';
  /** What was found and what was expected. */
  readonly message: string;
  /** What to do: `did you mean f32?`. */
  readonly hint?: string;
}
