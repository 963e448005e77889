import { describe, expect, test } from 'vitest';
import { isAlias, isScalar } from 'yaml';
import { memoryFiles } from '../../test/support/memory-files.ts';
import { editText } from './edit-text.ts';
import { loadSite } from './load-site.ts';
import { outlineOf } from './outline.ts';
import { aliasFinder, parseYaml } from './parse-yaml.ts';
import { pathFinder } from './path-at.ts';

test.each([
  ['a map', 'a: 1\nb: 2\na: 3\n', [10]],
  ['a map on one line', '{ a: 1, "a": 2 }', [8]],
  ['a map in another', 'x: { b: 1, b: 2 }\nx: 3\n', [11, 18]],
  ['numbers as names', '1: a\n"1": b\n', [5]],
  ['no two alike', 'a: { a: { a: 1 } }\n', []],
])('keys that are there twice are found in %s', (_, text, places) => {
  const { errors } = parseYaml(text);
  expect(errors.map(({ code, pos }) => [code, pos[0]])).toEqual(
    places.map((place) => ['DUPLICATE_KEY', place]),
  );
});

test('an alias is the last value with its mark above it', () => {
  const document = parseYaml('- &a 1\n- *a\n- &a 2\n- *a\n- *b\n- &b 3\n');
  const find = aliasFinder(document);
  const found = [1, 3, 4].map((at) => {
    const alias = document.get(at, true);
    const target = isAlias(alias) ? find(alias) : alias;
    return isScalar(target) ? target.value : undefined;
  });
  expect(found).toEqual([1, 2, undefined]);
});

test('a short text brings in no more of long variables than a file may hold', async () => {
  const files = memoryFiles({
    's/g.yaml': `version: 1\nname: "${'${A}'.repeat(2_000)}"\n`,
  });
  const env = { A: 'x'.repeat(1024 * 1024) };
  const { site, issues } = await loadSite('s/g.yaml', { env, profilesDirs: [], files });
  expect(site).toBeUndefined();
  expect(issues.map(({ message }) => message).join()).toContain('4 MB');
});

test(
  'a short text uses a long profile only as often as memory allows',
  { timeout: 20_000 },
  async () => {
    const files = memoryFiles({
      's/g.yaml': `version: 1\nlines: { hall: tcp://a }\ndevices:\n${lines(
        120,
        (at) => `  d${at}: { line: hall, unit: ${at + 1}, profile: a/b }`,
      )}`,
      's/profiles/a/b.yaml': `profile: a/b\npoints:\n${lines(1_000, (at) => `  p${at}: hr:${at}`)}`,
    });
    const { site, issues } = await loadSite('s/g.yaml', { env: {}, profilesDirs: [], files });
    expect(site).toBeUndefined();
    expect(issues.map(({ message }) => message)).toEqual([
      'with device "d100" the site has more than 100000 points',
    ]);
  },
);

/** Texts as large as a request may be, each of which the parts of a check once took minutes for. */
const LARGE: readonly (readonly [string, string])[] = [
  ['one map of many keys', `version: 1\n${lines(10_000, (at) => `k${at}: 1`)}`],
  ['many wrong devices', `version: 1\ndevices:\n${lines(8_000, (at) => `  d${at}: 1`)}`],
  ['many aliases', `version: 1\nlines: [&a 1,${'*a,'.repeat(20_000)}]\n`],
  ['many placeholders', `version: 1\ndevices:\n${lines(8_000, (at) => `  d${at}: \${A}`)}`],
  ['keys all alike', `version: 1\n${lines(10_000, () => 'name: x')}`],
  ['deep nesting', `a: ${'['.repeat(200_000)}`],
  ['deep lists', `a:\n ${'- '.repeat(100_000)}`],
];

function lines(count: number, line: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => `${line(at)}\n`).join('');
}

describe.each(LARGE)('a text with %s takes no longer than it is long:', (_, text) => {
  test('a check', { timeout: 8_000 }, async () => {
    const files = memoryFiles({ 's/g.yaml': text });
    const { issues } = await loadSite('s/g.yaml', { env: {}, profilesDirs: [], files });
    expect(issues).not.toEqual([]);
  });

  test('an outline, and the way to a place', { timeout: 8_000 }, () => {
    expect([outlineOf(text), pathFinder(text)(1, 1)]).toHaveLength(2);
  });

  test('edits that change nothing', { timeout: 8_000 }, () => {
    const edits = Array.from({ length: 1_000 }, () => ({ path: ['version'], value: 1 }));
    expect(editText(text, edits)).toHaveProperty('problem');
  });
});
