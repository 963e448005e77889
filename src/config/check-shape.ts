import type { z } from 'zod';
import { explain, valueAt, type Written } from './explain.ts';
import type { ShapeIssue } from './key-sets.ts';
import { siteSchema, type SiteInput } from './site-schema.ts';

export interface CheckedShape {
  /** What the file says, less everything that is wrong: enough to go on looking for mistakes. */
  readonly input: SiteInput;
  readonly issues: readonly ShapeIssue[];
}

/** Each round removes at least one wrong part, and few files have wrong parts inside wrong parts. */
const MAX_ROUNDS = 50;
/** Each wrong part costs a copy of what it is in. A file with more of them is no site file at all. */
const MAX_ISSUES = 500;

/** Holds a value against the schema; what is wrong in one place hides nothing in another. */
export function checkShape(written: Written): CheckedShape {
  const first = siteSchema.safeParse(written.value);
  if (first.success) return { input: first.data, issues: [] };
  const issues = explain(first.error.issues, written, MAX_ISSUES);
  if (issues.length >= MAX_ISSUES) return { input: { version: 1 }, issues };
  let value = written.value;
  let parsed: z.ZodSafeParseResult<SiteInput> = first;
  for (let round = 0; round < MAX_ROUNDS && !parsed.success; round += 1) {
    for (const issue of parsed.error.issues) value = without(value, issue);
    parsed = siteSchema.safeParse(value);
  }
  return { input: parsed.success ? parsed.data : { version: 1 }, issues };
}

function without(value: unknown, issue: z.core.$ZodIssue): unknown {
  const path = issue.path as readonly (string | number)[];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.reduce((rest, key) => removed(rest, [...path, key]), value);
  }
  if (path.length === 1 && path[0] === 'version') return { ...Object(value), version: 1 };
  // A missing part cannot be taken away: what it is missing in goes.
  const isMissing = valueAt(value, path) === undefined;
  return removed(value, isMissing ? path.slice(0, -1) : path);
}

/** A copy without the part at a path. */
function removed(value: unknown, path: readonly (string | number)[]): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return { version: 1 };
  if (Array.isArray(value)) {
    if (rest.length === 0) return value.filter((_, index) => index !== first);
    return value.map((entry: unknown, index) => (index === first ? removed(entry, rest) : entry));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, entry]): [string, unknown][] => {
    if (key !== String(first)) return [[key, entry]];
    return rest.length === 0 ? [] : [[key, removed(entry, rest)]];
  });
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [key, entry] of entries) copy[key] = entry;
  return copy;
}
