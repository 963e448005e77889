import { isAlias, isCollection, isMap, isScalar, isSeq } from 'yaml';
import type { Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';

export type EditPath = readonly (string | number)[];
export type Holder = YAMLMap<Node, Node | null> | YAMLSeq<Node | null>;

/** Where in a text a path leads. */
export interface Place {
  readonly text: string;
  /** What stands there, or as far as the path leads; undefined where nothing does. */
  readonly node: Node | undefined;
  /** The map or the list it stands in, and where; absent for the whole text. */
  readonly held?: { readonly by: Holder; readonly index: number };
  /** Does it stand within `{ }` or `[ ]`? */
  readonly inFlow: boolean;
  /** The part of the path that leads nowhere. */
  readonly missing: EditPath;
  /** Columns by which this text indents. */
  readonly step: number;
}

/** Follows a path; `shared` when it goes through an alias: what stands there stands elsewhere, too. */
export function findPlace(
  document: Document,
  text: string,
  path: EditPath,
): Place | { readonly shared: string } {
  const step = stepOf(document, text);
  let place: Place = {
    ...{
      text,
      node: document.contents ?? undefined,
      inFlow: false,
      missing: path,
      step,
    },
  };
  while (place.missing.length > 0) {
    const { node } = place;
    if (isAlias(node)) return { shared: node.source };
    const [part = '', ...missing] = place.missing;
    const index = isCollection(node) ? indexOf(node, part) : -1;
    if (index < 0) return place;
    const by = node as Holder;
    place = {
      ...{ text, node: valueAt(by, index), held: { by, index } },
      ...{ inFlow: by.flow === true, missing, step },
    };
  }
  return place;
}

function indexOf(node: unknown, part: string | number): number {
  // Of two equal keys the last one counts.
  if (isMap<Node>(node))
    return node.items.findLastIndex(({ key }) => keyText(key) === String(part));
  if (isSeq(node) && typeof part === 'number' && part < node.items.length) return part;
  return -1;
}

export function keyText(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

export function pairAt(by: Holder, index: number): Pair<Node, Node | null> | undefined {
  return isMap<Node, Node | null>(by) ? by.items[index] : undefined;
}

export function valueAt(by: Holder, index: number): Node | undefined {
  const item = isMap<Node, Node | null>(by) ? by.items[index]?.value : by.items[index];
  return item ?? undefined;
}

/** Is there nothing to be seen of it: a key without a value? */
export function isNothing(node: Node | undefined): boolean {
  return node === undefined || (isScalar(node) && node.range?.[0] === node.range?.[1]);
}

/** A map or a list on lines of its own. */
export function isBlock(node: Node | undefined): node is Holder {
  return isCollection(node) && node.flow !== true;
}

export function startOf(node: Node | undefined): number {
  return node?.range?.[0] ?? 0;
}

/** Behind the last character of a node that is no comment and no line feed. */
export function endOf(text: string, node: Node): number {
  if (isBlock(node) && node.items.length > 0) return itemEnd(text, node, node.items.length - 1);
  const end = node.range?.[1] ?? 0;
  return startOf(node) + text.slice(startOf(node), end).trimEnd().length;
}

/** The same for an entry of a map or a list. */
export function itemEnd(text: string, by: Holder, index: number): number {
  const value = valueAt(by, index);
  if (value !== undefined && !isNothing(value)) return endOf(text, value);
  const pair = pairAt(by, index);
  if (pair !== undefined) return colonEnd(text, pair.key);
  return dashOf(text, value) + 1;
}

/** Where an entry begins, without a dash. */
export function itemStart(by: Holder, index: number): number {
  return startOf(pairAt(by, index)?.key ?? valueAt(by, index));
}

/** Behind the colon of a key; behind the key where it has none. */
export function colonEnd(text: string, key: Node): number {
  const end = key.range?.[1] ?? 0;
  const [space = '', colon] = /^\s*(:)?/.exec(text.slice(end, end + 1_000)) ?? [];
  return colon === undefined ? end : end + space.length;
}

/** Behind the anchor and the tag of a value, if it has any, which stand behind the colon at `from`. */
export function propsEnd(text: string, from: number): number {
  const [props = ''] = /^(?:[ \t]+[&!]\S*)*/.exec(text.slice(from, lineEnd(text, from))) ?? [];
  return from + props.length;
}

/** The dash before an entry of a list. */
export function dashOf(text: string, node: Node | undefined): number {
  return text.lastIndexOf('-', startOf(node) - 1);
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Behind the line feed of a line, or the end of the text. */
export function lineEnd(text: string, at: number): number {
  const feed = text.indexOf('\n', at);
  return feed < 0 ? text.length : feed + 1;
}

export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

/** By how many columns the first map within the text is indented; 2 where there is none. */
function stepOf({ contents }: Document, text: string): number {
  if (!isMap<Node, Node | null>(contents) || contents.flow === true) return 2;
  const inner = contents.items.find(({ value }) => isMap(value) && isBlock(value));
  if (inner?.value === undefined || inner.value === null) return 2;
  const columns = columnOf(text, startOf(inner.value)) - columnOf(text, startOf(inner.key));
  return columns >= 1 && columns <= 8 ? columns : 2;
}
