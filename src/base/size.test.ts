import { expect, test } from 'vitest';
import { formatSize, parseSize } from './size.ts';

test.each([
  ['200MB', 200_000_000],
  ['1.5 GB', 1_500_000_000],
  ['64kB', 64_000],
  ['200', undefined],
  ['200mb', undefined],
  ['-1MB', undefined],
  ['MB', undefined],
])('%s are %s bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_234, '1.2 kB'],
  [1_250_000, '1.3 MB'],
  [2_000_000_000, '2.0 GB'],
])('%s bytes are shown as %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});
