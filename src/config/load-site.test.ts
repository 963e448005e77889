import { readdirSync } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatIssues } from './format-issues.ts';
import { loadSite } from './load-site.ts';
import { memoryFiles, SHIPPED_PROFILES } from '../../test/support/memory-files.ts';

const CASES = join(import.meta.dirname, 'cases');

const ENV = {
  SITE_NAME: 'lab',
  SECRET_AT: 'hunter2',
  SECRET_NUMBER: '7777',
  SECRET_POINT: 'hr:0 hunter2',
  EMPTY: '',
};

/** Each file with what is said about it; after a change of words `vitest -u` writes the texts anew. */
describe('what is said about', () => {
  const names = readdirSync(CASES).filter((name) => name.endsWith('.yaml'));

  test.each(names)('%s', async (name) => {
    const file = join(CASES, name);
    const loaded = await loadSite(file, { env: ENV, profilesDirs: [SHIPPED_PROFILES] });
    const text = formatIssues(loaded.issues, { color: false }).replaceAll(`${CASES}/`, '');
    expect(text).not.toMatch(/hunter2|7777/);
    expect(loaded.site === undefined).toBe(loaded.issues.some((it) => it.severity === 'error'));
    const expected = join(CASES, name.replace(/\.yaml$/, '.expected.txt'));
    await expect(text === '' ? 'nothing\n' : text).toMatchFileSnapshot(expected);
  });
});

test('five mistakes of different kinds are five issues, each with its line and column', async () => {
  const loaded = await loadSite(join(CASES, 'five-mistakes.yaml'), {
    env: {},
    profilesDirs: [SHIPPED_PROFILES],
  });
  expect(loaded.issues.map(({ line, column }) => [line, column])).toEqual([
    [2, 16],
    [4, 12],
    [6, 44],
    [8, 11],
    [9, 11],
    [11, 16],
  ]);
});

const NO_OPTIONS = { env: {}, profilesDirs: [] };

describe('a file that cannot be read', () => {
  test.each([
    ['is not there', {}, 'there is no such file'],
    ['is a folder', { 'site/gateway.yaml/x': '' }, 'this is a folder, expected a file'],
    [
      'is larger than any site',
      { 'site/gateway.yaml': '#'.repeat(1_100_000) },
      'the file has 1.0 MB, expected at most 1 MB',
    ],
    [
      'was saved as Latin-1',
      { 'site/gateway.yaml': Uint8Array.from([0x23, 0x0a, 0x23, 0xb0, 0x43]) },
      'line 2 is not UTF-8: save it again as UTF-8',
    ],
    [
      'was saved as UTF-16',
      { 'site/gateway.yaml': Uint8Array.from([0xff, 0xfe, 0x76, 0]) },
      'this is UTF-16, expected UTF-8: save it again as UTF-8',
    ],
  ])('because it %s', async (_, contents, message) => {
    const files = memoryFiles(contents);
    const { site, issues } = await loadSite('site/gateway.yaml', { ...NO_OPTIONS, files });
    expect(site).toBeUndefined();
    expect(issues.map((issue) => [issue.file, issue.message])).toEqual([
      ['site/gateway.yaml', message],
    ]);
  });

  test('because it is a folder, a huge file or a device, on the real file system', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dinrail-'));
    const huge = join(folder, 'huge.yaml');
    await writeFile(huge, '');
    // Nothing but holes: it has a size, and reading it would be the mistake.
    await truncate(huge, 1024 ** 4);
    const messages = await Promise.all(
      [huge, CASES, '/dev/null', '/no/such/file.yaml'].map(async (file) => {
        const { issues } = await loadSite(file, NO_OPTIONS);
        return issues[0]?.message;
      }),
    );
    await rm(folder, { recursive: true });
    expect(messages).toEqual([
      'the file has 1048576.0 MB, expected at most 1 MB',
      'this is a folder, expected a file',
      'not a plain file',
      'there is no such file',
    ]);
  });
});

const METER = 'version: 1\ndevices:\n  m: { at: "${AT}", points: { v: hr:0 } }\n';

describe('variables', () => {
  const endpointOf = async (
    contents: Parameters<typeof memoryFiles>[0],
    env: Record<string, string> = {},
  ): Promise<string | undefined> => {
    const files = memoryFiles(contents);
    const { site, issues } = await loadSite('s/g.yaml', { env, profilesDirs: [], files });
    expect(issues).toEqual([]);
    return site?.lines[0]?.endpoint;
  };

  test('come from the environment, which wins over .env beside the file', async () => {
    const contents = { 's/g.yaml': METER, 's/.env': 'AT=tcp://from-file' };
    expect(await endpointOf(contents)).toBe('tcp://from-file:502');
    expect(await endpointOf(contents, { AT: 'tcp://from-env' })).toBe('tcp://from-env:502');
  });

  test('come from the file that envFile names', async () => {
    const contents = { 's/g.yaml': `${METER}envFile: ../x.env\n`, 'x.env': 'AT=tcp://x' };
    const files = memoryFiles(
      Object.fromEntries(Object.entries(contents).map(([path, text]) => [`/r/${path}`, text])),
    );
    const loaded = await loadSite('/r/s/g.yaml', { ...NO_OPTIONS, files });
    expect(loaded.site?.lines[0]?.endpoint).toBe('tcp://x:502');
    expect(loaded.files).toEqual(['/r/s/g.yaml', '/r/x.env']);
  });

  test('an envFile that is not there is an error, .env is not', async () => {
    const text = 'version: 1\nenvFile: x.env\ndevices: { m: { at: tcp://a, points: { v: hr:0 } } }';
    const files = memoryFiles({ '/r/g.yaml': text });
    const { issues } = await loadSite('/r/g.yaml', { ...NO_OPTIONS, files });
    expect(issues).toMatchObject([{ line: 2, message: '/r/x.env: there is no such file' }]);
  });

  test('take secrets from files, without the line feed at the end', async () => {
    const text = METER.replace('${AT}', 'tcp://${file:host}${file:/run/port}');
    const contents = { 's/g.yaml': text, 's/host': 'meter\n', '/run/port': ':77' };
    expect(await endpointOf(contents)).toBe('tcp://meter:77');
  });
});

test('a mistake in .env stands at its line, and its value is not shown', async () => {
  const files = memoryFiles({ 's/g.yaml': METER, 's/.env': 'AT=tcp://a\n\npass word=hunter2\n' });
  const { issues } = await loadSite('s/g.yaml', { ...NO_OPTIONS, files });
  expect(issues).toMatchObject([{ file: 's/.env', line: 3, message: 'expected NAME=value' }]);
  expect(formatIssues(issues, { color: false })).not.toContain('hunter2');
});

test('a profile beside the site wins over a shipped one of the same name, and is read once', async () => {
  const profile = (unit: string): string => `profile: a/b\npoints: { v: hr:0 u16 ${unit} }`;
  const reads: string[] = [];
  const memory = memoryFiles({
    's/g.yaml':
      'version: 1\ndevices:\n  m: { at: tcp://a, profile: a/b }\n  n: { at: tcp://b, profile: a/b }\n',
    's/profiles/a/b.yaml': profile('V'),
    'shipped/a/b.yaml': profile('A'),
  });
  const files = {
    ...memory,
    read: async (path: string) => {
      reads.push(path);
      return memory.read(path);
    },
  };
  const loaded = await loadSite('s/g.yaml', { env: {}, profilesDirs: ['shipped'], files });
  expect(loaded.site?.devices[0]?.points[0]?.point.unit).toBe('V');
  expect(reads.filter((path) => path.includes('b.yaml'))).toEqual(['s/profiles/a/b.yaml']);
  expect(loaded.files).toEqual(['s/g.yaml', 's/.env', 's/profiles/a/b.yaml']);
});
