import { isMap, isSeq, type Node } from 'yaml';
import { parseYaml } from './parse-yaml.ts';
import { keyText, type EditPath } from './yaml-place.ts';

/** Finds what stands at a place of a text: the keys and numbers that lead to it, where it can be read at all. */
export function pathFinder(text: string): (line: number, column: number) => EditPath | undefined {
  const document = parseYaml(text);
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (line, column) => {
    const path: (string | number)[] = [];
    const offset = (starts[line - 1] ?? text.length) + column - 1;
    let node = document.contents as Node | null;
    while (node !== null) {
      const found = partAt(node, offset);
      if (found === undefined) break;
      path.push(found.part);
      node = found.node;
    }
    return path.length === 0 ? undefined : path;
  };
}

/** The last part of a map or a list that begins before the offset. */
function partAt(
  node: Node,
  offset: number,
): { readonly part: string | number; readonly node: Node | null } | undefined {
  if (isMap<Node, Node | null>(node)) {
    const pair = node.items.findLast(({ key }) => (key.range?.[0] ?? Infinity) <= offset);
    const part = keyText(pair?.key);
    // On the key itself, or in its value.
    const inKey = (pair?.key.range?.[1] ?? 0) > offset;
    return pair && part !== undefined ? { part, node: inKey ? null : pair.value } : undefined;
  }
  if (isSeq<Node>(node)) {
    const part = node.items.findLastIndex((item) => (item.range?.[0] ?? Infinity) <= offset);
    const item = node.items[part];
    return item === undefined ? undefined : { part, node: item };
  }
  return undefined;
}
