import { expect, test } from 'vitest';
import { OverloadError } from '../base/errors.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { ExchangeLog } from './exchange-log.ts';
import { ExchangeState } from './exchange-state.ts';
import { Exchange } from './exchange.ts';
import type { ExchangeRecord } from './run-state.ts';
import type { RunPlan } from './step-plan.ts';
import type { StepRunner } from './step-runner.ts';

/** An exchange over a log that may have no room, with one step that goes well. */
function exchange() {
  const clock = new ManualClock();
  const state = new ExchangeState();
  const disk = { isFull: false };
  const log = {
    async append(record: ExchangeRecord): Promise<void> {
      if (disk.isFull) throw new OverloadError('too many wait');
      state.apply(record);
    },
  } as unknown as ExchangeLog;
  let calls = 0;
  const runner = {
    async run() {
      calls += 1;
      return { kind: 'done' };
    },
  } as unknown as StepRunner;
  const made = new Exchange({ clock, logger: silentLogger, log, state, runner });
  return { clock, disk, state, exchange: made, calls: () => calls };
}

function plan(clock: ManualClock): RunPlan {
  const at = clock.wallMicros();
  const step = { kind: 'http', name: 'post', requires: 'none', group: 0 };
  return {
    ...{ id: 'r/1', flow: 'r', kind: 'rule', lane: 'r/d', at, deadline: at + 86_400e6 },
    steps: [step],
  } as unknown as RunPlan;
}

test('a lane whose records find no room rests, ends no program, and goes on when there is room', async () => {
  const { clock, disk, state, exchange: it, calls } = exchange();
  state.apply({ t: 'begin', run: plan(clock) });
  disk.isFull = true;
  it.start();
  await clock.run(12_000);
  expect(calls()).toBe(0);
  disk.isFull = false;
  await clock.run(5_000);
  expect(calls()).toBe(1);
});

test('what cannot be tried again for want of room says so', async () => {
  const { clock, disk, state, exchange: it } = exchange();
  state.apply({ t: 'begin', run: plan(clock) });
  const at = clock.wallMicros();
  state.apply({ t: 'fail', run: 'r/1', step: 0, at, note: 'its time was over', death: 'expired' });
  disk.isFull = true;
  expect(await it.retry('r/1', 1_000)).toBe('the disk does not take it');
  disk.isFull = false;
  expect(await it.retry('r/1', 1_000)).toBe(1);
});
