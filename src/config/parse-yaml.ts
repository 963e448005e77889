import {
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  parseDocument,
  YAMLParseError,
} from 'yaml';
import type { Alias, Document, LineCounter, Node } from 'yaml';

/**
 * A YAML text with its mistakes, in a time that grows as the text does. The library compares each key with
 * all others of its map: one large map would keep the whole program busy for minutes.
 */
export function parseYaml(
  text: string,
  options: { readonly lineCounter?: LineCounter } = {},
): Document.Parsed {
  const deep = deepAt(text);
  const document = parseDocument(deep === undefined ? text : '', {
    version: '1.2',
    // Keys such as 0 in `enum: { 0: reset }` are names, and a path needs them as text.
    stringKeys: true,
    prettyErrors: false,
    logLevel: 'error',
    uniqueKeys: false,
    ...options,
  });
  if (deep !== undefined) {
    const message = `Nested more than ${MAX_DEPTH} deep`;
    document.errors.push(new YAMLParseError([deep, deep + 1], 'RESOURCE_EXHAUSTION', message));
  }
  walk(document, (node) => {
    if (!isMap<Node>(node)) return;
    for (const error of duplicatesOf(node.items)) document.errors.push(error);
  });
  document.errors.sort((a, b) => a.pos[0] - b.pos[0]);
  return document;
}

/** Much deeper than any file is; beyond it the library takes a time that grows with the square of the depth. */
const MAX_DEPTH = 500;

/** Where a text nests too deep, by its brackets or by marks in a row on one line, if it does. */
function deepAt(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const mark = text[at];
    if (mark === '[' || mark === '{') depth += 1;
    else if ((mark === ']' || mark === '}') && depth > 0) depth -= 1;
    if (depth > MAX_DEPTH) return at;
  }
  return MARKS.map((marks) => text.indexOf(marks)).find((at) => at >= 0);
}

const MARKS = ['- '.repeat(MAX_DEPTH), '? '.repeat(MAX_DEPTH)];

function duplicatesOf(pairs: readonly { readonly key: Node }[]): readonly YAMLParseError[] {
  const known = new Set<unknown>();
  const found: YAMLParseError[] = [];
  for (const { key } of pairs) {
    if (!isScalar(key)) continue;
    const start = key.range?.[0] ?? 0;
    if (known.has(key.value)) {
      const message = 'Map keys must be unique';
      found.push(new YAMLParseError([start, start + 1], 'DUPLICATE_KEY', message));
    }
    known.add(key.value);
  }
  return found;
}

/**
 * Finds what aliases of a text stand for: the last value with their mark above them. The text is walked
 * through once for all of them.
 */
export function aliasFinder(document: Document): (alias: Alias) => Node | undefined {
  let targets: ReadonlyMap<Alias, Node | undefined> | undefined;
  return (alias) => {
    targets ??= aliasTargets(document);
    return targets.get(alias);
  };
}

/** Every alias of a text, with what it stands for. */
export function aliasTargets(document: Document): ReadonlyMap<Alias, Node | undefined> {
  const marked = new Map<string, Node>();
  const targets = new Map<Alias, Node | undefined>();
  walk(document, (node) => {
    if (isAlias(node)) targets.set(node, marked.get(node.source));
    else if (node.anchor !== undefined) marked.set(node.anchor, node);
  });
  return targets;
}

/** Every node in the order of the text; however deep it is nested, no stack runs over. */
function walk({ contents }: Document, see: (node: Node & { anchor?: string }) => void): void {
  const left: unknown[] = [contents];
  while (left.length > 0) {
    const node = left.pop();
    if (isPair(node)) {
      left.push(node.value, node.key);
      continue;
    }
    if (isAlias(node) || isScalar(node)) see(node);
    if (!isCollection(node)) continue;
    see(node);
    for (let at = node.items.length - 1; at >= 0; at -= 1) left.push(node.items[at]);
  }
}
