/** Routes of the table as requests, and bodies that do and do not have their shape. */
import { misfit, type Shape } from '../../src/api/shape.ts';
import { BODY_SHAPES } from '../../src/api/table/body-shapes.ts';
import type { RouteFacts } from '../../src/api/table/route-facts.ts';
import { ROUTES } from '../../src/api/table/route-table.ts';

export interface Row {
  readonly route: string;
  readonly facts: RouteFacts;
  readonly method: string;
  /** With names that are there in place of its parameters. */
  readonly path: string;
  /** The shape of its body, where it takes one. */
  readonly shape: Shape | undefined;
}

const NAMES: Readonly<Record<string, string>> = {
  ...{ device: 'furnace1', point: 'setpoint', id: 'too_hot', name: 'log', seq: '1' },
};

/** All but the files of the page, which are there by their names alone. */
export const ROWS: readonly Row[] = ROUTES.filter(({ route }) => !route.includes('/assets/')).map(
  (facts) => {
    const [method = '', pattern = ''] = facts.route.split(' ');
    return {
      ...{ route: facts.route, facts, method },
      path: withNames(pattern),
      shape: facts.body === undefined ? undefined : BODY_SHAPES[facts.body],
    };
  },
);

/** A path with names in place of its parameters, or one odd name in place of all. */
export function withNames(pattern: string, odd?: string): string {
  return pattern.replace(/:(\w+)/g, (_, name: string) => odd ?? NAMES[name] ?? '1');
}

/** The least body of a shape. */
export function sampleOf(shape: Shape): unknown {
  const [first] = shape.anyOf ?? [];
  if (first !== undefined) return sampleOf(first);
  if (shape.enum !== undefined) return shape.enum[0];
  if (shape.type === 'object') {
    const { required = [], properties = {} } = shape;
    return Object.fromEntries(required.map((key) => [key, sampleOf(properties[key] ?? {})]));
  }
  const { prefixItems = [] } = shape;
  const samples: Readonly<Record<string, unknown>> = {
    ...{ string: 'x', number: 1, boolean: true, null: null, array: prefixItems.map(sampleOf) },
  };
  return samples[shape.type ?? ''];
}

export interface WrongBody {
  readonly name: string;
  readonly body: unknown;
  /** What the answer names. */
  readonly field: string;
}

const ODD: readonly unknown[] = [{ odd: 1 }, 'odd', 7, true, null, [{ odd: [] }]];

/** Bodies with one field that does not fit: each of its fields in each wrong type, left out, or a strange one beside. */
export function wrongBodies(shape: Shape): readonly WrongBody[] {
  const right = sampleOf(shape) as Readonly<Record<string, unknown>>;
  const { properties = {}, required = [] } = shape;
  return [
    ...Object.entries(properties).flatMap(([field, part]) =>
      ODD.filter((value) => misfit(part, value) !== undefined).map((value) => ({
        ...{ name: `${field} as ${JSON.stringify(value)}`, field },
        body: { ...right, [field]: value },
      })),
    ),
    ...required.map((field) => ({
      ...{ name: `no ${field}`, field },
      body: Object.fromEntries(Object.entries(right).filter(([key]) => key !== field)),
    })),
    { name: 'a strange field', field: 'odd_field', body: { ...right, odd_field: 1 } },
    ...[[], null, 'odd', 7].map((body) => ({
      ...{ name: JSON.stringify(body), body, field: 'the body' },
    })),
  ];
}
