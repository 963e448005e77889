import { InvalidRequestError, UsageError } from '../base/errors.ts';
import { isLoopbackHost, parseNetworks } from '../base/network-list.ts';

/** Says of an address, as a socket names its peer, whether it may ask. */
export type Admit = (address: string) => boolean;

/**
 * Makes a list of addresses and networks, such as `192.168.1.7` and `10.0.0.0/8`, into a question.
 * Without a list only this computer may ask; with one, only those on it. A listener on a wider
 * address must have a list: throws UsageError without one, or when an entry is no address.
 */
export function admitFor(host: string, allow: readonly string[] | undefined): Admit {
  if (allow === undefined && !isLoopbackHost(host)) {
    throw new UsageError(
      `listening on ${host} needs an allow list, such as the address of the Zabbix server`,
    );
  }
  try {
    const networks = parseNetworks(allow ?? ['loopback']);
    return (address) => networks.isAllowed(address);
  } catch (cause) {
    if (cause instanceof InvalidRequestError) throw new UsageError(cause.message, { cause });
    throw cause;
  }
}
