import { Document, isCollection, isScalar, type Node } from 'yaml';

/** How a value stands among others. */
export interface Looks {
  /** On one line within `{ }` or `[ ]`. */
  readonly inFlow: boolean;
  /** Quotes of what it takes the place of. */
  readonly quotes?: 'QUOTE_DOUBLE' | 'QUOTE_SINGLE';
  /** Everything as JSON writes it, as in a file that a program made. */
  readonly json?: boolean;
}

const ON_ONE_LINE = { lineWidth: 0, blockQuote: false, flowCollectionPadding: true } as const;

/** A value on one line. */
export function inlineText(value: unknown, { inFlow, quotes, json }: Looks): string {
  if (json === true) return jsonText(value);
  const document = new Document([value]);
  const list = document.contents as unknown as { flow: boolean; items: Node[] };
  const [node] = list.items;
  if (quotes !== undefined && isScalar(node) && typeof node.value === 'string') node.type = quotes;
  if (isCollection(node)) node.flow = true;
  if (inFlow) list.flow = true;
  const text = document.toString(ON_ONE_LINE).trimEnd();
  const inner = inFlow ? text.slice(1, -1).trim() : text.replace(/^- /, '');
  return inner.includes('\n') ? jsonText(value) : inner;
}

/** A whole text. What is undefined is left out. */
export function yamlText(value: object): string {
  return new Document(value, { aliasDuplicateObjects: false }).toString({ lineWidth: 0 });
}

/** An entry of a map as lines that begin in column 0, with a line feed behind each. */
export function pairText(key: string, value: unknown, step: number): string {
  return new Document(new Map([[key, value]])).toString({ indent: step, lineWidth: 0 });
}

/** The same of a list. */
export function itemText(value: unknown, step: number): string {
  return new Document([value]).toString({ indent: step, lineWidth: 0 });
}

/** What follows the colon of an entry on its line, and the lines below it. */
export function valueLines(
  value: unknown,
  step: number,
): { readonly first: string; readonly rest: string } {
  const text = pairText('k', value, step).slice(2);
  const feed = text.indexOf('\n');
  return { first: text.slice(0, feed), rest: text.slice(feed + 1) };
}

/** Moves lines to the right; empty ones stay empty. */
export function indented(text: string, columns: number, eol: string): string {
  const space = ' '.repeat(columns);
  return text.replace(/^(?=[^\n])/gm, space).replaceAll('\n', eol);
}

/** Must it have lines of its own, or is it better on them? */
export function wantsLines(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\n');
  return (value instanceof Map && value.size > 0) || (Array.isArray(value) && value.length > 0);
}

/** YAML takes JSON as it is; Maps come as objects. */
function jsonText(value: unknown): string {
  if (value instanceof Map) {
    const entries = [...(value as Map<string, unknown>)];
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${jsonText(item)}`).join(',')}}`;
  }
  if (Array.isArray(value)) return `[${value.map((item) => jsonText(item)).join(',')}]`;
  return JSON.stringify(value);
}
