import { BlockList, isIP } from 'node:net';
import { UsageError } from '../base/errors.ts';

/** Says of an address, as a socket names its peer, whether it may ask. */
export type Admit = (address: string) => boolean;

const LOOPBACK = ['127.0.0.0/8', '::1'];

/**
 * Makes a list of addresses and networks, such as `192.168.1.7` and `10.0.0.0/8`, into a question.
 * Without a list only this computer may ask; with one, only those on it. A listener on a wider
 * address must have a list: throws UsageError without one, or when an entry is no address.
 */
export function admitFor(host: string, allow: readonly string[] | undefined): Admit {
  if (allow === undefined && !isLoopback(host)) {
    throw new UsageError(
      `listening on ${host} needs an allow list, such as the address of the Zabbix server`,
    );
  }
  const list = new BlockList();
  for (const entry of allow ?? LOOPBACK) add(list, entry);
  return (address) => {
    // An IPv4 peer of a listener on `::` has an IPv6 name.
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    const family = isIP(plain);
    return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function add(list: BlockList, entry: string): void {
  const [address = '', bits, ...more] = entry.split('/');
  const family = isIP(address);
  const maxBits = family === 4 ? 32 : 128;
  const isSize = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= maxBits);
  if (family === 0 || !isSize || more.length > 0) {
    throw new UsageError(`${entry} is no address and no network such as 10.0.0.0/8`);
  }
  list.addSubnet(address, Number(bits ?? maxBits), family === 4 ? 'ipv4' : 'ipv6');
}
