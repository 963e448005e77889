import { expect, test } from 'vitest';
import { parseMoment } from './moment.ts';

const NOW = Date.UTC(2026, 1, 27, 12) * 1000;

test.each([
  ['now', 0],
  ['-90s', -90],
  ['-1.5h', -5400],
  ['-500ms', -0.5],
  ['2026-02-27T12:00:01Z', 1],
  ['2026-02-27T13:00:01.250+01:00', 1.25],
  [String(NOW / 1000 + 3), 0.003],
])('%s is %d seconds from now', (text, seconds) => {
  expect(parseMoment(text, NOW)).toBe(NOW + seconds * 1_000_000);
});

test('a day, or a time without a zone, is meant as here', () => {
  const midnight = new Date(2026, 1, 27).getTime() * 1000;
  expect(parseMoment('2026-02-27', NOW)).toBe(midnight);
  expect(parseMoment('2026-02-27T00:00', NOW)).toBe(midnight);
});

test('longer ago than 1970 is 1970', () => {
  expect(parseMoment('-99999d', NOW)).toBe(0);
});

test.each(['', 'yesterday', '-24', '24h', '12', '1772188649', '2026', '2026-13-01', '1969-01-01'])(
  '%j is no time',
  (text) => {
    expect(parseMoment(text, NOW)).toBeUndefined();
  },
);
