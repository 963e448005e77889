import { expect, test } from 'vitest';
import type { WritablePointJson } from '../../../src/api/contract.ts';
import { rangeProblem, ticksOf } from './writes.ts';

const setpoint = {
  ...{ point: 'furnace1.setpoint', device: 'furnace1', address: 'hr:2', role: 'operator' },
  ...{ confirm: 'ask', min: 0, max: 1200, maxChange: 400 },
} as const satisfies WritablePointJson;

test.each([
  ['750', 700, undefined],
  ['749,5', 700, undefined],
  ['', 700, 'number'],
  ['12a', 700, 'number'],
  ['1201', 1_150, 'range'],
  ['-1', 0, 'range'],
  ['1150', 700, 'change'],
  ['1150', undefined, undefined],
])('%s from %s: %s', (text, present, problem) => {
  expect(rangeProblem(text, setpoint, present)).toBe(problem);
});

test.each([
  ['confirmed', 'read-back', [true, true, true]],
  ['confirmed', 'acknowledged', [true, true, false]],
  ['confirmed', 'seen-after-timeout', [true, false, true]],
  ['failed', 'differs', [true, true, false]],
  ['unknown', 'no-answer', [true, false, false]],
  ['failed', 'not-sent', [false, false, false]],
  ['refused', 'range', [false, false, false]],
  ['unchanged', 'equal', [false, false, false]],
] as const)('%s, %s', (outcome, code, [sent, acknowledged, readBack]) => {
  expect(ticksOf({ outcome, code })).toEqual({ sent, acknowledged, readBack });
});
