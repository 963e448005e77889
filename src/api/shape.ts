import { nearest } from '../base/did-you-mean.ts';

/** What a piece of JSON must look like: the part of JSON Schema 2020-12 that types of TypeScript need. */
export interface Shape {
  readonly type?: string;
  readonly enum?: readonly (string | number | boolean)[];
  readonly anyOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | false;
  readonly items?: Shape | false;
  readonly prefixItems?: readonly Shape[];
  readonly minItems?: number;
}

/** The first thing that does not fit. */
export interface Misfit {
  /** What was found: `value is a list, it takes a text or a number`. */
  readonly detail: string;
  readonly fix: string;
}

/** How deep a body is looked at; what lies deeper does not fit. */
const MAX_DEPTH = 20;

/** Undefined when the value has the shape. `path` is its name in the words of the caller. */
export function misfit(
  shape: Shape,
  value: unknown,
  path = 'the body',
  depth = 0,
): Misfit | undefined {
  if (depth > MAX_DEPTH) return { detail: `${path} is too deep`, fix: 'send less' };
  if (shape.anyOf !== undefined) return noneOf(shape.anyOf, value, path, depth);
  if (!isOfType(shape.type, value) || !isInEnum(shape.enum, value)) {
    const words = wordsOf(shape);
    return { detail: `${path} is ${kindOf(value)}, it takes ${words}`, fix: `send ${words} there` };
  }
  if (Array.isArray(value)) return listMisfit(shape, value, path, depth);
  if (typeof value !== 'object' || value === null) return undefined;
  return objectMisfit(shape, value as Readonly<Record<string, unknown>>, path, depth);
}

function noneOf(
  shapes: readonly Shape[],
  value: unknown,
  path: string,
  depth: number,
): Misfit | undefined {
  const found = shapes.map((shape) => misfit(shape, value, path, depth + 1));
  if (found.includes(undefined)) return undefined;
  // What is nearly right says more than what is something else.
  const near = shapes.findIndex(({ type }) => type !== undefined && isOfType(type, value));
  if (near >= 0) return found[near];
  const words = shapes.map(wordsOf).join(' or ');
  return { detail: `${path} is ${kindOf(value)}, it takes ${words}`, fix: `send ${words} there` };
}

function listMisfit(
  { items, prefixItems = [], minItems = 0 }: Shape,
  list: readonly unknown[],
  path: string,
  depth: number,
): Misfit | undefined {
  if (list.length < minItems || (items === false && list.length > prefixItems.length)) {
    const detail = `${path} has ${list.length} parts, it takes ${prefixItems.length}`;
    return { detail, fix: `send a list of ${prefixItems.length}` };
  }
  for (const [index, item] of list.entries()) {
    const shape = prefixItems[index] ?? items;
    const found = shape ? misfit(shape, item, `${nameOf(path)}[${index}]`, depth + 1) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function objectMisfit(
  { properties = {}, required = [], additionalProperties }: Shape,
  value: Readonly<Record<string, unknown>>,
  path: string,
  depth: number,
): Misfit | undefined {
  const known = Object.keys(properties);
  const under = (key: string): string => (nameOf(path) === '' ? key : `${nameOf(path)}.${key}`);
  for (const key of required) {
    if (!Object.hasOwn(value, key)) {
      return {
        detail: `${under(key)} is missing`,
        fix: `send ${wordsOf(properties[key] ?? {})} there`,
      };
    }
  }
  for (const [key, part] of Object.entries(value)) {
    const shape = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    if (shape === false) return strangeKey(under(key), key, known);
    const found = shape === undefined ? undefined : misfit(shape, part, under(key), depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function strangeKey(name: string, key: string, known: readonly string[]): Misfit {
  const near = nearest(key, known);
  const fix = known.length === 0 ? 'send {}' : `it takes ${known.join(', ')}`;
  // A key may be as long as the body: the answer is not.
  const detail = `there is no key ${name.slice(0, 100)}`;
  return { detail, fix: near === undefined ? fix : `did you mean ${near}?` };
}

/** The whole body has no name in front of its keys. */
function nameOf(path: string): string {
  return path.includes(' ') ? '' : path;
}

function isOfType(type: string | undefined, value: unknown): boolean {
  return type === undefined || typeOf(value) === type;
}

function isInEnum(values: Shape['enum'], value: unknown): boolean {
  return values === undefined || values.some((one) => one === value);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
};

function kindOf(value: unknown): string {
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.length <= 40
    ? JSON.stringify(value)
    : (WORDS[typeOf(value)] ?? 'something else');
}

function wordsOf(shape: Shape): string {
  if (shape.enum !== undefined) return shape.enum.map(String).join(' or ');
  if (shape.anyOf !== undefined) return shape.anyOf.map(wordsOf).join(' or ');
  return WORDS[shape.type ?? ''] ?? 'something';
}
