import { describe, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import type { Fault, InterceptedRequest } from '../server/fault.ts';
import { parseFaults, type FaultTexts } from './fault-text.ts';
import { faults, type FaultSpec } from './faults.ts';

const REQUEST: InterceptedRequest = {
  unitId: 1,
  functionCode: 3,
  pdu: Uint8Array.of(3, 0, 0, 0, 1),
  peer: '127.0.0.1:4711',
};

/** What becomes of so many requests, one every `everyMs`. */
function faultsOf(spec: FaultSpec, count: number, everyMs = 0, seed = 7): (Fault | undefined)[] {
  const clock = new ManualClock();
  const interceptor = faults(spec, { clock, seed });
  return Array.from({ length: count }, () => {
    const fault = interceptor(REQUEST) as Fault | undefined;
    clock.advance(everyMs);
    return fault;
  });
}

const named = (found: readonly (Fault | undefined)[], wanted: Fault): number =>
  found.filter((fault) => JSON.stringify(fault) === JSON.stringify(wanted)).length;

describe('faults', () => {
  test.each<[string, FaultSpec, Fault]>([
    ['dropped', { drop: 0.05 }, { answer: 'none', delayMs: 0 }],
    ['damaged', { crc: 0.05 }, { answer: 'corrupt', delayMs: 0 }],
    ['late', { late: { share: 0.05, byMs: 1500 } }, { delayMs: 1500 }],
    ['answered with the answer before', { previous: 0.05 }, { answer: 'previous', delayMs: 0 }],
    ['refused', { exception: { share: 0.05, code: 6 } }, { answer: { exception: 6 }, delayMs: 0 }],
  ])('about the share that was asked for is %s, and nothing else happens', (_, spec, fault) => {
    const found = faultsOf(spec, 4000);
    expect(named(found, fault)).toBeGreaterThan(150);
    expect(named(found, fault)).toBeLessThan(250);
    expect(found.filter((one) => one === undefined)).toHaveLength(4000 - named(found, fault));
  });

  test('shares stand beside each other: 20 % and 30 % leave 50 %', () => {
    const found = faultsOf({ drop: 0.2, crc: 0.3 }, 4000);
    const left = found.filter((fault) => fault === undefined).length / 4000;
    expect(Math.abs(left - 0.5)).toBeLessThan(0.03);
  });

  test('the same seed brings the same faults, another one others', () => {
    const spec = { drop: 0.3, delay: { minMs: 0, maxMs: 100 } };
    expect(faultsOf(spec, 50)).toEqual(faultsOf(spec, 50));
    expect(faultsOf(spec, 50)).not.toEqual(faultsOf(spec, 50, 0, 8));
  });

  test('a delay lies between its bounds, all over', () => {
    const delays = faultsOf({ delay: { minMs: 100, maxMs: 300 } }, 500).map(
      (fault) => fault?.delayMs ?? 0,
    );
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...delays)).toBeLessThanOrEqual(300);
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(180);
  });

  test('what is late is late on top of the delay', () => {
    const spec = { delay: { minMs: 200, maxMs: 200 }, late: { share: 1, byMs: 1000 } };
    expect(faultsOf(spec, 1)).toEqual([{ delayMs: 1200 }]);
  });

  test('silence comes at the end of each period, and only then', () => {
    const found = faultsOf({ silent: { forMs: 20_000, everyMs: 90_000 } }, 180, 1000);
    const silentSeconds = found.flatMap((fault, second) => (fault === undefined ? [] : [second]));
    const range = (from: number): number[] =>
      Array.from({ length: 20 }, (_, index) => from + index);
    expect(silentSeconds).toEqual([...range(70), ...range(160)]);
    expect(found[75]).toEqual({ answer: 'none' });
  });
});

describe('faults as people write them', () => {
  test.each<[FaultTexts, FaultSpec | undefined]>([
    [{}, undefined],
    [{ drop: '5%' }, { drop: 0.05 }],
    [{ crc: '0.5 %' }, { crc: 0.005 }],
    [{ previous: '100%' }, { previous: 1 }],
    [{ late: '5%' }, { late: { share: 0.05, byMs: 1500 } }],
    [{ late: '5%:3s' }, { late: { share: 0.05, byMs: 3000 } }],
    [{ exception: '2' }, { exception: { code: 2, share: 1 } }],
    [{ exception: '6:10%' }, { exception: { code: 6, share: 0.1 } }],
    [{ delay: '200ms' }, { delay: { minMs: 200, maxMs: 200 } }],
    [{ delay: '100ms..0.3s' }, { delay: { minMs: 100, maxMs: 300 } }],
    [{ silent: '20s/90s' }, { silent: { forMs: 20_000, everyMs: 90_000 } }],
    [
      { drop: '10%', crc: '20%', previous: '70%' },
      { drop: 0.1, crc: 0.2, previous: 0.7 },
    ],
  ])('%j', (texts, spec) => {
    expect(parseFaults(texts)).toEqual(spec);
  });

  test.each<[FaultTexts, string]>([
    [{ drop: '5' }, '--drop: "5", expected such as 5%'],
    [{ drop: '101%' }, '--drop'],
    [{ drop: '-1%' }, '--drop'],
    [{ late: '5%:3' }, '--late: "5%:3", expected such as 5% or 5%:3s'],
    [{ exception: '0' }, '--exception: "0", expected such as 2 or 2:5%'],
    [{ exception: '256' }, '--exception'],
    [{ exception: 'busy' }, '--exception'],
    [{ delay: '200' }, '--delay: "200", expected such as 200ms or 100ms..300ms'],
    [{ delay: '300ms..100ms' }, '--delay'],
    [{ silent: '20s' }, '--silent: "20s", expected such as 20s/90s'],
    [{ silent: '90s/20s' }, '--silent'],
    [{ silent: '0s/0s' }, '--silent'],
    [{ drop: '60%', crc: '50%' }, 'the faults add up to 110 %, expected 100 % at most'],
  ])('%j is refused', (texts, message) => {
    expect(() => parseFaults(texts)).toThrow(message);
  });
});
