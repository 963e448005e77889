import { isAlias, isMap, isScalar, isSeq, LineCounter } from 'yaml';
import type { Node } from 'yaml';
import { aliasFinder, parseYaml } from './parse-yaml.ts';

/** A part of a YAML text: a value, or what is in it, and where that stands. */
export interface OutlinePart {
  /** Where its name stands, or where it does itself when it has none; counted from 1. */
  readonly line: number;
  readonly value?: string | number | boolean | null;
  /** Parts with a name, in the order of the text. */
  readonly fields?: readonly (readonly [name: string, part: OutlinePart])[];
  /** Parts of a list. */
  readonly items?: readonly OutlinePart[];
  /** It stands elsewhere in the text, and is only meant here: the name of that mark. */
  readonly alias?: string;
}

const MAX_DEPTH = 64;
/** Parts in one outline; a larger file is edited as text. */
const MAX_PARTS = 20_000;

/**
 * What a form must know of a text: its values as they are written, placeholders not filled in.
 * Undefined while the text cannot be read as YAML, or has more parts than a form can show.
 */
export function outlineOf(text: string): OutlinePart | undefined {
  const lines = new LineCounter();
  const document = parseYaml(text, { lineCounter: lines });
  if (document.errors.length > 0) return undefined;
  const lineOf = (node: unknown): number => {
    const offset = (node as Node | null)?.range?.[0];
    return offset === undefined ? 1 : lines.linePos(offset).line;
  };
  const meantBy = aliasFinder(document);
  let parts = 0;
  const partOf = (node: unknown, line: number, depth: number): OutlinePart => {
    parts += 1;
    if (parts > MAX_PARTS || depth > MAX_DEPTH) throw new TooLarge();
    if (isAlias(node)) {
      const meant = meantBy(node);
      const part = meant === undefined ? { line } : partOf(meant, line, depth + 1);
      return { ...part, line, alias: node.source };
    }
    if (isMap(node)) {
      const fields = node.items.map(({ key, value }) => {
        const name = isScalar(key) ? String(key.value) : '';
        return [name, partOf(value, lineOf(key), depth + 1)] as const;
      });
      return { line, fields };
    }
    if (isSeq(node)) {
      return { line, items: node.items.map((item) => partOf(item, lineOf(item), depth + 1)) };
    }
    return { line, value: isScalar(node) ? plain(node.value) : null };
  };
  try {
    return partOf(document.contents, lineOf(document.contents), 0);
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

class TooLarge extends Error {}

function plain(value: unknown): string | number | boolean | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  return typeof value === 'bigint' ? value.toString() : null;
}
