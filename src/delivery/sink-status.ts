import type { Point } from '../telemetry/point.ts';
import type { PointName } from '../telemetry/sink.ts';

/** How one sink does, as the page, the API and the command line show it. */
export interface SinkStatus {
  readonly name: string;
  readonly type: string;
  /** `failing`: the receiver takes nothing now. `paused`: a person wanted it so. */
  readonly state: 'good' | 'failing' | 'paused';
  /** The last failure in words, while failing. */
  readonly error?: string;
  /** When that failure was, microseconds since 1970. */
  readonly errorAt?: number;
  readonly lastSuccessAt?: number;
  /** Records that are in the journal and not delivered yet. */
  readonly waiting: number;
  /** About as much of the journal as those take; absent where that is not known. */
  readonly waitingBytes?: number;
  /** When the oldest of those was read from its device, microseconds since 1970. */
  readonly oldestAt?: number;
  /** Samples per second over the last minute. */
  readonly rate: number;
  /** Samples delivered in each of the last minutes, sixty at most, the oldest first; the last one is not over. */
  readonly minutes: readonly number[];
  readonly delivered: number;
  /** Refused for good by the receiver, and kept in the quarantine. */
  readonly rejected: number;
  /** Records that were gone from the journal before this sink had read them, and those given up. */
  readonly lost: number;
  /** Samples in the quarantine now. */
  readonly quarantined: number;
  /** Samples that the receiver does not want yet. */
  readonly held: number;
  /** Records that are sent once more because too many missed ranges had to be joined; absent for none. */
  readonly resent?: number;
  /** Samples that left the full quarantine, the oldest first; absent for none. */
  readonly dropped?: number;
  /** Records that a person gave up, which are among the lost; absent for none. */
  readonly givenUp?: number;
}

/** A sample that its receiver refused for good. */
export interface QuarantineEntry {
  /** Unique in its sink; never given twice. */
  readonly id: number;
  readonly point: string;
  /** As printed. */
  readonly value: string;
  /** When it was read, microseconds since 1970. */
  readonly at: number;
  readonly reason: string;
}

/** One of the sinks that get a point. */
export interface Destination extends PointName {
  readonly sink: string;
  readonly type: string;
}

/** All sinks of a running gateway, for those who look at them and those who operate them. */
export interface SinkControl {
  status(): readonly SinkStatus[];
  /** Asks the receiver whether it would take something and says what it found; rejects with why not. */
  test(name: string): Promise<string>;
  pause(name: string): void;
  resume(name: string): void;
  /** Gives up everything that waits now, for good; returns how many records. `by`: whom the log names. */
  drop(name: string, by: string): number;
  /** The newest record as it left for the receiver; undefined when there was none, or it cannot be shown. */
  newest(name: string): string | undefined;
  /** Where a point is sent, and what it is called there. */
  destinations(point: Point): readonly Destination[];
  quarantine(name: string): readonly QuarantineEntry[];
  /** Offers these again, all when no id is given; returns how many. */
  retry(name: string, ids?: readonly number[]): number;
  /** Gives these up for good, all when no id is given; returns how many. */
  discard(name: string, ids?: readonly number[]): number;
}
