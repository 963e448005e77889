import { issueAt, type ExpressionIssue } from './issue.ts';
import { meantName } from './names.ts';

/** A text with places to fill in: `dinrail/{device}/{point}`. */
export interface Template {
  readonly text: string;
  /** The placeholders, each once, in the order of the text. */
  readonly names: readonly string[];
  /**
   * The text with every place filled in; undefined when the lookup has nothing for one of them. A topic or key
   * with a hole would be somebody else's. Quoting for where it goes is the lookup's business.
   */
  render(lookup: (name: string) => string | undefined): string | undefined;
}

export interface ParsedTemplate {
  /** Absent when there are issues. */
  readonly template?: Template;
  readonly issues: readonly ExpressionIssue[];
}

const MAX_CHARACTERS = 10_000;
const MAX_ISSUES = 8;
const PIECE = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/**
 * Reads a template. The scope names the placeholders: `device`, `tag.room`, or `tag.*` for whatever stands
 * behind `tag.`. Braces that are meant as such are written twice.
 */
export function parseTemplate(text: string, scope: ReadonlySet<string>): ParsedTemplate {
  if (text.length > MAX_CHARACTERS) {
    const message = `the text has ${text.length} characters, at most ${MAX_CHARACTERS} are possible`;
    return { issues: [issueAt([MAX_CHARACTERS, text.length], message)] };
  }
  const issues: ExpressionIssue[] = [];
  /** Text at even places, names at odd ones. */
  const pieces: string[] = [''];
  const append = (literal: string): void => {
    pieces.push((pieces.pop() ?? '') + literal);
  };

  let end = 0;
  for (const match of text.matchAll(PIECE)) {
    append(text.slice(end, match.index));
    end = match.index + match[0].length;
    const problem = problemOf(match, scope);
    if (problem !== undefined && issues.length < MAX_ISSUES) issues.push(problem);
    if (match[1] === undefined) append(match[0].slice(0, 1));
    else pieces.push(match[1], '');
  }
  append(text.slice(end));
  return issues.length > 0 ? { issues } : { template: templateOf(text, pieces), issues };
}

function problemOf(
  match: RegExpExecArray,
  scope: ReadonlySet<string>,
): ExpressionIssue | undefined {
  const [all, name] = match;
  const span = [match.index, match.index + all.length] as const;
  if (name === undefined) {
    if (all.length === 2) return undefined;
    return all === '{'
      ? issueAt(span, '"{" is not closed', 'write {{ for a brace')
      : issueAt(span, '"}" closes nothing', 'write }} for a brace');
  }
  if (isKnown(name, scope)) return undefined;
  if (name === '') return issueAt(span, 'a placeholder has no name', 'write {{}} for two braces');
  const meant = meantName(name.trim(), scope);
  const known = [...scope].map((placeholder) => `{${placeholder}}`).join(' ');
  const hint = meant === undefined ? `known: ${known}` : `did you mean {${meant}}?`;
  return issueAt(span, `no placeholder is named "${name}"`, hint);
}

function isKnown(name: string, scope: ReadonlySet<string>): boolean {
  // The star stands for names; nobody can ask for the star itself.
  if (name.includes('*')) return false;
  const [, group] = /^(\w+)\.[\w-]+$/.exec(name) ?? [];
  return scope.has(name) || (group !== undefined && scope.has(`${group}.*`));
}

function templateOf(text: string, pieces: readonly string[]): Template {
  const [start = '', ...rest] = pieces;
  return {
    text,
    names: [...new Set(rest.filter((_, index) => index % 2 === 0))],
    render(lookup) {
      let filled = start;
      for (let index = 0; index < rest.length; index += 2) {
        const value = lookup(rest[index] ?? '');
        if (value === undefined) return undefined;
        filled += value + (rest[index + 1] ?? '');
      }
      return filled;
    },
  };
}
