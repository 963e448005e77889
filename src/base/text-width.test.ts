import { expect, test } from 'vitest';
import { textWidth } from './text-width.ts';

test.each([
  ['abc', 3],
  ['°C', 2],
  ['é', 1],
  ['e\u0301', 1],
  ['温度', 4],
  ['𠮷', 2],
  ['🔋', 2],
  ['a\u200db', 2],
  ['▲▼●…', 4],
  ['', 0],
])('%s takes %s places', (text, width) => expect(textWidth(text)).toBe(width));
