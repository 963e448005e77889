import { writeSync } from 'node:fs';
import { ENTER, LEAVE, type Terminal, type TerminalListener } from '../tui/terminal.ts';

/** The terminal that a person sits at; undefined where keys or screen are no terminal. */
export function processTerminal(host: NodeJS.Process): Terminal | undefined {
  const { stdin, stdout } = host;
  if (!stdin.isTTY || !stdout.isTTY) return undefined;
  let listening: TerminalListener | undefined;
  /** The shell has the terminal: a frame that was under way would end up on its screen. */
  let isAway = false;

  const enter = (): void => {
    isAway = false;
    stdin.setRawMode(true);
    stdin.resume();
    stdout.write(ENTER);
  };
  /** Synchronous, since after a crash nothing else runs any more; and never a fault on top of one. */
  const leave = (): void => {
    try {
      stdin.setRawMode(false);
    } catch {
      // The terminal is gone: there is nothing to give back.
    }
    try {
      writeSync(stdout.fd, LEAVE);
    } catch {
      stdout.write(LEAVE);
    }
  };
  const open = (listener: TerminalListener): (() => void) => {
    listening = listener;
    const gone = (): void => listener.gone();
    const resized = (): void => listener.resized();
    const keys = (text: string): void => listener.keys(text);
    stdin.setEncoding('utf8').on('data', keys).on('end', gone).on('error', gone);
    stdout.on('resize', resized);
    // Before Node prints what went wrong: a stack on the other screen is never seen.
    host.on('uncaughtExceptionMonitor', leave);
    host.on('exit', leave);
    enter();
    return () => {
      host.off('uncaughtExceptionMonitor', leave);
      host.off('exit', leave);
      stdout.off('resize', resized);
      stdin.off('data', keys).off('end', gone).off('error', gone).pause();
      listening = undefined;
      leave();
    };
  };
  return {
    get size() {
      return { columns: stdout.columns, rows: stdout.rows };
    },
    get unreadBytes() {
      return stdout.writableLength;
    },
    write(text) {
      if (!isAway) stdout.write(text);
    },
    open,
    suspend() {
      isAway = true;
      leave();
      host.once('SIGCONT', () => {
        if (listening === undefined) return;
        enter();
        listening.resized();
      });
      host.kill(host.pid, 'SIGTSTP');
    },
  };
}
