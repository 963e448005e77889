import { ModbusExceptionError, countsAgainstHealth, describeError } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { ModbusClient } from '../client/client.ts';
import { decodedValues, readDecoder } from '../profile/decode.ts';
import type { RegisterPoint, Value } from '../profile/point.ts';
import { NOT_PRESENT, presentPoints } from '../profile/present-points.ts';
import type { PlannedRead } from '../profile/read-plan.ts';
import { READ_CODECS, SPLITTING_EXCEPTIONS, causeOf, rawOf, splitRead } from './planned-read.ts';

/** What one point said when it was asked. */
export interface Reading {
  readonly point: RegisterPoint;
  readonly value?: Value;
  /** Why there is no value. */
  readonly cause?: string;
  /** What the read ended with, when it did not bring an answer. */
  readonly error?: unknown;
  readonly raw?: readonly number[];
  /** When the device answered, or we gave up: microseconds since 1970. */
  readonly at: number;
  /** When the question left us, microseconds since 1970. */
  readonly requestedAt: number;
}

export interface ReadOnceOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks a device for a set of points, once or many times, without a schedule. A block that the device
 * refuses is split, and stays split for the next time.
 */
export class ReadSet {
  readonly #client: ModbusClient;
  readonly #unit: number;
  readonly #options: ReadOnceOptions;
  #reads: readonly PlannedRead[];

  constructor(
    client: ModbusClient,
    unit: number,
    reads: readonly PlannedRead[],
    options: ReadOnceOptions,
  ) {
    this.#client = client;
    this.#unit = unit;
    this.#reads = reads;
    this.#options = options;
  }

  get reads(): readonly PlannedRead[] {
    return this.#reads;
  }

  /**
   * One reading per point, in the order of the plan. When the device does not answer one block, the
   * others are given up with the same error: asking them too would only cost a timeout each.
   * Rejects with the signal's reason, and for faults of ours.
   */
  async read(): Promise<readonly Reading[]> {
    const readings: Reading[] = [];
    const waiting = [...this.#reads];
    const kept: PlannedRead[] = [];
    let down: unknown;
    for (let read = waiting.shift(); read !== undefined; read = waiting.shift()) {
      if (down !== undefined) {
        readings.push(...this.#failed(read, down, this.#options.clock.wallMicros()));
        kept.push(read);
        continue;
      }
      const result = await this.#ask(read);
      const halves = isRefusal(result.error) ? splitRead(read) : undefined;
      if (halves !== undefined) {
        waiting.unshift(...halves);
        continue;
      }
      if (result.error !== undefined && countsAgainstHealth(result.error)) down = result.error;
      readings.push(...result.readings);
      kept.push(read);
    }
    this.#reads = kept;
    return withoutAbsent(readings);
  }

  async #ask(read: PlannedRead): Promise<{ readings: readonly Reading[]; error?: unknown }> {
    const { clock, timeoutMs, retries, signal } = this.#options;
    const requestedAt = clock.wallMicros();
    try {
      const data = await this.#client.request(
        READ_CODECS[read.table],
        this.#unit,
        { start: read.start, count: read.count },
        { timeoutMs, retries, ...(signal !== undefined && { signal }) },
      );
      return { readings: this.#decoded(read, data, requestedAt) };
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      if (!(error instanceof ModbusExceptionError) && !countsAgainstHealth(error)) throw error;
      return { readings: this.#failed(read, error, requestedAt), error };
    }
  }

  #decoded(read: PlannedRead, data: Uint8Array, requestedAt: number): readonly Reading[] {
    const { points, decode } = readDecoder(read);
    const out = decodedValues(points.length);
    decode(data, out);
    const at = this.#options.clock.wallMicros();
    return points.map((point, index) => {
      const value = out.values[index];
      const cause = out.causes[index];
      const raw = rawOf(point, read, data);
      return {
        point,
        ...(value !== undefined && { value }),
        ...(cause !== undefined && { cause }),
        ...(raw !== undefined && { raw }),
        at,
        requestedAt,
      };
    });
  }

  #failed({ points }: PlannedRead, error: unknown, requestedAt: number): readonly Reading[] {
    const at = this.#options.clock.wallMicros();
    return points.map((point) => ({ point, cause: causeOf(error), error, at, requestedAt }));
  }
}

/** What the device says it does not have is no failure, whatever its registers hold. */
function withoutAbsent(readings: readonly Reading[]): readonly Reading[] {
  const values = new Map(readings.map(({ point, value }) => [point.name, value]));
  const points = readings.map(({ point }) => point);
  const absent = new Set(presentPoints(points, (name) => values.get(name)).absent);
  if (absent.size === 0) return readings;
  return readings.map((reading) => {
    const { point, at, requestedAt } = reading;
    return absent.has(point) ? { point, cause: NOT_PRESENT, at, requestedAt } : reading;
  });
}

function isRefusal(error: unknown): boolean {
  return error instanceof ModbusExceptionError && SPLITTING_EXCEPTIONS.has(error.exception);
}

/** The failures of a round in words, each once: what was asked, and what came of it. */
export function describeFailures(readings: readonly Reading[]): readonly string[] {
  return [
    ...new Set(
      readings.flatMap(({ error }) => (error === undefined ? [] : [describeError(error)])),
    ),
  ];
}
