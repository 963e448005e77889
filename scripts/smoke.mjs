// node scripts/smoke.mjs
//
// What a stranger does first, on machines with an old, an older and the current Node: clone, then
// "npm start". Every row starts from a clone with nothing in it; what is not committed takes no part.
// Leaves with 1 when a row fails.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machineNpm } from './setup/npm.mjs';
import { smokeNodesFor } from './setup/pinned-node.mjs';
import { fetchNode } from './setup/private-node.mjs';
import { withNodeFirst } from './setup/run.mjs';
import { say } from './setup/say.mjs';
import { isAtLeast } from './setup/version.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const NPM = machineNpm();
const STEP_TIMEOUT_MS = 300_000;
/** What starting may cost when everything is there already. */
const SECOND_SETUP_MS = 3_000;

/** @typedef {{ status: number | null, stdout: string, stderr: string, tookMs: number }} Outcome */

let failures = 0;
const scratch = mkdtempSync(join(tmpdir(), 'dinrail-smoke-'));
try {
  const pins = smokeNodesFor(process.platform, process.arch);
  if (pins.length === 0) throw new Error(`no Nodes are pinned for ${process.platform}`);
  for (const pin of pins) {
    // A Node that cannot be had is a row that cannot pass: this throws.
    const node = await fetchNode(join(ROOT, '.node'), pin, NPM);
    smoke(pin.version, node, clone(pin.version));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (failures > 0) say(`${failures} rows failed`);
process.exitCode = failures === 0 ? 0 : 1;

/**
 * @param {string} version
 * @param {string} node
 * @param {string} folder
 */
function smoke(version, node, folder) {
  const env = withNodeFirst(dirname(node), outsideOfNpm());
  /** @type {(...args: string[]) => Outcome} */
  const npm = (...args) => {
    const command = NPM.prefix.length > 0 ? node : NPM.command;
    return execute(command, [...NPM.prefix, ...args], folder, env);
  };
  /** @type {(...args: string[]) => Outcome} */
  const bare = (...args) => execute(node, args, folder, env);

  row(version, 'npm start', npm('start', '--', '--for', '3s', '--web', '127.0.0.1:0'), succeeded);
  row(
    version,
    'set-up again',
    npm('run', 'build'),
    (outcome) => succeeded(outcome) && outcome.tookMs < SECOND_SETUP_MS,
  );
  if (!isAtLeast(version, '22.18')) {
    row(version, 'says that it is too old', bare('dist/cli/main.js', 'version'), refused);
    return;
  }
  row(version, 'serial driver', bare('-e', "require('serialport').SerialPort.list"), succeeded);
  if (!isAtLeast(version, '24')) {
    row(version, 'npm test', npm('test', '--', 'src/base', 'src/codec', 'src/profile'), succeeded);
  }
}

/** @param {Outcome} outcome */
function succeeded({ status }) {
  return status === 0;
}

/**
 * One line that says why, and the exit code for wrong use.
 *
 * @param {Outcome} outcome
 */
function refused({ status, stdout, stderr }) {
  return status === 2 && stdout === '' && /^dinrail needs Node .*\n$/.test(stderr);
}

/**
 * @param {string} version
 * @param {string} what
 * @param {Outcome} outcome
 * @param {(outcome: Outcome) => boolean} passed
 */
function row(version, what, outcome, passed) {
  const ok = passed(outcome);
  const seconds = (outcome.tookMs / 1000).toFixed(1);
  say(`${ok ? 'PASS' : 'FAIL'}  Node ${version}  ${what}  (${seconds} s)`);
  if (ok) return;
  failures += 1;
  say(`exit code ${outcome.status}\n${outcome.stdout.slice(-3000)}${outcome.stderr.slice(-3000)}`);
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} env
 * @returns {Outcome}
 */
function execute(command, args, cwd, env) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: STEP_TIMEOUT_MS,
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout, stderr, tookMs: performance.now() - started };
}

/** @param {string} name */
function clone(name) {
  const folder = join(scratch, name);
  // A checkout may belong to somebody else, which git refuses unless a configuration file allows it.
  const config = join(scratch, 'gitconfig');
  writeFileSync(config, '[safe]\n  directory = *\n');
  const env = { ...process.env, GIT_CONFIG_GLOBAL: config };
  const { status, stderr } = execute('git', ['clone', '--quiet', ROOT, folder], scratch, env);
  if (status !== 0) throw new Error(`git clone ended with ${status}: ${stderr}`);
  return folder;
}

/**
 * The environment without what npm tells the scripts of this project about themselves; what a person
 * configured for npm (registry, proxy, cache) stays.
 */
function outsideOfNpm() {
  const ours = /^(npm_(package|lifecycle|config_local_prefix)|INIT_CWD$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}
