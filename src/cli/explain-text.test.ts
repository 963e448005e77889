import { describe, expect, test } from 'vitest';
import { explanations } from './explain-text.ts';

const explained = (text: string): string =>
  explanations(text)
    .map((block) => block.join('\n'))
    .join('\n\n');

describe('explain', () => {
  test('gives every reading of a number that looks like Modicon notation', () => {
    expect(explained('40001')).toBe(
      [
        'as written        wire address 40001, holding register  hr:40001  0x9C41',
        'Modicon 5 digits  first holding register                hr:0      write 400001 or 4x0001',
        '1-based           holding register                      hr:40000',
        '%MW40001          holding register                      hr:40001',
      ].join('\n'),
    );
  });

  test.each([
    ['30003', /3rd input register +ir:2 +write 300003 or 3x0003/],
    ['40111', /111th holding register +hr:110/],
    ['10021', /21st discrete input +di:20/],
    ['400101', /holding register 100 +hr:100 /],
    ['3x0002', /input register 1 +ir:1 /],
    ['hr:0x64', /Modicon 6 digits +holding register +400101/],
    ['hr:100.3', /bit 3 of holding register 100 +hr:100\.3/],
    ['%MF100', /IEC 61131-3 +holding register +%MF100/],
    ['co:5', /coil 5 +co:5/],
    ['f156 4278', /62\.23568 ◀ likely/],
    ['F156,4278', /1115222358/],
    ['0xF156', /i16 +-3754[^]*wire address 61782/],
    ['f32@CDAB', /7 digits .*2 registers/],
    ['str(14)', /text of n bytes, 7 registers/],
    ['bool', /1 coil, or one bit/],
    ['float', /did you mean f32\?/],
    ['CDAB', /words swapped/],
    ['hr:3000+6:f32', /6 values of type f32[^]*3000 to 3011/],
    ['hr:342 f32@CDAB /10 +5 rw kWh', /raw divided by 10, then plus 5[^]*kWh[^]*read and written/],
    ['hr:5 flot', /did you mean f32\?/],
    ['exception 2', /illegal data address/],
    ['exception 0x0B', /exception 11 {2}gateway target/],
    ['exception 77', /not in the specification/],
    ['exit 5', /exit code 5 {2}no answer in time/],
    ['exit code 130', /Ctrl-C/],
    ['exit 99', /never ends with it/],
    ['types', /^bool +true or false +1$[^]*^str\(n\)/m],
  ])('knows %s', (text, expected) => {
    expect(explained(text)).toMatch(expected);
  });

  test('says of a small number what it is as an address, an exception and an exit code', () => {
    expect(explained('2')).toMatch(/wire address 2,[^]*exception 2 [^]*exit code 2 /);
  });

  test.each(['40000', '65535'])('subtracts nothing from %s, which is no Modicon number', (text) => {
    expect(explained(text)).not.toContain('Modicon');
  });

  test.each(['', 'blah', '65536', '99999999', 'hr:', 'f156 42', '1.2.3.4'])(
    'has nothing to say about "%s"',
    (text) => {
      expect(explanations(text)).toEqual([]);
    },
  );
});
