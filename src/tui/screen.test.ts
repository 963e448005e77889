import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TinyTerminal } from '../../test/support/tiny-terminal.ts';
import { asciiText, safeText } from './ascii.ts';
import { bold, fitLine, fitText, line, plainLine, spread, styled } from './line.ts';
import { difference, paint, type Screen } from './screen.ts';
import { ALARM, BOLD, PLAIN, REVERSE, WARN } from './style.ts';

const SIZE = { columns: 12, rows: 3 };

function rowsOf({ glyphs, columns, rows }: Screen): readonly string[] {
  return Array.from({ length: rows }, (_, row) =>
    glyphs.slice(row * columns, (row + 1) * columns).join(''),
  );
}

describe('a painted screen', () => {
  test.each([
    ['what is short is filled up', 'abc', 'abc         '],
    ['what is long is cut', 'abcdefghijklmnop', 'abcdefghijkl'],
    ['wide letters take two places', '温度ab', '温度ab      '],
    ['half of a wide letter is not shown', 'abcdefghijk温', 'abcdefghijk '],
    ['marks stay with their letter', 'e\u0301a', 'e\u0301a          '],
    ['a mark alone is nothing', '\u0301a', 'a           '],
    ['marks on a wide letter', '温\u0301a', '温\u0301a         '],
  ])('%s', (_, text, row) => {
    expect(rowsOf(paint([line(text)], SIZE))[0]).toBe(row);
  });

  test('in ASCII every sign has one of the same width', () => {
    expect(rowsOf(paint([line('▲12▼●…▂— 温é')], SIZE, true))[0]).toBe('^12v*~.- ???');
  });
});

describe('lines', () => {
  test.each([
    ['abc', 5, 'left', 'abc  '],
    ['abc', 5, 'right', '  abc'],
    ['abcdef', 5, 'left', 'abcd…'],
    ['温度温度', 6, 'left', '温度… '],
    ['abc', 0, 'left', ''],
    ['abc', 1, 'left', '…'],
  ] as const)('%s in %d places to the %s', (text, width, align, fitted) => {
    expect(fitText(text, width, align)).toBe(fitted);
  });

  test('a line is cut in the span where the edge is', () => {
    expect(fitLine(line(bold('abc'), 'def', 'ghi'), 5)).toEqual([bold('abc'), styled('d…', PLAIN)]);
  });

  test('the right part of a line stands, the left one gives way', () => {
    expect(plainLine(spread(line('a long title'), line('[?]'), 10))).toBe('a long…[?]');
    expect(plainLine(spread(line('a'), line('[?]'), 10))).toBe('a      [?]');
  });
});

describe('texts of others', () => {
  test.each([
    ['\u001b[2Jboo', '·[2Jboo'],
    ['a\u009b31mb', 'a·31mb'],
    ['line\nfeed\u0007', 'line·feed·'],
    ['\u202eevil', '·evil'],
    ['749 °C', '749 °C'],
  ])('%j is shown as %s', (text, shown) => expect(safeText(text)).toBe(shown));

  test.each([
    ['°C', 'C'],
    ['µV', 'uV'],
    ['m³/h', 'm3/h'],
    ['kΩ', 'kOhm'],
    ['Ölkühler', 'Olkuhler'],
    ['温度', '??'],
  ])('%s is %s in ASCII', (text, ascii) => expect(asciiText(text)).toBe(ascii));
});

const span = fc.record({
  text: fc.string({
    unit: fc.constantFrom('a', 'b', ' ', '温', '▲', 'e\u0301', '🔋'),
    maxLength: 8,
  }),
  style: fc.constantFrom(PLAIN, BOLD, REVERSE, WARN, ALARM, ALARM | REVERSE),
});
const lines = fc.array(fc.array(span, { maxLength: 4 }), { maxLength: 4 });

describe('the difference of two screens', () => {
  test('sent to a terminal that shows the one, makes it show the other', () => {
    fc.assert(
      fc.property(fc.array(lines, { minLength: 1, maxLength: 5 }), (frames) => {
        const terminal = new TinyTerminal(SIZE.columns, SIZE.rows);
        let before: Screen | undefined;
        for (const frame of frames) {
          const after = paint(frame, SIZE);
          terminal.feed(difference(before, after, 'colour'));
          const fresh = new TinyTerminal(SIZE.columns, SIZE.rows);
          fresh.feed(difference(undefined, after, 'colour'));
          expect(terminal.lines).toEqual(rowsOf(after));
          expect(terminal.styles).toEqual(fresh.styles);
          before = after;
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('is nothing where nothing has changed', () => {
    const screen = paint([line('abc', bold('d'))], SIZE);
    expect(difference(screen, paint([line('abc', bold('d'))], SIZE), 'colour')).toBe('');
  });

  test('holds the changed places alone', () => {
    const [before, after] = [paint([line('12.460 V')], SIZE), paint([line('12.461 V')], SIZE)];
    expect(difference(before, after, 'mono')).toBe('\u001b[1;6H\u001b[0m1');
  });

  test('clears the terminal when the size is another', () => {
    const after = paint([line('x')], { columns: 5, rows: 1 });
    expect(difference(paint([], SIZE), after, 'none')).toBe('\u001b[2J\u001b[1;1Hx');
  });

  test('uses no styles where a terminal knows none, and no colours where they are not wanted', () => {
    const after = paint([line(styled('x', ALARM | REVERSE), styled('y', WARN))], SIZE);
    expect(difference(undefined, after, 'none')).not.toMatch(/m/);
    expect(difference(undefined, after, 'mono')).toContain('\u001b[0;1;7mx\u001b[0my');
    expect(difference(undefined, after, 'colour')).toContain('\u001b[0;1;7;31mx\u001b[0;33my');
  });

  test('leaves a plain style behind', () => {
    const terminal = new TinyTerminal(SIZE.columns, SIZE.rows);
    terminal.feed(difference(undefined, paint([line(bold('x'))], SIZE), 'colour'));
    expect(terminal.style).toBe('0');
  });
});
