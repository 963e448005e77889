import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PYTHON } from './peers.ts';

/** Prints each datagram as one line of JSON, as a service manager would read it. */
const LISTENER = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print(json.dumps([]), flush=True)
while True:
    print(json.dumps(s.recv(65536).decode().split("\\n")), flush=True)
`;

/** Stands in for systemd: the socket of NOTIFY_SOCKET, and what was told there. */
export interface NotifySocket {
  readonly path: string;
  /** Messages in the order in which they came, each as its assignments. */
  readonly messages: readonly (readonly string[])[];
  stop(): Promise<void>;
}

export async function openNotifySocket(folder: string): Promise<NotifySocket> {
  const path = join(folder, 'notify');
  const child = spawn(PYTHON, ['-c', LISTENER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const messages: (readonly string[])[] = [];
  let rest = '';
  await new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const message = (JSON.parse(line) as string[]).filter((one) => one !== '');
        // systemd-notify asks at the end whether all was read; only we see that.
        if (message.length > 0 && message[0] !== 'BARRIER=1') messages.push(message);
      }
      resolve();
    });
  });
  return {
    path,
    messages,
    async stop() {
      child.kill();
      await exited;
    },
  };
}
