/** An item key taken apart: `name[parameter,"quoted, parameter"]`. */
export interface ItemKey {
  readonly name: string;
  readonly parameters: readonly string[];
}

/**
 * Reads an item key; undefined when it is none. Spaces before a parameter do not count, and a quote
 * inside quotes is `\"`. Arrays as parameters have no meaning here. See "Item key format" in the
 * Zabbix manual.
 */
export function parseItemKey(text: string): ItemKey | undefined {
  const match = /^([\w.-]+)(?:\[(.*)\])?$/s.exec(text);
  if (match === null) return undefined;
  const [, name = '', inside] = match;
  if (inside === undefined) return { name, parameters: [] };
  const parameters = parseParameters(inside);
  return parameters === undefined ? undefined : { name, parameters };
}

/** Sticky: one parameter after the other, each character looked at a few times at most. */
const PARAMETER = / *(?:"((?:[^"\\]|\\.)*)" *|([^ ",[\]][^,\]]*|))(,|$)/sy;

function parseParameters(inside: string): readonly string[] | undefined {
  const parameters: string[] = [];
  PARAMETER.lastIndex = 0;
  for (;;) {
    const match = PARAMETER.exec(inside);
    if (match === null) return undefined;
    const [, quoted, plain = '', end] = match;
    parameters.push(quoted?.replaceAll('\\"', '"') ?? plain);
    if (end === '') return parameters;
  }
}
