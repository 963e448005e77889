import { FUNCTIONS, type ExpressionFunction } from './functions.ts';
import { issueAt, type ExpressionIssue, type Span } from './issue.ts';
import { meantName } from './names.ts';
import { print } from './print.ts';
import {
  partsOf,
  type BinaryNode,
  type BinaryOperator,
  type CallNode,
  type Node,
} from './syntax.ts';
import { kindOfValue, type Kind, type Scope } from './value.ts';

/** What a part of an expression will be. `none` is the word: it never has a value. */
type Nature = Kind | 'none';

export interface Checked {
  readonly kind: Kind;
  readonly issues: readonly ExpressionIssue[];
}

/** More mistakes than this in one line are one mistake. */
const MAX_ISSUES = 8;

/** As many names fit into a hint. */
const MAX_LISTED = 12;

/** Are all names and functions known, and does everything get what it works with? */
export function check(node: Node, text: string, scope: Scope, expected: Kind): Checked {
  const checker = new Checker(text, scope);
  const kind = checker.kindOf(node, expected, 'here');
  return { kind, issues: checker.issues };
}

const SAID: Readonly<Record<Nature, string>> = {
  number: 'a number',
  boolean: 'true or false',
  text: 'a text',
  unknown: 'anything',
  none: 'no value',
};

type Result = 'number' | 'boolean';

/** What each operator takes on both sides, and what it gives. */
const SIDES: Readonly<Record<BinaryOperator, readonly [operands: Result | 'alike', Result]>> = {
  or: ['boolean', 'boolean'],
  and: ['boolean', 'boolean'],
  '==': ['alike', 'boolean'],
  '!=': ['alike', 'boolean'],
  '<': ['number', 'boolean'],
  '<=': ['number', 'boolean'],
  '>': ['number', 'boolean'],
  '>=': ['number', 'boolean'],
  '+': ['number', 'number'],
  '-': ['number', 'number'],
  '*': ['number', 'number'],
  '/': ['number', 'number'],
  '%': ['number', 'number'],
  '^': ['number', 'number'],
};

class Checker {
  readonly issues: ExpressionIssue[] = [];
  readonly #text: string;
  readonly #scope: Scope;
  readonly #strangers = new Set<string>();

  constructor(text: string, scope: Scope) {
    this.#text = text;
    this.#scope = scope;
  }

  /** The kind of the whole, which has to be the expected one; a result without a value may be any. */
  kindOf(node: Node, expected: Kind, place: string): Kind {
    const nature = this.#nature(node);
    if (expected === 'unknown') return nature === 'none' ? 'unknown' : nature;
    if (nature !== 'none' && nature !== 'unknown' && nature !== expected) {
      this.#mismatch(node, nature, expected, place);
    }
    return expected;
  }

  #nature(node: Node): Nature {
    switch (node.type) {
      case 'literal':
        return kindOfValue(node.value);
      case 'none':
        return 'none';
      case 'name':
        return this.#name(node);
      case 'unary': {
        const kind = node.operator === '-' ? 'number' : 'boolean';
        this.#require(node.operand, kind, `behind ${node.operator}`);
        return kind;
      }
      case 'binary':
        return this.#binary(node);
      case 'conditional':
        this.#require(node.condition, 'boolean', 'before ?');
        return this.#agree([node.then, node.otherwise]);
      case 'call':
        return this.#call(node);
    }
  }

  #name(node: Extract<Node, { type: 'name' }>): Nature {
    const { name, span } = node;
    const kind = this.#scope.get(name);
    if (kind !== undefined) return kind;
    if (!this.#strangers.has(name)) {
      this.#strangers.add(name);
      const [what, known] = name.startsWith('$') ? ['parameter', '$'] : ['name', ''];
      const hint = this.#dashed(span[0]) ?? this.#meant(name, known);
      this.#complain(span, `no ${what} "${name}" is known here`, hint);
    }
    return 'unknown';
  }

  #meant(name: string, prefix: string): string | undefined {
    const usage = FUNCTIONS.get(name)?.usage;
    if (usage !== undefined) return `${name} is a function: write ${usage}`;
    const names = [...this.#scope.keys()];
    const meant = meantName(name, names);
    if (meant !== undefined) return `did you mean ${print(nameNode(meant))}?`;
    if (prefix === '' && this.#scope.has(`$${name}`)) return `did you mean $${name}?`;
    const alike = names.filter((known) => known.startsWith(prefix));
    return alike.length > 0 && alike.length <= MAX_LISTED ? `known: ${alike.join(' ')}` : undefined;
  }

  /** A known name with dashes that starts here reads as a subtraction: `furnace-1.pv`. */
  #dashed(start: number): string | undefined {
    const [word = ''] = /^[\w.-]+/.exec(this.#text.slice(start, start + 200)) ?? [];
    return word.includes('-') && this.#scope.has(word) ? `- subtracts: write [${word}]` : undefined;
  }

  #binary(node: BinaryNode): Nature {
    const { operator, left, right } = node;
    const [operands, result] = SIDES[operator];
    if (operands === 'alike') {
      this.#comparable(node);
    } else {
      this.#require(left, operands, `with ${operator}`);
      this.#require(right, operands, `with ${operator}`);
    }
    return result;
  }

  #comparable({ operator, left, right, span }: BinaryNode): void {
    const [one, other] = [this.#nature(left), this.#nature(right)];
    if (one === 'none' || other === 'none') {
      const present = one === 'none' ? right : left;
      const hint = `write ${operator === '==' ? 'not ' : ''}has(${this.#words(present)})`;
      this.#complain(span, 'nothing can be compared with none', hint);
    } else if (one !== other && one !== 'unknown' && other !== 'unknown') {
      const natures = `${this.#is(left, one)} and ${this.#is(right, other)}`;
      const hint = this.#flag(operator, left, right) ?? this.#flag(operator, right, left);
      this.#complain(span, `${natures}: they cannot be compared`, hint);
    }
  }

  /** What `flag == 1` means. */
  #flag(operator: BinaryOperator, flag: Node, digit: Node): string | undefined {
    if (digit.type !== 'literal' || (digit.value !== 0 && digit.value !== 1)) return undefined;
    const wanted = (digit.value === 1) === (operator === '==');
    return `write ${wanted ? '' : 'not '}${this.#words(flag)}`;
  }

  #call(node: CallNode): Nature {
    const { name, args, span } = node;
    const definition = FUNCTIONS.get(name);
    if (definition !== undefined && takes(definition, args.length)) {
      return this.#arguments(node, definition);
    }
    for (const arg of args) this.#nature(arg);
    if (definition === undefined) {
      const meant = meantName(name, FUNCTIONS.keys());
      const all = `functions: ${[...FUNCTIONS.keys()].join(' ')}`;
      const hint = meant === undefined ? all : `did you mean ${meant}?`;
      this.#complain(span, `no function is named "${name}"`, hint);
    } else {
      this.#complain(span, `${name} is given ${countOf(args.length)}`, `write ${definition.usage}`);
    }
    return 'unknown';
  }

  #arguments({ name, args }: CallNode, { parameters, result }: ExpressionFunction): Nature {
    const alike: Node[] = [];
    for (const [index, arg] of args.entries()) {
      const kind = parameters[index] ?? parameters.at(-1) ?? 'unknown';
      if (kind === 'same') alike.push(arg);
      else if (kind === 'unknown') this.#nature(arg);
      else this.#require(arg, kind, `in ${name}()`);
    }
    const common = this.#agree(alike);
    return result === 'same' ? common : result;
  }

  /** What several branches are together; `none` goes with everything. */
  #agree(branches: readonly Node[]): Nature {
    let common: Nature = 'none';
    let first: Node | undefined;
    for (const branch of branches) {
      const nature = this.#nature(branch);
      if (nature === 'none' || nature === common) continue;
      if (common === 'none') {
        [common, first] = [nature, branch];
      } else if (nature === 'unknown' || common === 'unknown' || first === undefined) {
        common = 'unknown';
      } else {
        const natures = `${this.#is(first, common)} and ${this.#is(branch, nature)}`;
        this.#complain(branch.span, `${natures}: the result must be of one kind`);
        return 'unknown';
      }
    }
    return common;
  }

  #require(node: Node, kind: Kind, place: string): void {
    const nature = this.#nature(node);
    if (nature !== 'unknown' && nature !== kind) this.#mismatch(node, nature, kind, place);
  }

  #mismatch(node: Node, nature: Nature, kind: Kind, place: string): void {
    const words = partsOf(node).length === 0 ? this.#words(node) : `(${this.#words(node)})`;
    const message = `${this.#is(node, nature)}, but ${SAID[kind]} is expected ${place}`;
    this.#complain(node.span, message, remedy(nature, kind, words));
  }

  /** The characters of a part as they were written, when they are few. */
  #words(node: Node): string {
    const [start, end] = node.span;
    const words = this.#text.slice(start, end);
    return words.length > 40 ? `${words.slice(0, 37)}...` : words;
  }

  #is(node: Node, nature: Nature): string {
    return `${this.#words(node)} is ${SAID[nature]}`;
  }

  #complain(span: Span, message: string, hint?: string): void {
    if (this.issues.length < MAX_ISSUES) this.issues.push(issueAt(span, message, hint));
  }
}

function remedy(nature: Nature, kind: Kind, words: string): string | undefined {
  if (nature === 'boolean' && kind === 'number') return `write if(${words}, 1, 0)`;
  if (nature === 'number' && kind === 'boolean') return `write ${words} != 0`;
  if (nature === 'none') return 'none stands where a result stands: condition ? value : none';
  return undefined;
}

function takes({ parameters, optional = 0, repeats }: ExpressionFunction, count: number): boolean {
  const least = parameters.length - (repeats === true ? 1 : optional);
  return count >= least && (repeats === true || count <= parameters.length);
}

function countOf(count: number): string {
  if (count === 0) return 'no argument';
  return count === 1 ? '1 argument' : `${count} arguments`;
}

function nameNode(name: string): Node {
  return { type: 'name', name, span: [0, 0] };
}
