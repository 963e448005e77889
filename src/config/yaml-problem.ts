import type { TextRange } from './source-text.ts';

/** What to tell a person about a mistake of the YAML itself. */
export interface YamlProblem {
  readonly message: string;
  readonly hint?: string;
}

const PROBLEMS: Readonly<Record<string, YamlProblem>> = {
  BAD_INDENT: { message: 'this line is indented in a way that fits nothing above it' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'two keys in one line, or a line indented too far',
    hint: 'a value with ": " in it needs quotes',
  },
  BLOCK_IN_FLOW: { message: 'inside { } and [ ] everything is written with commas' },
  COMMENT_SPACE: { message: 'a comment needs a space before its #' },
  MISSING_CHAR: { message: 'something is not closed or not complete here' },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a key and its ":" stand in one line',
    hint: 'is the line above indented as this one?',
  },
  MULTIPLE_DOCS: { message: 'a second document begins here, expected one per file' },
  NON_STRING_KEY: { message: 'a key is a plain word' },
  RESOURCE_EXHAUSTION: { message: 'nested too deeply' },
  TAB_AS_INDENT: { message: 'a tab indents this line', hint: 'YAML is indented with spaces' },
  TAG_RESOLVE_FAILED: { message: 'YAML tags have no meaning here', hint: 'remove the !' },
};

/** The sentence for a mistake that the parser found, and the place where a person looks for it. */
export function explainYamlError(
  code: string,
  original: string,
  text: string,
  [start, end]: TextRange,
): YamlProblem & { readonly range: TextRange } {
  const [, quote] = /Missing closing (["'])quote/.exec(original) ?? [];
  if (quote !== undefined) {
    // The parser stands at the end of the file; nothing closes the last quote of this kind.
    const opening = text.lastIndexOf(quote, end);
    return { message: 'nothing closes this quote', range: [opening, opening + 1] };
  }
  if (code === 'DUPLICATE_KEY') {
    const [key = ''] = /^(?:"[^"\n]*"|'[^'\n]*'|[^:\n]*)/.exec(text.slice(start)) ?? [];
    const hint = 'keep one of them';
    return { message: `key "${key}" is there twice`, hint, range: [start, start + key.length] };
  }
  const range = [start, end] as const;
  if (code === 'UNEXPECTED_TOKEN' && text.slice(0, start + 1).endsWith('${')) {
    const message = '${…} inside { } or [ ] needs quotes';
    return { message, hint: 'write "${NAME}"', range: [start - 1, end] };
  }
  const known = PROBLEMS[code];
  if (known !== undefined) return { ...known, range };
  const lower = `${original.charAt(0).toLowerCase()}${original.slice(1)}`;
  return { message: `this is no YAML: ${lower}`, range };
}
