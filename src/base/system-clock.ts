import type { Cancel, Clock } from './clock.ts';

/** Below this a timer of Node's would overshoot: the rest of a wait is spun on `setImmediate`. */
const SPIN_MS = 1.5;
/** From here on the shortest timer of 1 ms fits into such a wait, and spares most of the spinning. */
const NAP_MS = 1.15;
/** Node's timers hold 31 bits of milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * The computer's clock, and the only file with timers.
 *
 * A serial line needs a silence of 1.75 ms that is never early and hardly late. A timer counts whole
 * milliseconds, so an alarm takes a timer for most of its wait and spins for the short rest.
 * Alarms further away than `SPIN_MS` never spin: nothing but a serial gap asks for such precision.
 */
export const systemClock: Clock = {
  now: () => performance.now(),

  // One reading of the calendar joined to the monotonic clock would drift from a calendar that is
  // disciplined by NTP, so the calendar is asked each time; it counts milliseconds, the rest is ours.
  wallMicros: () =>
    Math.round((performance.timeOrigin + performance.now()) * 1000) + calendarStep(),

  alarm(at, callback) {
    if (at === Infinity) return () => undefined;
    const wait = at - performance.now();
    if (wait > SPIN_MS) return timer(at, Math.ceil(wait), callback);
    return wait > NAP_MS ? timer(at, 1, callback) : spin(at, callback);
  },
};

let step = 0;

/** How far the calendar has been set since the process began, in microseconds; jitter is ignored. */
function calendarStep(): number {
  const drift = Date.now() - (performance.timeOrigin + performance.now());
  if (Math.abs(drift * 1000 - step) > 2_000) step = Math.round(drift * 1000);
  return step;
}

function timer(at: number, delay: number, callback: () => void): Cancel {
  const handle = setTimeout(
    () => {
      // A long wait comes in several timers.
      const rest = at - performance.now();
      if (rest <= 0) callback();
      else cancelNext = systemClock.alarm(at, callback);
    },
    Math.min(delay, MAX_TIMER_MS),
  );
  let cancelNext: Cancel = () => clearTimeout(handle);
  return () => cancelNext();
}

function spin(at: number, callback: () => void): Cancel {
  let cancelled = false;
  const look = (): void => {
    if (cancelled) return;
    if (performance.now() >= at) callback();
    else setImmediate(look);
  };
  setImmediate(look);
  return () => {
    cancelled = true;
  };
}
