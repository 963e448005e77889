import type { Clock } from '../base/clock.ts';
import type { Terminal } from '../tui/terminal.ts';

/** Where a command writes, and whether a person looks at it. */
export interface Output {
  write(text: string): void;
  /** A terminal: colour and redrawing are welcome. */
  readonly isTerminal: boolean;
  /** Characters per line and lines; 80 x 24 where nothing is known. */
  readonly columns: number;
  readonly rows: number;
  /** The same as a stream, for sinks. */
  readonly stream: NodeJS.WritableStream;
}

/** Everything of the world that a command may touch. A test builds one from streams. */
export interface CliContext {
  readonly stdout: Output;
  readonly stderr: Output;
  /** The screen and the keys of a person; undefined where either is no terminal. */
  readonly terminal?: Terminal;
  /** Asks a person; undefined when nobody is there to answer. */
  readonly ask?: (question: string) => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  /** Aborts when the program shall stop; the reason says by which signal. */
  readonly signal: AbortSignal;
  /** Calls back on SIGHUP instead of stopping; gives a function that ends that. */
  readonly onHangup?: (listener: () => void) => () => void;
  readonly version: string;
  /** Of Node, such as `24.11.0`. */
  readonly nodeVersion: string;
  /** Of this process. */
  readonly pid: number;
  /** The program that runs this one: Node. */
  readonly execPath?: string;
  /** CLOCK_MONOTONIC of the system in microseconds, for programs that compare it with theirs. */
  readonly monotonicMicros?: () => bigint;
  /** Folder with `profiles/` and `dist/web`. */
  readonly packageRoot: string;
}

/** Why a program was asked to stop. */
export class StopSignal extends Error {
  readonly by: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'end';

  constructor(by: StopSignal['by']) {
    super(`stopped by ${by}`);
    this.name = 'StopSignal';
    this.by = by;
  }
}

/** Resolves when the program shall stop. */
export async function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
