/** One entry for each value of a byte; the polynomial 0x8005 reversed, as the bits leave low first. */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 0 ? crc >> 1 : (crc >> 1) ^ 0xa001;
  return crc;
});

/**
 * The checksum of an RTU frame over `bytes[start..end)`; it goes on the wire low byte first.
 * MODBUS over Serial Line V1.02, section 2.5.1.2 and appendix B.
 */
export function crc16(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = 0xffff;
  for (let index = start; index < end; index += 1) {
    crc = (crc >> 8) ^ (TABLE[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0);
  }
  return crc;
}
