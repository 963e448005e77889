import type { ConfigPartJson } from '../../../../src/api/contract.ts';
import { partAt, wordAt } from './part.ts';

type Word = string | number | boolean;

/** As much of JSON Schema as the schema of a site file uses. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly Word[];
  readonly const?: Word;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** How a part can be written: in one word, as a list of words, with fields, or by names of one's own. */
export type Way = 'word' | 'list' | 'group' | 'entries';

/** What a form shows for a part. */
export type Control =
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  | { readonly kind: 'word'; readonly isNumber: boolean; readonly isText: boolean }
  | { readonly kind: 'list' }
  | { readonly kind: 'group'; readonly schema: Schema }
  | { readonly kind: 'entries'; readonly of: Schema }
  /** Too deep for a form, or written in a way that no variant of the schema is: for the text. */
  | { readonly kind: 'text' };

/** A schema with its reference followed; what is said beside the reference counts more. */
export function resolved(root: Schema, schema: Schema): Schema {
  const name = /^#\/\$defs\/(.+)$/.exec(schema.$ref ?? '')?.[1];
  const target = name === undefined ? undefined : root.$defs?.[name];
  if (target === undefined) return schema;
  const { $ref: _, ...beside } = schema;
  return { ...resolved(root, target), ...beside };
}

/** Every way in which a part may be written. */
export function variantsOf(root: Schema, schema: Schema): readonly Schema[] {
  const whole = resolved(root, schema);
  const variants = whole.anyOf ?? whole.oneOf;
  if (variants === undefined) return [whole];
  return variants.flatMap((variant) => variantsOf(root, variant));
}

/** The ways of a schema, those that a form can show. */
export function waysOf(root: Schema, schema: Schema): readonly Way[] {
  return [...new Set(variantsOf(root, schema).map((variant) => wayOf(root, variant)))].filter(
    (way): way is Way => way !== undefined,
  );
}

function wayOf(root: Schema, variant: Schema): Way | undefined {
  if (variant.properties !== undefined) return 'group';
  if (typeof variant.additionalProperties === 'object') return 'entries';
  if (typesOf(variant).includes('array')) {
    const { items } = variant;
    const isPlain =
      typeof items === 'object' &&
      variantsOf(root, items).every((item) => wayOf(root, item) === 'word');
    return isPlain ? 'list' : undefined;
  }
  return isWord(variant) ? 'word' : undefined;
}

function isWord(variant: Schema): boolean {
  const types = typesOf(variant);
  const isNamed = variant.enum !== undefined || variant.const !== undefined;
  return isNamed || types.some((type) => type !== 'object' && type !== 'array');
}

function typesOf({ type = [] }: Schema): readonly string[] {
  return typeof type === 'string' ? [type] : type;
}

/** How a part is written now; of what is not there yet: in the first way there is. */
export function presentWay(
  root: Schema,
  schema: Schema,
  part: ConfigPartJson | undefined,
): Way | undefined {
  const ways = waysOf(root, schema);
  if (part?.fields !== undefined) return ways.find((way) => way === 'group' || way === 'entries');
  if (part?.items !== undefined) return ways.find((way) => way === 'list');
  if (part === undefined || part.value === null) return ways[0];
  return ways.find((way) => way === 'word');
}

/** What to show for a part. */
export function controlOf(root: Schema, schema: Schema, part: ConfigPartJson | undefined): Control {
  const way = presentWay(root, schema, part);
  const variants = variantsOf(root, schema);
  if (way === 'group') {
    const found = groupOf(root, schema, part);
    return found === undefined ? { kind: 'text' } : { kind: 'group', schema: found };
  }
  if (way === 'entries') {
    const of = variants.find((one) => wayOf(root, one) === 'entries')?.additionalProperties;
    return typeof of === 'object' ? { kind: 'entries', of } : { kind: 'text' };
  }
  if (way === 'list') {
    const isPlain = part?.items?.every(({ value }) => value !== undefined) ?? true;
    return { kind: isPlain ? 'list' : 'text' };
  }
  if (way === undefined) return { kind: 'text' };
  return wordControl(
    variants.filter((one) => wayOf(root, one) === 'word'),
    part,
  );
}

/** Of several kinds with fields, such as sinks: the one whose `type` is written there. */
export function groupOf(
  root: Schema,
  schema: Schema,
  part: ConfigPartJson | undefined,
): Schema | undefined {
  const groups = variantsOf(root, schema).filter(({ properties }) => properties !== undefined);
  if (groups.length < 2) return groups[0];
  const type = wordAt(part, 'type');
  return groups.find(({ properties }) => properties?.['type']?.const === type);
}

/** The kinds that an entry can be of, by their `type`: those of sinks, of servers. */
export function kindsOf(root: Schema, schema: Schema): readonly string[] {
  return variantsOf(root, schema).flatMap(({ properties }) => {
    const word = properties?.['type']?.const;
    return typeof word === 'string' ? [word] : [];
  });
}

function wordControl(variants: readonly Schema[], part: ConfigPartJson | undefined): Control {
  const options = variants.flatMap(
    (one) => one.enum ?? (one.const === undefined ? [] : [one.const]),
  );
  const open = variants.filter((one) => one.enum === undefined && one.const === undefined);
  const types = open.flatMap(typesOf);
  const present = part?.value;
  if (open.length === 0) {
    const words = options.filter((option) => typeof option === 'string');
    const named = (words.length > 0 ? words : options).map(String);
    const fits = present === undefined || present === null || named.includes(String(present));
    if (fits) return { kind: 'choice', options: named };
    return { kind: 'word', isNumber: false, isText: true };
  }
  if (types.every((type) => type === 'boolean') && typeof present !== 'string') {
    return { kind: 'switch' };
  }
  return {
    kind: 'word',
    isNumber: types.includes('number') || types.includes('integer'),
    isText: types.includes('string') || options.length > 0,
  };
}

/** What a person typed as the value that is written; undefined takes it away. */
export function valueOf(control: Control, typed: string): Word | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  if (control.kind !== 'word' || !control.isNumber) return text;
  return /^[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : text;
}

/** What is so when nothing is written: from the schema, or from its words. */
export function defaultOf({ default: value, description = '' }: Schema): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return value.toString();
  const [, quoted, plain] = /Default: (?:`([^`]+)`|([^`.]+))\.(?:\s|$)/.exec(description) ?? [];
  return quoted ?? plain;
}

/** Words without what is shown beside the field anyway. */
export function descriptionOf({ description = '' }: Schema): string {
  return description.replace(/`/g, '');
}

/** Fewer fields than this are all shown. */
const FEW = 6;

/** The fields of a group that are shown, in the order of the schema, and those that can be added. */
export function fieldsOf(
  schema: Schema,
  part: ConfigPartJson | undefined,
  wanted: ReadonlySet<string>,
): { readonly shown: readonly string[]; readonly more: readonly string[] } {
  const { properties = {}, required = [] } = schema;
  const names = Object.keys(properties);
  const isShown = (name: string): boolean =>
    names.length <= FEW ||
    required.includes(name) ||
    wanted.has(name) ||
    partAt(part, [name]) !== undefined;
  return { shown: names.filter(isShown), more: names.filter((name) => !isShown(name)) };
}

/** Fields whose value nobody should read over a shoulder. A placeholder only names where it is. */
export function isSecret(name: string, value: string | undefined): boolean {
  const sounds = /password|passphrase|secret|token|authorization|api-?key|psk/i.test(name);
  return sounds && !/^\$\{[^}]*\}$/.test(value ?? '');
}
