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
  DUPLICATE_KEY: { message: 'this key is there twice', hint: 'keep one of them' },
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

export function explainYamlError(
  code: string,
  original: string,
  text: string,
  [start]: readonly [number, number],
): YamlProblem {
  if (code === 'MISSING_CHAR' && /quote/.test(original)) {
    return { message: 'a text begins with a quote that nothing closes' };
  }
  const known = PROBLEMS[code];
  if (code === 'UNEXPECTED_TOKEN' && text.slice(0, start + 1).endsWith('${')) {
    return {
      message: '${…} inside { } or [ ] needs quotes',
      hint: 'write "${NAME}"',
    };
  }
  if (known !== undefined) return known;
  return { message: `this is no YAML: ${original.charAt(0).toLowerCase()}${original.slice(1)}` };
}
