import { spawn, spawnSync, type ChildProcess, type StdioOptions } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

/**
 * Runs a program on one core when there is a way to say so: unpinned, two halves disturb each other.
 * `heard` is the stream that `firstLine` reads; the other one is ours.
 */
export function spawnOnCore(
  core: number,
  command: string,
  args: readonly string[],
  heard: 'stdout' | 'stderr' = 'stdout',
): ChildProcess {
  const stdio: StdioOptions =
    heard === 'stdout' ? ['ignore', 'pipe', 'inherit'] : ['ignore', 'inherit', 'pipe'];
  if (!CAN_PIN) return spawn(command, args, { stdio });
  return spawn('taskset', ['-c', String(core), command, ...args], { stdio });
}

export const CAN_PIN =
  availableParallelism() > 1 &&
  spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0;

/** The first line that matches, or undefined when the program ends before it. */
export async function firstLine(
  child: ChildProcess,
  pattern: RegExp,
): Promise<RegExpMatchArray | undefined> {
  const input = child.stdout ?? child.stderr;
  if (input === null) return undefined;
  for await (const line of createInterface({ input })) {
    const match = pattern.exec(line);
    if (match !== null) return match;
  }
  return undefined;
}

/** Processor time a process has used so far, in seconds; NaN where there is no /proc. */
export function cpuSeconds(pid: number | undefined): number {
  const folder = `/proc/${pid ?? 0}/task`;
  try {
    // Nanoseconds on a processor, per thread. `stat` beside it counts hundredths of a second only.
    const nanoseconds = readdirSync(folder).map((thread) =>
      Number(readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanoseconds.reduce((sum, value) => sum + value, 0) / 1e9;
  } catch {
    return NaN;
  }
}
