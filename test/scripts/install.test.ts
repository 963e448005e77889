import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { install, isInstalled } from '../../scripts/setup/install.mjs';
import { machineNpm, type Program } from '../../scripts/setup/npm.mjs';

const LOCKED = {
  '': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/b': { version: '2.0.0', integrity: 'sha512-b', dev: true },
  'node_modules/for-windows': { version: '3.0.0', integrity: 'sha512-w', optional: true },
};
const { 'node_modules/a': A, 'node_modules/b': B } = LOCKED;

let root: string;

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  root = mkdtempSync(join(tmpdir(), 'dinrail-install-'));
  for (const name of ['a', 'b']) mkdirSync(join(root, 'node_modules', name), { recursive: true });
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: LOCKED }));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

describe('node_modules holds what is locked', () => {
  test.for([
    // what npm wrote down as installed, whether it is enough
    ['exactly that', { 'node_modules/a': A, 'node_modules/b': B }, true],
    ['all, with what other platforms need', LOCKED, true],
    ['one too few', { 'node_modules/a': A }, false],
    [
      'another version',
      { 'node_modules/a': A, 'node_modules/b': { ...B, version: '2.0.1' } },
      false,
    ],
    [
      'another content',
      { 'node_modules/a': A, 'node_modules/b': { ...B, integrity: 'sha512-c' } },
      false,
    ],
    [
      'an optional one of another version',
      { ...LOCKED, 'node_modules/for-windows': { version: '1.0.0' } },
      false,
    ],
  ] as const)('%s', ([, present, enough]) => {
    mkdirSync(join(root, 'node_modules', 'for-windows'));
    writeHidden(JSON.stringify({ packages: present }));
    expect(isInstalled(root)).toBe(enough);
  });

  test('not while npm has not finished, and not after half a file', () => {
    expect(isInstalled(root)).toBe(false);
    writeHidden('{"packages": {"node_mod');
    expect(isInstalled(root)).toBe(false);
  });

  test('not when a folder was deleted since', () => {
    writeHidden(JSON.stringify({ packages: LOCKED }));
    rmSync(join(root, 'node_modules', 'a'), { recursive: true });
    expect(isInstalled(root)).toBe(false);
  });
});

describe('npm', () => {
  test('is asked for what is locked, without running scripts, with what builds need', async () => {
    await install(root, fakeNpm(0), process.env);
    expect(JSON.parse(readFileSync(join(root, 'asked.json'), 'utf8'))).toEqual(
      expect.arrayContaining(['ci', '--ignore-scripts', '--include=dev']),
    );
  });

  test('that fails ends the run with its exit code', async () => {
    const failing = install(root, fakeNpm(7), process.env);
    await expect(failing).rejects.toMatchObject({ message: '"npm ci" ended with 7', exitCode: 7 });
  });

  test('is the one that started us, under this Node', () => {
    const npm = machineNpm({ npm_execpath: '/opt/npm/bin/npm-cli.js' });
    expect(npm).toMatchObject({ command: process.execPath, prefix: ['/opt/npm/bin/npm-cli.js'] });
  });

  test('is looked for on the PATH when nobody, or another package manager, started us', () => {
    expect(machineNpm({})).toMatchObject({ command: 'npm', prefix: [] });
    expect(machineNpm({ npm_execpath: '/opt/pnpm/bin/pnpm.cjs' }).command).toBe('npm');
  });
});

function fakeNpm(exitCode: number): Program {
  const script = join(root, 'fake-npm.cjs');
  writeFileSync(
    script,
    `require('node:fs').writeFileSync('asked.json', JSON.stringify(process.argv.slice(2)));
     process.exit(${exitCode});`,
  );
  return { command: process.execPath, prefix: [script], shell: false };
}

function writeHidden(content: string): void {
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), content);
}
