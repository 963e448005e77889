import { nearest } from '../base/did-you-mean.ts';
import { parseDuration } from '../base/duration.ts';
import type { SpecIssue } from './issue.ts';

export type Path = readonly (string | number)[];

/** What an object may say, for the remark on a key that is not among it. */
export interface KeySet {
  /** What the object is, as in `unknown key "x" in a point`. */
  readonly what: string;
  readonly known: readonly string[];
  /** Words of other tools and the key that says the same here. */
  readonly synonyms: Readonly<Record<string, string>>;
  /** Keys that are planned. Accepting them would promise what does not happen. */
  readonly later: readonly string[];
}

/**
 * Reads an object that a person wrote, key by key. What is wrong is noted with its place, and
 * reading goes on, so that all mistakes come at once; the getters then give undefined.
 */
export class SpecReader {
  readonly path: Path;
  /** The numbers that may be written by name: `decimals: $decimals`. */
  readonly params: ReadonlyMap<string, number>;
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #issues: SpecIssue[];

  constructor(
    object: Readonly<Record<string, unknown>>,
    path: Path,
    issues: SpecIssue[],
    params: ReadonlyMap<string, number> = new Map(),
  ) {
    this.#object = object;
    this.path = path;
    this.#issues = issues;
    this.params = params;
  }

  /** A reader of `value`, or undefined after noting that it is no object. */
  static of(
    value: unknown,
    path: Path,
    issues: SpecIssue[],
    expected: string,
    params?: ReadonlyMap<string, number>,
  ): SpecReader | undefined {
    if (isObject(value)) return new SpecReader(value, path, issues, params);
    issues.push({ path, severity: 'error', message: `${found(value)}, expected ${expected}` });
    return undefined;
  }

  get keys(): readonly string[] {
    return Object.keys(this.#object);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#object, key);
  }

  raw(key: string): unknown {
    return this.has(key) ? this.#object[key] : undefined;
  }

  /** An error of the value under a key, or of a part of it: `error(['hero', 1], …)`. */
  error(key: string | Path, message: string, hint?: string): void {
    const path = typeof key === 'string' ? [...this.path, key] : [...this.path, ...key];
    this.#push({ path, message, ...(hint !== undefined && { hint }) });
  }

  /** An error of the key itself. */
  keyError(key: string, message: string, hint?: string): void {
    const more = hint === undefined ? {} : { hint };
    this.#push({ path: [...this.path, key], onKey: true, message, ...more });
  }

  objectError(message: string, hint?: string): void {
    this.#push({ path: this.path, message, ...(hint !== undefined && { hint }) });
  }

  /** Notes what a nested parser found, below a key of this object. */
  include(key: string, issues: readonly SpecIssue[]): void {
    for (const issue of issues) {
      this.#issues.push({ ...issue, path: [...this.path, key, ...issue.path] });
    }
  }

  /** Notes every key that is not known. */
  checkKeys({ what, known, synonyms, later }: KeySet): void {
    for (const key of this.keys) {
      if (known.includes(key)) continue;
      if (later.includes(key)) {
        this.keyError(key, `"${key}" is not supported yet`, 'leave it out');
        continue;
      }
      const same = synonyms[key.toLowerCase().replaceAll(/[ -]/g, '_')];
      const meant = same ?? nearest(key, known);
      const hint = meant === undefined ? `known: ${known.join(' ')}` : `did you mean "${meant}"?`;
      this.keyError(key, `unknown key "${key}" in ${what}`, hint);
    }
  }

  text(key: string): string | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'string') return value;
    const isPlain = typeof value === 'number' || typeof value === 'boolean';
    this.#refuse(key, 'a text', isPlain ? `put it in quotes: "${value}"` : undefined);
    return undefined;
  }

  number(key: string): number | undefined {
    const value = this.#given(key);
    if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value;
    this.#refuse(key, 'a number');
    return undefined;
  }

  whole(key: string, min: number, max: number): number | undefined {
    const value = this.#given(key);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) {
      return value;
    }
    this.#refuse(key, `a whole number from ${min} to ${max}`);
    return undefined;
  }

  flag(key: string): boolean | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'boolean') return value;
    this.#refuse(key, 'true or false');
    return undefined;
  }

  oneOf<Word extends string>(key: string, words: readonly Word[]): Word | undefined {
    const value = this.raw(key);
    const word = words.find((candidate) => candidate === value);
    if (value === undefined || word !== undefined) return word;
    const meant = typeof value === 'string' ? nearest(value, words) : undefined;
    this.#refuse(key, words.join(', '), meant === undefined ? undefined : `did you mean ${meant}?`);
    return undefined;
  }

  /** Milliseconds of `500ms` or `5s`. */
  durationMs(key: string): number | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    const ms = typeof value === 'string' ? parseDuration(value) : undefined;
    if (ms !== undefined) return ms;
    const hint = typeof value === 'number' ? `seconds or milliseconds? write ${value}s` : undefined;
    this.#refuse(key, 'a time such as 500ms, 5s, 1m', hint);
    return undefined;
  }

  /** Two numbers, the smaller first. */
  range(key: string): readonly [min: number, max: number] | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.length === 2) {
      const [min, max] = value as readonly unknown[];
      if (typeof min === 'number' && typeof max === 'number' && min <= max) return [min, max];
    }
    this.#refuse(key, 'two numbers, the smaller first', 'such as [0, 100]');
    return undefined;
  }

  list(key: string, expected: string): readonly unknown[] | undefined {
    const value = this.raw(key);
    if (value === undefined || Array.isArray(value)) return value as readonly unknown[] | undefined;
    this.#refuse(key, expected);
    return undefined;
  }

  texts(key: string): readonly string[] | undefined {
    const list = this.list(key, 'a list of texts');
    if (list === undefined) return undefined;
    return list.filter((entry, index): entry is string => {
      if (typeof entry === 'string') return true;
      const hint = typeof entry === 'number' ? `put it in quotes: "${entry}"` : undefined;
      this.error([key, index], `${found(entry)}, expected a text`, hint);
      return false;
    });
  }

  object(key: string, expected: string): SpecReader | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    return SpecReader.of(value, [...this.path, key], this.#issues, expected, this.params);
  }

  /** The same, where leaving the block out says nothing more than an empty one. */
  block(key: string, expected: string): SpecReader {
    const path = [...this.path, key];
    return this.object(key, expected) ?? new SpecReader({}, path, this.#issues, this.params);
  }

  /** A reader of one entry of a list. */
  entry(key: string, index: number, value: unknown, expected: string): SpecReader | undefined {
    const path = [...this.path, key, index];
    return SpecReader.of(value, path, this.#issues, expected, this.params);
  }

  /** What stands under a key, where a number may be a param: `$decimals`. */
  #given(key: string): unknown {
    const written = this.raw(key);
    if (typeof written !== 'string' || !written.startsWith('$')) return written;
    const name = written.slice(1);
    const value = this.params.get(name);
    if (value === undefined) {
      const meant = nearest(name, [...this.params.keys()]);
      const hint = meant === undefined ? 'they stand under "params"' : `did you mean $${meant}?`;
      this.error(key, `no param is named "${name}"`, hint);
    }
    return value;
  }

  #refuse(key: string, expected: string, hint?: string): void {
    this.error(key, `${key} is ${found(this.raw(key))}, expected ${expected}`, hint);
  }

  #push(issue: Omit<SpecIssue, 'severity'>): void {
    this.#issues.push({ severity: 'error', ...issue });
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What somebody wrote, short enough for a message. */
export function found(value: unknown): string {
  if (value === undefined || value === null) return 'empty';
  if (typeof value === 'bigint') return value.toString();
  const text = JSON.stringify(value);
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
