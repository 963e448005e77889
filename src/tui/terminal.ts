import type { Size } from './screen.ts';

/** What the page needs of a terminal. The program gives a real one, a test one that remembers. */
export interface Terminal {
  readonly size: Size;
  /** What was written and not yet taken by the terminal, in bytes: a serial console is slow. */
  readonly unreadBytes: number;
  write(text: string): void;
  /** Keys come as they are pressed, unechoed, until the function it gives is called. */
  open(listener: TerminalListener): () => void;
  /** Has the shell take over until the program is wanted back; absent where there is none. */
  suspend?(): void;
}

export interface TerminalListener {
  keys(text: string): void;
  resized(): void;
  /** Nobody sits there any more. */
  gone(): void;
}

/**
 * Another screen, no cursor, no wrapping at the edge, pastes marked (DEC private modes 1049, 25 and 7,
 * xterm 2004).
 */
export const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h\u001b[2J';

/** Everything `ENTER` did undone, the style included, whatever was going on. */
export const LEAVE = '\u001b[0m\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l';
