import { FUNCTIONS } from './functions.ts';

const HEADER = ['function', 'gives', 'meaning', 'example'];

/** The functions as a Markdown table, for `docs/expressions.md`. */
export function functionTable(): string {
  const rows = [...FUNCTIONS.values()].map(({ usage, result, meaning, example: [text, value] }) => [
    `\`${usage}\``,
    result === 'same' ? 'as its arguments' : result,
    meaning,
    `\`${text}\` is ${value}`,
  ]);
  const widths = HEADER.map((title, column) =>
    Math.max(...[HEADER, ...rows].map((row) => (row[column] ?? title).length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return [HEADER, rule, ...rows].map(line).join('\n');
}
