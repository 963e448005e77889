import type { PointJson, SampleJson } from '../../../src/api/contract.ts';

const QUALITIES: ReadonlySet<string> = new Set(['good', 'stale', 'bad']);

/**
 * What a person typed: every word must fit. `good`, `stale` and `bad` ask for the quality; `@category` and
 * `#tag=value` mean what they mean in the site file.
 */
export interface Search {
  readonly words: readonly string[];
  readonly qualities: ReadonlySet<string>;
}

export function parseSearch(text: string): Search {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return {
    words: words.filter((word) => !QUALITIES.has(word)),
    qualities: new Set(words.filter((word) => QUALITIES.has(word))),
  };
}

/** Does the point fit? A `*` in a word stands for anything: `dye*temp`. */
export function fits(search: Search, point: PointJson, sample: SampleJson): boolean {
  if (search.qualities.size > 0 && !search.qualities.has(sample.quality)) return false;
  const { device, name, label, unit, address, type, category } = point;
  const text = [`${device}.${name}`, label, unit, address, type, category].join(' ').toLowerCase();
  return search.words.every((word) => {
    if (word.startsWith('@') && word.length > 1) return isLike(category, word.slice(1));
    if (word.startsWith('#') && word.length > 1) return hasTag(point, word.slice(1));
    return containsInOrder(text, word.split('*'));
  });
}

function hasTag({ tags = {} }: PointJson, word: string): boolean {
  const [wanted = '', value = '*'] = word.split(/=(.*)/s);
  return Object.entries(tags).some(
    ([tag, text]) => tag.toLowerCase() === wanted && isLike(text, value),
  );
}

/** Is the text what the pattern says from its beginning to its end, as far as somebody has typed it? */
function isLike(text: string | undefined, pattern: string): boolean {
  if (text === undefined) return false;
  const [start = '', ...rest] = pattern.split('*');
  const whole = text.toLowerCase();
  return whole.startsWith(start) && containsInOrder(whole.slice(start.length), rest);
}

function containsInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}
