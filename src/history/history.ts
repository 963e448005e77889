import { GatewayError } from '../base/errors.ts';
import type { Sample } from '../telemetry/sample.ts';

/** What points were, for trends. */
export interface History {
  /** Takes samples in the order of their time per point; late ones are put where they belong. */
  record(samples: readonly Sample[]): void;
  query(question: HistoryQuestion): Promise<HistoryAnswer>;
  status(): HistoryStatus;
  /** Writes what is in memory and closes. */
  close(): Promise<void>;
}

export interface HistoryQuestion {
  /** Ids of points. */
  readonly points: readonly string[];
  /** Microseconds since 1970; from is inside, to is outside. */
  readonly from: number;
  readonly to: number;
  /** Most buckets per point, 1..10,000; each bucket is a whole number of milliseconds long. */
  readonly buckets: number;
  /** Length of a bucket in microseconds, whole milliseconds; then `buckets` only has to be valid. */
  readonly step?: number;
}

export interface HistoryAnswer {
  /** In the order of the question. */
  readonly series: readonly HistorySeries[];
  /** Stretches of the question in which the gateway is not known to have run: nothing stands through them. */
  readonly off: readonly (readonly [from: number, to: number])[];
}

export interface HistorySeries {
  readonly point: string;
  /** Length of a bucket in microseconds. */
  readonly step: number;
  /** The newest sample before the question, where the gateway has run without a break since. */
  readonly before?: HistoryBefore;
  /** Only buckets with something in them: where one is missing, nothing was known. */
  readonly buckets: readonly HistoryBucket[];
}

export interface HistoryBefore {
  /** Microseconds since 1970. */
  readonly at: number;
  /** Absent when that sample said that the value is not known. */
  readonly value?: number | string;
}

export interface HistoryBucket {
  /** Its beginning, microseconds since 1970. */
  readonly at: number;
  /** Over the known values; absent when the bucket knows only that the value was not known, or for texts. */
  readonly min?: number;
  readonly max?: number;
  /** Mean of the values that were recorded. */
  readonly mean?: number;
  /** The newest value of the bucket; text for texts. */
  readonly last?: number | string;
  /** Known values in it. */
  readonly count: number;
  /** Samples in it that said that the value is not known, or in doubt. */
  readonly bad: number;
  /** Present when values were known in it and the newest sample said that this is over: `last` does not stand. */
  readonly endsBad?: true;
}

export interface HistoryStatus {
  readonly state: 'good' | 'failing' | 'closed';
  readonly error?: string;
  readonly bytes: number;
  readonly points: number;
  readonly oldestAt?: number;
  /** Samples given up because the disk did not take them. */
  readonly dropped: number;
}

/** The history cannot say what was asked, now. */
export class HistoryUnavailableError extends GatewayError {
  readonly code = 'history-unavailable';
}
