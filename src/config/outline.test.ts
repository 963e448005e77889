import { expect, test } from 'vitest';
import { outlineOf } from './outline.ts';

test('an outline has the values as they are written, each with its line', () => {
  const text =
    'version: 1\n# a note\nlines:\n  bus: "serial:${PORT} 9600 8N1"\nlist: [1, two]\nempty:\n';
  expect(outlineOf(text)).toEqual({
    line: 1,
    fields: [
      ['version', { line: 1, value: 1 }],
      [
        'lines',
        {
          line: 3,
          fields: [['bus', { line: 4, value: 'serial:${PORT} 9600 8N1' }]],
        },
      ],
      [
        'list',
        {
          line: 5,
          items: [
            { line: 5, value: 1 },
            { line: 5, value: 'two' },
          ],
        },
      ],
      ['empty', { line: 6, value: null }],
    ],
  });
});

test('what an alias means is there, and that it stands elsewhere', () => {
  const part = outlineOf('a: &mark { x: 1 }\nb: *mark\n')?.fields?.[1]?.[1];
  expect(part).toMatchObject({ line: 2, alias: 'mark', fields: [['x', { value: 1 }]] });
});

test('names that are numbers keep their order', () => {
  const fields = outlineOf('units: { 7: a, 1: b }')?.fields?.[0]?.[1].fields ?? [];
  expect(fields.map(([name]) => name)).toEqual(['7', '1']);
});

test.each([
  ['text that is not YAML', 'a: [1'],
  ['nests without end', `${'['.repeat(100)}${']'.repeat(100)}`],
  ['more parts than a form can show', `[${'1,'.repeat(20_001)}]`],
  [
    'a bomb of aliases',
    [
      'a: &a [1,1,1,1,1,1,1,1,1,1]',
      ...['b', 'c', 'd', 'e', 'f'].map((name, index) => {
        const before = 'abcde'.charAt(index);
        return `${name}: &${name} [${Array(10).fill(`*${before}`).join(',')}]`;
      }),
    ].join('\n'),
  ],
])('there is none of %s', (_, text) => {
  expect(outlineOf(text)).toBeUndefined();
});

test('an empty text is a value that is not there', () => {
  expect(outlineOf('')).toEqual({ line: 1, value: null });
});
