import type { Cancel, Clock } from '../base/clock.ts';

/** An alarm this late means that something kept the process busy. */
const STALLED_MS = 5;
/** Long enough to read what has arrived meanwhile. */
const CATCH_UP_MS = 3;

/**
 * An alarm after which somebody says "no answer came". After a stall alarms ring before arrivals are
 * read, and answers that are there would count as missing: then it waits a moment more.
 */
export function patientAlarm(clock: Clock, at: number, callback: () => void): Cancel {
  let cancel = clock.alarm(at, () => {
    const now = clock.now();
    if (now - at <= STALLED_MS) callback();
    else cancel = clock.alarm(now + CATCH_UP_MS, callback);
  });
  return () => {
    cancel();
  };
}
