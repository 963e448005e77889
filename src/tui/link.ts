import { Backoff, type BackoffLimits } from '../base/backoff.ts';
import type { Cancel, Clock } from '../base/clock.ts';
import type { SourceListener, TuiSource } from './source.ts';

/** Said within 3 s, so decided a little earlier. The gateway says something every second. */
const SILENT_MS = 2_700;
/** A stream that is open and says nothing is given up after this. */
const GIVE_UP_MS = 6_000;

/** Somebody waits in front of the screen: the pauses stay short. */
const RETRY: BackoffLimits = { firstMs: 500, maxMs: 5_000 };

/** What the link tells besides what the source says. */
export interface LinkListener extends Omit<SourceListener, 'lost'> {
  /** Nothing was heard for almost three seconds, or the stream has ended. */
  lost(why: string | undefined): void;
}

/**
 * Keeps one stream of a source open for as long as it runs.
 *
 * A network that went away without a word leaves a connection open for minutes, so that silence alone
 * counts as a loss, and after a while as a reason to begin again. Tries come with growing pauses.
 */
export class SourceLink {
  readonly #source: TuiSource;
  readonly #clock: Clock;
  readonly #listener: LinkListener;
  readonly #backoff: Backoff;
  #close: (() => void) | undefined;
  #cancelSilence: Cancel = () => undefined;
  #cancelRetry: Cancel = () => undefined;

  constructor(
    source: TuiSource,
    clock: Clock,
    listener: LinkListener,
    random: () => number = Math.random,
  ) {
    this.#source = source;
    this.#clock = clock;
    this.#listener = listener;
    this.#backoff = new Backoff(RETRY, random);
  }

  start(): void {
    this.#close = this.#source.open({
      snapshot: (event) => {
        this.#heard();
        this.#listener.snapshot(event);
      },
      delta: (event) => {
        this.#heard();
        this.#listener.delta(event);
      },
      lost: (why) => {
        this.#close = undefined;
        this.#listener.lost(why);
        this.#retry();
      },
    });
    this.#watch(0);
  }

  stop(): void {
    this.#cancelSilence();
    this.#cancelRetry();
    this.#close?.();
    this.#close = undefined;
  }

  #heard(): void {
    this.#backoff.reset();
    this.#watch(0);
  }

  /** Looks twice: when silence has to be said, and when it has to be ended. */
  #watch(silentMs: number): void {
    this.#cancelSilence();
    const nextMs = silentMs < SILENT_MS ? SILENT_MS : GIVE_UP_MS;
    const wait = nextMs - silentMs;
    this.#cancelSilence = this.#clock.alarm(this.#clock.now() + wait, () => {
      this.#listener.lost('nothing is heard');
      if (nextMs === SILENT_MS) {
        this.#watch(nextMs);
        return;
      }
      this.#close?.();
      this.#close = undefined;
      this.#retry();
    });
  }

  #retry(): void {
    this.#cancelSilence();
    this.#cancelRetry();
    this.#cancelRetry = this.#clock.alarm(this.#clock.now() + this.#backoff.next(), () => {
      this.start();
    });
  }
}
