import { nearest } from '../base/did-you-mean.ts';
import type { Problem } from './problem.ts';
import { misfit, type Shape } from './shape.ts';
import { BODY_SHAPES } from './table/body-shapes.ts';
import type { RouteFacts } from './table/route-facts.ts';

/**
 * What is wrong with the parameters behind `?`, before their meaning: a mistyped one must not be left out silently, and
 * nobody can know which of two is meant.
 */
export function queryProblem(
  { route, query = {} }: RouteFacts,
  given: unknown,
): Problem | undefined {
  // Whoever opens the page may have anything in the address.
  if (!route.includes(' /api/')) return undefined;
  const known = Object.keys(query);
  for (const [key, value] of Object.entries(given as Readonly<Record<string, unknown>>)) {
    if (!known.includes(key)) return strangeParameter(key, known);
    if (typeof value !== 'string') {
      return {
        ...{ status: 400, code: 'wrong-parameter', detail: `${key} is given more than once` },
        fix: `leave one ${key}`,
      };
    }
  }
  return undefined;
}

function strangeParameter(key: string, known: readonly string[]): Problem {
  const near = nearest(key.slice(0, 100), known);
  const list = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
  return {
    ...{ status: 400, code: 'no-such-parameter' },
    detail: `there is no parameter ${key.slice(0, 100)} here`,
    fix: near === undefined ? list : `did you mean ${near}?`,
  };
}

/** What is wrong with a body: the first field that is not as the contract has it. */
export function bodyProblem({ body: type = '' }: RouteFacts, body: unknown): Problem | undefined {
  const shape: Shape = BODY_SHAPES[type] ?? {};
  const found = misfit(shape, body);
  return found === undefined ? undefined : { status: 400, code: 'wrong-body', ...found };
}
