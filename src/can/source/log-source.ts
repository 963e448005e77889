import type { Cancel, Clock } from '../../base/clock.ts';
import { ConnectError, type GatewayError } from '../../base/errors.ts';
import type { CanReceiver, CanSource } from './can-source.ts';
import { LogFile } from './log-file.ts';
import { keepTrying } from './retry.ts';

/** Frames that are due are handed out together, so often, in milliseconds. */
const TICK_MS = 5;
/** So many at most, before others have their turn. */
const MAX_AT_ONCE = 2_000;
/** Between lines that say no time, in milliseconds, and between the last frame and the first again. */
const STEP_MS = 1;
const PAUSE_MS = 10;

export interface LogSourceOptions {
  readonly url: string;
  readonly path: string;
  /** How much faster than it was recorded. */
  readonly speed: number;
  readonly isLooped: boolean;
  readonly clock: Clock;
}

/** Plays a candump log: as fast as it was recorded, faster, once or for ever. */
export class LogSource implements CanSource {
  readonly url: string;
  readonly dropped = 0;
  readonly #options: LogSourceOptions;
  #damaged = 0;
  #log: LogFile | undefined;

  constructor(options: LogSourceOptions) {
    this.url = options.url;
    this.#options = options;
  }

  get damaged(): number {
    return this.#damaged + (this.#log?.damaged ?? 0);
  }

  start(receiver: CanReceiver): Cancel {
    const { clock, path } = this.#options;
    return keepTrying(
      clock,
      (lost) => {
        try {
          return this.#play(new LogFile(path), receiver, lost);
        } catch (cause) {
          lost(new ConnectError(`cannot read ${path}`, { cause }));
          return () => undefined;
        }
      },
      (error) => receiver.down(error),
    );
  }

  /** Nobody hears what is sent into a recording. */
  send(): boolean {
    return true;
  }

  #play(first: LogFile, receiver: CanReceiver, lost: (error: GatewayError) => void): Cancel {
    const { clock, path, speed, isLooped } = this.#options;
    let log: LogFile | undefined = first;
    this.#log = first;
    const pace = new Pace(speed, clock.now());
    let played = 0;
    let cancel: Cancel = () => undefined;
    const close = (): void => {
      this.#damaged += log?.damaged ?? 0;
      log?.close();
      log = undefined;
      this.#log = undefined;
    };
    const atEnd = (): void => {
      close();
      if (played === 0) {
        lost(new ConnectError(`there is no frame in ${path}`));
        return;
      }
      if (!isLooped) {
        receiver.end?.();
        return;
      }
      log = new LogFile(path);
      this.#log = log;
      played = 0;
      pace.again(PAUSE_MS);
    };
    const run = (): void => {
      const now = clock.now();
      for (let count = 0; log !== undefined && count < MAX_AT_ONCE; count += 1) {
        if (!pace.hasNext) {
          if (!log.next()) {
            atEnd();
            continue;
          }
          pace.take(log.at);
        }
        if (pace.dueAt > now) break;
        pace.done();
        played += 1;
        receiver.frame(log.frame, clock.wallMicros());
      }
      if (log !== undefined) cancel = clock.alarm(Math.max(now + TICK_MS, pace.dueAt), guarded);
    };
    const guarded = (): void => {
      try {
        run();
      } catch (cause) {
        close();
        // Whoever listens has faults of its own, which are not the file's.
        if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
        lost(new ConnectError(`cannot read ${path}`, { cause }));
      }
    };
    receiver.up();
    cancel = clock.alarm(clock.now(), guarded);
    return () => {
      cancel();
      close();
    };
  }
}

/** When the next frame of a recording is due. */
class Pace {
  hasNext = false;
  dueAt: number;
  readonly #speed: number;
  #lastAt = NaN;

  constructor(speed: number, now: number) {
    this.#speed = speed;
    this.dueAt = now;
  }

  /** A frame that was recorded at this moment is next. */
  take(at: number): void {
    const gapMs = Number.isNaN(at) ? STEP_MS : (at - this.#lastAt) / 1000;
    // A clock that was set back, and the first frame, cost no time.
    if (gapMs > 0) this.dueAt += gapMs / this.#speed;
    if (!Number.isNaN(at)) this.#lastAt = at;
    this.hasNext = true;
  }

  done(): void {
    this.hasNext = false;
  }

  again(pauseMs: number): void {
    this.#lastAt = NaN;
    this.dueAt += pauseMs / this.#speed;
  }
}
