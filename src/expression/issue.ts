/**
 * A mistake in an expression or a template, in the form in which mistakes of points are reported, so
 * that it can stand among them with its caret.
 */
export interface ExpressionIssue {
  /** Empty: the text is one value. */
  readonly path: readonly [];
  /** The characters that are wrong, in UTF-16 units from the start of the text. */
  readonly span: Span;
  readonly severity: 'error';
  /** What was found and what was expected. */
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
}

export type Span = readonly [start: number, end: number];

export function issueAt(span: Span, message: string, hint?: string): ExpressionIssue {
  return {
    path: [],
    span,
    severity: 'error',
    message,
    ...(hint !== undefined && { hint }),
  };
}

/** Ends the reading of a text at its first mistake. Never leaves this layer. */
export class SyntaxProblem extends Error {
  readonly issue: ExpressionIssue;

  constructor(span: Span, message: string, hint?: string) {
    super(message);
    this.issue = issueAt(span, message, hint);
  }
}
