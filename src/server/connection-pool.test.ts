import { expect, test } from 'vitest';
import { oldestIdle } from './connection-pool.ts';

const quiet = { name: 'quiet', requests: 0, activeAt: 50 };
const quietest = { name: 'quietest', requests: 0, activeAt: 40 };
const polling = { name: 'polling', requests: 9, activeAt: 30 };
const idle = { name: 'idle', requests: 9, activeAt: 10 };

test.each([
  ['nobody is there', [], undefined],
  ['the one that was idle for longest goes', [polling, idle], idle],
  ['one that never asked goes before one that did', [idle, quiet, polling], quiet],
  ['of those that never asked the oldest goes', [quiet, quietest], quietest],
])('%s', (_, members, gone) => {
  expect(oldestIdle(members)).toBe(gone);
});
