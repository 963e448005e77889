import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bucketsOf, historyRig, HOUR, START, type HistoryRig } from '../support/history-rig.ts';

let rig: HistoryRig;

beforeEach(() => {
  rig = historyRig();
});

afterEach(async () => rig.end());

/** Starts a program that writes, and kills it when it has flushed so many seconds of samples. */
async function killAfter(seconds: number): Promise<number> {
  const script = join(import.meta.dirname, '../support/history-writer.ts');
  const child = spawn(process.execPath, [script, rig.folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let flushed = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    flushed = Number(line);
    if (flushed >= seconds) break;
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  return flushed;
}

test.each([15, 700, 4321])(
  'a kill after %d seconds leaves everything that was flushed, once and without a hole',
  async (seconds) => {
    const flushed = await killAfter(seconds);
    const history = rig.begin();
    const [bucket] = await bucketsOf(history, { to: START + 24 * HOUR });
    expect(bucket?.count).toBeGreaterThan(flushed);
    expect(bucket).toMatchObject({ min: 0, max: (bucket?.count ?? 0) - 1, bad: 0 });
    expect(history.status().state).toBe('good');
  },
);
