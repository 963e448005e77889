import { formatAddress } from '../profile/format.ts';
import type { RegisterWish } from './register-writes.ts';

/** What the audit calls registers without a name: `furnace1.hr:100`, `furnace1.hr:100+2`. */
export function registersId({
  device,
  table,
  start,
  words,
}: Pick<RegisterWish, 'device' | 'table' | 'start' | 'words'>): string {
  const address = formatAddress({ table, address: start });
  return `${device}.${words.length === 1 ? address : `${address}+${words.length}`}`;
}
