import { expect, test } from 'vitest';
import fc from 'fast-check';
import { KeyParser, type Key } from './keys.ts';

const shown = (keys: readonly Key[]): readonly string[] =>
  keys.map(({ name, text }) => (name === 'char' ? text : text === '' ? name : `${name} ${text}`));

const ROWS: readonly (readonly [name: string, sent: string, keys: readonly string[]])[] = [
  ['letters', 'qé温', ['q', 'é', '温']],
  ['a letter beyond 16 bits', '🔋', ['🔋']],
  [
    'controls',
    '\r\n\t\u007f\b\u0003\u000c',
    ['enter', 'enter', 'tab', 'backspace', 'backspace', 'ctrl-c', 'ctrl-l'],
  ],
  ['a control without a meaning', '\u0001', ['unknown']],
  [
    'arrows of the cursor mode',
    '\u001b[A\u001b[B\u001b[C\u001b[D',
    ['up', 'down', 'right', 'left'],
  ],
  ['arrows of the application mode', '\u001bOA\u001bOB', ['up', 'down']],
  ['arrows with a key held', '\u001b[1;5A\u001b[1;2D', ['up', 'left']],
  [
    'home and end in four dialects',
    '\u001b[H\u001b[F\u001b[1~\u001b[4~\u001b[7~\u001b[8~\u001bOH',
    ['home', 'end', 'home', 'end', 'home', 'end', 'home'],
  ],
  ['pages', '\u001b[5~\u001b[6~\u001b[5;5~', ['pageup', 'pagedown', 'pageup']],
  ['back tab', '\u001b[Z', ['backtab']],
  ['a function key', '\u001b[15~q', ['unknown', 'q']],
  ['F1 of the Linux console', '\u001b[[Aq', ['unknown', 'q']],
  ['Alt and a letter', '\u001bxq', ['unknown', 'q']],
  ['ESC twice, then an arrow', '\u001b\u001b[A', ['escape', 'up']],
  ['a mouse report nobody asked for', '\u001b[<0;1;1Mq', ['unknown', 'q']],
  ['a paste', '\u001b[200~a q\nb\u001b[201~x', ['paste a q\nb', 'x']],
  ['an empty paste', '\u001b[200~\u001b[201~x', ['paste', 'x']],
  ['a paste with an arrow in it', '\u001b[200~\u001b[A\u001b[201~', ['paste \u001b[A']],
];

test.each(ROWS)('reads %s', (_, sent, keys) => {
  expect(shown(new KeyParser().push(sent))).toEqual(keys);
});

test.each(ROWS)('reads %s, one byte at a time', (_, sent, keys) => {
  const parser = new KeyParser();
  expect(Array.from(sent).flatMap((one) => shown(parser.push(one)))).toEqual(keys);
});

test('an ESC that stands alone is a key when nothing follows', () => {
  const parser = new KeyParser();
  expect(parser.push('\u001b')).toEqual([]);
  expect(parser.isWaiting).toBe(true);
  expect(shown(parser.flush())).toEqual(['escape']);
  expect(parser.isWaiting).toBe(false);
  expect(parser.flush()).toEqual([]);
});

test('the beginning of a sequence that never ends becomes what was typed', () => {
  const parser = new KeyParser();
  parser.push('\u001b[1');
  expect(shown(parser.flush())).toEqual(['escape', '[', '1']);
});

test('a paste is waited for without an end, and never kept longer than its limit', () => {
  const parser = new KeyParser();
  parser.push(`\u001b[200~${'x'.repeat(1_000_000)}`);
  expect([parser.isWaiting, parser.flush()]).toEqual([false, []]);
  const [paste] = parser.push('\u001b[201~');
  expect(paste?.text).toHaveLength(4_096);
});

test('whatever comes, in whatever pieces, the parser goes on and says the same', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '\u001b',
      '\u001b[',
      '\u001bO',
      '200~',
      '\u001b[201~',
      '[[',
      ';',
      '9',
      'A',
      '~',
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.nat(7), (pieces, size) => {
      const text = pieces.join('');
      const [whole, parts] = [new KeyParser(), new KeyParser()];
      const expected = [...whole.push(text), ...whole.push('\u001b[201~q')];
      const letters = Array.from(`${text}\u001b[201~q`);
      const got: Key[] = [];
      for (let at = 0; at < letters.length; at += size + 1) {
        got.push(...parts.push(letters.slice(at, at + size + 1).join('')));
      }
      expect(got).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
