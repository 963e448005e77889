import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** What asks a program to stop. */
const STOP_SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * A terminal sends Ctrl-C to every process of the group, npm sends it once more, and a program takes
 * the second for "at once". So the child gets SIGTERM instead, this much later (in ms): it changes
 * nothing for a child that has heard the terminal, and stops one that has not.
 */
const PASS_ON_AFTER_MS = 200;

/**
 * npm starts us through a shell, and passes its own SIGTERM to that shell alone: nobody tells us. So
 * we look this often (in ms) whether our parent has gone, and take that for a signal.
 */
const LOOK_FOR_PARENT_MS = 250;
const PARENT = process.ppid;

/**
 * Runs a program with our own terminal and resolves with its exit code (128 plus the number of the
 * signal that ended it). A signal to us, or the end of whoever started us, is passed on, and we stay
 * until the program has left.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export async function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  /** @type {NodeJS.Timeout | undefined} */
  let pending;
  const passOn = () => {
    pending ??= setTimeout(() => {
      pending = undefined;
      child.kill('SIGTERM');
    }, PASS_ON_AFTER_MS);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, passOn);
  const watch = setInterval(() => {
    if (process.ppid === PARENT) return;
    clearInterval(watch);
    passOn();
  }, LOOK_FOR_PARENT_MS);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      });
    });
  } finally {
    clearInterval(watch);
    clearTimeout(pending);
    for (const signal of STOP_SIGNALS) process.off(signal, passOn);
  }
}

/**
 * The environment in which `node`, also called by name from a script, is this Node.
 *
 * @param {string} nodeFolder
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function withNodeFirst(nodeFolder, env = process.env) {
  // Windows spells it "Path", and two spellings in one environment are one too many.
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const separator = process.platform === 'win32' ? ';' : ':';
  return { ...env, [key]: [nodeFolder, env[key]].filter(Boolean).join(separator) };
}
