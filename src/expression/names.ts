import { nearest } from '../base/did-you-mean.ts';

/** Longer words are no slips of the keyboard, and comparing them takes long. */
const LONGEST = 80;

/**
 * The known name that was probably meant. Only names of about the same length are compared, because a
 * site may know ten thousand of them.
 */
export function meantName(word: string, known: Iterable<string>): string | undefined {
  // One letter is like every other one.
  if (word.length < 2 || word.length > LONGEST) return undefined;
  const slack = Math.max(1, Math.floor(word.length / 3));
  const candidates: string[] = [];
  for (const name of known) {
    if (Math.abs(name.length - word.length) <= slack) candidates.push(name);
  }
  return nearest(word, candidates);
}
