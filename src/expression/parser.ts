import { SyntaxProblem, type Span } from './issue.ts';
import {
  bindingOf,
  COMPARISON_BINDING,
  CONDITIONAL_BINDING,
  isBinaryOperator,
  MINUS_BINDING,
  NOT_BINDING,
  POWER_BINDING,
  WORDS,
  type BinaryOperator,
  type Node,
} from './syntax.ts';
import { tokensOf, type Token } from './tokens.ts';

/** Nobody writes more by hand, and what is refused here cannot cost time or stack later. */
export const LIMITS = { characters: 1000, depth: 32, nodes: 500 } as const;

/** Reads a whole text as one expression. Throws SyntaxProblem at the first mistake. */
export function parse(text: string): Node {
  if (text.length > LIMITS.characters) {
    throw new SyntaxProblem(
      [LIMITS.characters, text.length],
      `the expression has ${text.length} characters, at most ${LIMITS.characters} are possible`,
    );
  }
  return new Parser(tokensOf(text)).parse();
}

/**
 * Operator precedence by recursion: `#expression(binding)` takes what binds at least that tightly. Only
 * parentheses, arguments, prefixes, powers and branches count as depth; a chain such as a + b + c does not nest.
 */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #nodes = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Node {
    if (this.#tokens.length === 1) throw new SyntaxProblem([0, 0], 'the expression is empty');
    const node = this.#expression(0);
    const token = this.#token;
    if (token.type === 'end') return node;
    throw unexpected(token, this.#tokens[this.#at - 1]);
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { type: 'end', span: [0, 0] };
  }

  #next(): Token {
    const token = this.#token;
    this.#at += 1;
    return token;
  }

  #take(sign: string): boolean {
    const token = this.#token;
    if (token.type !== 'sign' || token.sign !== sign) return false;
    this.#at += 1;
    return true;
  }

  #expression(binding: number): Node {
    let left = this.#operand();
    for (;;) {
      const operator = operatorOf(this.#token);
      if (operator === '?' && binding <= CONDITIONAL_BINDING) left = this.#conditional(left);
      else if (isBinaryOperator(operator) && bindingOf(operator) >= binding) {
        left = this.#binary(left, operator);
      } else return left;
    }
  }

  #binary(left: Node, operator: BinaryOperator): Node {
    const token = this.#next();
    const binding = bindingOf(operator);
    // What stands behind ^ may have a minus, and a ^ of its own.
    const right =
      binding === POWER_BINDING
        ? this.#deeper(token, () => this.#expression(MINUS_BINDING))
        : this.#expression(binding + 1);
    const again = this.#token;
    const next = operatorOf(again);
    if (
      binding === COMPARISON_BINDING &&
      isBinaryOperator(next) &&
      bindingOf(next) === COMPARISON_BINDING
    ) {
      throw new SyntaxProblem(again.span, 'comparisons do not chain', 'write a < b and b < c');
    }
    return this.#counted({ type: 'binary', operator, left, right, span: around(left, right) });
  }

  #conditional(condition: Node): Node {
    const question = this.#next();
    return this.#deeper(question, () => {
      const then = this.#expression(0);
      if (!this.#take(':')) {
        throw new SyntaxProblem(this.#token.span, '":" is missing', 'write condition ? a : b');
      }
      const otherwise = this.#expression(CONDITIONAL_BINDING);
      const span = around(condition, otherwise);
      return this.#counted({ type: 'conditional', condition, then, otherwise, span });
    });
  }

  /** A value, with what stands before it. */
  #operand(): Node {
    const before = this.#tokens[this.#at - 1];
    const token = this.#next();
    switch (token.type) {
      case 'number':
      case 'text':
        return this.#counted({ type: 'literal', value: token.value, span: token.span });
      case 'name':
        return this.#name(token);
      case 'sign':
        return this.#prefixed(token, before);
      case 'end':
        throw missing(token.span, before);
    }
  }

  #name(token: Extract<Token, { type: 'name' }>): Node {
    const { name, bare, span } = token;
    if (bare && name === 'not') return this.#unary(token, 'not', NOT_BINDING);
    if (bare && (name === 'and' || name === 'or')) {
      throw new SyntaxProblem(span, `a value is missing before "${name}"`);
    }
    if (bare && WORDS.has(name)) {
      return this.#counted(
        name === 'none'
          ? { type: 'none', span }
          : { type: 'literal', value: name === 'true', span },
      );
    }
    if (bare && this.#take('(')) return this.#deeper(token, () => this.#call(token));
    return this.#counted({ type: 'name', name, span });
  }

  #prefixed(token: Extract<Token, { type: 'sign' }>, before: Token | undefined): Node {
    switch (token.sign) {
      case '-':
        return this.#unary(token, '-', MINUS_BINDING);
      case '!':
        return this.#unary(token, 'not', NOT_BINDING);
      case '(':
        return this.#deeper(token, () => this.#group(token));
      default:
        throw misplaced(token, before);
    }
  }

  #unary(token: Token, operator: '-' | 'not', binding: number): Node {
    const operand = this.#deeper(token, () => this.#expression(binding));
    const span = [token.span[0], operand.span[1]] as const;
    return this.#counted({ type: 'unary', operator, operand, span });
  }

  #group(open: Token): Node {
    const inside = this.#expression(0);
    const end = this.#close(open);
    return { ...inside, span: [open.span[0], end] };
  }

  #call({ name, span }: Extract<Token, { type: 'name' }>): Node {
    const args: Node[] = [];
    const open = { type: 'sign', sign: '(', span: [span[0], span[1] + 1] } as const;
    if (!this.#take(')')) {
      do args.push(this.#expression(0));
      while (this.#take(','));
      const end = this.#close(open);
      return this.#counted({ type: 'call', name, args, span: [span[0], end] });
    }
    const [, end] = this.#tokens[this.#at - 1]?.span ?? span;
    return this.#counted({ type: 'call', name, args, span: [span[0], end] });
  }

  /** The closing parenthesis; says where it ends. */
  #close(open: Token): number {
    const token = this.#token;
    if (this.#take(')')) return token.span[1];
    if (token.type === 'end') throw new SyntaxProblem(open.span, 'the closing ")" is missing');
    throw unexpected(token, this.#tokens[this.#at - 1]);
  }

  #deeper(token: Token, read: () => Node): Node {
    this.#depth += 1;
    if (this.#depth > LIMITS.depth) {
      const message = `nested more than ${LIMITS.depth} deep`;
      throw new SyntaxProblem(token.span, message, 'split it into several computed points');
    }
    const node = read();
    this.#depth -= 1;
    return node;
  }

  #counted(node: Node): Node {
    this.#nodes += 1;
    if (this.#nodes <= LIMITS.nodes) return node;
    const message = `the expression has more than ${LIMITS.nodes} parts`;
    throw new SyntaxProblem(node.span, message, 'split it into several computed points');
  }
}

const SPELLINGS: Readonly<Record<string, BinaryOperator>> = { '&&': 'and', '||': 'or' };

/** The operator that a token is behind a value; empty for none. */
function operatorOf(token: Token): string {
  if (token.type === 'name') return token.bare && /^(?:and|or)$/.test(token.name) ? token.name : '';
  if (token.type !== 'sign') return '';
  return SPELLINGS[token.sign] ?? token.sign;
}

function around(first: Node, last: Node): Span {
  return [first.span[0], last.span[1]];
}

function missing(span: Span, before: Token | undefined): SyntaxProblem {
  return new SyntaxProblem(span, `a value is missing behind ${describe(before)}`);
}

/** A sign where a value should be. */
function misplaced(
  token: Extract<Token, { type: 'sign' }>,
  before: Token | undefined,
): SyntaxProblem {
  const pair = `${before?.type === 'sign' ? before.sign : ''}${token.sign}`;
  const adjacent = before?.span[1] === token.span[0];
  if (adjacent && pair === '**') {
    return new SyntaxProblem([token.span[0] - 1, token.span[1]], 'unexpected "**"', 'write ^');
  }
  if (adjacent && pair === '<>') {
    return new SyntaxProblem([token.span[0] - 1, token.span[1]], 'unexpected "<>"', 'write !=');
  }
  if (token.sign === '+') {
    return new SyntaxProblem(token.span, 'unexpected "+"', 'a value needs no + before it');
  }
  return new SyntaxProblem(token.span, `unexpected ${describe(token)}, expected a value`);
}

/** Something behind a complete value. */
function unexpected(token: Token, before: Token | undefined): SyntaxProblem {
  const what = describe(token);
  if (token.type === 'sign' && token.sign === ')') {
    return new SyntaxProblem(token.span, 'the opening "(" is missing');
  }
  if (token.type === 'sign' && token.sign === ',') {
    const hint = before?.type === 'number' ? 'decimals have a point, such as 0.5' : undefined;
    return new SyntaxProblem(token.span, 'unexpected ","', hint);
  }
  if (token.type === 'sign') return new SyntaxProblem(token.span, `unexpected ${what}`);
  return new SyntaxProblem(token.span, `an operator is missing before ${what}`);
}

function describe(token: Token | undefined): string {
  switch (token?.type) {
    case 'number':
      return String(token.value);
    case 'text':
      return `'${token.value}'`;
    case 'name':
      return `"${token.name}"`;
    case 'sign':
      return `"${token.sign}"`;
    case 'end':
    case undefined:
      return 'the end';
  }
}
