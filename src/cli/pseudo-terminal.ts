import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ConnectError } from '../base/errors.ts';

/** Two pseudo-terminals joined like a cable: what one program writes to one end, another reads at the other. */
export interface PseudoTerminals {
  readonly ours: string;
  readonly theirs: string;
  /** Unplugs the cable. */
  close(): void;
}

/** Node itself can open none, so socat makes them. Rejects with ConnectError when it is missing. */
export async function openPseudoTerminals(): Promise<PseudoTerminals> {
  const end = 'pty,raw,echo=0';
  const child = spawn('socat', ['-d', '-d', end, end], { stdio: ['ignore', 'ignore', 'pipe'] });
  const names: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once('error', (cause) => {
      reject(
        new ConnectError(
          '--pty needs the program socat, which is not installed (Debian: sudo apt-get install socat)',
          { cause },
        ),
      );
    });
    child.once('exit', (code) => {
      reject(new ConnectError(`socat ended with code ${code ?? 'of a signal'}`));
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      const name = /PTY is (\S+)/.exec(line)?.[1];
      if (name !== undefined) names.push(name);
      if (/starting data transfer loop/.test(line)) resolve();
    });
  });
  const [ours = '', theirs = ''] = names;
  return { ours, theirs, close: () => child.kill('SIGTERM') };
}
