/** A text in an editor, and what of it is selected. */
export interface Typed {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** What a key of an editor inserts at a time; YAML takes no tabs. */
const STEP = '  ';

/** A step further in: at the caret, or all selected lines. */
export function indented({ text, from, to }: Typed): Typed {
  if (!text.slice(from, to).includes('\n')) {
    const after = text.slice(0, from) + STEP + text.slice(to);
    return { text: after, from: from + STEP.length, to: from + STEP.length };
  }
  return changedLines({ text, from, to }, (line) => (line === '' ? '' : STEP + line));
}

/** A step further out: the line of the caret, or all selected lines. */
export function outdented(typed: Typed): Typed {
  return changedLines(typed, (line) => line.replace(/^ {1,2}/, ''));
}

/** Comments the selected lines out, or back in when all of them are. */
export function commented(typed: Typed): Typed {
  const { text, from, to } = typed;
  const lines = text.slice(lineStart(text, from), lineEnd(text, to)).split('\n');
  const full = lines.filter((line) => line.trim() !== '');
  const areAll = full.length > 0 && full.every((line) => line.trimStart().startsWith('#'));
  const depth = Math.min(...full.map((line) => line.length - line.trimStart().length));
  return changedLines(typed, (line) => {
    if (line.trim() === '') return line;
    if (areAll) return line.replace(/^(\s*)# ?/, '$1');
    return `${line.slice(0, depth)}# ${line.slice(depth)}`;
  });
}

/** A new line that begins where the one before does, and further in behind a name. */
export function continued({ text, from, to }: Typed): Typed {
  const before = text.slice(lineStart(text, from), from);
  const [indent = ''] = /^ */.exec(before) ?? [];
  const deeper = /:\s*$/.test(before.replace(/\s#.*$/, '')) && !/^\s*#/.test(before) ? STEP : '';
  const inserted = `\n${indent}${deeper}`;
  const caret = from + inserted.length;
  return { text: text.slice(0, from) + inserted + text.slice(to), from: caret, to: caret };
}

function changedLines({ text, from, to }: Typed, change: (line: string) => string): Typed {
  const [start, end] = [lineStart(text, from), lineEnd(text, to)];
  const old = text.slice(start, end).split('\n');
  const fresh = old.map(change);
  const block = fresh.join('\n');
  const moved = (fresh[0]?.length ?? 0) - (old[0]?.length ?? 0);
  return {
    text: text.slice(0, start) + block + text.slice(end),
    from: Math.max(start, from + moved),
    to: Math.max(start, to + block.length - (end - start)),
  };
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** On which line a place of a text is, counted from 1. */
export function lineOf(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) {
    line += 1;
  }
  return line;
}

/** The first line on which two texts differ, counted from 1. */
export function firstDifference(before: string, after: string): number {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  const at = fresh.findIndex((line, index) => line !== old[index]);
  return at < 0 ? fresh.length : at + 1;
}

/** A stretch of a line, and what it is. */
export interface Ink {
  readonly kind: 'plain' | 'name' | 'note' | 'quoted' | 'placeholder';
  readonly text: string;
}

const INK =
  /(?<note>(?:^|(?<=\s))#.*$)|(?<name>(?:[\w.*@{}:-]*[\w.*@{}-]|"[^"]*"|'[^']*')(?=\s*:(?:\s|$)))|(?<placeholder>\$\{[^}]*\})|(?<quoted>"(?:[^"\\]|\\.)*"|'[^']*')/g;

/** A line of YAML in colours: near enough for reading, by the line alone. */
export function inksOf(line: string): readonly Ink[] {
  const inks: Ink[] = [];
  let at = 0;
  for (const match of line.matchAll(INK)) {
    if (match.index > at) inks.push({ kind: 'plain', text: line.slice(at, match.index) });
    const { note, name, placeholder } = match.groups ?? {};
    const kind =
      note !== undefined
        ? 'note'
        : name !== undefined
          ? 'name'
          : placeholder !== undefined
            ? 'placeholder'
            : 'quoted';
    inks.push({ kind, text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < line.length) inks.push({ kind: 'plain', text: line.slice(at) });
  return inks;
}
