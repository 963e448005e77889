import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ROUTES } from '../../src/api/table/route-table.ts';
import { generatedApiFiles } from '../../scripts/openapi/generated-files.ts';
import type { OpenApi, Operation } from '../../scripts/openapi/document.ts';

const ROOT = join(import.meta.dirname, '../..');
let files: ReadonlyMap<string, string>;

beforeAll(() => {
  files = generatedApiFiles(ROOT);
});

test.each(['schema/openapi.json', 'src/api/table/body-shapes.ts'])(
  '%s is what the route table and the contract say: else run node scripts/openapi/write.ts',
  (path) => {
    expect(readFileSync(join(ROOT, path), 'utf8') === files.get(path)).toBe(true);
  },
);

describe('the description of the API', () => {
  const document = JSON.parse(readFileSync(join(ROOT, 'schema/openapi.json'), 'utf8')) as OpenApi;
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [path, method, operation] as const),
  );

  test('is OpenAPI 3.1 with all that it must have', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({
      title: 'dinrail',
      version: expect.any(String) as string,
    });
    const own = ['openapi', 'info', 'servers', 'tags', 'paths', 'components'];
    expect(Object.keys(document)).toEqual(own);
  });

  test('has each route but the files of the page', () => {
    const known = operations.map(
      ([path, method]) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
    );
    const routes = ROUTES.map(({ route }) => route).filter((one) => !/ \/(assets.*)?$/.test(one));
    expect(known.sort()).toEqual(routes.sort());
  });

  test('refers to nothing that is not there, and keeps nothing that nobody refers to', () => {
    const text = JSON.stringify(document);
    const referred = new Set(
      [...text.matchAll(/"#\/components\/(\w+\/\w+)"/g)].map(([, to]) => to),
    );
    const { schemas, responses } = document.components;
    const there = [
      ...Object.keys(schemas).map((name) => `schemas/${name}`),
      ...Object.keys(responses).map((name) => `responses/${name}`),
    ];
    expect([...referred].filter((name) => !there.includes(name ?? ''))).toEqual([]);
    // The events of the stream stand for themselves.
    expect(there.filter((name) => !referred.has(name))).toEqual([
      'schemas/DeltaEvent',
      'schemas/SnapshotEvent',
    ]);
  });

  test('has words of JSON Schema alone in its schemas', () => {
    const known = [
      ...['$ref', 'type', 'description', 'properties', 'required', 'additionalProperties'],
      ...['items', 'prefixItems', 'minItems', 'anyOf', 'enum'],
    ];
    const types = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'];
    const look = (schema: object): void => {
      for (const [word, part] of Object.entries(schema)) {
        expect(known).toContain(word);
        if (word === 'type') expect(types).toContain(part);
        if (word === 'properties') Object.values(part as object).forEach(look);
        if (word === 'anyOf' || word === 'prefixItems') (part as object[]).forEach(look);
        if (word === 'items' || word === 'additionalProperties') look((part || {}) as object);
      }
    };
    Object.values(document.components.schemas).forEach(look);
  });

  test('names each operation once', () => {
    const names = operations.map(([, , { operationId }]) => operationId);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(operations)('%s %s is whole', (path, method, operation: Operation) => {
    const { parameters = [], responses, security, tags, requestBody } = operation;
    const inPath = parameters.filter(({ in: where }) => where === 'path');
    expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
    expect(inPath.every(({ required }) => required === true)).toBe(true);
    const keys = parameters.map(({ in: where, name }) => `${where} ${name}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(Object.keys(responses).every((status) => /^[2-5]\d\d$/.test(status))).toBe(true);
    expect(Object.keys(responses)).toContain('200');
    const schemes = Object.keys(document.components.securitySchemes);
    expect(schemes).toEqual(expect.arrayContaining(security.flatMap((one) => Object.keys(one))));
    expect(document.tags.map(({ name }) => name)).toEqual(expect.arrayContaining([...tags]));
    expect(requestBody !== undefined).toBe(method === 'post' || method === 'put');
    // A session is not enough to change something: the word of the page comes along.
    const bySession = security.find((one) => 'session' in one);
    if (bySession !== undefined) expect('csrf' in bySession).toBe(method !== 'get');
  });
});
