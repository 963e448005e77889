import {
  add,
  divide,
  equal,
  less,
  lessOrEqual,
  multiply,
  negate,
  power,
  remainder,
  subtract,
  type Operation,
} from './arithmetic.ts';
import { FUNCTIONS, type FunctionOfValues } from './functions.ts';
import type { Run, Step } from './run.ts';
import type { BinaryOperator, CallNode, LogicOperator, Node } from './syntax.ts';
import { kindOfValue, type ExpressionValue, type Input, type Kind, type Scope } from './value.ts';
import { wholeValue } from './whole.ts';

/**
 * Turns a checked expression into closures, once. A step has a value or returns undefined and has told
 * the run why; nothing throws, and no step runs twice, so the number of nodes bounds the work.
 */
export function compile(node: Node, scope: Scope): Step {
  switch (node.type) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'none':
      return (run) => run.fail('none');
    case 'name':
      return nameStep(node.name, scope.get(node.name) ?? 'unknown');
    case 'unary': {
      const operand = compile(node.operand, scope);
      return values(node.operator === '-' ? negate : invert, [operand]);
    }
    case 'binary': {
      const [left, right] = [compile(node.left, scope), compile(node.right, scope)];
      const { operator } = node;
      return isLogic(operator)
        ? logic(operator, left, right)
        : binary(OPERATIONS[operator], left, right);
    }
    case 'conditional':
      return conditional(
        compile(node.condition, scope),
        compile(node.then, scope),
        compile(node.otherwise, scope),
      );
    case 'call':
      return call(node, scope);
  }
}

function isLogic(operator: BinaryOperator): operator is LogicOperator {
  return operator === 'and' || operator === 'or';
}

const OPERATIONS: Readonly<Record<Exclude<BinaryOperator, LogicOperator>, Operation>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '%': remainder,
  '^': power,
  '<': less,
  '<=': lessOrEqual,
  '>': (run, a, b) => less(run, b, a),
  '>=': (run, a, b) => lessOrEqual(run, b, a),
  '==': equal,
  '!=': (run, a, b) => {
    const same = equal(run, a, b);
    return same === undefined ? same : !same;
  },
};

function nameStep(name: string, kind: Kind): Step {
  const cause = `needs ${name}` as const;
  return (run) => {
    const input = run.lookup(name);
    if (input === undefined || input.quality === 'bad') return run.fail(cause);
    const value = known(input);
    if (value === undefined) return run.fail(cause);
    if (kind !== 'unknown' && kindOfValue(value) !== kind) return run.fail('wrong-type');
    if (input.quality === 'stale') run.stale ??= cause;
    return value;
  };
}

/** The value in its one form; NaN and the infinities are none, whatever their quality says. */
function known({ value }: Input): ExpressionValue | undefined {
  if (typeof value === 'bigint') return wholeValue(value);
  return typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
}

const invert: FunctionOfValues = (run, value) =>
  typeof value === 'boolean' ? !value : run.fail('wrong-type');

function binary(operation: Operation, left: Step, right: Step): Step {
  return (run) => {
    const a = left(run);
    if (a === undefined) return undefined;
    const b = right(run);
    return b === undefined ? undefined : operation(run, a, b);
  };
}

/** The right side is looked at only where the left one leaves it open. */
function logic(operator: LogicOperator, left: Step, right: Step): Step {
  const settled = operator === 'or';
  return (run) => {
    const value = condition(run, left);
    return value === undefined || value === settled ? value : condition(run, right);
  };
}

function conditional(test: Step, then: Step, otherwise: Step): Step {
  return (run) => {
    const value = condition(run, test);
    if (value === undefined) return undefined;
    return value ? then(run) : otherwise(run);
  };
}

function condition(run: Run, step: Step): boolean | undefined {
  const value = step(run);
  if (typeof value === 'boolean') return value;
  if (value !== undefined) run.fail('wrong-type');
  return undefined;
}

function call({ name, args }: CallNode, scope: Scope): Step {
  const steps = args.map((arg) => compile(arg, scope));
  const [first = missing, second = missing, third = missing] = steps;
  const apply = FUNCTIONS.get(name)?.apply;
  switch (apply?.way) {
    case 'values':
      return values(apply.of, steps);
    case 'pairs':
      return steps.reduce((left, right) => binary(apply.of as Operation, left, right));
    case 'choice':
      return conditional(first, second, third);
    case 'known':
      return isKnown(first);
    case 'first known':
      return firstKnown(steps);
    case undefined:
      return missing;
  }
}

/** Stands where the checker has seen to it that nothing can stand. */
const missing: Step = (run) => run.fail('none');

function values(of: FunctionOfValues, [first = missing, second, third]: readonly Step[]): Step {
  if (second === undefined) {
    return (run) => {
      const a = first(run);
      return a === undefined ? undefined : of(run, a, undefined, undefined);
    };
  }
  return (run) => {
    const a = first(run);
    if (a === undefined) return undefined;
    const b = second(run);
    if (b === undefined) return undefined;
    const c = third?.(run);
    return third !== undefined && c === undefined ? undefined : of(run, a, b, c);
  };
}

/** Asks about a value without using it: what it is worth does not count. */
function isKnown(step: Step): Step {
  return (run) => {
    const { stale } = run;
    const value = step(run);
    run.stale = stale;
    return value !== undefined;
  };
}

/** What was tried in vain does not count; when all was in vain, the first is the cause. */
function firstKnown(steps: readonly Step[]): Step {
  return (run) => {
    const { stale } = run;
    let cause: string | undefined;
    for (const step of steps) {
      const value = step(run);
      if (value !== undefined) return value;
      cause ??= run.bad;
      run.stale = stale;
    }
    run.bad = cause;
    return undefined;
  };
}
