/** Answers measured against the description of the API. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenApi, Operation } from '../../scripts/openapi/document.ts';
import { shapeOf } from '../../scripts/openapi/generated-files.ts';
import type { Schema } from '../../scripts/openapi/schema-of-type.ts';
import { misfit, type Shape } from '../../src/api/shape.ts';
import type { Answered } from './api-gateway.ts';

const FILE = join(import.meta.dirname, '../../schema/openapi.json');

interface Response {
  readonly $ref?: string;
  readonly description: string;
  readonly content: Readonly<
    Record<string, { readonly schema: Schema & { readonly allOf?: readonly Schema[] } }>
  >;
}

export function readDocument(): OpenApi {
  return JSON.parse(readFileSync(FILE, 'utf8')) as OpenApi;
}

/** `as documented`, or what is not. An answer has no member that the document does not have; a problem may. */
export function documented(document: OpenApi, route: string, answer: Answered): string {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern.replace(/:(\w+)/g, '{$1}');
  const response = responseOf(
    document,
    document.paths[path]?.[method.toLowerCase()],
    answer.status,
  );
  if (response === undefined) {
    return `there is no ${answer.status} of ${route}: ${answer.text.slice(0, 200)}`;
  }
  const type = answer.headers['content-type']?.split(';')[0] ?? '';
  const content = response.content[type];
  if (content === undefined) return `${answer.status} of ${route} is ${type}`;
  if (!type.endsWith('json')) return 'as documented';
  return (
    shapesOf(content.schema, document)
      .map((shape) => misfit(shape, JSON.parse(answer.text))?.detail)
      .find((detail) => detail !== undefined) ?? 'as documented'
  );
}

function responseOf(
  document: OpenApi,
  operation: Operation | undefined,
  status: number,
): Response | undefined {
  const found = operation?.responses[status] as Response | undefined;
  const name = found?.$ref?.split('/').at(-1);
  return name === undefined ? found : (document.components.responses[name] as Response);
}

/** All of them have to fit. */
function shapesOf(
  schema: Schema & { readonly allOf?: readonly Schema[] },
  document: OpenApi,
): readonly Shape[] {
  const { allOf } = schema;
  if (allOf === undefined) return [closed(shapeOf(schema, document))];
  return allOf.map((part) => ({ ...shapeOf(part, document), type: 'object' }));
}

function closed(shape: Shape): Shape {
  const { properties, items, anyOf, prefixItems, additionalProperties } = shape;
  return {
    ...shape,
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, one]) => [key, closed(one)]),
      ),
      ...(additionalProperties === undefined && { additionalProperties: false as const }),
    }),
    ...(items && { items: closed(items) }),
    ...(anyOf !== undefined && { anyOf: anyOf.map(closed) }),
    ...(prefixItems !== undefined && { prefixItems: prefixItems.map(closed) }),
  };
}
