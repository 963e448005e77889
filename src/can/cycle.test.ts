import { expect, test } from 'vitest';
import { Cycle } from './cycle.ts';

/** A device that sends parts 1, 2, 3… in turn; the part is the value of its multiplexor. */
function rig(parts: readonly number[]): {
  readonly cycle: Cycle;
  readonly told: string[];
  /** Frames with these values, 10 ms apart; `-` is a second of silence. */
  readonly send: (text: string) => void;
} {
  const told: string[] = [];
  let now = 0;
  const cycle = new Cycle({
    ...{ parts, first: parts[0], maxMs: 500 },
    tell: (together) => told.push(together.join(' ')),
  });
  return {
    ...{ cycle, told },
    send(text) {
      for (const word of text.split(' ')) {
        if (word === '-') {
          now += 1_000;
          continue;
        }
        now += 10;
        cycle.start(Number(word), now);
        cycle.part(Number(word), now);
      }
    },
  };
}

test('a cycle is told when its last part has come', () => {
  const { told, send, cycle } = rig([1, 2, 3]);
  send('1 2');
  expect(told).toEqual([]);
  send('3');
  expect(told).toEqual(['1 2 3']);
  send('1 2 3 1');
  expect(told).toEqual(['1 2 3', '1 2 3']);
  expect(cycle.incomplete).toBe(0);
});

test('who begins to listen in the middle waits for the next beginning', () => {
  const { told, send } = rig([1, 2, 3]);
  send('2 3');
  expect(told).toEqual([]);
  send('1 2 3');
  expect(told).toEqual(['1 2 3']);
});

test('a cycle that lost a frame is void, and counted; the next one is told', () => {
  const { told, send, cycle } = rig([1, 2, 3]);
  send('1 2 3 1 3');
  expect(told).toEqual(['1 2 3']);
  send('1 2 3');
  expect(told).toEqual(['1 2 3', '1 2 3']);
  expect(cycle.incomplete).toBe(1);
});

test('parts of two cycles are never told together, whichever frame was lost', () => {
  const { told, send } = rig([1, 2, 3]);
  send('1 2 3 1 2 2 3 1 2 3');
  expect(told).toEqual(['1 2 3', '1 2 3']);
});

test('a part that the first cycle lacks is told by itself when it comes', () => {
  const { told, send } = rig([1, 2, 3, 9]);
  send('1 2 3 1');
  expect(told).toEqual(['1 2 3']);
  send('2 3 9');
  expect(told).toEqual(['1 2 3', '1 2 3', '9']);
});

test('a part that is missing three times leaves the cycle, and returns after three', () => {
  const { told, send, cycle } = rig([1, 2, 3]);
  send('1 2 3 1 2 1 2 1 2 1');
  expect(told).toEqual(['1 2 3', '1 2']);
  expect(cycle.incomplete).toBe(2);
  told.length = 0;
  send('2 3 1 2 3 1 2 3 1');
  expect(told).toEqual(['1 2', '3', '1 2', '3', '1 2', '3']);
  send('2 3');
  expect(told.at(-1)).toBe('1 2 3');
});

test('a cycle that a silence has interrupted is given up', () => {
  const { told, send, cycle } = rig([1, 2, 3]);
  send('1 2 3 1 2 - 3 1 2 3');
  expect(told).toEqual(['1 2 3', '1 2 3']);
  expect(cycle.incomplete).toBe(1);
});

test('without a multiplexor each frame of the first message begins one', () => {
  const told: string[] = [];
  const cycle = new Cycle({
    ...{ parts: [0, 1], first: undefined, maxMs: 500 },
    tell: (together) => told.push(together.join(' ')),
  });
  for (let round = 0; round < 3; round += 1) {
    cycle.start(undefined, round);
    cycle.part(0, round);
    cycle.part(1, round);
  }
  expect(told).toEqual(['0 1', '0 1', '0 1']);
});
