/**
 * The escapes of the line protocol. Three things have no form in it: a name or tag value that ends
 * with a backslash (it would escape what follows), a line break outside of a string, and an empty one.
 * The backslash at the end is cut off, the line break becomes the two characters `\n`, as the official
 * clients write it, and what is empty is left out by the caller.
 */
export function escapeMeasurement(text: string): string {
  return PLAIN.test(text) ? text : withoutEnd(text).replaceAll(/[, ]/g, '\\$&');
}

/** A tag's key, a tag's value or a field's key. */
export function escapeKey(text: string): string {
  return PLAIN.test(text) ? text : withoutEnd(text).replaceAll(/[, =]/g, '\\$&');
}

/** A string field with its quotes. Line breaks may stand in it as they are. */
export function quoteString(text: string): string {
  return /["\\]/.test(text) ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : `"${text}"`;
}

/** Names that need no look at their characters: nearly all of them. */
const PLAIN = /^[\w.-]+$/;

const BREAKS: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function withoutEnd(text: string): string {
  return text.replaceAll(/[\n\r\t]/g, (found) => BREAKS[found] ?? '').replace(/\\+$/, '');
}
