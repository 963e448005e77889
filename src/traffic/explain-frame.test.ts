import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explainFrame, hexBytes, type Framing } from './explain-frame.ts';

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.split(' ').map((text) => parseInt(text, 16)));
}

test.each([
  ['rtu', 'sent', '01 03 00 01 00 05 D4 09', 1, 3, 'read holding 1 +5'],
  ['rtu', 'received', '01 03 04 02 EE 02 EE 1A F1', 1, 3, '750 750'],
  ['rtu', 'received', '01 83 02 C0 F1', 1, 3, 'exception 2 illegal address'],
  ['mbap', 'sent', '00 07 00 00 00 06 11 04 9C 40 00 04', 17, 4, 'read input 40000 +4'],
  ['mbap', 'sent', '00 07 00 00 00 06 01 05 00 03 FF 00', 1, 5, 'write coil 3 = on'],
  ['mbap', 'received', '00 07 00 00 00 06 01 06 00 02 02 EE', 1, 6, '2 = 750'],
  [
    'mbap',
    'sent',
    '00 07 00 00 00 09 01 10 00 02 00 01 02 02 EE',
    1,
    16,
    'write registers 2 +1 = 750',
  ],
  [
    'mbap',
    'sent',
    '00 07 00 00 00 08 01 16 00 04 00 F2 00 25',
    1,
    22,
    'mask register 4 and 0x00F2 or 0x0025',
  ],
  ['mbap', 'received', '00 07 00 00 00 05 01 01 02 CD 01', 1, 1, '10110011 10000000'],
  ['mbap', 'received', '00 07 00 00 00 03 01 63 05', 1, 99, '05'],
] as const)('%s %s %s', (framing, direction, hex, unit, functionCode, summary) => {
  expect(explainFrame(bytes(hex), framing, direction)).toMatchObject({
    unit,
    functionCode,
    summary,
  });
});

test('a wrong checksum is said to be wrong, and which would be right', () => {
  const { parts } = explainFrame(bytes('01 03 00 01 00 05 00 00'), 'rtu', 'sent');
  expect(parts.at(-1)).toMatchObject({ name: 'checksum', text: 'wrong, 0x09D4 would be right' });
});

test('a length that is not that of the frame is said to be so', () => {
  const { parts } = explainFrame(bytes('00 07 00 00 00 09 01 03 00 01 00 05'), 'mbap', 'sent');
  expect(parts.find(({ name }) => name === 'length')?.text).toBe('9, but 6 follow');
});

test('whatever the bytes are, each of them is in exactly one part', () => {
  const framings = fc.constantFrom<Framing>('mbap', 'rtu');
  const directions = fc.constantFrom<'sent' | 'received'>('sent', 'received');
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      framings,
      directions,
      (some, framing, direction) => {
        const { parts } = explainFrame(some, framing, direction);
        let at = 0;
        for (const { from, to } of parts) {
          expect(from).toBe(at);
          expect(to).toBeGreaterThan(from);
          at = to;
        }
        expect(at).toBe(some.length);
      },
    ),
  );
});

test('bytes are written in pairs of digits', () => {
  expect(hexBytes(Uint8Array.of(0, 10, 255))).toBe('00 0A FF');
});
