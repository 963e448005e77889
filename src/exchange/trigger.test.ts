import { expect, test } from 'vitest';
import { Trigger } from './trigger.ts';

type Row = readonly [ms: number, when: boolean | undefined, does: string, over?: Reading];
interface Reading {
  readonly until?: boolean | undefined;
  readonly isComplete?: boolean;
}

/** What a reading does: `fires`, `arms` (off again), `learns`, `wakes N`, or nothing. */
test.each<[string, number, boolean | undefined, readonly Row[]]>([
  [
    'fires at the edge, once',
    0,
    false,
    [
      [0, false, ''],
      [1, true, 'fires'],
      [2, true, ''],
    ],
  ],
  [
    'fires again behind the other edge',
    0,
    true,
    [
      [0, false, 'off'],
      [1, true, 'fires'],
    ],
  ],
  [
    'learns what was never known',
    0,
    undefined,
    [
      [0, true, 'on'],
      [1, false, 'off'],
      [2, true, 'fires'],
    ],
  ],
  [
    'does nothing while it is not good',
    0,
    false,
    [
      [0, undefined, ''],
      [1, true, 'fires'],
      [2, undefined, ''],
    ],
  ],
  ['fires after a restart when it was false before', 0, false, [[0, true, 'fires']]],
  ['fires nothing after a restart when it was true before', 0, true, [[0, true, '']]],
  [
    'waits for the delay',
    100,
    false,
    [
      [0, true, 'wakes 100'],
      [60, true, 'wakes 100'],
      [100, true, 'fires'],
    ],
  ],
  [
    'begins the delay anew',
    100,
    false,
    [
      [0, true, 'wakes 100'],
      [50, false, ''],
      [80, true, 'wakes 180'],
    ],
  ],
  [
    'goes on waiting through a gap',
    100,
    false,
    [
      [0, true, 'wakes 100'],
      [50, undefined, ''],
      [120, true, 'fires'],
    ],
  ],
  [
    'waits for its values',
    0,
    false,
    [
      [0, true, '', { isComplete: false }],
      [5, true, 'fires'],
    ],
  ],
  [
    'forgets nothing when they never come',
    0,
    false,
    [
      [0, true, '', { isComplete: false }],
      [5, false, 'fires', { isComplete: false }],
    ],
  ],
  [
    'is armed by a condition of its own',
    0,
    false,
    [
      [0, true, 'fires', { until: false }],
      [1, false, '', { until: false }],
      [2, true, '', { until: false }],
      [3, false, 'off', { until: true }],
      [4, true, 'fires', { until: false }],
    ],
  ],
])('a trigger %s', (_, delayMs, on, rows) => {
  const trigger = new Trigger(delayMs, on);
  for (const [ms, when, does, over = {}] of rows) {
    const until = 'until' in over ? over.until : when === undefined ? undefined : !when;
    const step = trigger.read({ when, until, isComplete: over.isComplete ?? true }, ms);
    const wakes = step.wakeAt === undefined ? '' : `wakes ${step.wakeAt}`;
    const became = step.on === undefined ? wakes : step.on ? 'on' : 'off';
    expect([ms, step.fires ? 'fires' : became]).toEqual([ms, does]);
  }
});

test('a run that finds no place is still to come', () => {
  const trigger = new Trigger(0, false);
  const reading = { when: true, until: false, isComplete: true };
  expect(trigger.read(reading, 0).fires).toBe(true);
  trigger.takeBack();
  expect(trigger.read(reading, 1).fires).toBe(true);
});
