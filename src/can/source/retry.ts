import { Backoff, RECONNECT_BACKOFF } from '../../base/backoff.ts';
import type { Cancel, Clock } from '../../base/clock.ts';
import type { GatewayError } from '../../base/errors.ts';

/** A connection that stood for so long was good: the next pause is a short one again. */
const GOOD_MS = 10_000;

/** One try: it calls `lost` exactly once when it has failed or ended, unless it was cancelled. */
export type Attempt = (lost: (error: GatewayError) => void) => Cancel;

/** Tries again after growing pauses, until the result is called. */
export function keepTrying(
  clock: Clock,
  attempt: Attempt,
  down: (error: GatewayError) => void,
): Cancel {
  const backoff = new Backoff(RECONNECT_BACKOFF);
  let cancel: Cancel = () => undefined;
  let isStopped = false;
  const begin = (): void => {
    const begunAt = clock.now();
    const state = { isLost: false };
    const cancelAttempt = attempt((error) => {
      if (state.isLost || isStopped) return;
      state.isLost = true;
      if (clock.now() - begunAt >= GOOD_MS) backoff.reset();
      cancel = clock.alarm(clock.now() + backoff.next(), begin);
      down(error);
    });
    // It may have failed before it came back.
    if (!state.isLost) cancel = cancelAttempt;
  };
  begin();
  return () => {
    isStopped = true;
    cancel();
  };
}
