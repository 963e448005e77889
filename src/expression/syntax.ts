import type { Span } from './issue.ts';

/** A parsed expression. Every node knows its characters, operators and parentheses included. */
export type Node =
  | { readonly type: 'literal'; readonly value: number | bigint | string | boolean; span: Span }
  | { readonly type: 'none'; readonly span: Span }
  | { readonly type: 'name'; readonly name: string; readonly span: Span }
  | {
      readonly type: 'unary';
      readonly operator: UnaryOperator;
      readonly operand: Node;
      readonly span: Span;
    }
  | BinaryNode
  | {
      readonly type: 'conditional';
      readonly condition: Node;
      readonly then: Node;
      readonly otherwise: Node;
      readonly span: Span;
    }
  | CallNode;

export interface BinaryNode {
  readonly type: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Node;
  readonly right: Node;
  readonly span: Span;
}

export interface CallNode {
  readonly type: 'call';
  readonly name: string;
  readonly args: readonly Node[];
  readonly span: Span;
}

export type UnaryOperator = '-' | 'not';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^';
export type OrderOperator = '<' | '<=' | '>' | '>=';
export type EqualityOperator = '==' | '!=';
export type LogicOperator = 'and' | 'or';
export type BinaryOperator = ArithmeticOperator | OrderOperator | EqualityOperator | LogicOperator;

/**
 * How tightly each operator binds. `^` binds tighter than the minus before it, so that -2^2 is -4, and
 * groups to the right; comparisons do not chain; everything else groups to the left.
 */
export const CONDITIONAL_BINDING = 1;
export const NOT_BINDING = 4;
export const COMPARISON_BINDING = 5;
export const MINUS_BINDING = 8;
export const POWER_BINDING = 9;

const BINDINGS: Readonly<Record<BinaryOperator, number>> = {
  or: 2,
  and: 3,
  '==': COMPARISON_BINDING,
  '!=': COMPARISON_BINDING,
  '<': COMPARISON_BINDING,
  '<=': COMPARISON_BINDING,
  '>': COMPARISON_BINDING,
  '>=': COMPARISON_BINDING,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  '%': 7,
  '^': POWER_BINDING,
};

export function bindingOf(operator: BinaryOperator): number {
  return BINDINGS[operator];
}

export function isBinaryOperator(text: string): text is BinaryOperator {
  return Object.hasOwn(BINDINGS, text);
}

/** Words of the language. A point of such a name is written in brackets: `[none]`. */
export const WORDS: ReadonlySet<string> = new Set(['true', 'false', 'none', 'and', 'or', 'not']);

/** A name that needs no brackets. Parts behind a dot may start with a digit. */
export const PLAIN_NAME = /^\$?[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*$/;

/** The parts of a node, in the order in which they stand. */
export function partsOf(node: Node): readonly Node[] {
  switch (node.type) {
    case 'unary':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'conditional':
      return [node.condition, node.then, node.otherwise];
    case 'call':
      return node.args;
    case 'literal':
    case 'none':
    case 'name':
      return [];
  }
}
