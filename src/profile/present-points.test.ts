import { expect, test } from 'vitest';
import { drawn } from '../../test/support/drawn-issue.ts';
import { parsePoints } from './points.ts';
import { countingPoints, presentPoints } from './present-points.ts';

const BLOCKS = {
  blocks: 'hr:0 u16',
  'block_{n:02}': { at: 'hr:1 u16', repeat: { count: 4, countFrom: 'blocks' } },
  'free_{n}': { at: 'hr:9 u16', repeat: { count: 2, from: 7 } },
};

test.each([
  [undefined, []],
  [4, []],
  [9, []],
  [2, ['block_03', 'block_04']],
  [2n, ['block_03', 'block_04']],
  [0, ['block_01', 'block_02', 'block_03', 'block_04']],
  ['2', []],
] as const)('a count of %s leaves out %j', (count, expected) => {
  const { points, issues } = parsePoints(BLOCKS);
  expect(issues).toEqual([]);
  const { present, absent } = presentPoints(points, (name) =>
    name === 'blocks' ? count : undefined,
  );
  expect(absent.map(({ name }) => name)).toEqual(expected);
  expect(present).toHaveLength(points.length - expected.length);
});

test('the points by which others are counted are known', () => {
  expect(countingPoints(parsePoints(BLOCKS).points)).toEqual(new Set(['blocks']));
});

test('which of many a point is does not depend on where its name begins to count', () => {
  const free = parsePoints(BLOCKS).points.filter(({ name }) => name.startsWith('free'));
  expect(free.map(({ name, repeated }) => [name, repeated])).toEqual([
    ['free_7', { pattern: 'free_{n}', ordinal: 1 }],
    ['free_8', { pattern: 'free_{n}', ordinal: 2 }],
  ]);
});

test.each([
  ['blocs', 'no point is named "blocs" | did you mean blocks?'],
  ['text', '"text" is no number that is read once for the device | '],
  ['secret', '"secret" is no number that is read once for the device | '],
  ['b_1', '"b_1" is no number that is read once for the device | '],
])('nothing is counted by %s', (countFrom, message) => {
  const { issues } = parsePoints({
    blocks: 'hr:0 u16',
    text: 'hr:1 str(4)',
    secret: 'hr:5 u16 wo',
    'b_{n}': { at: 'hr:9 u16', repeat: { count: 2, countFrom } },
  });
  expect(issues.map(drawn)).toEqual([`b_{n}.repeat.countFrom: ${message}`]);
});
