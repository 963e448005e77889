import { matches } from '../base/matches.ts';

/** Texts in which `*` stands for anything. */
export interface Glob {
  test(text: string): boolean;
}

/** A regular expression in its place would try every way to share a text out among many stars. */
export function globPattern(glob: string): Glob {
  return { test: (text) => matches(glob, text) };
}
