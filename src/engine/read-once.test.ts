import { beforeEach, expect, test } from 'vitest';
import { FakeClient } from '../../test/support/fake-client.ts';
import { registerPoint } from '../../test/support/points.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { parsePoints } from '../profile/points.ts';
import { planReads } from '../profile/read-plan.ts';
import { ReadSet, type Reading } from './read-once.ts';

let clock: ManualClock;
let client: FakeClient;

beforeEach(() => {
  clock = new ManualClock();
  client = new FakeClient(clock);
});

function readSet(addresses: readonly number[], registers = 125): ReadSet {
  const points = addresses.map((address) => registerPoint({ name: `r${address}`, address }));
  const reads = planReads(points, { strategy: 'greedy', registers, bits: 2000, gap: 0 });
  return new ReadSet(client, 1, reads, { clock, timeoutMs: 100, retries: 0 });
}

async function read(set: ReadSet): Promise<Record<string, unknown>> {
  const reading = set.read();
  await clock.run(10_000);
  return Object.fromEntries(
    (await reading).map((r: Reading) => [r.point.name, r.value ?? r.cause]),
  );
}

test('a block of a single register has its value', async () => {
  client.unit(1, { 0: 5 });
  expect(await read(readSet([0]))).toEqual({ r0: 5 });
});

test('a refused block costs only what is not there, and is not asked for again', async () => {
  client.unit(1, { 0: 5, 1: 6, 4: 7 });
  const set = readSet([0, 1, 4]);
  expect(await read(set)).toEqual({ r0: 5, r1: 6, r4: 7 });
  client.asked.length = 0;
  await read(set);
  expect(client.asked.map(({ start, count }) => [start, count])).toEqual([
    [0, 2],
    [4, 1],
  ]);
});

test('a block that stays unanswered does not take the values of those before it', async () => {
  const unit = client.unit(1, { 0: 5, 100: 6, 200: 7 });
  const set = readSet([0, 100, 200], 50);
  const reading = set.read();
  await clock.run(5);
  unit.behaviour = 'silent';
  await clock.run(10_000);
  expect((await reading).map(({ value, cause }) => value ?? cause)).toEqual([
    5,
    'timeout',
    'timeout',
  ]);
  // The third block would only have cost one timeout more.
  expect(client.asked).toHaveLength(2);
});

test('what the device says it does not have is no failure', async () => {
  client.unit(1, { 0: 2, 1: 11, 2: 12 });
  const { points } = parsePoints({
    blocks: 'hr:0 u16',
    'b_{n}': { at: 'hr:1 u16', repeat: { count: 4, countFrom: 'blocks' } },
  });
  const reads = planReads(points, { strategy: 'auto', registers: 125, bits: 2000, gap: 0 });
  const reading = new ReadSet(client, 1, reads, { clock, timeoutMs: 100, retries: 0 }).read();
  await clock.run(1000);
  expect((await reading).map(({ value, cause }) => value ?? cause)).toEqual([
    ...[2, 11, 12, 'not-present', 'not-present'],
  ]);
  expect((await reading).filter(({ error }) => error !== undefined)).toEqual([]);
});
