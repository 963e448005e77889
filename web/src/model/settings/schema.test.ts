import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { outlineOf } from '../../../../src/config/outline.ts';
import { partAt, pathAtLine, plainOf, type Path } from './part.ts';
import {
  controlOf,
  defaultOf,
  fieldsOf,
  groupOf,
  isSecret,
  kindsOf,
  resolved,
  valueOf,
  variantsOf,
  waysOf,
  type Schema,
} from './schema.ts';

const FILE = join(import.meta.dirname, '../../../../schema/gateway.schema.json');
const SITE = JSON.parse(readFileSync(FILE, 'utf8')) as Schema;

/** The schema at a path of the site file, through the first variant that has it. */
function at(path: Path): Schema {
  return path.reduce<Schema>((schema, step) => {
    for (const { properties, additionalProperties } of variantsOf(SITE, schema)) {
      const next = properties?.[String(step)] ?? additionalProperties;
      if (typeof next === 'object') return next;
    }
    throw new Error(`nothing at ${String(step)}`);
  }, SITE);
}

test.each<[string, Path, string, object]>([
  ['a text', ['name'], '', { kind: 'word', isNumber: false, isText: true }],
  ['a number', ['defaults', 'retries'], '2', { kind: 'word', isNumber: true, isText: false }],
  ['a number that is a placeholder', ['defaults', 'retries'], '"${N}"', { kind: 'text' }],
  ['a duration', ['defaults', 'every'], '5s', { kind: 'word', isNumber: false, isText: true }],
  ['one of some words', ['web', 'login'], 'always', { kind: 'choice' }],
  ['words or more', ['writes'], 'local', { kind: 'choice', options: ['none', 'local', 'all'] }],
  ['words or more, in detail', ['writes'], '{ from: [10.0.0.0/8] }', { kind: 'group' }],
  ['true or false', ['sinks', 'x', 'events'], '', { kind: 'switch' }],
  ['selectors', ['sinks', 'x', 'include'], '[a.*]', { kind: 'list' }],
  ['a line in one word', ['lines', 'x'], 'tcp://a', { kind: 'word' }],
  ['a line in detail', ['lines', 'x'], '{ at: tcp://a }', { kind: 'group' }],
  ['lines', ['lines'], '{ x: tcp://a }', { kind: 'entries' }],
  ['tags', ['devices', 'x', 'tags'], '{ room: B12 }', { kind: 'entries' }],
  ['which points may be written', ['devices', 'x', 'writes'], '[pv]', { kind: 'list' }],
  ['and within which limits', ['devices', 'x', 'writes'], '{ pv: true }', { kind: 'entries' }],
  ['and none at all', ['devices', 'x', 'writes'], 'none', { kind: 'choice', options: ['none'] }],
  ['a number or a percentage', ['report', 'x', 'deadband'], '2%', { isNumber: true, isText: true }],
  ['steps of a rule are for the text', ['rules', 'x', 'steps'], '[{ event: a }]', { kind: 'text' }],
  ['so is what the schema does not know', ['name'], '{ a: 1 }', { kind: 'text' }],
])('a form shows %s', (name, path, text, control) => {
  const part = text === '' ? undefined : outlineOf(text);
  const found = controlOf(SITE, at(path), part);
  // A placeholder is shown as the word it is.
  const expected = name.includes('placeholder') ? { kind: 'word' } : control;
  expect(found).toMatchObject(expected);
});

test('a sink has the fields of its type', () => {
  const part = outlineOf('{ type: influx, url: http://a }');
  const group = groupOf(SITE, at(['sinks', 'x']), part);
  expect(Object.keys(group?.properties ?? {})).toContain('bucket');
  expect(groupOf(SITE, at(['sinks', 'x']), outlineOf('{ type: nonsense }'))).toBeUndefined();
  expect(kindsOf(SITE, at(['sinks', 'x']))).toEqual(expect.arrayContaining(['csv', 'zabbix']));
});

test('a line may be written in one word or in detail', () => {
  expect(waysOf(SITE, at(['lines', 'x']))).toEqual(['word', 'group']);
  expect(waysOf(SITE, at(['devices', 'x', 'writes']))).toEqual(['word', 'list', 'entries']);
});

test('a reference keeps what is said beside it', () => {
  expect(resolved(SITE, at(['defaults', 'every']))).toMatchObject({
    type: 'string',
    default: '10s',
  });
  expect(resolved(SITE, at(['defaults', 'every'])).description).toContain('How often');
});

test.each([
  ['10', { kind: 'word', isNumber: true, isText: false }, 10],
  ['-0.5', { kind: 'word', isNumber: true, isText: true }, -0.5],
  ['2%', { kind: 'word', isNumber: true, isText: true }, '2%'],
  ['${N}', { kind: 'word', isNumber: true, isText: false }, '${N}'],
  ['10', { kind: 'word', isNumber: false, isText: true }, '10'],
  ['  ', { kind: 'word', isNumber: true, isText: true }, undefined],
  ['always', { kind: 'choice', options: ['always'] }, 'always'],
] as const)('"%s" is written as it is meant', (typed, control, value) => {
  expect(valueOf(control, typed)).toBe(value);
});

test('what holds when nothing is written is known', () => {
  expect(defaultOf(at(['defaults', 'every']))).toBe('10s');
  expect(defaultOf(at(['devices', 'x', 'every']))).toBe('defaults.every');
  expect(defaultOf(at(['devices', 'x', 'label']))).toBeUndefined();
});

test('fields that nobody set are offered, not shown, where there are many', () => {
  const device = variantsOf(SITE, at(['devices', 'x']))[0] ?? {};
  const part = outlineOf('{ at: tcp://a, retries: 3 }');
  const { shown, more } = fieldsOf(device, part, new Set(['label']));
  expect(shown).toEqual(['at', 'label', 'retries']);
  expect(more).toContain('dbc');
});

test.each([
  ['password', 'hunter2', true],
  ['password', '${INFLUX_PASSWORD}', false],
  ['token', undefined, true],
  ['Authorization', 'Bearer abc', true],
  ['url', 'http://a', false],
])('%s with %s is shown masked: %s', (name, value, expected) => {
  expect(isSecret(name, value)).toBe(expected);
});

test('parts are found by path, and paths by line', () => {
  const root = outlineOf(
    'version: 1\ndevices:\n  a:\n    at: tcp://a\n    only: [x,\n      y]\n  b: {}\n',
  );
  expect(partAt(root, ['devices', 'a', 'only', 1])?.value).toBe('y');
  expect(partAt(root, ['devices', 'c', 'only'])).toBeUndefined();
  expect(pathAtLine(root, 4)).toEqual(['devices', 'a', 'at']);
  expect(pathAtLine(root, 6)).toEqual(['devices', 'a', 'only', 1]);
  expect(pathAtLine(root, 7)).toEqual(['devices', 'b']);
  expect(plainOf(root ?? { line: 1 })).toMatchObject({ version: 1, devices: { b: {} } });
});
