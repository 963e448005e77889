import { describe, expect, test } from 'vitest';
import { template } from '../../test/support/exchange-flows.ts';
import type { ExpressionValue } from '../expression/value.ts';
import type { JsonTemplate } from './flow-setup.ts';
import { isThere, pathIn } from './json-path.ts';
import { jsonText, plannedSteps } from './render.ts';

const VALUES: Readonly<Record<string, ExpressionValue>> = {
  batch: 'A/b "ü" 😀',
  process: 305,
  device: 'mc1',
  machine_on: 2n ** 60n,
};
const valueOf = (name: string): ExpressionValue | undefined => VALUES[name];

function text(written: string): JsonTemplate {
  const [, only] = /^\{(\w+)\}$/.exec(written) ?? [];
  return { kind: 'text', template: template(written), ...(only !== undefined && { only }) };
}

describe('JSON', () => {
  test.each<[JsonTemplate, string]>([
    [text('{process}'), '305'],
    [text('{machine_on}'), '1152921504606846976'],
    [text('p{process}'), '"p305"'],
    [text('{batch}'), String.raw`"A/b \"\u00fc\" \ud83d\ude00"`],
    [text('{temp1}'), 'null'],
    [text('at {temp1}'), 'null'],
    [{ kind: 'literal', value: null }, 'null'],
    [{ kind: 'list', items: [text('{process}'), { kind: 'literal', value: true }] }, '[305, true]'],
    [
      {
        kind: 'object',
        entries: [
          ['a', text('{process}')],
          ['b', text('{device}')],
        ],
      },
      '{"a": 305, "b": "mc1"}',
    ],
    [{ kind: 'object', entries: [] }, '{}'],
  ])('%j', (json, written) => {
    expect(jsonText(json, valueOf)).toBe(written);
    expect(() => JSON.parse(written) as unknown).not.toThrow();
  });
});

describe('a step', () => {
  const call = { kind: 'http', method: 'POST', timeoutMs: 1, requires: 'all', group: 0 } as const;

  test('has its placeholders encoded in an address', () => {
    const [step] = plannedSteps([{ ...call, url: template('http://api/x/{batch}?d={device}') }], {
      valueOf,
    });
    expect(step).toMatchObject({
      url: 'http://api/x/A%2Fb%20%22%C3%BC%22%20%F0%9F%98%80?d=mc1',
      name: 'post api/x/A%2Fb%20%22%C3%BC%22%20%F0%9F%98%80',
    });
  });

  test('whose address is not known is refused', () => {
    const [step] = plannedSteps([{ ...call, url: template('http://api/{temp1}') }], { valueOf });
    expect(step).toMatchObject({ kind: 'refused', reason: 'temp1 was not known' });
  });

  test.each<[unknown, unknown]>([
    [{ a: 'x' }, [{ kind: 'write', writes: [{ point: 'mc1.p', value: 'x' }] }]],
    [{ a: 0 }, [{ kind: 'write', writes: [{ point: 'mc1.p', value: 0 }] }]],
    [{ a: '' }, []],
    [{ a: null }, []],
    [{}, []],
    [{ a: [1] }, [{ kind: 'refused', reason: 'a is neither a text nor a number' }]],
  ])('takes from the record %j', (record, steps) => {
    const write = { kind: 'write', requires: 'all', group: 0 } as const;
    const planned = plannedSteps([{ ...write, writes: [{ point: 'mc1.p', from: ['a'] }] }], {
      ...{ valueOf, record },
    });
    expect(planned).toMatchObject(steps as object);
  });
});

test.each([
  [{ a: { b: 1 } }, ['a', 'b'], 1],
  [{ a: [5] }, ['a', '0'], 5],
  [{ a: 1 }, ['a', 'b'], undefined],
  [{}, ['toString'], undefined],
  [null, ['a'], undefined],
])('%j at %j', (value, path, found) => {
  expect(pathIn(value, path)).toBe(found);
});

test.each<[unknown, boolean]>([
  [true, true],
  [1, true],
  ['x', true],
  [[0], true],
  [{ a: 0 }, true],
  [false, false],
  [0, false],
  ['', false],
  [[], false],
  [{}, false],
  [null, false],
  [undefined, false],
])('%j counts: %s', (value, counts) => {
  expect(isThere(value)).toBe(counts);
});
