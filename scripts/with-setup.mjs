// node scripts/with-setup.mjs start|test|build|check|check:static [argument …]
//
// Makes a fresh clone ready and then does what was asked: a Node that is new enough, the packages of
// package-lock.json, the program and its page. What is there already is left alone. This file and
// those in setup/ are all that runs before anything is installed: plain JavaScript, Node 18 or later.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, isFresh, TARGETS } from './setup/build.mjs';
import { install, isInstalled } from './setup/install.mjs';
import { withLock } from './setup/lock.mjs';
import { machineNpm } from './setup/npm.mjs';
import { privateNodeFor } from './setup/pinned-node.mjs';
import { fetchNode, privateNodePath } from './setup/private-node.mjs';
import { run, withNodeFirst } from './setup/run.mjs';
import { say } from './setup/say.mjs';
import { SetupError } from './setup/setup-error.mjs';
import { runTool, TASKS } from './setup/tasks.mjs';
import { isAtLeast } from './setup/version.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Private Nodes, and the scratch folder of builds: on the same disk as what they become. */
const HOME = join(ROOT, '.node');

const [name = '', ...args] = process.argv.slice(2);
try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}

async function main() {
  const task = TASKS[name];
  if (task === undefined) {
    throw new SetupError(`with-setup.mjs takes one of ${Object.keys(TASKS).join(', ')}`, 2);
  }
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const needed = engines.node.replace('>=', '');
  if (!isAtLeast(process.versions.node, needed)) return again(needed);
  const place = { root: ROOT, env: withNodeFirst(dirname(process.execPath)) };
  if (!isSetUp()) await withLock(join(HOME, 'lock'), () => setUp(place));
  return task(place, args);
}

/**
 * Starts this script again, under a Node that is new enough.
 *
 * @param {string} needed
 */
async function again(needed) {
  const tooOld = `Node ${process.versions.node} is too old for dinrail (needs ${needed})`;
  const pin = privateNodeFor(process.platform, process.arch);
  if (pin === undefined) {
    throw new SetupError(
      `${tooOld}, and npm has none for ${process.platform} on ${process.arch}: install Node 24 yourself`,
    );
  }
  if (!existsSync(privateNodePath(HOME, pin))) {
    say(`${tooOld}: fetching a private Node ${pin.version} (${pin.megabytes} MB) …`);
  }
  const node = await fetchNode(HOME, pin, machineNpm());
  return run(node, process.argv.slice(1), { env: withNodeFirst(dirname(node)) });
}

function isSetUp() {
  return isInstalled(ROOT) && TARGETS.every((target) => isFresh(ROOT, target));
}

/**
 * Looks at everything again: whoever held the lock before may have done it.
 *
 * @param {import('./setup/tasks.mjs').Place} place
 */
async function setUp(place) {
  if (!isInstalled(ROOT)) await install(ROOT, machineNpm(), place.env);
  // Complaints of a compiler go where our own lines go.
  /** @type {import('./setup/tasks.mjs').Place} */
  const quiet = { ...place, stdio: ['ignore', 2, 2] };
  for (const target of TARGETS) {
    if (isFresh(ROOT, target)) continue;
    await build(ROOT, target, join(HOME, 'partial-build'), (...tool) => runTool(quiet, ...tool));
  }
}
