/** On an RTU line nothing tells a late answer from a right one but what was asked, and when. */
import { expect, test } from 'vitest';
import {
  answerOf,
  lineClientBench,
  READ_DEADLINE_MS,
  writeOf,
} from '../../test/support/line-client-bench.ts';

/** A line on which the first read of unit 1 has just timed out. */
async function afterTimeout() {
  const bench = lineClientBench();
  bench.read(1, 1);
  await bench.clock.run(4 + READ_DEADLINE_MS);
  expect(bench.outcomes).toEqual(['r1/1: request-timeout']);
  const lastSent = (): string | undefined => bench.sent.at(-1)?.text;
  return { ...bench, lastSent };
}

test('another block of the unit waits for one more timeout of silence', async () => {
  const { clock, read, sent } = await afterTimeout();
  read(1, 2);
  await clock.run(99);
  expect(sent).toHaveLength(1);
  await clock.run(1);
  expect(sent.map(({ text }) => text)).toEqual(['1 3 1 1', '1 3 2 1']);
});

test('or for the late answer, which is dropped and counted', async () => {
  const { clock, client, read, sent, outcomes, receive } = await afterTimeout();
  read(1, 2);
  await clock.run(20);
  await receive(answerOf(1, 1));
  await clock.run(5);
  expect(sent).toHaveLength(2);
  await receive(answerOf(1, 2));
  expect(outcomes[1]).toBe('r1/2 = 2');
  expect(client.counters).toMatchObject({ late: 1, foreign: 0, answers: 1 });
});

test('a late exception too is told apart from the next answer', async () => {
  const { clock, client, read, sent, receive } = await afterTimeout();
  read(1, 2);
  await clock.run(20);
  await receive(Uint8Array.of(1, 0x83, 2, 0xc0, 0xf1));
  await clock.run(5);
  expect([client.counters.late, sent.length]).toEqual([1, 2]);
});

test('other units and other functions go on meanwhile, and the late answer meets neither', async () => {
  const { clock, client, read, readInput, outcomes, lastSent, receive } = await afterTimeout();
  read(2, 1);
  await clock.run(5);
  expect(lastSent()).toBe('2 3 1 1');
  await receive(answerOf(1, 1));
  await receive(answerOf(2, 22));
  expect([outcomes[1], client.counters.late]).toEqual(['r2/1 = 22', 1]);

  readInput(1, 9);
  await clock.run(20);
  expect(lastSent()).toBe('1 4 9 1');
  await receive(answerOf(1, 44, 4));
  expect(outcomes[2]).toBe('i1/9 = 44');
});

test('the same block may be asked again at once, and either answer is right', async () => {
  const { clock, read, outcomes, sent, receive } = await afterTimeout();
  read(1, 1);
  await clock.run(5);
  expect(sent).toHaveLength(2);
  await receive(answerOf(1, 1));
  expect(outcomes[1]).toBe('r1/1 = 1');
});

test('when two tries had one answer, the other one is waited for before the unit is asked again', async () => {
  const { clock, client, read, outcomes, sent, receive } = await afterTimeout();
  read(1, 1);
  await clock.run(5);
  await receive(answerOf(1, 1));
  read(1, 2);
  read(1, 1);
  await clock.run(50);
  expect(sent).toHaveLength(2);
  await receive(answerOf(1, 1));
  expect(client.counters.late).toBe(1);
  await clock.run(20);
  await receive(answerOf(1, 2));
  await clock.run(20);
  await receive(answerOf(1, 1));
  expect(outcomes.slice(1)).toEqual(['r1/1 = 1', 'r1/2 = 2', 'r1/1 = 1']);
});

test('and when it does not come, the unit is asked again after two timeouts', async () => {
  const { clock, read, sent, receive } = await afterTimeout();
  read(1, 1);
  await clock.run(5);
  await receive(answerOf(1, 1));
  read(1, 2);
  await clock.run(300);
  const [, retry, next] = sent;
  expect((next?.at ?? NaN) - (retry?.at ?? NaN)).toBe(READ_DEADLINE_MS + 100);
});

test('two tries without an answer are two answers that may come', async () => {
  const { clock, client, read, sent, receive } = lineClientBench();
  read(1, 1, { timeoutMs: 300 });
  await clock.run(4 + READ_DEADLINE_MS + 200);
  read(1, 1);
  await clock.run(READ_DEADLINE_MS);
  read(1, 2);
  await receive(answerOf(1, 1));
  await clock.run(10);
  expect([client.counters.late, sent.length]).toEqual([1, 2]);
  await receive(answerOf(1, 1));
  await clock.run(10);
  expect([client.counters.late, sent.length]).toEqual([2, 3]);
});

test('a late answer that comes twice without a pause is one answer', async () => {
  const { clock, client, read, sent, receive } = await afterTimeout();
  read(1, 1);
  read(1, 2);
  await clock.run(20);
  await receive(answerOf(1, 1), answerOf(1, 1));
  await clock.run(20);
  expect(client.counters).toMatchObject({ answers: 1, late: 0, foreign: 1 });
  // The one to the second try is still to come.
  expect(sent).toHaveLength(2);
});

test('a write makes old answers old: reading back does not take one of them', async () => {
  const { clock, read, write, outcomes, lastSent, receive } = await afterTimeout();
  write(1, 1);
  await clock.run(5);
  await receive(writeOf(1, 1));
  read(1, 1);
  await clock.run(10);
  expect(lastSent()).toBe('1 6 1 1');
  // What the register held before the write.
  await receive(answerOf(1, 0));
  await clock.run(5);
  expect(lastSent()).toBe('1 3 1 1');
  await receive(answerOf(1, 1));
  expect(outcomes.slice(1)).toEqual(['w1/1', 'r1/1 = 1']);
});

test('what waits holds back what was asked after it of the same unit, and no other unit', async () => {
  const { clock, read, readInput, sent, receive } = await afterTimeout();
  read(1, 2);
  readInput(1, 3);
  read(2, 4);
  await clock.run(10);
  await receive(answerOf(2, 4));
  await clock.run(10);
  expect(sent.map(({ text }) => text)).toEqual(['1 3 1 1', '2 3 4 1']);
});

test('an urgent write is not held back by a read that waits', async () => {
  const { clock, read, write, lastSent } = await afterTimeout();
  read(1, 2);
  write(1, 5, { priority: 'urgent' });
  await clock.run(5);
  expect(lastSent()).toBe('1 6 5 1');
});

test('a request that was given up keeps its place, and its answer reaches nobody', async () => {
  const { clock, client, read, outcomes, sent, receive } = lineClientBench();
  const abort = new AbortController();
  read(1, 1, { signal: abort.signal });
  await clock.run(10);
  abort.abort(new Error('given up'));
  read(1, 2);
  await clock.run(50);
  expect([outcomes, sent.length]).toEqual([['r1/1: given up'], 1]);
  await receive(answerOf(1, 1));
  await clock.run(5);
  await receive(answerOf(1, 2));
  expect(outcomes[1]).toBe('r1/2 = 2');
  expect(client.counters).toMatchObject({ answers: 1, late: 1 });
});
