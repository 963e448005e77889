import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Backoff } from './backoff.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { nearest } from './did-you-mean.ts';
import { formatDuration, parseDuration } from './duration.ts';
import * as errors from './errors.ts';
import { utcIso } from './time-format.ts';

describe('bytes', () => {
  test('a writer grows beyond its first size and keeps the order', () => {
    const out = new ByteWriter(2).u8(1).u16(0x0203).u16s([0x0405, 0x0607]).bytes(Uint8Array.of(8));
    expect([...out.take()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('what was taken stays as it was when the writer goes on', () => {
    const out = new ByteWriter();
    const first = out.u16(0x0102).take();
    out.clear().u16(0x0304);
    expect([...first]).toEqual([1, 2]);
  });

  test('reading past the end throws and clamps nothing', () => {
    const input = new ByteReader(Uint8Array.of(1, 2, 3));
    expect(input.u16()).toBe(0x0102);
    expect(() => input.u16()).toThrow(errors.MalformedPduError);
    expect(input.u8()).toBe(3);
  });

  test('bytes that no field claims are refused', () => {
    const input = new ByteReader(Uint8Array.of(1, 2));
    input.u8();
    expect(() => input.end()).toThrow('1 bytes too many');
  });
});

describe('durations', () => {
  test.each([
    ['500ms', 500],
    ['5s', 5_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['5', undefined],
    ['5 s', undefined],
    ['-5s', undefined],
    ['', undefined],
  ])('%s is %s ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each([
    [0, '0ms'],
    [999, '999ms'],
    [1_500, '1.5s'],
    [60_000, '1m'],
    [86_400_000, '1d'],
  ])('%s ms are written %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe('did you mean', () => {
  test.each([
    ['evry', 'every'],
    ['tiemout', 'timeout'],
    ['Unit', 'unit'],
    ['xyzzy', undefined],
    ['at', 'at'],
  ])('%s means %s', (word, meant) =>
    expect(nearest(word, ['every', 'timeout', 'unit', 'at'])).toBe(meant),
  );
});

describe('pauses between tries', () => {
  test('double from the first to the longest, and start again after a success', () => {
    const backoff = new Backoff({ firstMs: 500, maxMs: 3_000 }, () => 1);
    expect([1, 2, 3, 4, 5].map(() => backoff.next())).toEqual([500, 1000, 2000, 3000, 3000]);
    backoff.reset();
    expect(backoff.next()).toBe(500);
  });

  test('stay within three quarters and the whole of the step, for any number of tries', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (tries, random) => {
          const backoff = new Backoff({ firstMs: 500, maxMs: 60_000 }, () => random);
          for (let index = 0; index < tries; index += 1) backoff.next();
          const full = Math.min(60_000, 500 * 2 ** Math.min(tries, 30));
          const pause = backoff.next();
          expect(pause).toBeGreaterThanOrEqual(0.75 * full);
          expect(pause).toBeLessThanOrEqual(full);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('errors say what they end', () => {
  const rows: [errors.GatewayError, ends: boolean, again: boolean, unwell: boolean][] = [
    [new errors.InvalidRequestError(''), false, false, false],
    [new errors.ModbusExceptionError(2, 3), false, false, false],
    [new errors.ModbusExceptionError(6, 3), false, true, false],
    [new errors.MalformedPduError(''), false, true, true],
    [new errors.ResponseMismatchError(''), false, true, true],
    [new errors.FramingError(''), true, true, true],
    [new errors.RequestTimeoutError(''), false, true, true],
    [new errors.ConnectError(''), true, true, true],
    [new errors.ConnectionLostError(''), true, true, true],
    [new errors.OverloadError(''), false, false, false],
    [new errors.NotSentError(''), false, false, false],
    [new errors.ClosedError(''), false, false, false],
  ];

  test.each(rows)('%s', (error, ends, again, unwell) => {
    expect([
      errors.endsConnection(error),
      errors.isWorthRetrying(error),
      errors.countsAgainstHealth(error),
    ]).toEqual([ends, again, unwell]);
  });

  test('no two classes share a code', () => {
    const codes = rows.map(([error]) => error.code);
    expect(new Set(codes).size).toBe(new Set(rows.map(([error]) => error.constructor)).size);
  });

  test('an error is described with its causes', () => {
    const cause = new Error('ECONNREFUSED');
    expect(
      errors.describeError(new errors.ConnectError('cannot connect to tcp://h:502', { cause })),
    ).toBe('cannot connect to tcp://h:502: ECONNREFUSED');
  });
});

test('times are written in ISO 8601 with milliseconds', () => {
  expect(utcIso(1_767_225_600_123_456)).toBe('2026-01-01T00:00:00.123Z');
});
