/** An IPv4 client of a listener on `::` has an IPv6 name, which no list of addresses would hold. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

/** `192.168.1.7:40123`, `[fe80::1]:40123`. */
export function peerName(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
