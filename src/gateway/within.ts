import type { Clock } from '../base/clock.ts';

/** Runs something that should end soon, and goes on when it does not. */
export async function within(clock: Clock, ms: number, run: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const cancel = clock.alarm(clock.now() + ms, resolve);
    run().then(resolve, reject).finally(cancel);
  });
}
