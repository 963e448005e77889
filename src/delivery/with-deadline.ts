import type { Clock } from '../base/clock.ts';
import { ClosedError, SinkUnavailableError } from '../base/errors.ts';

export interface DeadlineOptions {
  readonly clock: Clock;
  readonly ms: number;
  /** Ends the work before its time. */
  readonly stop?: AbortSignal;
}

/**
 * Does some work that may hang. Rejects with a SinkUnavailableError when it takes longer, and with a
 * ClosedError when `stop` aborts first; the work's own signal is aborted in both cases, and what becomes
 * of the work then is of no interest any more.
 */
export async function withDeadline<T>(
  { clock, ms, stop }: DeadlineOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const giveUp = (error: Error): void => {
      settled();
      controller.abort(error);
      reject(error);
    };
    const close = (): void => giveUp(new ClosedError('stopping'));
    const cancel = clock.alarm(clock.now() + ms, () =>
      giveUp(new SinkUnavailableError(`no answer within ${ms / 1000} s`)),
    );
    const settled = (): void => {
      cancel();
      stop?.removeEventListener('abort', close);
    };
    if (stop?.aborted === true) {
      close();
      return;
    }
    stop?.addEventListener('abort', close, { once: true });
    const begun = (async () => work(controller.signal))();
    begun.finally(settled).then(resolve, reject);
  });
}
