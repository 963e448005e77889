import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';
import { SetupError } from './setup-error.mjs';

/** @typedef {import('./pinned-node.mjs').PinnedNode} PinnedNode */
/** @typedef {import('./npm.mjs').Program} Program */

const BINARY = process.platform === 'win32' ? 'node.exe' : 'node';

/**
 * The path this Node has, or will have, below `home`.
 *
 * @param {string} home
 * @param {PinnedNode} pin
 */
export function privateNodePath(home, pin) {
  return join(home, `${pin.package}-${pin.version}`, 'bin', BINARY);
}

/**
 * Downloads a Node through npm unless it is there, and returns the path of the program. It is made in
 * a folder beside and moved into place whole, so an interruption cannot leave half of it; a second run
 * waits for the first.
 *
 * @param {string} home folder that keeps them
 * @param {PinnedNode} pin
 * @param {Program} npm
 * @returns {Promise<string>}
 */
export async function fetchNode(home, pin, npm) {
  const path = privateNodePath(home, pin);
  if (!existsSync(path)) {
    await withLock(join(home, 'lock'), async () => {
      // The one we waited for may have brought it.
      if (!existsSync(path)) await make(path, join(home, 'partial-node'), pin, npm);
    });
  }
  return path;
}

/**
 * @param {string} path
 * @param {string} partial where to work, nobody else meanwhile
 * @param {PinnedNode} pin
 * @param {Program} npm
 */
async function make(path, partial, pin, npm) {
  // What a killed run may have left.
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial);
  try {
    const tarball = await download(partial, pin, npm);
    checkIntegrity(tarball, pin.integrity);
    await unpack(tarball, partial);
    checkRuns(join(partial, 'package', 'bin', BINARY), pin);
    renameSync(join(partial, 'package'), dirname(dirname(path)));
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @param {PinnedNode} pin
 * @param {Program} npm
 */
async function download(folder, pin, npm) {
  const name = `${pin.package}@${pin.version}`;
  const options = ['--pack-destination', folder, '--prefer-offline', '--loglevel=error'];
  const code = await run(
    npm.command,
    [...npm.prefix, 'pack', name, '--ignore-scripts', ...options],
    // npm prints the name of the file; nobody needs it.
    { cwd: folder, shell: npm.shell, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const file = readdirSync(folder).find((entry) => entry.endsWith('.tgz'));
  if (code !== 0 || file === undefined) {
    throw new SetupError(`npm could not fetch ${name}; install Node 24 yourself, or try again`);
  }
  return join(folder, file);
}

/**
 * @param {string} file
 * @param {string} expected
 */
export function checkIntegrity(file, expected) {
  const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (found !== expected) {
    throw new SetupError(
      `the Node that npm delivered is not the one dinrail knows, and was thrown away:\n` +
        `  expected ${expected}\n  found    ${found}`,
    );
  }
}

/**
 * @param {string} tarball
 * @param {string} folder
 */
async function unpack(tarball, folder) {
  const wanted = `package/bin/${BINARY}`;
  const code = await run('tar', ['-xzf', tarball, '-C', folder, wanted]).catch((error) => {
    throw new SetupError(`cannot unpack Node: the program tar does not start (${error.message})`);
  });
  if (code !== 0) throw new SetupError(`cannot unpack Node: tar ended with ${code}`);
}

/**
 * @param {string} path
 * @param {PinnedNode} pin
 */
function checkRuns(path, pin) {
  const { status, stdout, error } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  if (status === 0 && stdout.trim() === `v${pin.version}`) return;
  const why = error?.message ?? `"node --version" ended with ${status}`;
  throw new SetupError(
    `the fetched Node ${pin.version} does not run on this machine (${why}); install Node 24 yourself`,
  );
}
