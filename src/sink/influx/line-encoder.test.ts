import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Point, Value } from '../../telemetry/point.ts';
import type { Sample } from '../../telemetry/sample.ts';
import { sitePoint } from '../../../test/support/fake-site.ts';
import { LineEncoder } from './line-encoder.ts';
import { longText, numberText } from './number-text.ts';
import type { LineOptions } from './options.ts';
import { SeriesBook } from './series.ts';

const AT = 1_772_188_649_412_345;
const MS = '1772188649412';

function encoderOf(options: LineOptions): LineEncoder {
  const model = (device: string): string | undefined =>
    device.startsWith('meter') ? 'sdm120' : undefined;
  return new LineEncoder(
    new SeriesBook(options, { site: 'works', model }),
    options.precision ?? 'ms',
  );
}

function good(id: string, value: Value, over: Partial<Point> = {}, at = AT): Sample {
  const point = sitePoint(id, over);
  return { point, value, quality: 'good', at, requestedAt: at - 5, goodAt: at };
}

function linesOf(samples: readonly Sample[], options: LineOptions = {}): readonly string[] {
  return encoderOf(options).encode(samples).lines;
}

/** The only line of one sample, without the time. */
function lineOf(sample: Sample, options: LineOptions = {}): string | undefined {
  return linesOf([sample], options)[0]?.replace(/ \d+$/, '');
}

const status = { kind: 'state', enum: new Map([[5, 'pre "standby"']]) } as const;

describe('the measurement', () => {
  test.each<[what: string, sample: Sample, options: LineOptions, name: string]>([
    ['is the category', good('meter1.p', 1, { category: 'heat' }), {}, 'heat'],
    ['else the model of the device', good('meter1.p', 1), {}, 'sdm120'],
    ['else dinrail', good('oven.p', 1), {}, 'dinrail'],
    [
      'is what a template says',
      good('oven.p', 1, { category: 'heat', tags: { hall: 'n 1' } }),
      { measurement: '{site}_{device}_{point}_{category}_{tag.hall}' },
      'works_oven_p_heat_n\\ 1',
    ],
    [
      'is dinrail when a template stays empty',
      good('oven.p', 1),
      { measurement: '{tag.x}' },
      'dinrail',
    ],
    ['keeps braces that mean nothing', good('oven.p', 1), { measurement: '{x}y' }, '{x}y'],
    ['escapes commas and spaces', good('oven.p', 1), { measurement: 'a,b c=d' }, 'a\\,b\\ c=d'],
  ])('%s', (_, sample, options, name) => {
    expect(lineOf(sample, options)).toBe(
      `${name},device=${sample.point.device},site=works`.replace(
        /,site=works$/,
        sample.point.tags === undefined ? ',site=works' : ',hall=n\\ 1,site=works',
      ) + ` p=1`,
    );
  });

  test('cannot begin with #, which would make a comment of the line', () => {
    const sample = good('oven.p', 1);
    const { lines, refused } = encoderOf({ measurement: '#1' }).encode([sample]);
    expect(lines).toEqual([]);
    expect(refused).toEqual([{ sample, reason: 'a measurement cannot begin with #' }]);
  });
});

describe('tags', () => {
  test.each<[what: string, tags: Record<string, string>, line: string]>([
    ['are sorted', { z: '1', a: '2' }, 'dinrail,a=2,device=oven,site=works,z=1 p=1'],
    ['that are empty are left out', { z: '' }, 'dinrail,device=oven,site=works p=1'],
    ['cannot hide the device', { device: 'x' }, 'dinrail,device=oven,site=works p=1'],
    [
      'are escaped',
      { 'k,= ': 'v,= "' },
      'dinrail,device=oven,k\\,\\=\\ =v\\,\\=\\ ",site=works p=1',
    ],
    ['end without a backslash', { z: 'v\\\\' }, 'dinrail,device=oven,site=works,z=v p=1'],
    ['hold no line break', { z: 'a\nb\r' }, 'dinrail,device=oven,site=works,z=a\\nb\\r p=1'],
  ])('%s', (_, tags, line) => {
    expect(lineOf(good('oven.p', 1, { tags }))).toBe(line);
  });

  test('of a template replace the usual ones', () => {
    const tags = { machine_id: '{tag.id}', where: '{device}/{site}', none: '{category}' };
    expect(lineOf(good('oven.p', 1, { tags: { id: '7' } }), { tags })).toBe(
      'dinrail,machine_id=7,where=oven/works p=1',
    );
  });

  test('may be none at all', () => {
    expect(lineOf(good('oven.p', 1), { tags: {} })).toBe('dinrail p=1');
  });
});

describe('a field', () => {
  test.each<
    [what: string, value: Value, over: Partial<Point>, types: LineOptions['types'], text: string]
  >([
    ['of a number is a float', 42, {}, {}, 'p=42'],
    ['of a counter is a float', 42, { kind: 'counter' }, {}, 'p=42'],
    ['of a state is an int with its name', 5, status, {}, 'p=5i,p_text="pre \\"standby\\""'],
    ['of a state without a name is an int', 6, status, {}, 'p=6i'],
    ['of a flag is a bool', true, {}, {}, 'p=true'],
    ['of a text is a string', 'a\\b"', {}, {}, 'p="a\\\\b\\""'],
    ['of a wide integer is an int', 2n ** 60n, {}, {}, 'p=1152921504606846976i'],
    ['can be an int by its id', 42, {}, { 'oven.p': 'int', p: 'string' }, 'p=42i'],
    ['can be an int by its name', 42, {}, { p: 'int' }, 'p=42i'],
    ['that is an int takes flags', true, {}, { p: 'int' }, 'p=1i'],
    ['can be a float of a wide integer', 2n ** 60n, {}, { p: 'float' }, 'p=1152921504606847000'],
    ['can be a string of a number', 4.5, {}, { p: 'string' }, 'p="4.5"'],
    ['can be the name of a state', 5, status, { p: 'string' }, 'p="pre \\"standby\\""'],
    ['can be a float of a state', 5, status, { p: 'float' }, 'p=5,p_text="pre \\"standby\\""'],
    ['can be a bool of 0 and 1', 1, {}, { p: 'bool' }, 'p=true'],
  ])('%s', (_, value, over, types = {}, text) => {
    expect(lineOf(good('oven.p', value, over), { types, tags: {} })).toBe(`dinrail ${text}`);
  });

  test.each<[value: Value, types: LineOptions['types'], reason: RegExp]>([
    [NaN, {}, /^NaN has no form/],
    [-Infinity, {}, /^-Infinity has no form/],
    [2n ** 63n, {}, /^9223372036854775808 does not fit into a signed integer of 64 bits$/],
    [1e300, { p: 'int' }, /does not fit into a signed integer of 64 bits$/],
    [4.5, { p: 'int' }, /^4.5 is no whole number/],
    [NaN, { p: 'int' }, /^NaN is no whole number/],
    ['4', { p: 'int' }, /^a text does not fit into an int/],
    ['4', { p: 'float' }, /^a text does not fit into a float/],
    [2, { p: 'bool' }, /^2 is neither 0 nor 1/],
  ])('refuses %s for %j', (value, types = {}, reason) => {
    const batch = [good('oven.q', 1), good('oven.p', value), good('oven.r', 2)];
    const { lines, lineOf: places, refused } = encoderOf({ types, tags: {} }).encode(batch);
    expect(refused).toMatchObject([{ sample: batch[1] }]);
    expect(refused[0]?.reason).toMatch(reason);
    expect(lines).toEqual([`dinrail q=1,r=2 ${MS}`]);
    expect(places).toEqual([0, -1, 0]);
  });

  test.each<[what: string, over: Partial<Sample>, text: string]>([
    ['stale', { quality: 'stale' }, 'p=7,p_quality="stale"'],
    ['bad', { quality: 'bad' }, 'p_quality="bad"'],
  ])('that is %s tells its quality', (_, over, text) => {
    expect(lineOf({ ...good('oven.p', 7), ...over }, { tags: {} })).toBe(`dinrail ${text}`);
  });
});

describe('one line per point', () => {
  test.each<[value: Value, over: Partial<Point>, text: string]>([
    [42, {}, 'value=42'],
    [5, status, 'value=5,value_text="pre \\"standby\\""'],
    ['x', {}, 'value_text="x"'],
    [true, {}, 'value_bool=true'],
    [2n ** 60n, {}, 'value_int=1152921504606846976i'],
  ])('%s of %j has a field for its type, as all points share them', (value, over, text) => {
    const sample = good('oven.p', value, over);
    expect(lineOf(sample, { fields: 'value' })).toBe(
      `dinrail,device=oven,point=p,site=works ${text}`,
    );
  });
});

describe('a line holds', () => {
  test('what a device said at one moment, as far as the measurement is the same', () => {
    const batch = [
      good('oven.a', 1),
      good('oven.b', 2, { category: 'heat' }),
      good('oven.c', 3),
      good('press.a', 4),
      good('oven.d', 5),
      good('oven.e', 6, {}, AT + 1_000),
    ];
    const { lines, lineOf: places } = encoderOf({}).encode(batch);
    expect(lines).toEqual([
      `dinrail,device=oven,site=works a=1,c=3 ${MS}`,
      `heat,device=oven,site=works b=2 ${MS}`,
      `dinrail,device=press,site=works a=4 ${MS}`,
      `dinrail,device=oven,site=works d=5 ${MS}`,
      `dinrail,device=oven,site=works e=6 1772188649413`,
    ]);
    expect(places).toEqual([0, 1, 0, 2, 3, 4]);
  });

  test.each([
    ['s', '1772188649'],
    ['ms', MS],
    ['us', '1772188649412345'],
    ['ns', '1772188649412345000'],
  ] as const)('the time of the reading in %s', (precision, time) => {
    expect(linesOf([good('oven.p', 1)], { precision, tags: {} })).toEqual([`dinrail p=1 ${time}`]);
  });
});

describe('numbers are written as JavaScript writes them', () => {
  test.each([0, -0, 1, -1, 0.1, 0.5, -0.001, 0.0001, 1.25, 100.1, 1e21, 5e-324, 2 ** 30, 1.005])(
    '%s',
    (value) => {
      expect(numberText(value)).toBe(String(value));
    },
  );

  test('any of them', () => {
    const decimal = fc
      .tuple(fc.integer(), fc.integer({ min: 0, max: 5 }))
      .map(([n, d]) => n / 10 ** d);
    const any = fc.oneof(
      decimal,
      fc.double({ noNaN: true }),
      fc.float({ noNaN: true }),
      fc.integer(),
    );
    const check = fc.property(any, (value) => numberText(value) === String(value));
    fc.assert(check, { seed: 20_260_227, numRuns: 20_000 });
  });

  test('times, too', () => {
    const time = fc.integer({ min: 1_000_000, max: Number.MAX_SAFE_INTEGER });
    const check = fc.property(time, (value) => longText(value) === String(value));
    fc.assert(check, { seed: 20_260_227, numRuns: 5_000 });
  });
});
