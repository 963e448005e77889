import type { Output } from './context.ts';

const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/**
 * Redraws a block of lines in place on a terminal. Where the output is no terminal, the caller should
 * print lines instead.
 */
export class LiveScreen {
  readonly #output: Output;
  #lines = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  draw(lines: readonly string[]): void {
    // A line that wraps would take two rows and spoil the count, so it is cut; likewise what is too high.
    const room = Math.max(1, this.#output.rows - 1);
    const shown =
      lines.length <= room
        ? lines
        : [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more`];
    const up = this.#lines === 0 ? '' : `\u001b[${this.#lines}A`;
    const text = shown.map((line) => `${cut(line, this.#output.columns)}${CLEAR_LINE}\n`).join('');
    this.#output.write(`${up}\r${text}${CLEAR_BELOW}`);
    this.#lines = shown.length;
  }
}

const ESCAPE = /^\u001b\[[0-9;]*m/;

/** At most `columns` visible characters; colours are let through and closed. */
function cut(line: string, columns: number): string {
  let out = '';
  let width = 0;
  for (let at = 0; at < line.length;) {
    const escape = ESCAPE.exec(line.slice(at))?.[0];
    if (escape !== undefined) {
      out += escape;
      at += escape.length;
      continue;
    }
    if (width >= columns) return `${out}\u001b[0m`;
    out += line[at] ?? '';
    width += 1;
    at += 1;
  }
  return out;
}
