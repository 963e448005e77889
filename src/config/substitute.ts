import { isAbsolute, join } from 'node:path';
import type { SpecIssue } from '../profile/issue.ts';
import { readText, type FileAccess } from './file-access.ts';

type Path = SpecIssue['path'];

/** Where the values of `${NAME}` come from. */
export interface Variables {
  /** The environment of the process wins over the file. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly envFile: ReadonlyMap<string, string>;
  readonly files: FileAccess;
  /** Folder of the site file, for `${file:relative}`. */
  readonly folder: string;
}

export interface Substituted {
  readonly value: unknown;
  readonly issues: readonly SpecIssue[];
  /** The texts as written, by the path of the value (see `pathKey`): what came in is a secret. */
  readonly placeholders: ReadonlyMap<string, string>;
  readonly files: readonly string[];
}

/** A path as the key of a map. */
export function pathKey(path: Path): string {
  return JSON.stringify(path);
}

/** Puts variables and secrets into every text of a value. `$${` stands for `${` itself. */
export async function substitute(value: unknown, variables: Variables): Promise<Substituted> {
  const substitution = new Substitution(variables);
  const result = await substitution.value(value, []);
  const { issues, placeholders, files } = substitution;
  return { value: result, issues, placeholders, files };
}

/** Characters that all variables together may bring into one file. */
const MAX_BROUGHT = 4 * 1024 * 1024;

const PLACE = /\$\$\{|\$\{([^}]*)(\})?/g;

class Substitution {
  readonly issues: SpecIssue[] = [];
  readonly placeholders = new Map<string, string>();
  readonly files: string[] = [];
  readonly #variables: Variables;
  #left = MAX_BROUGHT;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  async value(value: unknown, path: Path): Promise<unknown> {
    if (typeof value === 'string') return value.includes('${') ? this.#text(value, path) : value;
    if (Array.isArray(value)) {
      const result: unknown[] = [];
      for (const [index, entry] of value.entries()) {
        result.push(await this.value(entry, [...path, index]));
      }
      return result;
    }
    if (typeof value !== 'object' || value === null) return value;
    const result = Object.create(null) as Record<string, unknown>;
    for (const [key, entry] of Object.entries(value)) {
      result[key] = await this.value(entry, [...path, key]);
    }
    return result;
  }

  async #text(text: string, path: Path): Promise<string> {
    const parts: string[] = [];
    let end = 0;
    for (const match of text.matchAll(PLACE)) {
      const [whole, inside, closing] = match;
      const span = [match.index, match.index + whole.length] as const;
      parts.push(text.slice(end, match.index));
      end = span[1];
      if (inside === undefined) {
        parts.push('${');
        continue;
      }
      this.placeholders.set(pathKey(path), text);
      const found = closing === undefined ? UNCLOSED : await this.#bring(inside);
      if (typeof found === 'string') parts.push(found);
      else this.issues.push({ path, span, severity: 'error', ...found });
    }
    return parts.join('') + text.slice(end);
  }

  /** A short text can name a long file thousands of times. */
  async #bring(inside: string): Promise<string | Problem> {
    const found = this.#left < 0 ? TOO_MUCH : await this.#lookUp(inside);
    if (typeof found === 'string') this.#left -= found.length;
    return this.#left < 0 ? TOO_MUCH : found;
  }

  async #lookUp(inside: string): Promise<string | Problem> {
    if (inside.startsWith('file:')) return this.#fromFile(inside.slice('file:'.length));
    if (inside.startsWith('cred:')) return { message: `\${cred:…} is not in this version` };
    const [, name, fallback] = /^([A-Za-z_]\w*)(?::-(.*))?$/s.exec(inside) ?? [];
    if (name === undefined) {
      const hint = 'write ${NAME}, ${NAME:-default} or ${file:/path}; $${ stands for ${';
      return { message: `"\${${inside}}" is no variable`, hint };
    }
    const { env, envFile } = this.#variables;
    const value = env[name] ?? envFile.get(name);
    // As in shells, `:-` also stands in for a variable that is empty.
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
    return (
      value ?? {
        message: `the variable ${name} is not set`,
        hint: `set it, put it into .env, or write \${${name}:-default}`,
      }
    );
  }

  async #fromFile(path: string): Promise<string | Problem> {
    const full = isAbsolute(path) ? path : join(this.#variables.folder, path);
    this.files.push(full);
    const result = await readText(this.#variables.files, full);
    // A file made with an editor ends in a line feed that belongs to no secret.
    if ('text' in result) return result.text.replace(/\r?\n$/, '');
    return { message: `${path}: ${result.problem}` };
  }
}

interface Problem {
  readonly message: string;
  readonly hint?: string;
}

const TOO_MUCH: Problem = { message: 'variables and files bring in more than 4 MB altogether' };
const UNCLOSED: Problem = { message: '"${" has no closing "}"' };
