import { expect, test } from 'vitest';
import { parseExpression, type Expression } from '../expression/expression.ts';
import type { Value } from '../telemetry/point.ts';
import { cycle, NO_MEMORY } from './line-cycle.ts';
import type { LineEntry } from './line-setup.ts';

const NAMES = ['on', 'temp1', 'temp2', 'batch', 'shift', 'reason', 'reset', 'nik'];

function expression(text: string): Expression {
  const scope = new Map(NAMES.map((name) => [name, 'unknown'] as const));
  return parseExpression(text, scope, 'boolean').expression!;
}

function entry(names: readonly string[], over: Partial<LineEntry> = {}): LineEntry {
  const points = new Map(names.map((name) => [name, `s/${name}`]));
  return { points, on: names, send: 'changed', ...over };
}

/** The four lines of a dyeing machine. */
const ENTRIES: readonly LineEntry[] = [
  entry(['temp1', 'temp2'], { all: expression('on > 0') }),
  entry(['shift', 'batch'], { when: expression('on > 0'), send: 'all' }),
  entry(['reason'], { when: expression('on == 0') }),
  entry(['nik', 'reset'], { on: ['reset'], when: expression('reset > 0'), send: 'all' }),
];

type Values = Readonly<Record<string, Value | undefined>>;

/** Each row: what has changed since the row before, and what is written: temps, context, reason, reset. */
const START: Values = {
  on: 1,
  temp1: 20,
  temp2: 21,
  batch: 'A',
  shift: 0,
  reason: 2,
  reset: 0,
  nik: 7,
};
const ROWS: readonly (readonly [string, Values, ...string[]])[] = [
  ['everything at first', START, 'temp1 temp2', 'batch shift', '', ''],
  ['nothing without a change', {}, '', '', '', ''],
  ['only what has changed', { temp2: 22 }, 'temp2', '', '', ''],
  ['the context whole', { shift: 1 }, '', 'batch shift', '', ''],
  ['no reason while it is on', { reason: 3 }, '', '', '', ''],
  ['the reason when it is switched off', { on: 0 }, '', '', 'reason', ''],
  ['a reason that changes while it is off', { reason: 4 }, '', '', 'reason', ''],
  ['no context while it is off', { batch: 'B' }, '', '', '', ''],
  ['all when it is switched on', { on: 1, temp1: 30 }, 'temp1 temp2', 'batch shift', '', ''],
  ['a reset', { reset: 4 }, '', '', '', 'nik reset'],
  ['who has done it does not count', { nik: 8 }, '', '', '', ''],
  ['another reset', { reset: 5 }, '', '', '', 'nik reset'],
  ['no reset when it goes back', { reset: 0 }, '', '', '', ''],
  ['the same reset again', { reset: 5 }, '', '', '', 'nik reset'],
  ['a value that is not known is left out', { temp1: undefined, temp2: 1 }, 'temp2', '', '', ''],
  ['and is no change when it comes back', { temp1: 30 }, '', '', '', ''],
  ['nor is a condition that is not known', { on: undefined, temp2: 2 }, 'temp2', '', '', ''],
  ['whose lines wait', { shift: 2 }, '', '', '', ''],
  ['until it is known', { on: 1 }, '', 'batch shift', '', ''],
];

test('what is written after each cycle', () => {
  let memory = NO_MEMORY;
  const now: Record<string, Value | undefined> = {};
  for (const [what, changes, ...lines] of ROWS) {
    Object.assign(now, changes);
    const result = cycle(
      ENTRIES,
      {
        value: (name) => now[name],
        input: (name) => {
          const value = now[name];
          return value === undefined ? { quality: 'bad', cause: 'x' } : { value, quality: 'good' };
        },
      },
      memory,
    );
    ({ memory } = result);
    expect([what, ...result.written.map((names) => names.join(' '))]).toEqual([what, ...lines]);
  }
});
