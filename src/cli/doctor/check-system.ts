import { dirname } from 'node:path';
import type { Finding, SystemProbe } from './system-probe.ts';

/** Below this the disk will be full before somebody has read the warning. */
const LITTLE_BYTES = 1e9;
const TOO_LITTLE_BYTES = 1e8;

/** A clock that is wrong or jumps spoils every sample. */
export async function checkTime(probe: SystemProbe): Promise<Finding> {
  const area = 'time';
  const said = await probe.run('timedatectl', ['show', '--property=NTPSynchronized', '--value']);
  if (said?.trim() === 'yes') return { area, mark: 'ok', text: 'clock synchronised' };
  if (said?.trim() === 'no') {
    return {
      area,
      mark: 'warning',
      text: 'clock not synchronised. Timestamps will be wrong and jump',
      fix: 'sudo timedatectl set-ntp true',
    };
  }
  if ((await probe.owner('/run/systemd/timesync/synchronized')) !== undefined) {
    return { area, mark: 'ok', text: 'clock synchronised' };
  }
  return {
    area,
    mark: 'warning',
    text: 'nobody here says whether the clock is synchronised (no timedatectl). In a container the host does it',
  };
}

/** Is there room, and may we write, where the site keeps its data? The folder itself may be still to come. */
export async function checkDisk(probe: SystemProbe, data: string): Promise<Finding> {
  const area = 'disk';
  const place = await nearestFolder(probe, data);
  if (!(await probe.mayUse(place))) {
    return {
      area,
      mark: 'failure',
      text: `${data}: no permission to write${place === data ? '' : ` into ${place}, where it would be made`}`,
      fix: `sudo install -d -o $USER ${data}`,
    };
  }
  const free = await probe.freeBytes(place);
  if (free === undefined)
    return { area, mark: 'warning', text: `${data}: nobody says how much is free` };
  const mark = free < TOO_LITTLE_BYTES ? 'failure' : free < LITTLE_BYTES ? 'warning' : 'ok';
  const holder = await probe.dataHolder(data);
  const used = holder === undefined ? '' : `. A gateway runs on it: ${holder}`;
  return { area, mark, text: `${data} ${sizeText(free)} free${used}` };
}

async function nearestFolder(probe: SystemProbe, path: string): Promise<string> {
  let place = path;
  while ((await probe.owner(place)) === undefined && dirname(place) !== place) {
    place = dirname(place);
  }
  return place;
}

function sizeText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(0)} GB` : `${(bytes / 1e6).toFixed(0)} MB`;
}

/** A file that a sink appends to: its folder has to be there. */
export async function checkFileSink(
  probe: SystemProbe,
  name: string,
  path: string,
): Promise<Finding> {
  const area = 'sinks';
  const folder = dirname(path);
  if ((await probe.owner(folder)) === undefined) {
    return { area, mark: 'failure', text: `${name}: there is no folder ${folder}`, fix: `mkdir -p ${folder}` }; // prettier-ignore
  }
  const target = (await probe.owner(path)) === undefined ? folder : path;
  return (await probe.mayUse(target))
    ? { area, mark: 'ok', text: `${name} ${path} can be written` }
    : { area, mark: 'failure', text: `${name}: no permission to write ${target}` };
}

/** What package.json asks for. */
const NEEDED = [22, 18] as const;

export async function checkProgram(
  probe: SystemProbe,
  usesSerial: boolean,
): Promise<readonly Finding[]> {
  const [major = 0, minor = 0] = probe.nodeVersion.split('.').map(Number);
  const isOld = major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1]);
  const node: Finding = isOld
    ? { area: 'node', mark: 'failure', text: `Node ${probe.nodeVersion}, needed is ${NEEDED.join('.')} or later` } // prettier-ignore
    : { area: 'node', mark: 'ok', text: `Node ${probe.nodeVersion}` };
  if (await probe.hasPackage('serialport')) {
    return [node, { area: 'node', mark: 'ok', text: 'the driver for serial ports is installed' }];
  }
  return [
    node,
    {
      area: 'node',
      mark: usesSerial ? 'failure' : 'warning',
      text: `the driver for serial ports is not installed${usesSerial ? '' : ' (not needed here)'}`,
      fix: 'npm install serialport',
    },
  ];
}
