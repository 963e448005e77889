import { diffLines, type DiffLine } from '../../../../src/base/line-diff.ts';

export interface Merged {
  readonly text: string;
  /** Places where both changed the same lines; there the text has both, mine below theirs. */
  readonly conflicts: number;
}

/** Puts what two people made of the same text into one, line by line. */
export function mergeTexts(base: string, theirs: string, mine: string): Merged {
  const lines = { base: linesOf(base), theirs: linesOf(theirs), mine: linesOf(mine) };
  const toTheirs = equalLines(base, theirs);
  const toMine = equalLines(base, mine);
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

/** Which line of one is which of the other. */
function equalLines(before: string, after: string): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  let old = 0;
  for (const { kind, line } of diffLines(before, after)) {
    if (kind === 'same') pairs.set(old, line - 1);
    if (kind !== 'added') old += 1;
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
