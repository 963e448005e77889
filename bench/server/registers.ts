/** What every server of the bench holds from address 0, so that answers can be checked. */
export const COUNT = 125;

export function registerAt(address: number): number {
  return (address * 257 + 11) & 0xffff;
}

/** The registers as they go on the wire. */
export function registerBytes(): Buffer {
  const bytes = Buffer.alloc(COUNT * 2);
  for (let address = 0; address < COUNT; address += 1) {
    bytes.writeUInt16BE(registerAt(address), address * 2);
  }
  return bytes;
}

/** Tells the bench where a server listens. */
export function ready(port: number): void {
  process.stdout.write(`ready ${port}\n`);
}
