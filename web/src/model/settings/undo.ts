/** What a text was, and what it became, step by step. */
export interface TextHistory {
  readonly past: readonly Step[];
  readonly future: readonly Step[];
  /** Where the last change went on typing; undefined after anything else. */
  readonly typedAtMs: number | undefined;
}

export interface Step {
  readonly text: string;
  /** Where the caret was. */
  readonly caret: number;
}

export const NO_HISTORY: TextHistory = { past: [], future: [], typedAtMs: undefined };

const MAX_STEPS = 200;
/** Who pauses so long between two keys begins another step. */
const PAUSE_MS = 1_000;

/** Notes what the text was before a change. Keys typed in a row are one step. */
export function noted(
  { past, typedAtMs }: TextHistory,
  before: Step,
  typedAt?: number,
): TextHistory {
  const goesOn = typedAt !== undefined && typedAtMs !== undefined && typedAt - typedAtMs < PAUSE_MS;
  return {
    past: goesOn ? past : [...past, before].slice(-MAX_STEPS),
    future: [],
    typedAtMs: typedAt,
  };
}

/** One step back: what the text was, and the history from there on. */
export function undone(history: TextHistory, present: Step): [Step, TextHistory] | undefined {
  const before = history.past.at(-1);
  if (before === undefined) return undefined;
  const past = history.past.slice(0, -1);
  return [before, { past, future: [present, ...history.future], typedAtMs: undefined }];
}

/** One step forward again. */
export function redone(history: TextHistory, present: Step): [Step, TextHistory] | undefined {
  const [next, ...future] = history.future;
  if (next === undefined) return undefined;
  return [next, { past: [...history.past, present], future, typedAtMs: undefined }];
}
