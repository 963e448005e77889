import { describe, expect, test } from 'vitest';
import { diffLines } from './line-diff.ts';

const SIGNS = { same: ' ', added: '+', removed: '-' } as const;

function shown(before: string, after: string): string {
  return diffLines(before, after)
    .map(({ kind, text }) => SIGNS[kind] + text)
    .join(' ');
}

describe('lines of two texts', () => {
  test.each([
    ['', '', ' '],
    ['a\nb', 'a\nb', ' a  b'],
    ['', 'a', '- +a'],
    ['a\nb\nc', 'a\nx\nc', ' a -b +x  c'],
    ['a\nc', 'a\nb\nc', ' a +b  c'],
    ['a\nb\nc', 'a\nc', ' a -b  c'],
    ['a\nb\nc\nd', 'b\nc\nd\ne', '-a  b  c  d +e'],
    ['a\nb\nc\na\nb\nb\na', 'c\nb\na\nb\na\nc', '-a -b  c +b  a  b -b  a +c'],
    ['a\na', 'a\na\na', ' a  a +a'],
  ])('%j becomes %j', (before, after, expected) => {
    expect(shown(before, after)).toBe(expected);
  });

  test('each has the number of its own text', () => {
    expect(diffLines('a\nb\nc', 'x\na\nc').map(({ kind, line }) => [kind, line])).toEqual([
      ['added', 1],
      ['same', 2],
      ['removed', 2],
      ['same', 3],
    ]);
  });
});

test('both texts come back from the lines, whatever they are', () => {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state % below;
  };
  const text = (): string =>
    Array.from({ length: random(30) }, () => 'abcd'.charAt(random(4))).join('\n');
  for (let round = 0; round < 300; round += 1) {
    const [before, after] = [text(), text()];
    const lines = diffLines(before, after);
    const of = (...kinds: readonly string[]): string =>
      lines
        .filter(({ kind }) => kinds.includes(kind))
        .map((line) => line.text)
        .join('\n');
    expect(of('same', 'removed')).toBe(before);
    expect(of('same', 'added')).toBe(after);
  }
});

test('texts that have nothing in common are not compared for ever', () => {
  const lines = (sign: string): string =>
    Array.from({ length: 20_000 }, (_, at) => `${sign}${at}`).join('\n');
  const found = diffLines(`head\n${lines('a')}`, `head\n${lines('b')}`);
  expect(found).toHaveLength(40_001);
  expect(found[0]?.kind).toBe('same');
});
