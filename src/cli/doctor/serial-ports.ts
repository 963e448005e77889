import type { SystemProbe } from './system-probe.ts';

/** A serial port of this computer. */
export interface SerialPortInfo {
  /** `/dev/ttyUSB0`: may be another adapter after the next boot. */
  readonly path: string;
  /** Names that stay: by the adapter's serial number, and by the socket it is plugged into. */
  readonly byId?: string;
  readonly byPath?: string;
  /** Of a USB adapter: `0403:6001`. */
  readonly usbId?: string;
  readonly product?: string;
  readonly serialNumber?: string;
}

type Probe = Pick<SystemProbe, 'list' | 'realPath' | 'readText'>;

/** Finds the ports by looking into `/dev/serial` and `/sys/class/tty`; no program is needed for it. */
export async function serialPorts(probe: Probe): Promise<readonly SerialPortInfo[]> {
  const byId = await links(probe, '/dev/serial/by-id');
  const byPath = await links(probe, '/dev/serial/by-path');
  const names = await probe.list('/sys/class/tty');
  const infos = await Promise.all(names.map(async (name) => portInfo(probe, name)));
  const known = infos.filter((info) => info !== undefined);
  const linked = [...byId.keys(), ...byPath.keys()]
    .filter((path) => !known.some((info) => info.path === path))
    .map((path): SerialPortInfo => ({ path }));
  const unique = [...new Map([...known, ...linked].map((info) => [info.path, info])).values()];
  return unique.map((info) => {
    const [id, place] = [byId.get(info.path), byPath.get(info.path)];
    return {
      ...info,
      ...(id !== undefined && { byId: id }),
      ...(place !== undefined && { byPath: place }),
    };
  });
}

/** The links of a folder, by where they lead. */
async function links(probe: Probe, folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const name of await probe.list(folder)) {
    const path = await probe.realPath(`${folder}/${name}`);
    if (path !== undefined && !found.has(path)) found.set(path, `${folder}/${name}`);
  }
  return found;
}

/** A console, a pseudo-terminal or a port that no chip stands behind is none. */
async function portInfo(probe: Probe, name: string): Promise<SerialPortInfo | undefined> {
  const device = await probe.realPath(`/sys/class/tty/${name}/device`);
  if (device === undefined) return undefined;
  const path = `/dev/${name}`;
  if (/^ttyS\d+$/.test(name)) {
    const type = (await probe.readText(`/sys/class/tty/${name}/type`))?.trim();
    return type === undefined || type === '0' ? undefined : { path };
  }
  return { path, ...(await usbInfo(probe, device)) };
}

/** From the folder of the tty up to that of its USB device. */
const LEVELS_TO_USB = 4;

async function usbInfo(
  probe: Probe,
  device: string,
): Promise<Pick<SerialPortInfo, 'usbId' | 'product' | 'serialNumber'>> {
  const parts = device.split('/');
  for (let up = 0; up < LEVELS_TO_USB && parts.length > 2; up += 1) {
    const folder = parts.join('/');
    const read = async (file: string): Promise<string | undefined> =>
      (await probe.readText(`${folder}/${file}`))?.trim();
    const vendor = await read('idVendor');
    if (vendor !== undefined) {
      const [model, product, serialNumber] = [await read('idProduct'), await read('product'), await read('serial')]; // prettier-ignore
      return {
        usbId: `${vendor}:${model ?? '????'}`,
        ...(product !== undefined && { product }),
        ...(serialNumber !== undefined && serialNumber !== '' && { serialNumber }),
      };
    }
    parts.pop();
  }
  return {};
}

/** Kinds of adapters of which two have no number to tell them apart, and how many of each there are. */
export function twinsOf(ports: readonly SerialPortInfo[]): ReadonlyMap<string, number> {
  const nameless = ports.filter(
    ({ usbId, serialNumber }) => usbId !== undefined && serialNumber === undefined,
  );
  const counts = new Map<string, number>();
  for (const { usbId = '' } of nameless) counts.set(usbId, (counts.get(usbId) ?? 0) + 1);
  return new Map([...counts].filter(([, count]) => count > 1));
}
