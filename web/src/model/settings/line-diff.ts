/** One line of a comparison: in both texts, in the old one alone, or in the new one alone. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
  /** Its number, from 1: in the old text when it was removed, else in the new one. */
  readonly line: number;
}

/** More cells than this are not compared: what differs is then shown whole. */
const MAX_CELLS = 4_000_000;

/** The lines of two texts, those that are equal in both found once. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const pairs = equalLines(old, fresh);
  const result: DiffLine[] = [];
  let [a, b] = [0, 0];
  for (const [nextA, nextB] of [...pairs, [old.length, fresh.length] as const]) {
    for (; a < nextA; a += 1) result.push({ kind: 'removed', text: old[a] ?? '', line: a + 1 });
    for (; b < nextB; b += 1) result.push({ kind: 'added', text: fresh[b] ?? '', line: b + 1 });
    if (b < fresh.length) result.push({ kind: 'same', text: fresh[b] ?? '', line: b + 1 });
    [a, b] = [a + 1, b + 1];
  }
  return result;
}

export interface Merged {
  readonly text: string;
  /** Places where both changed the same lines; there the text has both, mine below theirs. */
  readonly conflicts: number;
}

/** Puts what two people made of the same text into one, line by line. */
export function mergeTexts(base: string, theirs: string, mine: string): Merged {
  const lines = { base: linesOf(base), theirs: linesOf(theirs), mine: linesOf(mine) };
  const toTheirs = new Map(equalLines(lines.base, lines.theirs));
  const toMine = new Map(equalLines(lines.base, lines.mine));
  const result: string[] = [];
  let conflicts = 0;
  let [inBase, inTheirs, inMine] = [0, 0, 0];
  const take = (endBase: number, endTheirs: number, endMine: number): void => {
    const parts = [
      lines.base.slice(inBase, endBase),
      lines.theirs.slice(inTheirs, endTheirs),
      lines.mine.slice(inMine, endMine),
    ].map((part) => part.join('\n'));
    const [was, yours = '', own = ''] = parts;
    const [theirPart, myPart] = [
      lines.theirs.slice(inTheirs, endTheirs),
      lines.mine.slice(inMine, endMine),
    ];
    if (yours === own && theirPart.length === myPart.length) result.push(...myPart);
    else if (yours === was && theirPart.length === endBase - inBase) result.push(...myPart);
    else if (own === was && myPart.length === endBase - inBase) result.push(...theirPart);
    else {
      conflicts += 1;
      result.push(...theirPart, ...myPart);
    }
  };
  for (let at = 0; at < lines.base.length; at += 1) {
    const [theirAt, myAt] = [toTheirs.get(at), toMine.get(at)];
    if (theirAt === undefined || myAt === undefined) continue;
    take(at, theirAt, myAt);
    result.push(lines.base[at] ?? '');
    [inBase, inTheirs, inMine] = [at + 1, theirAt + 1, myAt + 1];
  }
  take(lines.base.length, lines.theirs.length, lines.mine.length);
  return { text: result.join('\n'), conflicts };
}

function linesOf(text: string): readonly string[] {
  return text.split('\n');
}

/** Which line of one is which of the other: the longest row of equal lines that is in both. */
function equalLines(
  old: readonly string[],
  fresh: readonly string[],
): readonly (readonly [number, number])[] {
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  let [endOld, endFresh] = [old.length, fresh.length];
  while (endOld > start && endFresh > start && old[endOld - 1] === fresh[endFresh - 1]) {
    [endOld, endFresh] = [endOld - 1, endFresh - 1];
  }
  const pairs: [number, number][] = [];
  for (let at = 0; at < start; at += 1) pairs.push([at, at]);
  pairs.push(...equalWithin(old.slice(start, endOld), fresh.slice(start, endFresh), start));
  for (let at = endOld; at < old.length; at += 1) pairs.push([at, at - endOld + endFresh]);
  return pairs;
}

function equalWithin(
  old: readonly string[],
  fresh: readonly string[],
  start: number,
): [number, number][] {
  const width = fresh.length + 1;
  if (old.length === 0 || fresh.length === 0 || old.length * width > MAX_CELLS) return [];
  // lengths[a * width + b]: how many lines are equal from line a and line b on.
  const lengths = new Uint32Array((old.length + 1) * width);
  const length = (a: number, b: number): number => lengths[a * width + b] ?? 0;
  for (let a = old.length - 1; a >= 0; a -= 1) {
    for (let b = fresh.length - 1; b >= 0; b -= 1) {
      lengths[a * width + b] =
        old[a] === fresh[b]
          ? length(a + 1, b + 1) + 1
          : Math.max(length(a + 1, b), length(a, b + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let [a, b] = [0, 0]; a < old.length && b < fresh.length;) {
    if (old[a] === fresh[b]) {
      pairs.push([start + a, start + b]);
      [a, b] = [a + 1, b + 1];
    } else if (length(a + 1, b) >= length(a, b + 1)) a += 1;
    else b += 1;
  }
  return pairs;
}

/** A row of lines that is shown, or how many equal ones are left out. */
export type DiffPart = { readonly lines: readonly DiffLine[] } | { readonly skipped: number };

/** What changed with a few lines around it; the rest is left out. */
export function partsOf(diff: readonly DiffLine[], around = 2): readonly DiffPart[] {
  const isNear = diff.map(() => false);
  diff.forEach(({ kind }, at) => {
    if (kind === 'same') return;
    isNear.fill(true, Math.max(0, at - around), at + around + 1);
  });
  const parts: DiffPart[] = [];
  for (let at = 0; at < diff.length;) {
    let end = at;
    while (end < diff.length && isNear[end] === isNear[at]) end += 1;
    parts.push(isNear[at] === true ? { lines: diff.slice(at, end) } : { skipped: end - at });
    at = end;
  }
  return parts;
}
