import { expect, test } from 'vitest';
import { SETPOINT } from '../../test/support/gate-bench.ts';
import type { WriteFrame } from './device-port.ts';
import { frameBytes, previewWrite } from './preview.ts';

// The requests of the examples in Application Protocol V1.1b3, sections 6.5, 6.6, 6.11, 6.12 and 6.16.
test.each<[frame: WriteFrame, bytes: string]>([
  [{ function: 5, address: 0xac, on: true }, '0500acff00'],
  [{ function: 5, address: 0xac, on: false }, '0500ac0000'],
  [{ function: 6, address: 1, word: 3 }, '0600010003'],
  [
    {
      ...{ function: 15, address: 19 },
      bits: [1, 0, 1, 1, 0, 0, 1, 1, 1, 0].map(Boolean),
    },
    '0f0013000a02cd01',
  ],
  [{ function: 16, address: 1, words: [10, 258] }, '100001000204000a0102'],
  [{ function: 22, address: 4, andMask: 0xf2, orMask: 0x25 }, '16000400f20025'],
])('%o is %s', (frame, bytes) => {
  expect(Buffer.from(frameBytes(frame)).toString('hex')).toBe(bytes);
});

const gated = {
  ...{ id: 'furnace.sp', device: 'furnace', point: SETPOINT.point },
  rules: { min: 0, max: 1200, step: 5 },
};

test('a value that may be written has a frame, and one that may not has a reason', () => {
  expect(previewWrite(gated, 750)).toMatchObject({ value: 750, frame: { function: 6 } });
  expect(previewWrite(gated, 1205)).toMatchObject({ code: 'range' });
  expect(previewWrite(gated, 751)).toMatchObject({ code: 'step' });
  expect(previewWrite(undefined, 1)).toMatchObject({ code: 'not-writable' });
  const { rules: _, ...readOnly } = gated;
  expect(previewWrite(readOnly, 1)).toMatchObject({ code: 'not-writable' });
});
