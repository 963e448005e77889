import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { say } from './say.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 */

/**
 * True when node_modules holds what package-lock.json says. npm writes a lock file of its own into
 * node_modules when it has finished, never before: an interrupted install has none. So it does not
 * matter who installed, and a machine without a network can go on with what is there.
 *
 * @param {string} root
 */
export function isInstalled(root) {
  const present = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  const wanted = packagesIn(join(root, 'package-lock.json'));
  if (present === undefined || wanted === undefined) return false;
  return Object.entries(wanted).every(([path, locked]) => {
    if (path === '') return true;
    const found = present[path];
    // What is made for other platforms, or did not install on this one, is absent for good.
    if (found === undefined) return locked.optional === true || locked.devOptional === true;
    return (
      found.version === locked.version &&
      found.integrity === locked.integrity &&
      existsSync(join(root, path))
    );
  });
}

/**
 * Installs what package-lock.json says. Nothing is compiled and no package's own script runs.
 *
 * @param {string} root
 * @param {import('./npm.mjs').Program} npm
 * @param {NodeJS.ProcessEnv} env
 */
export async function install(root, npm, env) {
  say('installing the packages of package-lock.json …');
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const code = await run(
    npm.command,
    // The compiler is a development dependency: NODE_ENV=production must not leave it out.
    [...npm.prefix, 'ci', '--ignore-scripts', '--include=dev', '--include=optional', ...quiet],
    { cwd: root, env, shell: npm.shell, stdio: ['ignore', 2, 2] },
  );
  if (code !== 0) throw new SetupError(`"npm ci" ended with ${code}`, code);
}

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage> | undefined} undefined for a file that is not there or not whole
 */
function packagesIn(file) {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
