/** Comparing takes a step for each letter of one and each of the other. */
const LONGEST = 100;
/** Known words that are compared. */
const MAX_KNOWN = 1_000;

/** The known word nearest to a mistyped one, when it is near enough to be meant. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > LONGEST) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 0.5;
  let left = MAX_KNOWN;
  for (const candidate of known) {
    left -= 1;
    if (left < 0) break;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other; Infinity
 * as soon as there are `limit` of them.
 */
function editDistance(a: string, b: string, limit: number): number {
  // So many letters at least have to be put in or taken out.
  if (Math.abs(a.length - b.length) >= limit) return Infinity;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  let before = 0;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      row.push(Math.min(at(i - 1, j) + 1, (row[j - 1] ?? Infinity) + 1, replaced, swapped));
    }
    const least = Math.min(...row);
    // A swap leads on from the row before.
    if (least >= limit && before + 1 >= limit) return Infinity;
    before = least;
  }
  return at(a.length, b.length);
}
