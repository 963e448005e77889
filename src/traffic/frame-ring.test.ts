import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameRing } from './frame-ring.ts';

const sent = (...bytes: number[]) =>
  ({ at: 0, direction: 'sent', bytes: Uint8Array.from(bytes) }) as const;

test('frames come back as they were, in their order, of the lines that are wanted', () => {
  const ring = new FrameRing();
  ring.record('a', sent(1, 3), 10);
  ring.record('b', { ...sent(2), direction: 'received', outcome: 'answer' }, 20);
  ring.record(
    'a',
    { at: 0, direction: 'received', outcome: 'timeout', bytes: new Uint8Array() },
    30,
  );
  expect(ring.read(1, 10)).toEqual([
    { seq: 1, at: 10, line: 'a', direction: 'sent', bytes: Uint8Array.of(1, 3) },
    {
      seq: 2,
      at: 20,
      line: 'b',
      direction: 'received',
      outcome: 'answer',
      bytes: Uint8Array.of(2),
    },
    {
      seq: 3,
      at: 30,
      line: 'a',
      direction: 'received',
      outcome: 'timeout',
      bytes: Uint8Array.of(),
    },
  ]);
  expect(ring.read(2, 10, (line) => line === 'a').map(({ seq }) => seq)).toEqual([3]);
  expect(ring.read(1, 2)).toHaveLength(2);
});

test('whatever comes, it keeps the newest frames whole, as many as it has room for', () => {
  const frames = fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 200 });
  fc.assert(
    fc.property(frames, (all) => {
      const limits = { frames: 16, bytes: 300 };
      const ring = new FrameRing(limits);
      all.forEach((bytes, index) => {
        ring.record('line', { at: 0, direction: 'sent', bytes }, index);
      });
      const kept = ring.read(0, 1_000);
      expect(kept.map(({ bytes }) => bytes)).toEqual(kept.map(({ seq }) => all[seq - 1]));
      expect(kept.at(-1)?.seq).toBe(all.length === 0 ? undefined : all.length);
      expect(kept.length).toBeLessThanOrEqual(limits.frames);
      // Frames of 30 bytes leave at most 29 unused at the end of the ring.
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(all.length, Math.floor((300 - 29) / 30)));
    }),
  );
});

test('what is not kept any more, or not there yet, is undefined', () => {
  const ring = new FrameRing({ frames: 2, bytes: 100 });
  for (let n = 1; n <= 3; n += 1) ring.record('a', sent(n), n);
  expect([ring.frame(1), ring.frame(2)?.bytes[0], ring.frame(3)?.bytes[0], ring.frame(4)]).toEqual([
    undefined,
    2,
    3,
    undefined,
  ]);
  expect([ring.frame(NaN), ring.frame(2.5)]).toEqual([undefined, undefined]);
});
