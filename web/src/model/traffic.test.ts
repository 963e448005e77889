import { expect, test } from 'vitest';
import type { FrameJson } from '../../../src/api/contract.ts';
import { shownFrames, type TrafficFilter } from './traffic.ts';

function frame(seq: number, over: Partial<FrameJson>): FrameJson {
  return {
    ...{ seq, atMs: seq * 10, time: '', line: 'bus', direction: 'sent', unit: 1 },
    ...{ summary: '', hex: '' },
    ...over,
  };
}

const FRAMES = [
  frame(1, {}),
  frame(2, { direction: 'received', outcome: 'answer' }),
  frame(3, { line: 'other', unit: 11 }),
  frame(4, { unit: 2 }),
  frame(5, { outcome: 'timeout', direction: 'received' }),
  frame(6, { direction: 'received', outcome: 'answer', summary: 'exception 2 illegal address' }),
];

const all: TrafficFilter = { line: '', unit: '', faultsOnly: false };

test.each([
  ['everything, the newest first', all, [6, 5, 4, 3, 2, 1]],
  ['one line', { ...all, line: 'other' }, [3]],
  ['one unit, and not those that begin like it', { ...all, unit: '1' }, [6, 5, 2, 1]],
  ['faults: no answer, and an answer that says no', { ...all, faultsOnly: true }, [6, 5]],
] as const)('%s', (_, filter, seqs) => {
  expect(shownFrames(FRAMES, filter).map(({ frame: { seq } }) => seq)).toEqual(seqs);
});

test('the pause is that of the line, whatever is shown of it', () => {
  const faults = shownFrames(FRAMES, { ...all, faultsOnly: true });
  expect(faults.map(({ deltaMs }) => deltaMs)).toEqual([10, 10]);
  expect(shownFrames(FRAMES, { ...all, line: 'other' })[0]?.deltaMs).toBeUndefined();
});
