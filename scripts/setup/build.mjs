import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { say } from './say.mjs';
import { SetupError } from './setup-error.mjs';
import { filesUnder, fingerprint, readStamp, writeStamp } from './stamp.mjs';

/**
 * Something that is built whole: from which files, into which folder, by what.
 *
 * @typedef {object} Target
 * @property {string} name
 * @property {string} folder relative to the root
 * @property {readonly string[]} keep folders inside that another target builds
 * @property {(root: string) => string[]} inputs
 * @property {(out: string) => [package_: string, command: string, ...args: string[]]} tool
 */

/** A new compiler builds anew, so both targets depend on what is locked. */
const LOCK = 'package-lock.json';

/** @param {string} file */
const isNoTest = (file) => !file.endsWith('.test.ts');

/** @type {readonly Target[]} the first must not need the second */
export const TARGETS = [
  {
    name: 'the program',
    folder: 'dist',
    keep: ['web'],
    inputs: (root) => [
      ...filesUnder(root, 'src', (file) => file.endsWith('.ts') && isNoTest(file)),
      'tsconfig.json',
      'tsconfig.build.json',
      LOCK,
    ],
    tool: (out) => ['typescript', 'tsc', '-p', 'tsconfig.build.json', '--outDir', out],
  },
  {
    name: 'the page',
    folder: 'dist/web',
    keep: [],
    inputs: (root) => {
      const files = filesUnder(root, 'web', isNoTest);
      return files.includes('web/vite.config.ts') ? [...files, 'src/api/contract.ts', LOCK] : [];
    },
    tool: (out) => [
      'vite',
      'vite',
      'build',
      'web',
      '--outDir',
      out,
      '--emptyOutDir',
      '--logLevel',
      'warn',
    ],
  },
];

/**
 * True when the folder was built from exactly the inputs as they are now, or there is nothing to build.
 *
 * @param {string} root
 * @param {Target} target
 */
export function isFresh(root, target) {
  const inputs = target.inputs(root);
  return inputs.length === 0 || readStamp(join(root, target.folder)) === fingerprint(root, inputs);
}

/**
 * Builds a target beside its folder and swaps the two when it is done: an interrupted build changes
 * nothing, and what has left the sources leaves the result.
 *
 * @param {string} root
 * @param {Target} target
 * @param {string} scratch a folder on the same disk, ours alone
 * @param {(package_: string, command: string, ...args: string[]) => Promise<number>} runTool
 */
export async function build(root, target, scratch, runTool) {
  say(`building ${target.name} …`);
  // Taken before: an edit during the build makes the result stale, not fresh by mistake.
  const stamp = fingerprint(root, target.inputs(root));
  const made = join(scratch, 'made');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  const code = await runTool(...target.tool(made));
  if (code !== 0) throw new SetupError(`${target.name} could not be built`, code);
  writeStamp(made, stamp);
  swap(join(root, target.folder), made, join(scratch, 'old'), target.keep);
  rmSync(scratch, { recursive: true, force: true });
}

/**
 * @param {string} folder
 * @param {string} made
 * @param {string} old
 * @param {readonly string[]} keep
 */
function swap(folder, made, old, keep) {
  for (const inner of keep) {
    if (existsSync(join(folder, inner))) renameSync(join(folder, inner), join(made, inner));
  }
  mkdirSync(dirname(folder), { recursive: true });
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(made, folder);
}
