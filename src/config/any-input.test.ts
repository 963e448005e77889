import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { memoryFiles } from '../../test/support/memory-files.ts';
import { formatIssues } from './format-issues.ts';
import { loadSite } from './load-site.ts';

async function loads(text: string | Uint8Array): Promise<void> {
  const files = memoryFiles({ 's/g.yaml': text });
  const loaded = await loadSite('s/g.yaml', { env: { A: 'x' }, profilesDirs: [], files });
  const failed = loaded.issues.some(({ severity }) => severity === 'error');
  expect(loaded.site === undefined).toBe(failed);
  for (const { line = 1, column = 1, length, excerpt } of loaded.issues) {
    expect(Math.min(line, column, length)).toBeGreaterThan(0);
    expect(column - 1).toBeLessThanOrEqual(excerpt.at(-1)?.text.length ?? 0);
  }
  formatIssues(loaded.issues, { color: true, columns: 40 });
}

const scraps = fc.array(
  fc.constantFrom(
    ...['version: 1', 'devices:', 'lines:', 'sinks:', 'm:', 'at:', 'tcp://a', 'points:', 'v:'],
    ...[
      'hr:0',
      '\n',
      '\n  ',
      '\n    ',
      '\t',
      '{',
      '}',
      '[',
      ']',
      ': ',
      ', ',
      '- ',
      '&a',
      '*a',
      '<<',
    ],
    ...['"', "'", '${A}', '${B', '|', '>', '!x', '#', '%YAML', '---', '...', '?', '__proto__:'],
    ...[
      'constructor:',
      'type: console',
      'unit: 3',
      'profile: a/b',
      'null',
      '8E1',
      '\r',
      '\u0000',
      '配',
    ],
  ),
  { maxLength: 40 },
);

test('any text is a site or a list of issues, whatever it is made of', async () => {
  await fc.assert(
    fc.asyncProperty(scraps, async (parts) => loads(parts.join(''))),
    { seed: 8502, numRuns: 500 },
  );
});

const KEYS = [
  ...['version', 'name', 'web', 'listen', 'defaults', 'every', 'lines', 'devices', 'sinks', 'at'],
  ...[
    'points',
    'unit',
    'groups',
    'limits',
    'include',
    'type',
    'm',
    'only',
    'constructor',
    'toString',
  ],
];

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(1, 0, -1, 1.5, true, null, '', '5s', 'tcp://a', 'none', 'console', 'hr:0'),
    fc.string({ maxLength: 8 }),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('any'), { maxKeys: 5 }),
  ),
})).any;

test('any value in any place is a site or a list of issues', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 8 }), async (site) =>
      loads(stringify({ version: 1, ...site })),
    ),
    { seed: 8502, numRuns: 500 },
  );
});

test('any bytes are a list of issues', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => loads(bytes)),
    { seed: 8502, numRuns: 300 },
  );
});

test('a million characters of nesting end in an issue', async () => {
  await loads('['.repeat(20_000));
  await loads('{a: '.repeat(20_000));
  await loads(
    Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth % 400)}a:`).join('\n'),
  );
});
