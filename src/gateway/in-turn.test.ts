import { beforeEach, expect, test } from 'vitest';
import { ClosedError } from '../base/errors.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { SiteConfig } from '../config/site-config.ts';
import type { Gateway } from './gateway.ts';
import { inTurn } from './in-turn.ts';

const SITE = {} as SiteConfig;

let clock: ManualClock;
let said: string[];
let gateway: Gateway;
/** How long a change of configuration takes. */
let reloadMs: number;

beforeEach(() => {
  clock = new ManualClock();
  said = [];
  reloadMs = 300;
  const bare = {
    async reload() {
      said.push('reload begins');
      await new Promise<void>((resolve) => clock.alarm(clock.now() + reloadMs, resolve));
      said.push('reload ends');
    },
    async stop() {
      said.push('stop');
    },
  } as unknown as Gateway;
  gateway = inTurn(bare, clock, { release: async () => void said.push('released') });
});

test('a stop waits for the change of configuration that is under way', async () => {
  const reloaded = gateway.reload(SITE);
  await clock.run(100);
  const stopped = gateway.stop();
  await clock.run(300);
  await Promise.all([reloaded, stopped]);
  expect(said).toEqual(['reload begins', 'reload ends', 'stop', 'released']);
});

test('and not for ever', async () => {
  reloadMs = 5_000;
  void gateway.reload(SITE);
  await clock.run(100);
  const stopped = gateway.stop();
  await clock.run(1_100);
  await stopped;
  expect(said).toEqual(['reload begins', 'stop', 'released']);
});

test('a change waits for the one before, and none begins once it is to stop', async () => {
  const [first, second] = [gateway.reload(SITE), gateway.reload(SITE)];
  await clock.run(700);
  await Promise.all([first, second]);
  expect(said).toEqual(['reload begins', 'reload ends', 'reload begins', 'reload ends']);
  said.length = 0;
  const stops = [gateway.stop(), gateway.stop()];
  await expect(gateway.reload(SITE)).rejects.toBeInstanceOf(ClosedError);
  await Promise.all(stops);
  expect(said).toEqual(['stop', 'released']);
});
