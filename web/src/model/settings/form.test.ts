import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { outlineOf } from '../../../../src/config/outline.ts';
import {
  briefOf,
  firstFields,
  kindsAt,
  problemsAt,
  problemsIn,
  renaming,
  rewritten,
  sectionsOf,
  starterOf,
  strayProblems,
  suggestionsFor,
  usualOf,
} from './form.ts';
import { resolved, type Schema } from './schema.ts';

const FILE = join(import.meta.dirname, '../../../../schema/gateway.schema.json');
const SITE = JSON.parse(readFileSync(FILE, 'utf8')) as Schema;

function entriesOf(name: string): Schema {
  const { additionalProperties: of } = resolved(SITE, SITE.properties?.[name] ?? {});
  if (typeof of !== 'object') throw new Error(name);
  return of;
}

test('every key of the site file is in a section', () => {
  const names = sectionsOf(SITE).flatMap((section) => section.names);
  expect(['version', ...names].sort()).toEqual(Object.keys(SITE.properties ?? {}).sort());
  const odd = sectionsOf({ properties: { lines: {}, novelty: {} } });
  expect(odd.at(-1)).toEqual({ title: 'settings.others', names: ['novelty'] });
});

test.each([
  ['lines', undefined, ''],
  ['devices', undefined, { at: 'tcp://192.168.1.10', unit: 1 }],
  ['sinks', 'influx', { type: 'influx', url: '' }],
  ['alarms', undefined, { when: '' }],
  ['rules', undefined, { when: '' }],
])('a new entry of %s begins with what it needs', (name, kind, expected) => {
  expect(starterOf(SITE, entriesOf(name), [name], kind)).toEqual(expected);
});

test('of sinks one chooses the kind first', () => {
  expect(kindsAt(SITE, entriesOf('sinks'))).toContain('zabbix');
  expect(kindsAt(SITE, entriesOf('lines'))).toEqual([]);
});

test('a device that has an endpoint is not asked for a line', () => {
  const path = ['devices', 'a'];
  expect(firstFields(path, outlineOf('{ at: tcp://a }'))).not.toContain('line');
  expect(firstFields(path, outlineOf('{ line: bus }'))).not.toContain('at');
  expect(firstFields(path, undefined)).toEqual(expect.arrayContaining(['at', 'line']));
});

test('written in another way, what can be kept is', () => {
  const line = entriesOf('lines');
  expect(rewritten(SITE, line, outlineOf('tcp://a'), 'group')).toEqual({ at: 'tcp://a' });
  expect(rewritten(SITE, line, outlineOf('{ at: tcp://a }'), 'word')).toBe('tcp://a');
  const writes = SITE.properties?.['writes'] ?? {};
  expect(rewritten(SITE, writes, outlineOf('local'), 'group')).toEqual({});
  expect(rewritten(SITE, writes, outlineOf('{ from: [a] }'), 'word')).toBe('none');
});

test('a line takes its devices along when it gets another name', () => {
  const root = outlineOf('lines: { a: tcp://x }\ndevices: { d: { line: a }, e: { line: b } }');
  expect(renaming(root, ['lines', 'a'], 'bus')).toEqual([
    { path: ['lines', 'a'], key: 'bus' },
    { path: ['devices', 'd', 'line'], value: 'bus' },
  ]);
  expect(renaming(root, ['devices', 'd'], 'x')).toHaveLength(1);
});

test('problems stand at their field, and are counted at what it is in', () => {
  const problem = (path?: (string | number)[]) => ({
    ...{ severity: 'error' as const, message: 'wrong', file: 'a.yaml' },
    ...(path !== undefined && { path }),
  });
  const all = [problem(['devices', 'a', 'units', 1]), problem(['devices', 'ab']), problem()];
  expect(problemsIn(all, ['devices', 'a'])).toHaveLength(1);
  expect(problemsAt(all, ['devices', 'a'])).toHaveLength(0);
  expect(problemsAt(all, ['devices', 'a', 'units', '1'])).toHaveLength(1);
  const known = { properties: { unit: {} } };
  expect(strayProblems(all, ['devices', 'a'], known)).toHaveLength(1);
  expect(strayProblems(all, ['devices', 'a'], { properties: { units: {} } })).toHaveLength(0);
});

test('an entry is told from others in a few words', () => {
  expect(briefOf(outlineOf('tcp://a'))).toBe('tcp://a');
  expect(briefOf(outlineOf('{ at: tcp://a, label: Meter, profile: x/y, every: 1s }'))).toBe(
    'Meter · tcp://a · x/y',
  );
});

test('what a field may mean is known from the file', () => {
  const root = outlineOf(
    'lines: { bus: tcp://x }\ndevices: { d: { profile: a/b }, e: { profile: a/b } }',
  );
  expect(suggestionsFor(root, 'line')).toEqual(['bus']);
  expect(suggestionsFor(root, 'device')).toEqual(['d', 'e']);
  expect(suggestionsFor(root, 'profile')).toEqual(['a/b']);
  expect(suggestionsFor(root, 'label')).toEqual([]);
});

test('what holds by default is followed to where it is said', () => {
  const every = { description: 'How often. Default: `defaults.every`.' };
  expect(usualOf(SITE, undefined, every)).toBe('10s');
  expect(usualOf(SITE, outlineOf('defaults: { every: 2s }'), every)).toBe('2s');
  expect(usualOf(SITE, undefined, { default: 5 })).toBe('5');
  expect(usualOf(SITE, undefined, {})).toBeUndefined();
});
