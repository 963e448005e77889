/** Cancels an alarm. Calling it twice, or after the alarm rang, does nothing. */
export type Cancel = () => void;

/**
 * The only source of time. Code under test gets a ManualClock and never sleeps.
 *
 * `now` is monotonic and steers everything; `wallMicros` is the calendar, stamps samples, and may
 * step when somebody sets it.
 */
export interface Clock {
  /** Milliseconds since an arbitrary moment, with fractions; never goes back. */
  now(): number;
  /** Microseconds since 1970-01-01 UTC, a whole number. */
  wallMicros(): number;
  /** Calls back once, not before `at` (on the scale of `now`); never for `Infinity`. */
  alarm(at: number, callback: () => void): Cancel;
}

/** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
export async function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = clock.alarm(clock.now() + ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
