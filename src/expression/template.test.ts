import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawn } from '../../test/support/drawn-issue.ts';
import { parseTemplate } from './template.ts';

const SCOPE = new Set(['device', 'point', 'tag.*', 'meta.site']);
const VALUES = new Map([
  ['device', 'furnace1'],
  ['point', 'pv'],
  ['tag.room', 'B12'],
  ['meta.site', 'lab'],
]);

function rendered(text: string): string | undefined {
  return parseTemplate(text, SCOPE).template?.render((name) => VALUES.get(name));
}

describe('a template', () => {
  test.each([
    ['dinrail/{device}/{point}', 'dinrail/furnace1/pv'],
    ['dinrail.value[{device},{point}]', 'dinrail.value[furnace1,pv]'],
    ['{tag.room}{meta.site}', 'B12lab'],
    ['{{"p": "{point}"}}', '{"p": "pv"}'],
    ['{{{point}}}', '{pv}'],
    ['{{point}}', '{point}'],
    ['', ''],
    ['nothing to fill in: $& €', 'nothing to fill in: $& €'],
  ])('%s becomes %s', (text, filled) => {
    expect(rendered(text)).toBe(filled);
  });

  test('puts values in as they are, braces included', () => {
    const { template } = parseTemplate('a/{point}', SCOPE);
    expect(template?.render(() => '{device}$&')).toBe('a/{device}$&');
  });

  test('with a hole is not rendered at all', () => {
    expect(rendered('{device}/{tag.floor}')).toBeUndefined();
  });

  test('names its placeholders, each once', () => {
    expect(parseTemplate('{point}/{device}/{point}/{tag.x}', SCOPE).template?.names).toEqual([
      'point',
      'device',
      'tag.x',
    ]);
  });
});

describe('a mistake in a template', () => {
  test.each([
    ['a/{devise}', '@2-10: no placeholder is named "devise" | did you mean {device}?'],
    ['{ device }', '@0-10: no placeholder is named " device " | did you mean {device}?'],
    [
      '{quantity}',
      '@0-10: no placeholder is named "quantity" | known: {device} {point} {tag.*} {meta.site}',
    ],
    ['{meta.room}', '@0-11: no placeholder is named "meta.room"'],
    ['{tag.}', '@0-6: no placeholder is named "tag."'],
    ['{tag.*}', '@0-7: no placeholder is named "tag.*"'],
    ['{tag.a b}', '@0-9: no placeholder is named "tag.a b"'],
    ['{constructor}', '@0-13: no placeholder is named "constructor"'],
    ['a {} b', '@2-4: a placeholder has no name | write {{}} for two braces'],
    ['a {device', '@2-3: "{" is not closed | write {{ for a brace'],
    ['a {dev{point}', '@2-3: "{" is not closed | write {{ for a brace'],
    ['device}', '@6-7: "}" closes nothing | write }} for a brace'],
    ['x'.repeat(10_001), 'the text has 10001 characters, at most 10000 are possible'],
  ])('%s', (text, mistake) => {
    const { template, issues } = parseTemplate(text, SCOPE);
    expect(template).toBeUndefined();
    expect(issues.map(drawn)).toEqual([expect.stringContaining(mistake)]);
  });

  test('does not hide the next, up to eight', () => {
    expect(parseTemplate('{a}{b}{device}', SCOPE).issues).toHaveLength(2);
    expect(parseTemplate('{a}'.repeat(100), SCOPE).issues).toHaveLength(8);
  });
});

test('any text comes through when its braces are doubled', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('{', '}', 'a', '$', '\n') }), (text) => {
      expect(rendered(text.replaceAll(/[{}]/g, '$&$&'))).toBe(text);
    }),
    { seed: 20260117, numRuns: 500 },
  );
});
