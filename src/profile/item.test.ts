import { expect, test } from 'vitest';
import { formatAddress, formatType } from './format.ts';
import { parseItem, type ItemOptions } from './item.ts';

function summary(text: string, options?: ItemOptions): string {
  const { item } = parseItem(text, options);
  if (item === undefined) return 'refused';
  return `${formatAddress(item.address)} ${formatType(item)} x${item.count}`;
}

test.each([
  ['hr:3000+6:f32', 'hr:3000 f32 x6'],
  ['co:1+25', 'co:1 bool x25'],
  ['hr:42009:ymdhms', 'hr:42009 ymdhms x1'],
  ['%MW100', 'hr:100 u16 x1'],
  ['%MF100+2', 'hr:100 f32 x2'],
  ['%MF100:i16', 'hr:100 i16 x1'],
  ['40000+4', 'hr:40000 u16 x4'],
  ['3000:f32@CDAB', 'hr:3000 f32@CDAB x1'],
  ['4x0101:str(14)', 'hr:100 str(14) x1'],
  ['hr:5.3', 'hr:5.3 bool x1'],
  ['0x10+2', 'hr:16 u16 x2'],
])('%s asks for %s', (text, expected) => {
  expect(summary(text)).toBe(expected);
});

test('type, order and base of the command line fill in what an item leaves out', () => {
  const options: ItemOptions = { base: 'one-based', type: { type: 'i32', order: 'CDAB' } };
  expect(summary('3000+2', options)).toBe('hr:2999 i32@CDAB x2');
  expect(summary('3000:f32', options)).toBe('hr:2999 f32@CDAB x1');
  expect(summary('3000:f32@ABCD', options)).toBe('hr:2999 f32 x1');
  expect(summary('co:1', options)).toBe('co:0 bool x1');
});

test('each value of an item is a point named by its address', () => {
  const points = parseItem('hr:3000+3:f32').item?.points ?? [];
  expect(points.map(({ name, address, count }) => [name, address, count])).toEqual([
    ['hr:3000', 3000, 2],
    ['hr:3002', 3002, 2],
    ['hr:3004', 3004, 2],
  ]);
});

test.each<[string, string[]]>([
  [
    'hr:1+x:flot',
    [
      'x | "hr:1+x:flot": "x" is no number of values | ',
      'flot | "hr:1+x:flot": unknown type "flot" | ' +
        'did you mean f32?  Types: u16 i16 u32 i32 u64 i64 f32 f64 str(n) …',
    ],
  ],
  ['hr:1+0', ['0 | "hr:1+0": "0" is no number of values | ']],
  ['co:1:u16', ['co:1:u16 | "co:1:u16": u16 does not fit into one bit | ']],
  ['hr:1.3+2', ['hr:1.3+2 | "hr:1.3+2": bits of a register are asked for one at a time | ']],
  [
    'hr:65530+4:f32',
    ['hr:65530+4:f32 | "hr:65530+4:f32": 4 values from 65530 end behind address 65535 | '],
  ],
  ['pv', ['pv | "pv" is no address | write hr:100, ir:100, co:5 or di:5']],
])('finds fault with %s', (text, expected) => {
  const { item, issues } = parseItem(text);
  expect(item).toBeUndefined();
  expect(
    issues.map(({ span = [0, 0], message, hint }) => {
      return `${text.slice(...span)} | ${message} | ${hint ?? ''}`;
    }),
  ).toEqual(expected);
});
