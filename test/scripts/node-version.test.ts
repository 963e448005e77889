import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isAtLeast } from '../../scripts/setup/version.mjs';

const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  engines: { node: string };
};

test('the tests run on a Node that dinrail supports, and in CI on the current line', () => {
  const needed = process.env['CI'] === 'true' ? '24' : engines.node.replace('>=', '');
  expect(isAtLeast(process.versions.node, needed), `this is ${process.version}`).toBe(true);
});

test('the program itself refuses what the package does not support', () => {
  const main = readFileSync('src/cli/main.ts', 'utf8');
  const [, major, minor] = /NEEDED = \[(\d+), (\d+)\]/.exec(main) ?? [];
  expect(engines.node).toBe(`>=${major}.${minor}`);
});

test.for([
  // version, needed, enough
  ['22.18.0', '22.18', true],
  ['22.17.9', '22.18', false],
  ['22.9.0', '22.18', false],
  ['22.100.0', '22.18', true],
  ['20.20.2', '22.18', false],
  ['9.99.99', '22.18', false],
  ['100.0.0', '22.18', true],
  ['24.0.0', '24', true],
  ['v24.21.0', '24.21.0', true],
  ['25.0.0-nightly2026', '24', true],
] as const)('%s where %s is needed: %s', ([version, needed, enough]) => {
  expect(isAtLeast(version, needed)).toBe(enough);
});
