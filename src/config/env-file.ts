import type { ConfigIssue } from './issue.ts';
import type { SourceText } from './source-text.ts';

export interface EnvFile {
  readonly values: ReadonlyMap<string, string>;
  readonly issues: readonly ConfigIssue[];
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * Lines of `NAME=value`, as shells and compose files have them: `export` in front, quotes around,
 * comments behind. Nothing is expanded. The values are secrets and stand in no message.
 */
export function parseEnvFile(source: SourceText): EnvFile {
  const values = new Map<string, string>();
  const issues: ConfigIssue[] = [];
  let start = 0;
  for (const line of source.text.split('\n')) {
    const end = start + line.length;
    const text = line.trim();
    if (text !== '' && !text.startsWith('#')) {
      const entry = parseLine(text);
      if (typeof entry === 'string') {
        // Only the name is underlined, and no line is shown: what stands behind it may be a secret.
        const issue = source.issueAt([start, end], { severity: 'error', message: entry });
        issues.push({ ...issue, excerpt: [] });
      } else {
        values.set(entry.name, entry.value);
      }
    }
    start = end + 1;
  }
  return { values, issues };
}

function parseLine(text: string): { name: string; value: string } | string {
  const [, name, rest = ''] = /^(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(text) ?? [];
  if (name === undefined) return 'expected NAME=value';
  if (rest.startsWith("'")) {
    const [, value] = /^'([^']*)'\s*(?:#.*)?$/.exec(rest) ?? [];
    return value === undefined ? `the value of ${name} has no closing quote` : { name, value };
  }
  if (rest.startsWith('"')) {
    const [, value] = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(rest) ?? [];
    if (value === undefined) return `the value of ${name} has no closing quote`;
    return { name, value: value.replaceAll(/\\(.)/g, (_, c: string) => ESCAPES[c] ?? c) };
  }
  return { name, value: rest.replace(/(?:^|\s+)#.*$/, '').trim() };
}
