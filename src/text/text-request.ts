/** What somebody asks on the text port. */
export type TextRequest =
  | { readonly kind: 'exit' | 'status' | 'read' | 'unknown' }
  | { readonly kind: 'get'; readonly cell: string }
  | { readonly kind: 'set'; readonly cell: string; readonly value: string };

/**
 * Reads a request the way the server did that this port stands in for: what is before the first colon
 * is searched for a word, capitals and all, in this order. A command without its parts is no command,
 * and further parts say nothing.
 */
export function parseTextRequest(text: string): TextRequest {
  const [word = '', cell = '', value = ''] = text.replace(/\s+$/, '').split(':');
  if (/Exit|Quit/.test(word)) return { kind: 'exit' };
  if (word.includes('Status')) return { kind: 'status' };
  if (word.includes('Get') && cell !== '') return { kind: 'get', cell };
  if (word.includes('Set') && cell !== '' && value !== '') return { kind: 'set', cell, value };
  return { kind: word.includes('Read') ? 'read' : 'unknown' };
}

/** A whole number as Python's `int` reads one, or what Python says about it. */
export function pythonInt(text: string): number | string {
  const plain = text.trim();
  if (/^[+-]?\d+(?:_\d+)*$/.test(plain)) return Number(plain.replaceAll('_', ''));
  return `invalid literal for int() with base 10: ${pythonRepr(text)}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A text as Python prints it: in single quotes, unless only double ones need no escape. */
function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/[\\'\p{Cc}]/gu, (char) => {
    if (char === "'") return quote === "'" ? "\\'" : char;
    return ESCAPES[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `${quote}${body}${quote}`;
}

/** A number as Python prints a float: `253.0`, `25.3`. */
export function pythonFloat(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
