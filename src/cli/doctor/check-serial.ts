import { holdersOf, holderText, currentUser, nameIn, type Holder } from './processes.ts';
import { serialPorts, twinsOf, type SerialPortInfo } from './serial-ports.ts';
import type { Finding, SystemProbe } from './system-probe.ts';

const AREA = 'serial';

/**
 * Looks at the ports that the site uses, or at all of the computer where there is no site: are they there,
 * may we open them, does somebody else hold them, will their names last?
 */
export async function checkSerial(
  probe: SystemProbe,
  used: readonly string[] | undefined,
  ownPid?: number,
): Promise<readonly Finding[]> {
  const ports = await serialPorts(probe);
  const paths = used ?? ports.map(({ path }) => path);
  if (paths.length === 0) {
    return used === undefined
      ? [{ area: AREA, mark: 'ok', text: 'this computer has no serial ports' }]
      : [];
  }
  const real = new Map<string, string | undefined>();
  for (const path of paths) real.set(path, await probe.realPath(path));
  const wanted = new Set([...real.values()].filter((path) => path !== undefined));
  const holders = await holdersOf(probe, wanted, ownPid);
  const findings: Finding[] = [];
  for (const path of paths) {
    const device = real.get(path);
    findings.push(
      device === undefined
        ? notThere(path, ports)
        : await checkPort(probe, path, device, holders.get(device)),
    );
    if (used !== undefined && device !== undefined)
      findings.push(...checkName(path, device, ports));
  }
  return [...findings, ...checkTwins(ports)];
}

function notThere(path: string, ports: readonly SerialPortInfo[]): Finding {
  const present = ports.map(({ byId, path: own }) => byId ?? own).join(', ');
  return {
    area: AREA,
    mark: 'failure',
    text: `${path} is not there: is the adapter plugged in?`,
    fix: present === '' ? 'this computer has no serial ports at all' : `there is: ${present}`,
  };
}

async function checkPort(
  probe: SystemProbe,
  path: string,
  device: string,
  holder: Holder | undefined,
): Promise<Finding> {
  if (!(await probe.mayUse(device))) return noPermission(probe, path, device);
  if (holder === undefined) return { area: AREA, mark: 'ok', text: `${path} can be opened` };
  if (holder.isOurs) {
    return { area: AREA, mark: 'ok', text: `${path} is used by dinrail itself, pid ${holder.pid}` };
  }
  return {
    area: AREA,
    mark: 'failure',
    text: `${path} is used by ${holderText(holder)}. Not killed: a line has one owner`,
    fix: `stop that program, or let it go on and use another port`,
  };
}

async function noPermission(probe: SystemProbe, path: string, device: string): Promise<Finding> {
  const owner = await probe.owner(device);
  const user = await currentUser(probe);
  const groups = (await probe.readText('/etc/group')) ?? '';
  const name = nameIn(await probe.readText('/etc/passwd'), owner?.uid ?? 0);
  const group = nameIn(groups, owner?.gid ?? 0);
  const yours = (user?.gids ?? []).map((gid) => nameIn(groups, gid)).join(', ');
  return {
    area: AREA,
    mark: 'failure',
    text: `${path}: no permission (owner ${name}, group ${group}; you are in: ${yours})`,
    fix: permissionFix(device, group, user?.name ?? '$USER', groups),
  };
}

function permissionFix(device: string, group: string, user: string, groups: string): string {
  if (group === 'root') {
    return `sudo chgrp dialout ${device}   or set the group with a udev rule`;
  }
  // Who was added to the group after signing in does not have it yet.
  const members = groups.split('\n').find((line) => line.startsWith(`${group}:`));
  const isListed = members?.split(':')[3]?.split(',').includes(user) === true;
  return isListed
    ? `${user} has been added to ${group} already: sign out and in again`
    : `sudo usermod -aG ${group} ${user}   then sign in again`;
}

/** Names that the kernel deals out in the order of plugging in. */
const UNSTABLE = /^\/dev\/tty(?:USB|ACM)\d+$/;

function checkName(
  path: string,
  device: string,
  ports: readonly SerialPortInfo[],
): readonly Finding[] {
  if (!UNSTABLE.test(path)) return [];
  const port = ports.find((one) => one.path === device);
  const isTwin = port?.usbId !== undefined && twinsOf(ports).has(port.usbId);
  const stable = isTwin ? port.byPath : (port?.byId ?? port?.byPath);
  if (stable === undefined) return [];
  return [{ area: AREA, mark: 'warning', text: `you use ${path}; the stable name is ${stable}` }];
}

function checkTwins(ports: readonly SerialPortInfo[]): readonly Finding[] {
  return [...twinsOf(ports)].map(([usbId, count]) => ({
    area: AREA,
    mark: 'warning',
    text: `${count === 2 ? 'two' : count} adapters without serial number (${usbId}): by-id is the same for all, use by-path`,
  }));
}
