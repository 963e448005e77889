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

/** With what it refers to in place, and without words. */
export function shapeOf(schema: Schema, document: OpenApi): Shape {
  const { $ref, description: _, ...rest } = schema;
  const name = $ref?.split('/').at(-1);
  const meant = name === undefined ? undefined : document.components.schemas[name];
  if (meant !== undefined) return shapeOf(meant, document);
  const parts: [string, unknown][] = Object.entries(rest).map(([key, part]) => [
    key,
    key === 'properties'
      ? Object.fromEntries(
          Object.entries(part as Readonly<Record<string, Schema>>).map(([property, one]) => [
            property,
            shapeOf(one, document),
          ]),
        )
      : isSchema(key, part)
        ? shapeOf(part, document)
        : key === 'anyOf' || key === 'prefixItems'
          ? (part as readonly Schema[]).map((one) => shapeOf(one, document))
          : part,
  ]);
  return Object.fromEntries(parts);
}

function isSchema(key: string, part: unknown): part is Schema {
  return (key === 'items' || key === 'additionalProperties') && part !== false;
}
