import { describe, expect, test } from 'vitest';
import { fakeOutput } from '../../test/support/fake-output.ts';
import { LiveScreen } from './live-screen.ts';
import { ageText } from './site-table.ts';
import { sparkline } from './sparkline.ts';
import { renderTable } from './table.ts';

describe('a table', () => {
  test('aligns columns by what a terminal shows, and leaves no spaces behind', () => {
    const columns = [{ title: 'point' }, { title: 'value', align: 'right' }] as const;
    expect(
      renderTable(columns, [
        ['pv', '749.6 °C'],
        ['温度', '7'],
        ['x', ''],
      ]),
    ).toEqual(['point     value', 'pv     749.6 °C', '温度          7', 'x']);
  });
});

describe('a screen that is drawn in place', () => {
  test('goes up over its own lines and clears what was longer', () => {
    const output = fakeOutput({ isTerminal: true });
    const screen = new LiveScreen(output);
    screen.draw(['one', 'two']);
    screen.draw(['three']);
    expect(output.text()).toBe(
      '\rone\u001b[K\ntwo\u001b[K\n\u001b[J\u001b[2A\rthree\u001b[K\n\u001b[J',
    );
  });

  test('cuts lines and rows that would not fit, and says how many', () => {
    const output = fakeOutput({ columns: 5, rows: 4 });
    new LiveScreen(output).draw(['1234567', '\u001b[31mredder\u001b[0m', 'c', 'd', 'e']);
    expect(output.text().replaceAll('\u001b[K', '').split('\n').slice(0, 3)).toEqual([
      '\r12345\u001b[0m',
      '\u001b[31mredde\u001b[0m',
      '… 3 m\u001b[0m',
    ]);
  });
});

test.each([
  [[], ''],
  [[5, 5], '▁▁'],
  [[0, 50, 100], '▁▅█'],
])('the curve of %j', (values, curve) => expect(sparkline(values)).toBe(curve));

test.each([
  [-5, '0.0 s'],
  [400_000, '0.4 s'],
  [12_000_000, '12 s'],
  [180_000_000, '3 min'],
  [18_000_000_000, '5 h'],
])('an age of %s µs is %s', (micros, text) => expect(ageText(micros)).toBe(text));
