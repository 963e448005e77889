import type { Shape } from '../../src/api/shape.ts';
import { ROUTES } from '../../src/api/table/route-table.ts';
import { openApi, type OpenApi } from './document.ts';
import type { Schema } from './schema-of-type.ts';

/** What is made from the table of routes and the types of the contract, by its path in the repository. */
export function generatedApiFiles(root: string): ReadonlyMap<string, string> {
  const document = openApi(root);
  return new Map([
    ['schema/openapi.json', `${JSON.stringify(document, undefined, 1)}\n`],
    ['src/api/table/body-shapes.ts', bodyShapes(document)],
  ]);
}

function bodyShapes(document: OpenApi): string {
  const names = [...new Set(ROUTES.flatMap(({ body }) => (body === undefined ? [] : [body])))];
  return [
    "import type { Shape } from '../shape.ts';",
    '',
    '/** The bodies of requests by their types. Made by scripts/openapi/write.ts; not to be changed by hand. */',
    '// prettier-ignore',
    'export const BODY_SHAPES: Readonly<Record<string, Shape>> = {',
    ...names.sort().map((name) => {
      const schema = document.components.schemas[name];
      if (schema === undefined) throw new Error(`the contract has no ${name}`);
      return `  ${name}: ${JSON.stringify(shapeOf(schema, document))},`;
    }),
    '};',
    '',
  ].join('\n');
}

/** With what it refers to in place, and without words. A type within itself may be anything from there on. */
export function shapeOf(schema: Schema, document: OpenApi, within: readonly string[] = []): Shape {
  const { $ref, description: _, properties, items, additionalProperties, ...rest } = schema;
  const name = $ref?.split('/').at(-1);
  const meant = name === undefined ? undefined : document.components.schemas[name];
  if (name !== undefined && meant !== undefined) {
    return within.includes(name) ? {} : shapeOf(meant, document, [...within, name]);
  }
  const inner = (one: Schema): Shape => shapeOf(one, document, within);
  const innerOrNone = (one: Schema | false): Shape | false => one && inner(one);
  const { anyOf, prefixItems, ...plain } = rest;
  return {
    ...plain,
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, one]) => [key, inner(one)]),
      ),
    }),
    ...(items !== undefined && { items: innerOrNone(items) }),
    ...(additionalProperties !== undefined && {
      additionalProperties: innerOrNone(additionalProperties),
    }),
    ...(anyOf !== undefined && { anyOf: anyOf.map(inner) }),
    ...(prefixItems !== undefined && { prefixItems: prefixItems.map(inner) }),
  };
}
