export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
  /** Counted from 1: in the new text, of a removed one in the old. */
  readonly line: number;
}

/** Texts with more changed lines than this are not compared: all between the first and the last is changed. */
const MAX_CHANGES = 1_000;

/** What became of the lines of a text, removed ones before those that took their place (Myers, 1986). */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [old, next] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < old.length && head < next.length && old[head] === next[head]) head += 1;
  let tail = 0;
  const most = Math.min(old.length, next.length) - head;
  while (tail < most && old.at(-1 - tail) === next.at(-1 - tail)) tail += 1;
  const same = (from: number, to: number): readonly DiffLine[] =>
    next.slice(from, to).map((text, at) => ({ kind: 'same', text, line: from + at + 1 }));
  const middle = compared(
    old.slice(head, old.length - tail),
    next.slice(head, next.length - tail),
  ).map((it) => ({ ...it, line: it.line + head }));
  return [...same(0, head), ...middle, ...same(next.length - tail, next.length)];
}

function compared(old: readonly string[], next: readonly string[]): readonly DiffLine[] {
  const trace = shortestTrace(old, next);
  if (trace === undefined) return [...whole('removed', old), ...whole('added', next)];
  const lines: DiffLine[] = [];
  let [x, y] = [old.length, next.length];
  const same = (toX: number, toY: number): void => {
    for (; x > toX && y > toY; [x, y] = [x - 1, y - 1]) {
      lines.push({ kind: 'same', text: next[y - 1] ?? '', line: y });
    }
  };
  for (let changes = trace.length - 1; changes > 0; changes -= 1) {
    const reached = trace[changes] ?? [];
    const k = x - y;
    const isAdded = comesDown(reached, changes, k);
    const fromX = reached[(isAdded ? k + 1 : k - 1) + changes] ?? 0;
    const fromY = isAdded ? fromX - k - 1 : fromX - k + 1;
    same(fromX, fromY);
    if (isAdded) lines.push({ kind: 'added', text: next[fromY] ?? '', line: fromY + 1 });
    else lines.push({ kind: 'removed', text: old[fromX] ?? '', line: fromX + 1 });
    [x, y] = [fromX, fromY];
  }
  same(0, 0);
  return removedFirst(lines.reverse());
}

/** Per number of changes: how far into the old text one came before, by diagonal; undefined beyond the limit. */
function shortestTrace(
  old: readonly string[],
  next: readonly string[],
): readonly Int32Array[] | undefined {
  const trace: Int32Array[] = [];
  let reached = new Int32Array(1);
  for (let changes = 0; changes <= MAX_CHANGES; changes += 1) {
    trace.push(reached);
    // One diagonal more on each side, so that the next step finds its neighbours.
    const found = new Int32Array(2 * changes + 3).fill(-1);
    for (let k = -changes; k <= changes; k += 2) {
      const isAdded = comesDown(reached, changes, k);
      const at = (diagonal: number): number => reached[diagonal + changes] ?? -1;
      let x = changes === 0 ? 0 : isAdded ? at(k + 1) : at(k - 1) + 1;
      while (x < old.length && x - k < next.length && old[x] === next[x - k]) x += 1;
      found[k + changes + 1] = x;
      if (x >= old.length && x - k >= next.length) return trace;
    }
    reached = found;
  }
  return undefined;
}

/** Does the way to a diagonal come from the one above, by an added line? */
function comesDown(reached: ArrayLike<number>, changes: number, k: number): boolean {
  if (k === -changes) return true;
  return k !== changes && (reached[k - 1 + changes] ?? -1) < (reached[k + 1 + changes] ?? -1);
}

function whole(kind: 'added' | 'removed', lines: readonly string[]): readonly DiffLine[] {
  return lines.map((text, at) => ({ kind, text, line: at + 1 }));
}

/** Within each run of changes what goes comes first, as people are used to. */
function removedFirst(lines: readonly DiffLine[]): readonly DiffLine[] {
  const result: DiffLine[] = [];
  let added: DiffLine[] = [];
  for (const line of lines) {
    if (line.kind === 'added') {
      added.push(line);
      continue;
    }
    if (line.kind === 'same') {
      result.push(...added);
      added = [];
    }
    result.push(line);
  }
  return [...result, ...added];
}
