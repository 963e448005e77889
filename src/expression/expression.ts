import { check } from './check.ts';
import { compile } from './compile.ts';
import { SyntaxProblem, type ExpressionIssue } from './issue.ts';
import { parse } from './parser.ts';
import { print } from './print.ts';
import { Run } from './run.ts';
import { partsOf, type Node } from './syntax.ts';
import {
  kindOfValue,
  type Evaluated,
  type ExpressionValue,
  type Input,
  type Kind,
  type Lookup,
  type Scope,
} from './value.ts';

/** A checked expression, ready to be evaluated at every change. */
export interface Expression {
  /** As it was written. */
  readonly text: string;
  /** In canonical spelling. */
  readonly canonical: string;
  /** What it depends on, each once, in the order of the text. Parameters keep their `$`. */
  readonly names: readonly string[];
  /** What its values are. */
  readonly kind: Kind;
  /** Never throws unless `lookup` does. The caller sees to it that points do not compute each other in a circle. */
  evaluate(lookup: Lookup): Evaluated;
}

export interface ParsedExpression {
  /** Absent when there are issues. */
  readonly expression?: Expression;
  readonly issues: readonly ExpressionIssue[];
}

/**
 * Reads an expression over the names of a scope. `expected` says what its values must be: `boolean` for a
 * condition, `number` for a scale.
 */
export function parseExpression(
  text: string,
  scope: Scope,
  expected: Kind = 'unknown',
): ParsedExpression {
  let node: Node;
  try {
    node = parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return { issues: [error.issue] };
  }
  const { kind, issues } = check(node, text, scope, expected);
  if (issues.length > 0) return { issues };
  return { expression: expressionOf(text, node, kind, scope), issues };
}

function expressionOf(text: string, node: Node, kind: Kind, scope: Scope): Expression {
  const step = compile(node, scope);
  return {
    text,
    canonical: print(node),
    names: [...namesOf(node)],
    kind,
    evaluate(lookup) {
      const run = new Run(lookup);
      const value = step(run);
      if (value === undefined) return { quality: 'bad', cause: run.bad ?? 'none' };
      // What is unknown to the checker is settled only now.
      if (kind !== 'unknown' && kindOfValue(value) !== kind) {
        return { quality: 'bad', cause: 'wrong-type' };
      }
      // Nobody means -0.
      const plain = value === 0 ? 0 : value;
      if (run.stale === undefined) return { value: plain, quality: 'good' };
      return { value: plain, quality: 'stale', cause: run.stale };
    },
  };
}

function namesOf(node: Node, names = new Set<string>()): ReadonlySet<string> {
  if (node.type === 'name') names.add(node.name);
  for (const part of partsOf(node)) namesOf(part, names);
  return names;
}

/** The values of parameters, by the names that the expression uses for them. */
export type Params = ReadonlyMap<string, ExpressionValue>;

/** The value of an expression that depends on nothing but parameters; else bad with `needs <name>`. */
export function constant(expression: Expression, params: Params = new Map()): Evaluated {
  return expression.evaluate((name): Input | undefined => {
    const value = params.get(name);
    return value === undefined ? undefined : { value, quality: 'good' };
  });
}

/** Powers of ten that a double holds exactly. */
const MAX_POWER = 22;

/**
 * A scale that is a power of ten as multiplier and divisor, of which one is 1: 10^-2 is a division by
 * 100, which is exact where a multiplication by 0.01 is not. Undefined when the value is not known or is no
 * power of ten.
 */
export function powerOfTen(
  expression: Expression,
  params: Params = new Map(),
): { readonly multiply: number; readonly divide: number } | undefined {
  const { value } = constant(expression, params);
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  for (let power = 0; power <= MAX_POWER; power += 1) {
    const multiply = Number(`1e${power}`);
    if (typeof value === 'bigint' ? value === BigInt(multiply) : value === multiply) {
      return { multiply, divide: 1 };
    }
    if (value === Number(`1e-${power}`)) return { multiply: 1, divide: multiply };
  }
  return undefined;
}
