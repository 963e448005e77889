import { describe, expect, test } from 'vitest';
import { FakeClient } from '../../test/support/fake-client.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { ModbusExceptionError } from '../base/errors.ts';
import { countOf, parseRanges, scanRegisters, spanLines, type Span } from './scan-registers.ts';

const present = (...spans: readonly (readonly [number, number])[]): Record<number, number> =>
  Object.fromEntries(
    spans.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, index) => [first + index, 7]),
    ),
  );

async function scanned(
  registers: Record<number, number>,
  range: string,
): Promise<{ found: Span[]; client: FakeClient; progress: number[] }> {
  const clock = new ManualClock();
  const client = new FakeClient(clock);
  client.unit(1, registers);
  const [found, progress]: [Span[], number[]] = [[], []];
  const onProgress = (done: number): void => void progress.push(done);
  const scan = scanRegisters(client, parseRanges(range), { unit: 1, timeoutMs: 100, onProgress }, found); // prettier-ignore
  await clock.run(100_000);
  await scan;
  return { found, client, progress };
}

describe('which registers there are', () => {
  test.each([
    ['one block', present([0, 99]), 'hr:0-99', [[0, 99]]],
    ['none', {}, 'hr:0-30', []],
    ['an island', present([40, 42]), 'hr:0-99', [[40, 42]]],
    ['two with a hole of one', present([0, 9], [11, 20]), 'hr:0-63', [[0, 9], [11, 20]]], // prettier-ignore
    ['over the limit of one request', present([0, 299]), 'hr:0-299', [[0, 299]]],
    ['the last address', present([65_535, 65_535]), 'hr:65530-65535', [[65_535, 65_535]]],
  ])('%s', async (_, registers, range, expected) => {
    const { found, progress, client } = await scanned(registers, range);
    expect(found.map(({ first, last }) => [first, last])).toEqual(expected);
    expect(progress.at(-1)).toBe(countOf(parseRanges(range)));
    expect(Math.max(...client.asked.map(({ count }) => count))).toBeLessThanOrEqual(125);
  });

  test('costs one request where all are there', async () => {
    expect((await scanned(present([0, 124]), 'hr:0-124')).client.asked).toHaveLength(1);
  });

  test('a device that does not know the function has none, after one question', async () => {
    const clock = new ManualClock();
    const client = new FakeClient(clock);
    client.unit(1, {}).behaviour = new ModbusExceptionError(1, 4);
    const found: Span[] = [];
    const scan = scanRegisters(client, parseRanges('hr:0-999'), { unit: 1, timeoutMs: 100 }, found);
    await clock.run(1000);
    await scan;
    expect([found, client.asked.length]).toEqual([[], 1]);
  });

  test('a device that has gone is not asked for ever, and what is known stays', async () => {
    const clock = new ManualClock();
    const client = new FakeClient(clock);
    const unit = client.unit(1, present([0, 124]));
    const found: Span[] = [];
    const onProgress = (): void => {
      unit.behaviour = 'silent';
    };
    const scan = scanRegisters(client, parseRanges('hr:0-999'), { unit: 1, timeoutMs: 100, onProgress }, found); // prettier-ignore
    const failed = expect(scan).rejects.toThrow('no answer');
    await clock.run(10_000);
    await failed;
    expect(found).toEqual([{ table: 'holding', first: 0, last: 124 }]);
    expect(client.asked).toHaveLength(4);
  });
});

describe('ranges', () => {
  test('without a table mean both kinds of registers', () => {
    expect(parseRanges('5-6').map(({ table }) => table)).toEqual(['input', 'holding']);
    expect(parseRanges()).toHaveLength(2);
    expect(parseRanges('co:3')).toEqual([{ table: 'coil', first: 3, last: 3 }]);
  });

  test.each(['', 'hr:5-4', 'hr:0-65536', 'xx:0-5', 'hr:-5'])('"%s" is refused', (text) => {
    expect(() => parseRanges(text)).toThrow(/is no range/);
  });

  test('are printed with what they count', () => {
    const spans = parseRanges('hr:0-9,co:7');
    expect(spanLines(spans)).toEqual([
      '  hr:0-9            10 registers',
      '  co:7              1 bit',
    ]);
  });
});
