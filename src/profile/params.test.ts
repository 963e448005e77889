import { describe, expect, test } from 'vitest';
import { drawn } from '../../test/support/drawn-issue.ts';
import { decodePoint } from './decode.ts';
import { encodeWrite } from './encode.ts';
import { chooseParams } from './params.ts';
import { parseProfile, type Profile } from './profile.ts';

const FURNACE = {
  profile: 'acme/furnace',
  params: {
    decimals: { label: 'Decimal places', default: 0, choices: [0, 1, 2] },
    start: { default: 1, min: 0, max: 100 },
  },
  points: {
    pv: { at: 'hr:$start i16 rw °C', scale: '10^-decimals', write: { max: '$start' } },
    block_n: { at: 'hr:20 u16', decimals: '$decimals' },
    twice: { expr: 'pv * $start' },
  },
};

function furnace(written: Record<string, number>): Profile {
  const { profile: plain } = parseProfile(FURNACE);
  const { values, issues } = chooseParams(plain!.params, written);
  expect(issues).toEqual([]);
  const { profile, issues: more } = parseProfile(FURNACE, values);
  expect(more).toEqual([]);
  return profile!;
}

function words(...values: number[]): DataView {
  const view = new DataView(new ArrayBuffer(values.length * 2));
  values.forEach((value, index) => view.setUint16(index * 2, value));
  return view;
}

describe('the params of a device', () => {
  test.each([
    [{}, 253, 253, 0],
    [{ decimals: 1 }, 253, 25.3, 1],
    [{ decimals: 2 }, 65_436, -1, 2],
    // 0.07 x 100 is 7.000000000000001: the power of ten has to divide.
    [{ decimals: 2 }, 7, 0.07, 2],
  ])('%j scale exactly, there and back', (written, raw, value, decimals) => {
    const pv = furnace(written).points[0]!;
    expect(decodePoint(pv, words(raw))).toBe(value);
    expect(pv.decimals).toBe(decimals);
    const bytes = encodeWrite({ ...pv, write: { function: 'auto' } }, value);
    expect(bytes).toEqual(new Uint8Array(words(raw).buffer));
  });

  test('stand wherever a number does: in an address, a limit, an expression', () => {
    const { points, computed } = furnace({ start: 7, decimals: 1 });
    expect(points[0]).toMatchObject({ address: 7, write: { max: 7 } });
    expect(points[1]).toMatchObject({ decimals: 1 });
    expect(computed[0]!.expression.names).toEqual(['pv']);
    const result = computed[0]!.expression.evaluate(() => ({ value: 3, quality: 'good' }));
    expect(result).toEqual({ value: 21, quality: 'good' });
  });

  test('of each device are its own', () => {
    expect(furnace({ decimals: 1 }).paramValues).toEqual(
      new Map([
        ['decimals', 1],
        ['start', 1],
      ]),
    );
    expect(furnace({}).points[0]!.scale.divide).toBe(1);
  });

  test.each<[unknown, string]>([
    [{ decimal: 1 }, '[decimal]: the profile has no param "decimal" | did you mean decimals?'],
    [{ x: 1 }, '[x]: the profile has no param "x" | known: decimals start'],
    [{ decimals: 3 }, 'decimals: decimals is 3, expected 0, 1, 2 | '],
    [{ start: 101 }, 'start: start is 101, expected a number from 0 to 100 | '],
    [{ start: 'x' }, 'start: start is "x", expected a number | '],
    [7, ': 7, expected params by name, such as { decimals: 1 } | '],
  ])('%j are not taken', (written, expected) => {
    const { params } = parseProfile(FURNACE).profile!;
    const { values, issues } = chooseParams(params, written);
    expect(issues.map(drawn)).toEqual([expected]);
    expect(values.get('decimals')).toBe(0);
  });
});

test.each<[unknown, string[]]>([
  [{ A: { default: 1 } }, ['[params.A]: param name "A": small letters, digits and _ | ']],
  [{ a: 1 }, ['params.a: 1, expected a param such as { default: 0, choices: [0, 1, 2] } | ']],
  [{ a: {} }, ['params.a: "default" is missing: what holds where nothing is said? | ']],
  [{ a: { default: 3, choices: [1, 2] } }, ['params.a.default: default is 3, expected 1, 2 | ']],
  [{ a: { default: 3, max: 2 } }, ['params.a.default: default is 3, expected at most 2 | ']],
  [{ a: { default: 3, min: 4 } }, ['params.a.default: default is 3, expected at least 4 | ']],
  [
    { a: { default: 1, choices: [1, 'x'], min: 1 } },
    [
      'params.a.choices.1: "x", expected a number | ',
      '[params.a.choices]: a param has choices or a range, not both | ',
    ],
  ],
  [
    { a: { default: 1, min: 2, max: 1 } },
    expect.arrayContaining(['params.a.min: min 2 is above max 1 | ']),
  ],
])('of the params %j of a profile it says so', (params, expected) => {
  const { issues } = parseProfile({ profile: 'a', params, points: { p: 'hr:0' } });
  expect(issues.map(drawn)).toEqual(expected);
});
