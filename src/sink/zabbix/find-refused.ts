/** How many of these the receiver did not take. Asking delivers them. */
export type CountRefused<Item> = (items: readonly Item[]) => Promise<number>;

export interface Verdict<Item> {
  readonly refused: readonly Item[];
  /** Not told apart before the questions were used up; some of them are refused. */
  readonly unclear: readonly Item[];
}

/**
 * Finds out which items a receiver refuses that tells no more than how many. `refusedCount` is what it
 * said of all of them. Halves are asked for, one question each, as the other half has the rest; what
 * is all taken or all refused is not asked again. No more than `questions` are asked.
 */
export async function findRefused<Item>(
  items: readonly Item[],
  refusedCount: number,
  count: CountRefused<Item>,
  questions: number,
): Promise<Verdict<Item>> {
  const refused: Item[] = [];
  const unclear: Item[] = [];
  const open = [{ items, refusedCount }];
  let left = questions;
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (part.refusedCount <= 0) continue;
    if (part.refusedCount >= part.items.length) {
      refused.push(...part.items);
    } else if (left === 0) {
      unclear.push(...part.items);
    } else {
      left -= 1;
      const middle = part.items.length >> 1;
      const first = part.items.slice(0, middle);
      const inFirst = await count(first);
      open.push({ items: part.items.slice(middle), refusedCount: part.refusedCount - inFirst });
      open.push({ items: first, refusedCount: inFirst });
    }
  }
  return { refused, unclear };
}
