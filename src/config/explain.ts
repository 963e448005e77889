import type { z } from 'zod';
import { nearest } from '../base/did-you-mean.ts';
import type { SpecIssue } from '../profile/issue.ts';
import { found } from '../profile/spec-reader.ts';
import { unknownKey, type ShapeIssue } from './key-sets.ts';
import { SERVER_TYPES } from './server-schema.ts';
import { SINK_TYPES } from './sink-schema.ts';

type Path = readonly (string | number)[];
type ZodIssue = z.core.$ZodIssue;

/** The types of what has one, and those that are planned. */
const TYPES: Readonly<Record<string, { known: readonly string[]; later: ReadonlySet<string> }>> = {
  sinks: {
    known: SINK_TYPES,
    later: new Set([
      ...['mqtt', 'sparkplug', 'http'],
      ...['timescale', 'nats', 'kafka', 'postgres', 'redis'],
    ]),
  },
  servers: { known: SERVER_TYPES, later: new Set(['modbus-tls', 'opcua']) },
};

/** What a sentence about a value has to know. */
export interface Written {
  readonly value: unknown;
  /** How YAML has it, without quotes: `8E1` for the number 80. */
  source(path: Path): string | undefined;
  /** The text with its `${…}`, where the value came from one: it must not be shown. */
  placeholder(path: Path): string | undefined;
}

/** The schema's remarks as sentences for people, each with its place; `most` of them. */
export function explain(
  issues: readonly ZodIssue[],
  written: Written,
  most: number,
): readonly ShapeIssue[] {
  return issues
    .slice(0, most)
    .flatMap((issue) => explainOne(fewerKeys(issue, most), issue.path as Path, written))
    .slice(0, most);
}

function fewerKeys(issue: ZodIssue, most: number): ZodIssue {
  if (issue.code !== 'unrecognized_keys') return issue;
  return { ...issue, keys: issue.keys.slice(0, most) };
}

function explainOne(issue: ZodIssue, path: Path, written: Written): readonly ShapeIssue[] {
  if (issue.code === 'unrecognized_keys') {
    const type = valueAt(written.value, [...path.slice(0, 2), 'type']);
    return issue.keys.map((key) => unknownKey(path, key, type));
  }
  if (issue.code === 'invalid_union') {
    if ('discriminator' in issue) return [typeProblem(path, written)];
    // The branch whose kind of value it is says more than "none of these fits".
    const branch = issue.errors.find(
      (errors) => !errors.some((inner) => inner.path.length === 0 && inner.code === 'invalid_type'),
    );
    if (branch !== undefined) {
      return branch.flatMap((inner) =>
        explainOne(inner, [...path, ...(inner.path as Path)], written),
      );
    }
  }
  return [unexpected(path, issue.message, written, issue)];
}

function unexpected(path: Path, expected: string, written: Written, issue: ZodIssue): SpecIssue {
  const value = valueAt(written.value, path);
  const what = nameOf(path);
  if (value === undefined) {
    const owner = path.length > 1 ? ` in ${nameOf(path.slice(0, -1))}` : '';
    const message = `"${path.at(-1) ?? ''}" is missing${owner}, expected ${expected}`;
    const hint = path[0] === 'version' ? { hint: 'write version: 1 at the top' } : {};
    return { path, severity: 'error', message, ...hint };
  }
  const shown = written.placeholder(path);
  const hint =
    shown === undefined
      ? hintFor(value, path, written, issue)
      : 'look at the value of the variable';
  return {
    path,
    severity: 'error',
    message: `${what} is ${shown === undefined ? found(value) : `"${shown}"`}, expected ${expected}`,
    ...(hint !== undefined && { hint }),
  };
}

function hintFor(
  value: unknown,
  path: Path,
  written: Written,
  issue: ZodIssue,
): string | undefined {
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    if (issue.values.some((word) => typeof word === 'number' && String(word) === value)) {
      return `without quotes: ${path.at(-1) ?? ''}: ${value}`;
    }
    const meant = nearest(value, issue.values.map(String));
    return meant === undefined ? undefined : `did you mean ${meant}?`;
  }
  if (typeof value === 'string') return hintForText(value, path, issue);
  if (typeof value === 'number') return hintForNumber(value, path, written, issue);
  if (typeof value === 'boolean' && wants(issue, 'string')) return `as a text: "${value}"`;
  return undefined;
}

function hintForText(value: string, path: Path, issue: ZodIssue): string | undefined {
  if (wants(issue, 'number') || wants(issue, 'int')) {
    const isNumber = value.trim() !== '' && Number.isFinite(Number(value));
    return isNumber ? `without quotes: ${path.at(-1) ?? ''}: ${value.trim()}` : undefined;
  }
  if (path.length === 1 && path[0] === 'web') return 'write web: { listen: none } to switch it off';
  if (wants(issue, 'array')) return `in brackets: [${value}]`;
  return isTime(issue) && /^\d+(?:\.\d+)?$/.test(value) ? bareTime(value) : undefined;
}

function hintForNumber(
  value: number,
  path: Path,
  written: Written,
  issue: ZodIssue,
): string | undefined {
  if (isTime(issue)) return bareTime(String(value));
  if (!wants(issue, 'string')) return undefined;
  const source = written.source(path);
  return source === undefined || source === String(value)
    ? `as a text: "${value}"`
    : `YAML reads ${source} as the number ${value}: write "${source}"`;
}

function bareTime(number: string): string {
  return `${number} what? write ${number}s or ${number}ms`;
}

function isTime(issue: ZodIssue): boolean {
  return issue.message.startsWith('a time');
}

function wants(issue: ZodIssue, type: string): boolean {
  return issue.code === 'invalid_type' && issue.expected === type;
}

function typeProblem(path: Path, written: Written): SpecIssue {
  const type = valueAt(written.value, path);
  const { known, later } = TYPES[String(path[0])] ?? { known: [], later: new Set() };
  const types = `${known.slice(0, -1).join(', ')} or ${known.at(-1) ?? ''}`;
  const owner = nameOf(path.slice(0, 2));
  const base = { path, severity: 'error' as const };
  if (type === undefined) return { ...base, message: `"type" is missing in ${owner}: ${types}` };
  const shown = written.placeholder(path) ?? type;
  if (typeof type === 'string' && later.has(type)) {
    return { ...base, message: `type is ${found(shown)}, which is not in this version: ${types}` };
  }
  const meant = typeof type === 'string' ? nearest(type, known) : undefined;
  return {
    ...base,
    message: `type of ${owner} is ${found(shown)}, expected ${types}`,
    ...(meant !== undefined && { hint: `did you mean ${meant}?` }),
  };
}

const KINDS: Readonly<Record<string, string>> = {
  ...{ devices: 'device', lines: 'line', sinks: 'sink', servers: 'server' },
  ...{ rules: 'rule', pulls: 'pull' },
};

/** What people call the thing at a path: `device "m"`, `every`, `entry 2 of only`. */
export function nameOf(path: Path): string {
  const [first] = path;
  const last = path.at(-1);
  const kind = KINDS[String(first)];
  if (last === undefined) return 'the file';
  if (kind !== undefined && path.length === 2) return `${kind} "${last}"`;
  return typeof last === 'number' ? `entry ${last + 1} of ${path.at(-2) ?? ''}` : last;
}

export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) {
      return undefined;
    }
    current = (current as Record<string | number, unknown>)[part];
  }
  return current;
}
