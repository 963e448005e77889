import { spawn, spawnSync, type ChildProcess, type StdioOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

/** Kernel clock ticks per second, as /proc counts them on every Linux of today. */
const TICKS_PER_SECOND = 100;

/** Runs a program on one core when there is a way to say so: unpinned, two halves disturb each other. */
export function spawnOnCore(core: number, command: string, args: readonly string[]): ChildProcess {
  const stdio: StdioOptions = ['ignore', 'pipe', 'inherit'];
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
  if (child.stdout === null) return undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const match = pattern.exec(line);
    if (match !== null) return match;
  }
  return undefined;
}

/** Processor time a process has used so far, in seconds; NaN where there is no /proc. */
export function cpuSeconds(pid: number | undefined): number {
  try {
    const fields =
      readFileSync(`/proc/${pid ?? 0}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return NaN;
  }
}
