import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ConnectError, describeError } from '../base/errors.ts';
import type { Step } from './install-plan.ts';

const run = promisify(execFile);

/** Programs of the system are found there, and nowhere else. */
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
const COMMAND_MS = 60_000;

/** What becomes of a step. */
export type StepState = 'todo' | 'done' | 'not-here';

/** Where the steps are done: `/`, or another folder that stands for it. */
export interface Target {
  readonly root: string;
}

/** What a step would do, in words: `write    /etc/systemd/system/dinrail.service`. */
export function stepText(step: Step, state: StepState): string {
  const verb = state === 'done' ? 'keep' : step.kind;
  return `${(state === 'not-here' ? 'leave out' : verb).padEnd(10)}${objectOf(step)}`;
}

function objectOf(step: Step): string {
  switch (step.kind) {
    case 'run':
      return step.command.join(' ');
    case 'make':
      return `${step.path}  (${octal(step.mode)})`;
    case 'write':
    case 'remove':
      return step.path;
  }
}

/** Is there anything to do? Looks, and changes nothing. */
export async function stepState(step: Step, { root }: Target): Promise<StepState> {
  switch (step.kind) {
    case 'run':
      return root === '/' || step.when === 'offline' ? 'todo' : 'not-here';
    case 'remove':
      return (await exists(join(root, step.path))) ? 'todo' : 'done';
    case 'make':
      return (await exists(join(root, step.path))) ? 'done' : 'todo';
    case 'write':
      return (await textOf(join(root, step.path))) === step.text ? 'done' : 'todo';
  }
}

/** Does one step. Rejects with ConnectError when the computer refuses. */
export async function applyStep(step: Step, { root }: Target): Promise<void> {
  try {
    await apply(step, root);
  } catch (cause) {
    if (step.kind === 'run' && step.isOptional === true) return;
    throw new ConnectError(`${objectOf(step)}: ${describeError(cause)}`, { cause });
  }
}

async function apply(step: Step, root: string): Promise<void> {
  if (step.kind === 'run') {
    const [program = '', ...args] = step.command;
    const where = root === '/' ? [] : [`--root=${root}`];
    await run(program, [...where, ...args], { env: { PATH }, timeout: COMMAND_MS });
    return;
  }
  const path = join(root, step.path);
  if (step.kind === 'remove') {
    await rm(path, { force: true });
    return;
  }
  if (step.kind === 'make') {
    await mkdir(path, { recursive: true });
  } else {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, step.text);
  }
  // What is made obeys a mask of the one who makes it; these shall not.
  await chmod(path, step.mode);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
