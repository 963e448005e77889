import type { DbcIssue } from './parse-dbc.ts';

/** A word, a number, a text in quotes, or one of the marks between them. */
export interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'mark' | 'end';
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y;
const MARKS = new Set(Array.from(':;|@+-()[],'));

/**
 * Cuts a DBC text into tokens, one after the other. It never fails: what is no token is reported and
 * passed over.
 */
export class DbcTokens {
  readonly #text: string;
  readonly #report: (issue: DbcIssue) => void;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #next: Token | undefined;

  constructor(text: string, report: (issue: DbcIssue) => void) {
    this.#text = text;
    this.#report = report;
  }

  peek(): Token {
    this.#next ??= this.#read();
    return this.#next;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#next = undefined;
    return token;
  }

  /** The token was taken too far, and is the next one again. */
  giveBack(token: Token): void {
    if (token.kind !== 'end') this.#next = token;
  }

  #read(): Token {
    for (;;) {
      this.#skipSpace();
      const char = this.#text[this.#at];
      if (char === undefined) return this.#token('end', '');
      if (char === '"') return this.#readText();
      const word = this.#match(WORD);
      if (word !== undefined) return this.#token('word', word);
      const number = this.#match(NUMBER);
      if (number !== undefined) return this.#token('number', number);
      if (MARKS.has(char)) return this.#token('mark', char);
      const { line, column } = this.#token('mark', char);
      this.#report({ line, column, message: `"${printable(char)}" has no meaning here` });
    }
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 0x0a) {
        this.#line += 1;
        this.#lineStart = this.#at + 1;
      } else if (code !== 0x20 && code !== 0x09 && code !== 0x0d && code !== 0xfeff) {
        return;
      }
      this.#at += 1;
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0];
  }

  #token(kind: Token['kind'], text: string): Token {
    const token = { kind, text, line: this.#line, column: this.#at - this.#lineStart + 1 };
    this.#at += text.length;
    return token;
  }

  /** A text may go over several lines, and has its own quotes behind a backslash. */
  #readText(): Token {
    const { line, column } = this.#token('mark', '"');
    let text = '';
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) {
        this.#report({ line, column, message: 'the quote that begins here never ends' });
        break;
      }
      this.#at += 1;
      if (char === '"') break;
      if (char === '\n') {
        this.#line += 1;
        this.#lineStart = this.#at;
      }
      const isEscape = char === '\\' && this.#text[this.#at] === '"';
      text += isEscape ? '"' : char;
      if (isEscape) this.#at += 1;
    }
    return { kind: 'text', text, line, column };
  }
}

function printable(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return code < 0x20 ? `U+${code.toString(16).toUpperCase().padStart(4, '0')}` : char;
}
