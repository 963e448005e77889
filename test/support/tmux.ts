import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A terminal of tmux with a shell script in it, on a server of its own. The script runs `before`, the
 * program, and then says how the program ended and how it left the terminal. A program that is suspended
 * is brought back after a second.
 */
export class TmuxTerminal {
  readonly folder = mkdtempSync(join(tmpdir(), 'dinrail-tmux-'));

  constructor(
    program: readonly string[],
    { columns = 80, rows = 24, env = {} }: { columns?: number; rows?: number; env?: Env } = {},
  ) {
    const quoted = program.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    const exports = Object.entries({ LANG: 'C.UTF-8', ...env })
      .map(([name, value]) => `export ${name}='${value}'`)
      .join('; ');
    const script = [
      'unset NO_COLOR LC_ALL LC_CTYPE',
      exports,
      `cd '${this.folder}'`,
      'echo before-the-page',
      'stty -a > stty-before',
      'set -m',
      `${quoted}; code=$?`,
      // Stopped by SIGTSTP: as somebody who looks at the shell and comes back.
      'while [ $code = 148 ]; do echo suspended; sleep 1; fg %1 >fg-said; code=$?; done',
      'echo "ended with $code"',
      'stty -a > stty-after',
      'exec sleep 60',
    ].join('\n');
    this.#tmux(
      '-f',
      '/dev/null',
      '-u',
      'new-session',
      '-d',
      '-x',
      `${columns}`,
      '-y',
      `${rows}`,
      script,
    );
  }

  /** The screen as text. */
  screen(): string {
    return this.#tmux('capture-pane', '-p');
  }

  /** The same with the sequences of its styles. */
  styledScreen(): string {
    return this.#tmux('capture-pane', '-p', '-e');
  }

  /** Names of keys as tmux knows them: `q`, `Down`, `C-c`. */
  press(...keys: readonly string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', `${columns}`, '-y', `${rows}`);
  }

  /** Whether the program shows its other screen, and whether the cursor is seen. */
  modes(): { readonly otherScreen: boolean; readonly cursor: boolean; readonly wrap: boolean } {
    const [other, cursor, wrap] = this.#tmux(
      ...['display-message', '-p', '#{alternate_on} #{cursor_flag} #{wrap_flag}'],
    )
      .trim()
      .split(' ');
    return { otherScreen: other === '1', cursor: cursor === '1', wrap: wrap === '1' };
  }

  /** Of the program under test. */
  pid(): number {
    const shell = this.#tmux('display-message', '-p', '#{pane_pid}').trim();
    const { stdout } = spawnSync('pgrep', ['-P', shell], { encoding: 'utf8' });
    return Number(stdout.trim());
  }

  /** Is the terminal line as it was before the program? */
  isLineRestored(): boolean {
    const [before, after] = ['stty-before', 'stty-after'].map((name) =>
      readFileSync(join(this.folder, name), 'utf8'),
    );
    return before === after;
  }

  close(): void {
    this.#tmux('kill-server');
    rmSync(this.folder, { recursive: true, force: true });
  }

  #tmux(...args: readonly string[]): string {
    const socket = join(this.folder, 'socket');
    const env = { ...process.env, TMUX: '', TERM: 'xterm-256color' };
    const { stdout } = spawnSync('tmux', ['-S', socket, ...args], { encoding: 'utf8', env });
    return stdout;
  }
}

type Env = Readonly<Record<string, string>>;
