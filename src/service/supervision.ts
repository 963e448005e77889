import type { Cancel, Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import type { Notifier } from './notifier.ts';

export interface SupervisionParts {
  readonly notifier: Pick<Notifier, 'tell'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The manager kills us when it has heard nothing for so long, in milliseconds; absent: it does not. */
  readonly watchdogMs?: number;
  /** For how long the polls have stood still, in milliseconds; 0 while they move. */
  readonly standstillMs: () => number;
  /** One line for people: how the site is. */
  readonly status: () => string;
}

/** How often the line for people is looked at where there is no watchdog, in milliseconds. */
const STATUS_MS = 30_000;
/** How long an end waits for being told, in milliseconds. */
const STOPPING_MS = 1_000;
/** After a sign of life that was not given, or not heard, it is tried again soon, in milliseconds. */
const RETRY_MS = 1_000;

/**
 * What a service manager is told of a running site. A sign of life goes out twice per watchdog time,
 * and only while the polls move: a program that answers its timers and reads no device is worth a restart.
 */
export class Supervision {
  readonly #parts: SupervisionParts;
  readonly #periodMs: number;
  #cancelAlarm: Cancel = () => undefined;
  #isOver = false;
  #isStanding = false;
  #toldStatus = '';

  constructor(parts: SupervisionParts) {
    this.#parts = parts;
    this.#periodMs = parts.watchdogMs === undefined ? STATUS_MS : parts.watchdogMs / 2;
  }

  /** The site runs. */
  ready(): void {
    if (this.#isOver) return;
    void this.#tell('READY=1');
    this.#again(this.#periodMs);
  }

  /** A change of the configuration begins, at this CLOCK_MONOTONIC. `ready` ends it. */
  reloading(monotonicMicros?: bigint): void {
    const when = monotonicMicros === undefined ? [] : [`MONOTONIC_USEC=${monotonicMicros}`];
    void this.#tell('RELOADING=1', ...when);
  }

  /** Resolves when the manager knows that the end was asked for, or does not want to hear it for too long. */
  async stopping(): Promise<void> {
    this.#isOver = true;
    this.#cancelAlarm();
    const { notifier, clock } = this.#parts;
    await new Promise<void>((resolve) => {
      const cancel = clock.alarm(clock.now() + STOPPING_MS, resolve);
      void notifier.tell('STOPPING=1').then(() => {
        cancel();
        resolve();
      });
    });
  }

  #again(ms: number): void {
    const { clock } = this.#parts;
    this.#cancelAlarm();
    if (this.#isOver) return;
    this.#cancelAlarm = clock.alarm(clock.now() + ms, () => void this.#look());
  }

  async #look(): Promise<void> {
    const hasWatchdog = this.#parts.watchdogMs !== undefined;
    if (hasWatchdog && this.#stands()) {
      this.#again(Math.min(RETRY_MS, this.#periodMs));
      return;
    }
    // The time of telling counts: the next one is due from now on.
    this.#again(this.#periodMs);
    const isTold = await this.#tell(...(hasWatchdog ? ['WATCHDOG=1'] : []));
    if (!isTold) this.#again(Math.min(RETRY_MS, this.#periodMs));
  }

  #stands(): boolean {
    const { standstillMs, logger } = this.#parts;
    const stoodMs = standstillMs();
    const isStanding = stoodMs > this.#periodMs;
    if (isStanding && !this.#isStanding) {
      logger.error('the polls stand still: no sign of life goes to systemd', {
        seconds: Math.round(stoodMs / 1_000),
      });
    }
    this.#isStanding = isStanding;
    return isStanding;
  }

  /** Sends these, and the line for people when it is another one. */
  async #tell(...assignments: readonly string[]): Promise<boolean> {
    const status = this.#parts.status().replaceAll(/\s+/g, ' ');
    const isNew = status !== this.#toldStatus;
    const all = isNew ? [...assignments, `STATUS=${status}`] : assignments;
    if (all.length === 0) return true;
    const isTold = await this.#parts.notifier.tell(...all);
    if (isTold) this.#toldStatus = status;
    return isTold;
  }
}

/**
 * The watchdog time that the environment gives to the process `pid`, in milliseconds; undefined where
 * there is none, or one for another process. See sd_watchdog_enabled(3).
 */
export function watchdogMsOf(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): number | undefined {
  const { WATCHDOG_USEC: micros = '', WATCHDOG_PID: meant } = env;
  if (!/^[1-9]\d{0,15}$/.test(micros)) return undefined;
  if (meant !== undefined && meant !== '' && meant !== String(pid)) return undefined;
  return Number(micros) / 1_000;
}
