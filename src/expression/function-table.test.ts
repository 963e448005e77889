import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { functionTable } from './function-table.ts';
import { parseExpression } from './expression.ts';
import { FUNCTIONS } from './functions.ts';
import { LIMITS } from './parser.ts';
import type { Kind } from './value.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../docs/expressions.md'), 'utf8');

test('docs/expressions.md has the functions as they are', () => {
  expect(DOCUMENT).toContain(functionTable());
});

test('docs/expressions.md has the limits as they are', () => {
  const { characters, nodes, depth } = LIMITS;
  expect(DOCUMENT).toContain(
    `${characters.toLocaleString('en')} characters, ${nodes} parts, ${depth} levels`,
  );
});

test('docs/expressions.md has examples that can be used', () => {
  const [, examples = ''] = /```\n(process == 305[^]*?)```/.exec(DOCUMENT) ?? [];
  const lines = examples.split('\n').map((line) => line.split('   ')[0] ?? '');
  const scope = new Map<string, Kind>([
    ...['process', 'pv', 'meter_a.power', 'meter_b.power', 'status', 'energy'].map(
      (name): [string, Kind] => [name, 'number'],
    ),
    ['run', 'boolean'],
  ]);
  const used = lines.filter((line) => line !== '');
  expect(used.length).toBeGreaterThan(3);
  for (const line of used) expect(parseExpression(line, scope).issues, line).toEqual([]);
});

test.each([...FUNCTIONS])('%s is called in its usage and in its example', (name, definition) => {
  expect(definition.usage.startsWith(`${name}(`)).toBe(true);
  expect(definition.example[0]).toContain(`${name}(`);
});
