import { expect, test } from 'vitest';
import { crc16 } from './crc16.ts';

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

test.each([
  // MODBUS over Serial Line V1.02, appendix B, writes this one as 41 12 on the wire.
  ['the frame of the specification', '02 07', 0x1241],
  ['the check value of CRC-16/MODBUS', '313233343536373839', 0x4b37],
  ['a read of ten registers', '01 03 0000 000A', 0xcdc5],
  ['nothing', '', 0xffff],
])('%s', (_, bytes, crc) => {
  expect(crc16(hex(bytes))).toBe(crc);
});

test('counts from start up to end', () => {
  expect(crc16(hex('FF 02 07 FF'), 1, 3)).toBe(0x1241);
});

test('is 0 over a frame with its own checksum behind it, low byte first', () => {
  expect(crc16(hex('02 07 41 12'))).toBe(0);
});
