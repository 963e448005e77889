import type { ConfigPartJson } from '../../../../src/api/contract.ts';

/** Names and places that lead to a part of a text. */
export type Path = readonly (string | number)[];

/** The part that a path leads to. */
export function partAt(root: ConfigPartJson | undefined, path: Path): ConfigPartJson | undefined {
  let part = root;
  for (const step of path) {
    part =
      typeof step === 'number' && part?.items !== undefined
        ? part.items[step]
        : part?.fields?.find(([name]) => name === String(step))?.[1];
  }
  return part;
}

/** The names in a part, in the order of the text. */
export function namesIn(part: ConfigPartJson | undefined): readonly string[] {
  return part?.fields?.map(([name]) => name) ?? [];
}

/** Its value where that is one word, as a person would write it. */
export function wordOf(part: ConfigPartJson | undefined): string | undefined {
  const value = part?.value;
  return value === undefined || value === null ? undefined : String(value);
}

/** The word at a name of a part. */
export function wordAt(part: ConfigPartJson | undefined, name: string): string | undefined {
  return wordOf(partAt(part, [name]));
}

/** Everything in a part as plain values. */
export function plainOf({ value = null, fields, items }: ConfigPartJson): unknown {
  if (items !== undefined) return items.map(plainOf);
  if (fields === undefined) return value;
  return Object.fromEntries(fields.map(([name, part]) => [name, plainOf(part)]));
}

/** Is nothing written there, or a part without anything in it? */
export function isEmpty(part: ConfigPartJson | undefined): boolean {
  const { value, fields = [], items = [] } = part ?? {};
  return (value ?? undefined) === undefined && fields.length === 0 && items.length === 0;
}

/** The path to whatever stands at a line, as deep as that is certain. */
export function pathAtLine(root: ConfigPartJson | undefined, line: number): Path {
  const path: (string | number)[] = [];
  let part = root;
  for (;;) {
    const inside: readonly (readonly [string | number, ConfigPartJson])[] =
      part?.fields ?? part?.items?.map((item, at) => [at, item] as const) ?? [];
    const before = inside.filter(([, { line: at, alias }]) => at <= line && alias === undefined);
    const next = before.at(-1);
    if (next === undefined || part?.alias !== undefined) return path;
    path.push(next[0]);
    part = next[1];
  }
}
