import type { SystemProbe } from './system-probe.ts';

/** A process that holds something open. */
export interface Holder {
  readonly pid: number;
  /** Name of its program. */
  readonly name: string;
  /** It is dinrail, most likely the service. */
  readonly isOurs: boolean;
}

type Probe = Pick<SystemProbe, 'list' | 'linkText' | 'readText'>;

/**
 * Which process holds which of the wanted files open, by the target that `/proc/<pid>/fd` names:
 * `/dev/ttyUSB0`, or `socket:[4711]`. What another user's processes hold only root can see, so that nothing
 * found means nothing. `ownPid` is left out.
 */
export async function holdersOf(
  probe: Probe,
  wanted: ReadonlySet<string>,
  ownPid: number | undefined,
): Promise<ReadonlyMap<string, Holder>> {
  const found = new Map<string, Holder>();
  if (wanted.size === 0) return found;
  for (const entry of await probe.list('/proc')) {
    const pid = Number(entry);
    if (!/^\d+$/.test(entry) || pid === ownPid) continue;
    for (const fd of await probe.list(`/proc/${entry}/fd`)) {
      const target = await probe.linkText(`/proc/${entry}/fd/${fd}`);
      if (target === undefined || !wanted.has(target) || found.has(target)) continue;
      found.set(target, await holder(probe, pid));
    }
  }
  return found;
}

async function holder(probe: Probe, pid: number): Promise<Holder> {
  const name = (await probe.readText(`/proc/${pid}/comm`))?.trim() ?? 'unknown';
  const commandLine = (await probe.readText(`/proc/${pid}/cmdline`)) ?? '';
  return { pid, name, isOurs: /\bdinrail\b|cli\/main\.[jt]s/.test(commandLine) };
}

/** `pid 812 (mbusd)`. */
export function holderText({ pid, name }: Holder): string {
  return `pid ${pid} (${name})`;
}

/** State of a listening socket in `/proc/net/tcp`. */
const LISTEN = '0A';

/** Inodes of the sockets that listen on a port, from the text of `/proc/net/tcp` or `tcp6`. */
export function listeningInodes(table: string, port: number): readonly string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => state === LISTEN && local.endsWith(`:${wanted}`))
    .flatMap((fields) => (fields[9] === undefined ? [] : [fields[9]]));
}

/** The user that this process runs as. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gids: readonly number[];
}

export async function currentUser({
  readText,
}: Pick<SystemProbe, 'readText'>): Promise<User | undefined> {
  const status = await readText('/proc/self/status');
  if (status === undefined) return undefined;
  const numbers = (key: string): readonly number[] =>
    (new RegExp(`^${key}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '')
      .split(/\s+/)
      .filter((word) => word !== '')
      .map(Number);
  // The second number of each is the effective one.
  const uid = numbers('Uid')[1] ?? -1;
  const gids = [...new Set([numbers('Gid')[1] ?? -1, ...numbers('Groups')])];
  return { name: nameIn(await readText('/etc/passwd'), uid), uid, gids };
}

/** Name of a user or group, from the text of `/etc/passwd` or `/etc/group`; the number where it has none. */
export function nameIn(file: string | undefined, id: number): string {
  const line = file?.split('\n').find((one) => one.split(':')[2] === String(id));
  return line?.split(':')[0] ?? String(id);
}
