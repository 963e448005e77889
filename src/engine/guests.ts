import type { Cancel, Clock } from '../base/clock.ts';
import { ClosedError, NotSentError, RequestTimeoutError } from '../base/errors.ts';
import type { PlannedRead } from '../profile/read-plan.ts';
import type { BenchAnswer, BenchLine, BenchQuestion } from '../workbench/bench-line.ts';
import { THINKING_MS, type Device } from './device.ts';
import { GuestQueue, type Guest, type GuestGrant } from './guest-queue.ts';
import { READ_CODECS } from './planned-read.ts';
import type { LineSetup } from './setup.ts';

/** A request that found no place on the line in this time is given back, in milliseconds. */
const WAIT_LIMIT_MS = 8_000;

/** How long a unit may take that nobody has configured, on a line without devices. */
const TIMEOUT_MS = 1_000;

export interface GuestParts {
  readonly setup: LineSetup;
  readonly devices: readonly Device[];
  readonly clock: Clock;
  /** Does the line still run? */
  readonly isOpen: () => boolean;
  /** The device has answered: it is well. */
  readonly answered: (device: Device) => void;
  /** Somebody waits for a turn, or time has brought one nearer. */
  readonly pump: () => void;
}

interface WaitingGuest extends Guest {
  readonly run: (timeoutMs: number) => Promise<void>;
}

/** Runs a turn on the line to its end; does not reject for what a device does. */
export type RunTurn = () => Promise<void>;

/** Those who look at registers of a line while it polls. What they find is theirs: the rail hears nothing. */
export class Guests implements BenchLine {
  readonly #parts: GuestParts;
  readonly #queue = new GuestQueue<WaitingGuest>();
  #cancelAlarm: Cancel = () => undefined;

  constructor(parts: GuestParts) {
    this.#parts = parts;
  }

  async read(question: BenchQuestion, signal?: AbortSignal): Promise<BenchAnswer> {
    const { clock, isOpen, pump } = this.#parts;
    signal?.throwIfAborted();
    if (!isOpen()) throw new ClosedError('the line has been closed');
    const { promise, resolve, reject } = withResolvers<BenchAnswer>();
    const device = this.#deviceOf(question);
    const guest: WaitingGuest = {
      ...{ question, since: clock.now() },
      ...this.#times(question, device),
      run: async (timeoutMs) => {
        settled();
        await this.#ask(question, device, timeoutMs).then(resolve, reject);
      },
    };
    const giveUp = (error: Error): void => {
      settled();
      this.#queue.remove(guest);
      reject(error);
    };
    const abort = (): void => {
      giveUp(signal?.reason as Error);
    };
    const cancel = clock.alarm(clock.now() + WAIT_LIMIT_MS, () => {
      giveUp(new NotSentError('the polls of this line left no time for it'));
    });
    const settled = (): void => {
      cancel();
      signal?.removeEventListener('abort', abort);
    };
    signal?.addEventListener('abort', abort, { once: true });
    try {
      this.#queue.push(guest);
    } catch (error) {
      settled();
      throw error;
    }
    pump();
    return promise;
  }

  /** The turn of one that has waited too long, ahead of the polls. */
  takeOverdue(now: number): RunTurn | undefined {
    return turnOf(this.#queue.takeOverdue(now));
  }

  /** The turn of one that fits in before the next poll. */
  take(now: number, gapEndsAt: number): RunTurn | undefined {
    return turnOf(this.#queue.take(now, gapEndsAt));
  }

  /** Sets the alarm for the next change; where the line is busy the end of its turn does the same. */
  wait(now: number): void {
    this.#cancelAlarm();
    this.#cancelAlarm = this.#parts.clock.alarm(this.#queue.wakeAt(now), this.#parts.pump);
  }

  /** The line has ended. */
  close(): void {
    this.#cancelAlarm();
    for (const guest of this.#queue.clear()) void guest.run(0);
  }

  async #ask(
    { unit, table, start, count }: BenchQuestion,
    device: Device | undefined,
    timeoutMs: number,
  ): Promise<BenchAnswer> {
    const { clock, setup, isOpen, answered } = this.#parts;
    if (!isOpen()) throw new ClosedError('the line has been closed');
    const askedAt = clock.now();
    const patienceMs = device?.setup.timeoutMs ?? timeoutMs;
    let isLate = false;
    try {
      const options = { timeoutMs, patienceMs, retries: 0 };
      const bytes = await setup.client.request(READ_CODECS[table], unit, { start, count }, options);
      // The bytes of the answer are the connection's.
      const data = Uint8Array.from(bytes);
      device?.heard();
      if (device !== undefined) answered(device);
      return { data, tookMs: clock.now() - askedAt, at: clock.wallMicros() };
    } catch (error) {
      // A serial line is not free for this unit before a late answer cannot come any more.
      isLate = error instanceof RequestTimeoutError;
      throw error;
    } finally {
      const held = clock.now() - askedAt;
      this.#queue.ended(clock.now(), isLate ? Math.max(2 * held, patienceMs) : held);
    }
  }

  #deviceOf({ unit }: BenchQuestion): Device | undefined {
    return this.#parts.devices.find(({ setup }) => setup.unit === unit);
  }

  #times(
    { table, start, count }: BenchQuestion,
    device: Device | undefined,
  ): Pick<Guest, 'needMs' | 'timeoutMs'> {
    const read: PlannedRead = { table, start, count, points: [] };
    if (device !== undefined) {
      return { needMs: device.likelyMs(read), timeoutMs: device.setup.timeoutMs };
    }
    const { devices, setup } = this.#parts;
    const timeoutMs = Math.max(0, ...devices.map((one) => one.setup.timeoutMs)) || TIMEOUT_MS;
    return { needMs: Math.min(timeoutMs, (setup.wireMs?.(read) ?? 0) + THINKING_MS), timeoutMs };
  }
}

function turnOf(grant: GuestGrant<WaitingGuest> | undefined): RunTurn | undefined {
  return grant && (async () => grant.guest.run(grant.timeoutMs));
}

interface Resolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

function withResolvers<T>(): Resolvers<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}
