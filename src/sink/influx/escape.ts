/*
 * The escapes of the line protocol. Some things have no form in it, and are changed here: a backslash
 * at the end would escape what follows and is cut off; in a name, one before a comma, a space or an
 * equals sign would be taken for an escape and is left out; a line break outside of a string becomes
 * the two characters `\n`, as the official clients write it. What is empty the caller leaves out.
 */

export function escapeMeasurement(text: string): string {
  return PLAIN.test(text) ? text : clearName(text).replaceAll(/[, ]/g, '\\$&');
}

/** A tag's key or a field's. */
export function escapeKey(text: string): string {
  return PLAIN.test(text) ? text : clearName(text).replaceAll(/[, =]/g, '\\$&');
}

export function escapeTagValue(text: string): string {
  return PLAIN.test(text) ? text : clear(text).replaceAll(/[, =]/g, '\\$&');
}

/** A string field with its quotes. Line breaks may stand in it as they are. */
export function quoteString(text: string): string {
  return /["\\]/.test(text) ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : `"${text}"`;
}

/** Nearly all names: one look instead of several. */
const PLAIN = /^[\w.-]+$/;

const BREAKS: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function clear(text: string): string {
  return text.replaceAll(/[\n\r\t]/g, (found) => BREAKS[found] ?? '').replace(/\\+$/, '');
}

function clearName(text: string): string {
  return clear(text).replaceAll(/\\+(?=[, =])/g, '');
}
