import { expect, test } from 'vitest';
import type { FrameJson } from '../../../src/api/contract.ts';
import {
  exchangeOf,
  filterOf,
  framesText,
  functionsOf,
  shownFrames,
  stepIn,
  testRow,
  type TrafficFilter,
} from './traffic.ts';

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

const TALK = [
  frame(1, { function: 3, summary: 'read holding 1 +1', hex: '01 03' }),
  frame(2, { line: 'other', function: 6 }),
  frame(3, { direction: 'received', outcome: 'answer', function: 3, hex: '01 03 02' }),
  frame(4, { function: 4, hex: '01 04' }),
  frame(5, { direction: 'received', outcome: 'answer', function: 0x84, hex: '01 84 02' }),
  frame(6, { function: 4, hex: '01 04' }),
  frame(7, { direction: 'received', outcome: 'timeout' }),
];

test('the function that an exception refuses is the one that was asked for', () => {
  expect(functionsOf(TALK)).toEqual([3, 4, 6]);
  const of = (code: string) => shownFrames(TALK, { ...all, code }).map(({ frame: { seq } }) => seq);
  expect(of('4')).toEqual([6, 5, 4]);
});

test('an exchange is a question and its answer on the same line, as a row for a test', () => {
  expect(testRow(exchangeOf(TALK, 3)!)).toBe("['read holding 1 +1', '01 03', '01 03 02'],");
  expect(exchangeOf(TALK, 1)).toEqual(exchangeOf(TALK, 3));
  expect(testRow(exchangeOf(TALK, 6)!)).toBe("['', '01 04', undefined],");
  expect(exchangeOf(TALK, 7)).toEqual(exchangeOf(TALK, 6));
  expect(exchangeOf(TALK, 99)).toBeUndefined();
});

test('the next frame is the next one that is shown', () => {
  const shown = shownFrames(TALK, { ...all, line: 'bus' });
  expect([stepIn(shown, 3, 1), stepIn(shown, 3, -1)]).toEqual([4, 1]);
  expect([stepIn(shown, 7, 1), stepIn(shown, 1, -1)]).toEqual([undefined, undefined]);
});

test('the address keeps the filter, and a file has what is shown, the oldest first', () => {
  const filter = filterOf(new URLSearchParams('line=bus&unit=1&fn=4&faults=1'));
  expect(filter).toEqual({ line: 'bus', unit: '1', faultsOnly: true, code: '4' });
  const seqs = framesText(shownFrames(TALK, { ...all, line: 'bus' }))
    .trim()
    .split('\n')
    .map((text) => (JSON.parse(text) as FrameJson).seq);
  expect(seqs).toEqual([1, 3, 4, 5, 6, 7]);
});
