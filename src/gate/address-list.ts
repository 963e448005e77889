import { BlockList, isIP } from 'node:net';
import { InvalidRequestError } from '../base/errors.ts';

/** Addresses of this machine itself, besides the word. */
const LOOPBACK = ['127.0.0.0/8', '::1'];

/**
 * Where writes may come from: `local`, `10.1.2.3`, `10.0.0.0/8`, `fd00::/8`. Throws
 * InvalidRequestError for anything else. An IPv4 address in IPv6 clothes is the IPv4 address.
 */
export function addressList(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  const isLocalAllowed = entries.includes('local');
  const listed = entries.filter((entry) => entry !== 'local');
  for (const entry of isLocalAllowed ? [...listed, ...LOOPBACK] : listed) addEntry(list, entry);
  return (address) => {
    if (address === 'local') return isLocalAllowed;
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
  };
}

function addEntry(list: BlockList, entry: string): void {
  const [address = '', bits, rest] = entry.split('/');
  const version = isIP(address);
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const widest = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? widest : Number(bits);
  const isPrefix = bits === undefined || (/^\d{1,3}$/.test(bits) && prefix <= widest);
  if (version === 0 || rest !== undefined || !isPrefix) {
    throw new InvalidRequestError(
      `"${entry}" is no address, expected local, 10.1.2.3 or 10.0.0.0/8`,
    );
  }
  list.addSubnet(address, prefix, family);
}
