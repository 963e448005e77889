import type { ConfigIssue } from './issue.ts';

export interface FormatOptions {
  readonly color: boolean;
  /** Columns of the terminal, for cutting long lines. Default 100. */
  readonly columns?: number;
}

const RED = '\u001b[31m';
const CYAN = '\u001b[36m';
const DIM = '\u001b[2m';
const RESET = '\u001b[0m';

/** Issues as people read them: place, sentence, the line with a caret, and how many there are. */
export function formatIssues(issues: readonly ConfigIssue[], options: FormatOptions): string {
  if (issues.length === 0) return '';
  const blocks = issues.map((issue) => formatIssue(issue, options));
  return `${[...blocks, summary(issues)].join('\n')}\n`;
}

/** `2 errors, 1 note`. */
export function summary(issues: readonly ConfigIssue[]): string {
  const count = (severity: ConfigIssue['severity']): string => {
    const number = issues.filter((issue) => issue.severity === severity).length;
    return number === 0 ? '' : `${number} ${severity}${number === 1 ? '' : 's'}`;
  };
  return [count('error'), count('note')].filter((part) => part !== '').join(', ');
}

function formatIssue(issue: ConfigIssue, { color, columns = 100 }: FormatOptions): string {
  const paint = (code: string, text: string): string => (color ? `${code}${text}${RESET}` : text);
  const { file, line, column, severity, message, hint, excerpt } = issue;
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const tone = severity === 'error' ? RED : CYAN;
  // Both words take five columns, so that the sentences stand in one line.
  const head = `${visible(place)}  ${paint(tone, severity.padEnd(5))}  ${visible(message)}`;
  const last = excerpt.at(-1);
  if (last === undefined) return hint === undefined ? head : `${head}\n      ${visible(hint)}`;
  const width = Math.max(4, String(last.number).length + 2);
  const gutter = (text: string): string => paint(DIM, `${text.padStart(width)} |`);
  const cut = cutAround(last.text, (column ?? 1) - 1, issue.length, columns - width - 3);
  const above = excerpt
    .slice(0, -1)
    .map(
      ({ number, text }) =>
        `${gutter(String(number))} ${cutEnd(visible(text), columns - width - 3)}`,
    );
  const caret = `${' '.repeat(cut.before)}${paint(tone, '^'.repeat(cut.carets))}`;
  return [
    head,
    ...above,
    `${gutter(String(last.number))} ${cut.text}`,
    `${gutter('')} ${caret}${hint === undefined ? '' : ` ${visible(hint)}`}`,
  ].join('\n');
}

interface Cut {
  readonly text: string;
  /** Terminal columns before the caret, and under it. */
  readonly before: number;
  readonly carets: number;
}

/** The part of a line that fits, with the wrong place in it. */
function cutAround(line: string, start: number, length: number, columns: number): Cut {
  const before = visible(line.slice(0, start));
  const wrong = visible(line.slice(start, start + length));
  const after = visible(line.slice(start + length));
  if (widthOf(before + wrong + after) <= columns) {
    return {
      text: before + wrong + after,
      before: widthOf(before),
      carets: Math.max(1, widthOf(wrong)),
    };
  }
  const lead =
    widthOf(before) <= columns / 2 ? before : `…${tail(before, Math.floor(columns / 3))}`;
  const text = cutEnd(lead + wrong + after, columns);
  const room = widthOf(text) - widthOf(lead);
  return { text, before: widthOf(lead), carets: Math.max(1, Math.min(widthOf(wrong), room)) };
}

function tail(text: string, columns: number): string {
  const characters = Array.from(text);
  while (widthOf(characters.join('')) > columns) characters.shift();
  return characters.join('');
}

function cutEnd(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let width = 0;
  const kept: string[] = [];
  for (const character of text) {
    width += widthOf(character);
    if (width >= columns) break;
    kept.push(character);
  }
  return `${kept.join('')}…`;
}

/** A file may hold anything: what would move the cursor, or turn the text around, is shown as a dot. */
function visible(text: string): string {
  return text
    .replaceAll('\t', '  ')
    .replaceAll(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '·');
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Terminal columns: East Asian letters and emoji take two, marks that sit on a letter none. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/[\p{Mn}\p{Me}\u200b-\u200d\ufe0f]/u.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}
