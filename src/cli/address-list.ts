import { UsageError } from '../base/errors.ts';

/** No network larger than this is asked: the addresses of a /22. */
export const MAX_ADDRESSES = 1024;

/**
 * The addresses of `192.168.1.0/24`, of `192.168.1.10-20`, or undefined for anything else. The network's own
 * address and the broadcast address are left out. Throws UsageError for what is too large to ask.
 */
export function addressList(text: string): readonly string[] | undefined {
  const [, from, size, last] = /^(\d+\.\d+\.\d+\.\d+)(?:\/(\d+)|-(\d+))$/.exec(text) ?? [];
  if (from === undefined) return undefined;
  const start = numberOf(from, text);
  return size === undefined ? range(text, start, Number(last)) : network(text, start, Number(size));
}

function network(text: string, address: number, bits: number): readonly string[] {
  if (bits > 32)
    throw new UsageError(`"${text}": a network has 0..32 bits, and this names ${bits}`);
  const count = 2 ** (32 - bits);
  if (count > MAX_ADDRESSES) {
    throw new UsageError(
      `"${text}" has ${count} addresses, and at most ${MAX_ADDRESSES} are asked: name a /22 or smaller`,
    );
  }
  const first = address - (address % count);
  const inner = bits >= 31 ? [0, count] : [1, count - 1];
  return addresses(first + (inner[0] ?? 0), first + (inner[1] ?? count));
}

function range(text: string, start: number, last: number): readonly string[] {
  const end = start - (start % 256) + last;
  if (last > 255 || end < start) {
    throw new UsageError(`"${text}": expected a range such as 192.168.1.10-20`);
  }
  return addresses(start, end + 1);
}

function addresses(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from }, (_, index) => textOf(from + index));
}

function numberOf(address: string, text: string): number {
  const parts = address.split('.').map(Number);
  if (parts.some((part) => part > 255)) throw new UsageError(`"${text}": ${address} is no address`);
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function textOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
