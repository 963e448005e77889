import { describe, expect, test } from 'vitest';
import type { Sample } from '../../telemetry/sample.ts';
import { sitePoint } from '../../../test/support/fake-site.ts';
import { InfluxFixture, rising } from '../../../test/support/influx-fixture.ts';
import {
  answers,
  refusesWhole,
  takes,
  takesAtMost,
  writesTheRest,
  type Reaction,
} from '../../../test/support/influx-outages.ts';

const fixture = new InfluxFixture();

describe('the server goes away after a part was taken:', () => {
  test('the part that was not is handed back in order', async () => {
    const sink = await fixture.opened({ batchSize: 2 });
    const batch = rising(7);
    fixture.server.script.push(takes, answers(503, '', { 'retry-after': '7' }));
    expect(await fixture.write(sink, batch)).toEqual({ rejected: [], rest: batch.slice(2) });
    expect(fixture.server.requests).toHaveLength(2);
  });

  test('also in the middle of the search for a bad line', async () => {
    const sink = await fixture.opened();
    const batch = rising(8);
    const poison = refusesWhole((line) => line.includes('pv=1 '));
    fixture.server.script.push(poison, poison, poison, poison, poison, answers(500));
    const { rejected, rest } = await fixture.write(sink, batch);
    expect(rejected.map(({ sample }) => sample)).toEqual([batch[1]]);
    expect(rest).toEqual(batch.slice(2));
  });
});

describe.each<[what: string, play: (isBad: (line: string) => boolean) => Reaction]>([
  ['refuses the whole batch', refusesWhole],
  ['writes the rest', writesTheRest],
])('a bad line, when the server %s,', (_, play) => {
  const value = (line: string): number => Number(/ pv=(\d+) /.exec(line)?.[1]);

  test.each([
    ['first', [0]],
    ['last', [99]],
    ['in the middle', [41]],
    ['one of several', [3, 4, 50, 51, 52, 90]],
    ['every one', Array.from({ length: 100 }, (_unused, n) => n)],
  ])('is set apart with the reason and the others arrive: %s', async (_where, bad) => {
    const sink = await fixture.opened();
    const batch = rising(100);
    fixture.server.otherwise = play((line) => bad.includes(value(line)));
    const { rejected, rest } = await fixture.write(sink, batch);
    expect(rest).toBeUndefined();
    expect(rejected.map(({ sample }) => sample)).toEqual(bad.map((n) => batch[n]));
    expect(rejected[0]?.reason).toMatch(/unable to parse '.*': bad timestamp|field type conflict/);
    expect([...fixture.server.stored].map(value).sort((a, b) => a - b)).toEqual(
      batch.flatMap((_sample, n) => (bad.includes(n) ? [] : [n])),
    );
  });

  test('loses only its bad field', async () => {
    const sink = await fixture.opened();
    const batch = ['a', 'b', 'pv', 'c'].map((name, index): Sample => {
      return { ...rising(1)[0]!, point: sitePoint(`oven.${name}`), value: index };
    });
    fixture.server.otherwise = play((line) => line.includes('pv='));
    const { rejected } = await fixture.write(sink, batch);
    expect(rejected).toMatchObject([{ sample: batch[2] }]);
    expect([...fixture.server.stored].join(' ')).toMatch(/ a=0 .* b=1 .* c=3 /);
  });
});

test('lines of which the server says that it dropped all need no search', async () => {
  const sink = await fixture.opened();
  fixture.server.otherwise = writesTheRest(() => true);
  expect((await fixture.write(sink, rising(100))).rejected).toHaveLength(100);
  // The second one is empty, and shows that the request itself is in order.
  expect(fixture.server.requests).toHaveLength(2);
});

test('a search that would take too long leaves the rest for the next turn', async () => {
  const sink = await fixture.opened();
  const batch = rising(2_000);
  fixture.server.otherwise = refusesWhole(() => true);
  const { rejected, rest = [] } = await fixture.write(sink, batch);
  expect(rejected.length).toBeGreaterThan(200);
  expect([...rejected.map(({ sample }) => sample), ...rest]).toEqual(batch);
  expect(fixture.server.requests.length).toBeLessThan(510);
});

describe('a batch that is too large', () => {
  test('is halved until it fits', async () => {
    const sink = await fixture.opened();
    fixture.server.otherwise = takesAtMost(3);
    expect(await fixture.write(sink, rising(10))).toEqual({ rejected: [] });
    expect(fixture.server.stored.size).toBe(10);
  });

  test('even as a single line is rejected', async () => {
    const sink = await fixture.opened();
    fixture.server.otherwise = takesAtMost(0);
    const batch = rising(2);
    expect((await fixture.write(sink, batch)).rejected).toEqual(
      batch.map((sample) => ({ sample, reason: 'too large: Request Entity Too Large' })),
    );
  });
});
