import { BlockList, isIP, isIPv4 } from 'node:net';
import { InvalidRequestError } from './errors.ts';

/** Networks from which somebody may come. */
export interface NetworkList {
  /** As written. */
  readonly texts: readonly string[];
  /** Is the address, without a port, in one of the networks? Anything that is no address is not. */
  isAllowed(address: string): boolean;
}

/** Words for networks that everybody has. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  any: ['0.0.0.0/0', '::/0'],
  loopback: ['127.0.0.0/8', '::1/128'],
};

/**
 * Reads networks: `192.168.1.0/24`, `fd00::/8`, a single address, `loopback` or `any`. An IPv4 client
 * of a listener on `::` is known by its IPv4 address. Throws InvalidRequestError for anything else.
 */
export function parseNetworks(texts: readonly string[]): NetworkList {
  const list = new BlockList();
  for (const text of texts) for (const network of WORDS[text] ?? [text]) add(list, network);
  return {
    texts,
    isAllowed(address) {
      const plain = plainAddress(address);
      const version = isIP(plain);
      return version !== 0 && list.check(plain, familyOf(plain));
    },
  };
}

function add(list: BlockList, text: string): void {
  const [, address = '', digits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  if (isIP(address) === 0) {
    throw new InvalidRequestError(
      `"${text}" is no network, expected 192.168.1.0/24, fd00::/8, one address, loopback or any`,
    );
  }
  const bits = isIPv4(address) ? 32 : 128;
  const prefix = digits === undefined ? bits : Number(digits);
  if (prefix > bits) {
    throw new InvalidRequestError(`"${text}" has a prefix of ${prefix} bits, expected 0..${bits}`);
  }
  list.addSubnet(address, prefix, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}

/** Without the zone of a link-local address, and as IPv4 where it is that inside. */
function plainAddress(address: string): string {
  const unzoned = address.replace(/%.*$/, '');
  const [, dotted] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(unzoned) ?? [];
  if (dotted !== undefined) return dotted;
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(unzoned) ?? [];
  if (high === undefined || low === undefined) return unzoned;
  const [first, second] = [parseInt(high, 16), parseInt(low, 16)];
  return [first >> 8, first & 0xff, second >> 8, second & 0xff].join('.');
}

/** Does a listener on this host hear this machine alone? */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || parseNetworks(['loopback']).isAllowed(host);
}
