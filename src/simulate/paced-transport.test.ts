import { expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import type { Receiver, Transport } from '../transport/transport.ts';
import { pacedTransport, Wire } from './paced-transport.ts';

/** One character takes a millisecond; a lump is 15 of them. */
function setUp(wire?: Wire, clock = new ManualClock()) {
  const written: [at: number, bytes: number[]][] = [];
  const heard: [at: number, bytes: number[]][] = [];
  let outside: Receiver | undefined;
  let isClosed = false;
  const inner: Transport = {
    listen: (receiver) => (outside = receiver),
    write: (bytes) => written.push([clock.now(), [...bytes]]),
    close() {
      isClosed = true;
      outside?.end();
    },
  };
  const transport = pacedTransport(inner, wire ?? new Wire(clock, 1));
  let ends = 0;
  transport.listen({
    data: (chunk) => heard.push([clock.now(), [...chunk]]),
    end: () => (ends += 1),
  });
  const arrive = (...bytes: number[]): void => outside?.data(Uint8Array.from(bytes));
  return { clock, written, heard, transport, arrive, isClosed: () => isClosed, ends: () => ends };
}

test('what arrives is heard when its last character has passed', () => {
  const { clock, heard, arrive } = setUp();
  arrive(1, 2, 3, 4, 5, 6, 7, 8);
  clock.advance(7.9);
  expect(heard).toEqual([]);
  clock.advance(0.1);
  expect(heard).toEqual([[8, [1, 2, 3, 4, 5, 6, 7, 8]]]);
});

test('an answer leaves in lumps, each when the line has carried it', () => {
  const { clock, written, transport } = setUp();
  const bytes = Uint8Array.from({ length: 37 }, (_, index) => index);
  transport.write(bytes);
  clock.advance(100);
  expect(written.map(([at, { length }]) => [at, length])).toEqual([
    [15, 15],
    [30, 15],
    [37, 7],
  ]);
  expect(written.flatMap(([, lump]) => lump)).toEqual([...bytes]);
});

test('only one thing is on the wire at a time, whoever sends it', () => {
  const clock = new ManualClock();
  const wire = new Wire(clock, 1);
  const [one, other] = [setUp(wire, clock), setUp(wire, clock)];
  one.arrive(1, 2, 3);
  other.arrive(4, 5);
  one.transport.write(Uint8Array.of(6));
  clock.advance(10);
  expect([one.heard, other.heard, one.written]).toEqual([
    [[3, [1, 2, 3]]],
    [[5, [4, 5]]],
    [[6, [6]]],
  ]);
});

test('nothing is heard or sent after the end', () => {
  const { clock, heard, written, arrive, transport, ends } = setUp();
  arrive(1);
  transport.write(Uint8Array.of(2));
  transport.close();
  clock.advance(10);
  expect([heard, written, ends()]).toEqual([[], [], 1]);
});

test('who sends ten seconds ahead of the line is disconnected', () => {
  const { arrive, isClosed } = setUp();
  const chunk = Array<number>(5_000).fill(0);
  arrive(...chunk);
  arrive(...chunk);
  expect(isClosed()).toBe(false);
  arrive(1);
  expect(isClosed()).toBe(true);
});
