import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { build, isFresh, TARGETS } from '../../scripts/setup/build.mjs';

const [PROGRAM, PAGE] = TARGETS as [(typeof TARGETS)[0], (typeof TARGETS)[0]];

let root: string;

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  root = mkdtempSync(join(tmpdir(), 'dinrail-build-'));
  write('package-lock.json', '{}');
  write('tsconfig.json', '{}');
  write('src/cli/main.ts', 'one');
  write('src/cli/main.test.ts', 'a test');
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

describe('the program', () => {
  test('is built once, and is fresh until something it is made of changes', async () => {
    expect(isFresh(root, PROGRAM)).toBe(false);
    await buildProgram('main.js');
    expect(isFresh(root, PROGRAM)).toBe(true);
  });

  test.for([
    // what happens, the file, its new content, fresh afterwards
    ['a source changes', 'src/cli/main.ts', 'two', false],
    ['a source comes', 'src/cli/more.ts', '', false],
    ['the compiler options change', 'tsconfig.json', '{ }', false],
    ['another version is locked', 'package-lock.json', '{ }', false],
    ['a test changes', 'src/cli/main.test.ts', 'another test', true],
    ['a source is written again as it was', 'src/cli/main.ts', 'one', true],
    ['the page changes', 'web/index.html', 'hello', true],
  ] as const)('when %s', async ([, file, content, fresh]) => {
    await buildProgram('main.js');
    write(file, content);
    utimesSync(join(root, file), new Date(0), new Date(0));
    expect(isFresh(root, PROGRAM)).toBe(fresh);
  });

  test('is stale when a source has gone, and its result goes with it', async () => {
    write('src/gone.ts', '');
    await buildProgram('main.js', 'gone.js');
    rmSync(join(root, 'src/gone.ts'));
    expect(isFresh(root, PROGRAM)).toBe(false);
    await buildProgram('main.js');
    expect(existsSync(join(root, 'dist/gone.js'))).toBe(false);
  });

  test('is stale after somebody deleted it', async () => {
    await buildProgram('main.js');
    rmSync(join(root, 'dist'), { recursive: true });
    expect(isFresh(root, PROGRAM)).toBe(false);
  });

  test('stays as it was when a build fails, and is built again the next time', async () => {
    await buildProgram('main.js');
    write('src/cli/main.ts', 'an error');
    const failing = build(root, PROGRAM, scratch(), async () => 2);
    await expect(failing).rejects.toThrow('the program could not be built');
    expect(read('dist/main.js')).toBe('main.js of one');
    expect(isFresh(root, PROGRAM)).toBe(false);
  });

  test('is not taken for finished when it was edited while it was built', async () => {
    await build(root, PROGRAM, scratch(), async () => {
      write('src/cli/main.ts', 'edited');
      return 0;
    });
    expect(isFresh(root, PROGRAM)).toBe(false);
  });

  test('does not lose the page inside its folder', async () => {
    write('web/vite.config.ts', '');
    await buildProgram('main.js');
    await build(root, PAGE, scratch(), async () => 0);
    write('src/cli/main.ts', 'two');
    await buildProgram('main.js');
    expect(isFresh(root, PROGRAM)).toBe(true);
    expect(isFresh(root, PAGE)).toBe(true);
  });
});

describe('the page', () => {
  test('is no concern while there is no way to build it', () => {
    write('web/index.html', '');
    expect(isFresh(root, PAGE)).toBe(true);
  });

  test('is stale when the contract with the program changes', async () => {
    write('web/vite.config.ts', '');
    write('src/api/contract.ts', 'one');
    await build(root, PAGE, scratch(), async () => 0);
    expect(isFresh(root, PAGE)).toBe(true);
    write('src/api/contract.ts', 'two');
    expect(isFresh(root, PAGE)).toBe(false);
  });
});

/** A compiler that writes these files, each with its name and the content of main.ts. */
async function buildProgram(...files: string[]): Promise<void> {
  await build(root, PROGRAM, scratch(), async (...tool) => {
    const out = tool.at(tool.indexOf('--outDir') + 1)!;
    for (const file of files) {
      writeFileSync(join(out, file), `${file} of ${read('src/cli/main.ts')}`);
    }
    return 0;
  });
}

function scratch(): string {
  return join(root, '.node', 'partial-build');
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function write(file: string, content: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}
