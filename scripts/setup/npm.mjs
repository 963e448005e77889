import { basename } from 'node:path';

/**
 * How to call a program: its name or path, what comes before the arguments, and whether a shell has
 * to find it.
 *
 * @typedef {{ command: string, prefix: readonly string[], shell: boolean }} Program
 */

/**
 * The machine's npm, with this person's registry, proxy and cache. npm names itself to the scripts it
 * runs; a script that was started by hand takes the npm on the PATH.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Program}
 */
export function machineNpm(env = process.env) {
  const path = env['npm_execpath'];
  // pnpm and yarn set the same variable and understand other commands.
  if (path !== undefined && basename(path).startsWith('npm')) {
    return { command: process.execPath, prefix: [path], shell: false };
  }
  return { command: 'npm', prefix: [], shell: process.platform === 'win32' };
}
