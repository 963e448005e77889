import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { existsSync } from 'node:fs';
import type { SendNotice } from './notifier.ts';

/** Where the program is: never what a search path leads to. */
const PLACES = ['/usr/bin/systemd-notify', '/bin/systemd-notify'];

const run = promisify(execFile);

/** A child that has not told its message by now is ended. */
const CHILD_MS = 5_000;

/**
 * Tells messages through `systemd-notify`, as Node has no datagrams on Unix sockets; the service needs
 * `NotifyAccess=all` for it. Undefined where the program is not installed.
 */
export function systemdNotify(socket: string): SendNotice | undefined {
  const program = PLACES.find((place) => existsSync(place));
  if (program === undefined) return undefined;
  const options = {
    env: { NOTIFY_SOCKET: socket },
    timeout: CHILD_MS,
    killSignal: 'SIGKILL',
  } as const;
  return async (assignments) => {
    await run(program, [...assignments], options);
  };
}
