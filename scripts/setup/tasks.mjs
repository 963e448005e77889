import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { say } from './say.mjs';
import { toolPath } from './tool.mjs';

/**
 * Where a task works, and what its tools print to; our own terminal when nothing is said.
 *
 * @typedef {object} Place
 * @property {string} root
 * @property {NodeJS.ProcessEnv} env
 * @property {import('node:child_process').StdioOptions} [stdio]
 */

/**
 * What can be asked for once everything is set up; each resolves with an exit code.
 *
 * @type {Readonly<Record<string, (place: Place, args: readonly string[]) => Promise<number>>>}
 */
export const TASKS = {
  build: async () => 0,
  start: async ({ root, env }, args) =>
    run(process.execPath, [join(root, 'dist', 'cli', 'main.js'), 'demo', ...args], { env }),
  test: async (place, args) => runTool(place, 'vitest', 'vitest', 'run', ...args),
  'check:static': checkStatic,
  check: async (place, args) => {
    const code = await checkStatic(place);
    return code === 0 ? runTool(place, 'vitest', 'vitest', 'run', ...args) : code;
  },
};

/**
 * Format, types and lint: all are run, so that one failure does not hide the next.
 *
 * @param {Place} place
 */
async function checkStatic(place) {
  /** @type {[name: string, package_: string, command: string, ...args: string[]][]} */
  const checks = [
    ['format', 'prettier', 'prettier', '--check', '--log-level', 'warn', '.'],
    ['types', 'typescript', 'tsc', '--noEmit'],
    ['lint', 'eslint', 'eslint', '.'],
  ];
  if (existsSync(join(place.root, 'web', 'tsconfig.json'))) {
    checks.push(['types of the page', 'typescript', 'tsc', '--noEmit', '-p', 'web/tsconfig.json']);
  }
  let worst = 0;
  for (const [name, ...tool] of checks) {
    const code = await runTool(place, ...tool);
    say(`${name}: ${code === 0 ? 'ok' : 'FAILED'}`);
    worst = Math.max(worst, code);
  }
  return worst;
}

/**
 * @param {Place} place
 * @param {string} package_
 * @param {string} command
 * @param {string[]} args
 */
export async function runTool({ root, env, stdio }, package_, command, ...args) {
  const script = toolPath(root, package_, command);
  return run(process.execPath, [script, ...args], { cwd: root, env, stdio: stdio ?? 'inherit' });
}
