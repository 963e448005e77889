import { expect, test } from 'vitest';
import { misfit, type Shape } from './shape.ts';

const text: Shape = { type: 'string' };
const wish: Shape = {
  type: 'object',
  properties: {
    value: { anyOf: [text, { type: 'number' }] },
    mode: { enum: ['a', 'b'] },
    list: {
      type: 'array',
      items: { type: 'object', properties: { id: { type: 'number' } }, required: ['id'] },
    },
    pair: { type: 'array', prefixItems: [text, { type: 'number' }], items: false, minItems: 2 },
    names: { type: 'object', additionalProperties: text },
    either: {
      anyOf: [
        { type: 'null' },
        { type: 'object', properties: { deep: text }, additionalProperties: false },
      ],
    },
  },
  required: ['value'],
  additionalProperties: false,
};

test.each<[body: unknown, detail: string | undefined]>([
  [{ value: 7 }, undefined],
  [{ value: 'x', mode: 'a', list: [], pair: ['a', 1], names: { a: 'b' }, either: null }, undefined],
  [[], 'the body is a list, it takes an object'],
  [null, 'the body is null, it takes an object'],
  [undefined, 'the body is something else, it takes an object'],
  ['{}', 'the body is "{}", it takes an object'],
  [{}, 'value is missing'],
  [{ value: undefined }, 'value is something else, it takes a text or a number'],
  [{ value: true }, 'value is true, it takes a text or a number'],
  [{ value: 1, mode: 'c' }, 'mode is "c", it takes a or b'],
  [{ value: 1, valeu: 2 }, 'there is no key valeu'],
  [{ value: 1, list: [{ id: 1 }, { id: '2' }] }, 'list[1].id is "2", it takes a number'],
  [{ value: 1, list: [{}] }, 'list[0].id is missing'],
  [{ value: 1, pair: ['a'] }, 'pair has 1 parts, it takes 2'],
  [{ value: 1, pair: ['a', 1, 2] }, 'pair has 3 parts, it takes 2'],
  [{ value: 1, pair: [1, 1] }, 'pair[0] is a number, it takes a text'],
  [{ value: 1, names: { a: 1 } }, 'names.a is a number, it takes a text'],
  [{ value: 1, either: { deep: 1 } }, 'either.deep is a number, it takes a text'],
  [{ value: 1, either: 5 }, 'either is a number, it takes null or an object'],
  [JSON.parse('{"value": 1, "__proto__": 2}'), 'there is no key __proto__'],
  [{ value: 1, toString: 2 }, 'there is no key toString'],
])('%j', (body, detail) => {
  expect(misfit(wish, body)?.detail).toBe(detail);
});

test('a mistyped key is answered with the one that is meant, any other with all', () => {
  expect(misfit(wish, { value: 1, valeu: 2 })?.fix).toBe('did you mean value?');
  expect(misfit(wish, { value: 1, zzzzzz: 2 })?.fix).toContain('it takes value, mode, list');
});

test('a body without a bottom does not fit', () => {
  const shape: { type: string; items?: Shape } = { type: 'array' };
  shape.items = shape;
  let body: unknown[] = [];
  for (let depth = 0; depth < 5_000; depth += 1) body = [body];
  expect(misfit(shape, body)?.detail).toContain('too deep');
});
