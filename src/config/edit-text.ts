import { isDeepStrictEqual } from 'node:util';
import type { Document } from 'yaml';
import { addTo, insertAt, removeFrom, rename, replace, type Splice } from './edit-place.ts';
import { aliasTargets, parseYaml } from './parse-yaml.ts';
import { findPlace, type EditPath, type Place } from './yaml-place.ts';

/** One change: `value` is put there, `key` is the new name of the last part, neither takes it away. */
export interface TextEdit {
  readonly path: EditPath;
  readonly value?: unknown;
  readonly key?: string;
}

export type EditedText = { readonly text: string } | { readonly problem: string };

/** Characters that are parsed for one call, all edits together: about a second of work. */
const MAX_WORK = 1_100_000;
/** Characters of the texts that the edits of one call are looked up in: an edit that changes nothing costs as well. */
const MAX_LOOKED = 6_000_000;
/** Each is looked for among all others. */
const MAX_ALIASES = 1_000;
/** Values of a text, those that aliases repeat counted as often as they are there. */
const MAX_VALUES = 100_000;
/** Maps within maps in a value. */
const MAX_DEPTH = 32;

class EditError extends Error {}

/**
 * Changes a YAML text and nothing else in it: comments, blank lines, quotes, order and anchors stay. The
 * result is read again, and is given only when it says what was asked for and nothing else.
 */
export function editText(text: string, edits: readonly TextEdit[]): EditedText {
  try {
    const editing = new Editing(text);
    for (const edit of edits) editing.apply(edit);
    return { text: editing.text };
  } catch (error) {
    if (error instanceof EditError) return { problem: error.message };
    // Whatever the parser makes of a text that it cannot stand, such as one that is nested too deep.
    return { problem: 'the text cannot be changed in this way: change it by hand' };
  }
}

const TOO_MANY = 'these are too many changes at once: send fewer, or change the text';

/** A text on its way from one edit to the next. */
class Editing {
  text = '';
  #document: Document;
  #work = 0;
  #looked = 0;

  constructor(text: string) {
    this.#document = this.#parse(text);
  }

  apply(edit: TextEdit): void {
    this.#looked += this.text.length;
    if (this.#looked > MAX_LOOKED) throw new EditError(TOO_MANY);
    const steps = stepsOf(valuesOf(this.#document), edit);
    const expected = expectedOf(valuesOf(this.#document), edit);
    for (const step of steps) {
      const place = placeOf(this.#document, this.text, step);
      this.#document = this.#parse(spliced(this.text, splicesOf(place, step)));
    }
    if (!isDeepStrictEqual(valuesOf(this.#document), expected)) throw new EditError(notSafe(edit));
  }

  #parse(text: string): Document {
    this.#work += text.length;
    // The first is always read: how large a file may be is looked at elsewhere.
    if (this.#work > MAX_WORK && this.#work > text.length) {
      throw new EditError(TOO_MANY);
    }
    const document = parseYaml(text);
    if (document.errors.length > 0) {
      throw new EditError('the text is not YAML yet: put that right first');
    }
    if (aliasTargets(document).size > MAX_ALIASES) {
      throw new EditError(`the text has more than ${MAX_ALIASES} aliases: change it by hand`);
    }
    checkSize(valuesOf(document));
    this.text = text;
    return document;
  }
}

/** What a text says, with maps as Map: a key is never a property of an object. */
function valuesOf(document: Document): unknown {
  return document.toJS({ mapAsMap: true, maxAliasCount: 1_000 }) as unknown;
}

/** Throws EditError for values that would take too long to compare. */
function checkSize(value: unknown, size = { left: MAX_VALUES }): void {
  size.left -= 1;
  if (size.left < 0) throw new EditError(`the text has more than ${MAX_VALUES} values`);
  const parts = value instanceof Map ? value.values() : Array.isArray(value) ? value : [];
  for (const part of parts as Iterable<unknown>) checkSize(part, size);
}

function notSafe({ path }: TextEdit): string {
  return `${pathText(path)} cannot be changed without touching other lines: change it in the text`;
}

function pathText(path: EditPath): string {
  return path.length === 0 ? 'the whole text' : path.join('.').slice(0, 100);
}

/** JSON with its objects as Map. */
function plain(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new EditError(`a value is nested more than ${MAX_DEPTH} deep`);
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([key, item]) => [key, plain(item, depth + 1)]));
}

type Step =
  | { readonly kind: 'set' | 'insert'; readonly path: EditPath; readonly value: unknown }
  | { readonly kind: 'remove'; readonly path: EditPath }
  | { readonly kind: 'rename'; readonly path: EditPath; readonly key: string };

/** A map or a list that takes the place of another becomes the changes within it: the rest keeps its looks. */
function stepsOf(values: unknown, edit: TextEdit): readonly Step[] {
  const { path, key } = edit;
  const old = childAt(values, path);
  if ('value' in edit && edit.value !== undefined) return difference(path, old, plain(edit.value));
  if (old === undefined) throw new EditError(`there is no ${pathText(path)}`);
  return key === undefined ? [{ kind: 'remove', path }] : [{ kind: 'rename', path, key }];
}

function difference(path: EditPath, old: unknown, value: unknown): readonly Step[] {
  if (isDeepStrictEqual(old, value)) return [];
  if (old instanceof Map && value instanceof Map && value.size > 0 && old.size > 0) {
    return mapDifference(path, old as Map<string, unknown>, value as Map<string, unknown>);
  }
  if (Array.isArray(old) && Array.isArray(value) && value.length > 0 && old.length > 0) {
    return listDifference(path, old, value);
  }
  return [{ kind: 'set', path, value }];
}

function mapDifference(
  path: EditPath,
  old: ReadonlyMap<string, unknown>,
  value: ReadonlyMap<string, unknown>,
): readonly Step[] {
  return [
    // What is new first: a map that was emptied would have lost its looks.
    ...[...value].flatMap(([key, item]) => difference([...path, key], old.get(key), item)),
    ...[...old.keys()]
      .filter((key) => !value.has(key))
      .map((key): Step => ({ kind: 'remove', path: [...path, key] })),
  ];
}

function listDifference(
  path: EditPath,
  old: readonly unknown[],
  value: readonly unknown[],
): readonly Step[] {
  let head = 0;
  const shorter = Math.min(old.length, value.length);
  while (head < shorter && isDeepStrictEqual(old[head], value[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && isDeepStrictEqual(old.at(-1 - tail), value.at(-1 - tail))) {
    tail += 1;
  }
  const [from, to] = [old.length - tail, value.length - tail];
  const both = Math.min(from, to);
  const indexes = (start: number, end: number): readonly number[] =>
    Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index);
  return [
    ...indexes(head, both).flatMap((at) => difference([...path, at], old[at], value[at])),
    ...indexes(both, to).map((at): Step => ({
      kind: 'insert',
      path: [...path, at],
      value: value[at],
    })),
    ...indexes(both, from)
      .toReversed()
      .map((at): Step => ({ kind: 'remove', path: [...path, at] })),
  ];
}

/** What stands at a path; undefined where nothing does. */
function childAt(values: unknown, path: EditPath): unknown {
  let value = values;
  for (const part of path) {
    if (value instanceof Map) value = value.get(String(part));
    else if (Array.isArray(value) && typeof part === 'number') value = value[part];
    else return undefined;
  }
  return value;
}

/** What a text shall say after an edit; takes what it says before, and changes that. */
function expectedOf(values: unknown, edit: TextEdit): unknown {
  const { path, key } = edit;
  if (path.length === 0) return 'value' in edit ? plain(edit.value) : null;
  const last = path.at(-1) ?? '';
  if ('value' in edit && edit.value !== undefined)
    return withValue(values, path, plain(edit.value));
  const parent = childAt(values, path.slice(0, -1));
  if (Array.isArray(parent) && typeof last === 'number') parent.splice(last, 1);
  if (parent instanceof Map) {
    const map = parent as Map<string, unknown>;
    if (key !== undefined && map.has(key)) throw new EditError(`there is a ${key} already`);
    if (key !== undefined) map.set(key, map.get(String(last)));
    map.delete(String(last));
  }
  return values;
}

/** Puts a value into plain values, in place where there is a place. */
function withValue(values: unknown, path: EditPath, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (Array.isArray(values) && typeof part === 'number') {
    if (part > values.length) throw new EditError(`the list has ${values.length} entries`);
    values[part] = withValue(values[part], rest, value);
    return values;
  }
  if (values instanceof Map || values === undefined || values === null) {
    if (typeof part === 'number' && part === 0 && !(values instanceof Map)) {
      return [withValue(undefined, rest, value)];
    }
    const map = (values as Map<string, unknown> | null | undefined) ?? new Map<string, unknown>();
    return map.set(String(part), withValue(map.get(String(part)), rest, value));
  }
  throw new EditError(`there is no map to put ${pathText(path)} into`);
}

function placeOf(document: Document, text: string, { path }: Step): Place {
  const found = findPlace(document, text, path);
  if ('shared' in found) {
    throw new EditError(
      `${pathText(path)} comes from *${found.shared}: change it where &${found.shared} stands`,
    );
  }
  return found;
}

function splicesOf(place: Place, step: Step): readonly Splice[] {
  if (step.kind === 'remove') return removeFrom(place);
  if (step.kind === 'rename') return rename(place, step.key);
  if (place.missing.length === 0 && step.kind === 'set') return replace(place, step.value);
  return place.missing.length > 0 ? addTo(place, step.value) : insertAt(place, step.value);
}

function spliced(text: string, splices: readonly Splice[]): string {
  let result = text;
  for (const { from, to, text: replacement } of [...splices].sort((a, b) => b.from - a.from)) {
    result = result.slice(0, from) + replacement + result.slice(to);
  }
  return result;
}
