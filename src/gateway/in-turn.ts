import type { Clock } from '../base/clock.ts';
import { ClosedError } from '../base/errors.ts';
import type { SiteConfig } from '../config/site-config.ts';
import type { DataLock } from './data-lock.ts';
import type { Gateway } from './gateway.ts';
import { within } from './within.ts';

/** How long a stop waits for a change of configuration that is under way, in milliseconds. */
const RELOAD_LIMIT_MS = 1_000;

/**
 * Lets the gateway do one thing at a time: a change of configuration that went on behind a stop would start
 * again what has just been ended. The data folder is given back last.
 */
export function inTurn(gateway: Gateway, clock: Clock, lock: DataLock): Gateway {
  const reload = gateway.reload.bind(gateway);
  const stop = gateway.stop.bind(gateway);
  let reloading: Promise<void> = Promise.resolve();
  let stopping: Promise<void> | undefined;
  return Object.assign(gateway, {
    async reload(next: SiteConfig): Promise<void> {
      const turn = reloading.then(async () => {
        if (stopping !== undefined) throw new ClosedError('the gateway is stopping');
        await reload(next);
      });
      reloading = turn.catch(() => undefined);
      return turn;
    },
    async stop(): Promise<void> {
      stopping ??= within(clock, RELOAD_LIMIT_MS, async () => reloading)
        .then(stop)
        .finally(async () => lock.release());
      return stopping;
    },
  });
}
