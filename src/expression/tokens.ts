import { SyntaxProblem, type Span } from './issue.ts';
import { fitsIn64Bits, wholeValue } from './whole.ts';

/** A piece of an expression and its characters. */
export type Token =
  | { readonly type: 'number'; readonly value: number | bigint; readonly span: Span }
  | { readonly type: 'text'; readonly value: string; readonly span: Span }
  /** `bare` is false for `[name]`, which is never a word of the language. */
  | { readonly type: 'name'; readonly name: string; readonly bare: boolean; readonly span: Span }
  | { readonly type: 'sign'; readonly sign: string; readonly span: Span }
  | { readonly type: 'end'; readonly span: Span };

const SPACE = /[ \t\r\n]+/y;
const HEX = /0[xX][0-9a-fA-F]+/y;
const DECIMAL = /[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const TEXT = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/sy;
const NAME = /\$?[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*/y;
const BRACKETED = /\[[^[\]\r\n]+\]/y;
const SIGN = /&&|\|\||[=!<>]=|[-+*/%^()?:,<>!]/y;

/** What may not touch a number: `5kW`, `1.2.3`, `0x1G`. */
const GLUED = /[A-Za-z0-9_.$]+/y;

const MEANT: ReadonlyMap<string, string> = new Map([
  ['=', 'write == to compare'],
  ['&', 'write and'],
  ['|', 'write or'],
  ['.', 'write a digit before the point, such as 0.5'],
  ['$', 'write $name for a parameter'],
  ['[', 'write [name], without line breaks'],
  ['×', 'write *'],
  ['·', 'write *'],
  ['÷', 'write /'],
  ['−', 'write -, the minus of the keyboard'],
  ['–', 'write -, the minus of the keyboard'],
  ['≤', 'write <='],
  ['≥', 'write >='],
  ['≠', 'write !='],
  ['²', 'write ^2'],
  ['‘', "write '"],
  ['’', "write '"],
  ['“', 'write "'],
  ['”', 'write "'],
]);

/** Cuts a text into tokens, the last of which is `end`. Throws SyntaxProblem. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const space = matchAt(SPACE, text, at);
    if (space === undefined) {
      const token = tokenAt(text, at);
      tokens.push(token);
      [, at] = token.span;
    } else {
      at += space.length;
    }
  }
  tokens.push({ type: 'end', span: [text.length, text.length] });
  return tokens;
}

function tokenAt(text: string, at: number): Token {
  const number = matchAt(HEX, text, at) ?? matchAt(DECIMAL, text, at);
  if (number !== undefined) return numberToken(text, number, at);

  const quoted = matchAt(TEXT, text, at);
  if (quoted !== undefined) {
    const span = [at, at + quoted.length] as const;
    return { type: 'text', value: unescaped(quoted, at), span };
  }

  const name = matchAt(NAME, text, at);
  if (name !== undefined) {
    return { type: 'name', name, bare: true, span: [at, at + name.length] };
  }

  const bracketed = matchAt(BRACKETED, text, at);
  if (bracketed !== undefined) {
    const span = [at, at + bracketed.length] as const;
    return { type: 'name', name: bracketed.slice(1, -1), bare: false, span };
  }

  const sign = matchAt(SIGN, text, at);
  if (sign !== undefined) return { type: 'sign', sign, span: [at, at + sign.length] };
  throw unexpected(text, at);
}

function numberToken(text: string, digits: string, start: number): Token {
  const glued = matchAt(GLUED, text, start + digits.length);
  const end = start + digits.length + (glued?.length ?? 0);
  if (glued !== undefined) {
    const hint = dashedName(text, start, end) ?? unitBehind(digits, glued);
    throw new SyntaxProblem([start, end], `"${text.slice(start, end)}" is no number`, hint);
  }
  // Whole numbers keep every digit; the rest is what a double holds.
  const value = /[.eE]/.test(digits) && !/^0x/i.test(digits) ? Number(digits) : BigInt(digits);
  if (typeof value === 'bigint' && !fitsIn64Bits(value)) {
    throw new SyntaxProblem([start, end], 'the number has more than 64 bits');
  }
  if (value === Infinity) throw new SyntaxProblem([start, end], 'the number is too large');
  return {
    type: 'number',
    value: typeof value === 'bigint' ? wholeValue(value) : value,
    span: [start, end],
  };
}

function unitBehind(digits: string, glued: string): string | undefined {
  return /^[A-Za-z]+$/.test(glued) && !/^0x/i.test(digits)
    ? 'a number stands without its unit'
    : undefined;
}

/** `furnace-1.pv` reads as `furnace - 1.pv`. */
function dashedName(text: string, start: number, end: number): string | undefined {
  const [name] = /[A-Za-z_][\w.]*-(?:[\w.]+-)*$/.exec(text.slice(0, start)) ?? [];
  return name && `- subtracts: write [${name}${text.slice(start, end)}]`;
}

/** The inside of a quoted text. A backslash stands before quotes and before itself, nothing else. */
function unescaped(quoted: string, start: number): string {
  const inside = quoted.slice(1, -1);
  const odd = /\\[^'"\\]/s.exec(inside.replaceAll('\\\\', '__'));
  if (odd !== null) {
    const at = start + 1 + odd.index;
    throw new SyntaxProblem([at, at + 2], 'a backslash stands before a quote or a backslash only');
  }
  return inside.replaceAll(/\\(.)/gs, '$1');
}

function unexpected(text: string, at: number): SyntaxProblem {
  const codePoint = text.codePointAt(at) ?? 0;
  const character = String.fromCodePoint(codePoint);
  if (character === "'" || character === '"') {
    return new SyntaxProblem([at, text.length], `the text has no closing ${character}`);
  }
  const span = [at, at + character.length] as const;
  if (codePoint > 0x20 && codePoint < 0x7f) {
    return new SyntaxProblem(span, `unexpected "${character}"`, MEANT.get(character));
  }
  // What looks like a letter or like nothing at all is told by its number.
  const number = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
  return new SyntaxProblem(span, `unexpected character ${number}`, MEANT.get(character));
}

/** What a sticky pattern finds at exactly this place. */
function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
