import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run of the real program, from its sources. */
export interface Program {
  readonly child: ChildProcess;
  /** Resolves when stdout and stderr together match. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** What it has said on stdout and stderr so far. */
  text(): string;
  /** Sends a signal, if one is given, and resolves when the program has ended. */
  end(signal?: NodeJS.Signals): Promise<Finished>;
}

export function startProgram(args: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  const text = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
      for (const look of waiting) look();
    });
  }
  const closed = once(child, 'close');
  return {
    child,
    async said(pattern) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(text.stdout + text.stderr);
          if (match === null) return;
          waiting.delete(look);
          resolve(match);
        };
        waiting.add(look);
        look();
        void closed.then(() => {
          reject(
            new Error(`ended without saying ${String(pattern)}:\n${text.stdout}${text.stderr}`),
          );
        });
      });
    },
    text: () => text.stdout + text.stderr,
    async end(signal) {
      if (signal !== undefined && child.exitCode === null) child.kill(signal);
      await closed;
      return { code: child.exitCode, ...text };
    },
  };
}

/** Runs the program to its end. */
export async function runProgramToEnd(
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<Finished> {
  return startProgram(args, env).end();
}
