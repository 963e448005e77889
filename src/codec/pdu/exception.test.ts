import { expect, test } from 'vitest';
import { decodeException, encodeException, isException } from './exception.ts';

test.each([
  ['illegal function for 0x2B', { functionCode: 0x2b, exception: 1 }, [0xab, 1]],
  ['illegal data address for a read', { functionCode: 3, exception: 2 }, [0x83, 2]],
  ['a code of a vendor', { functionCode: 16, exception: 0x81 }, [0x90, 0x81]],
])('%s, in both directions', (_, exception, bytes) => {
  expect([...encodeException(exception)]).toEqual(bytes);
  expect(isException(Uint8Array.from(bytes))).toBe(true);
  expect(decodeException(Uint8Array.from(bytes))).toEqual(exception);
});

test.each([
  ['an ordinary answer', [3, 2]],
  ['a missing code', [0x83]],
  ['trailing bytes', [0x83, 2, 0]],
  ['code 0', [0x83, 0]],
  ['nothing', []],
])('%s is no exception', (_, bytes) => {
  expect(() => decodeException(Uint8Array.from(bytes))).toThrow(
    expect.objectContaining({ code: 'malformed-pdu' }),
  );
});
