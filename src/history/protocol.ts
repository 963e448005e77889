import type { HistoryQuestion } from './history.ts';
import type { SeriesRows } from './series-rows.ts';

/** Between the thread of the program and the one that has the disk. */
export type ToStore =
  | { readonly kind: 'record'; readonly batch: Batch }
  /** `lost`: samples were given up on the way. */
  | {
      readonly kind: 'tick';
      readonly now: number;
      readonly wall: number;
      readonly lost: boolean;
    }
  | { readonly kind: 'query'; readonly id: number; readonly question: HistoryQuestion }
  | { readonly kind: 'close'; readonly now: number; readonly wall: number };

export type FromStore =
  | { readonly kind: 'taken'; readonly samples: number }
  | { readonly kind: 'status'; readonly status: StoreStatus }
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly series: readonly SeriesRows[];
      readonly off: readonly (readonly [from: number, to: number])[];
    }
  | {
      readonly kind: 'refused';
      readonly id: number;
      readonly reason: string;
      readonly yours: boolean;
    }
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'closed' };

/** Samples as columns, which cross between threads without being copied one by one. */
export interface Batch {
  /** Points that were not named yet: the key they have from now on, and their id. */
  readonly names: readonly (readonly [key: number, point: string])[];
  readonly keys: Uint32Array;
  /** Microseconds since 1970. */
  readonly at: Float64Array;
  /** NaN where the value is not known. */
  readonly values: Float64Array;
  /** Texts, by the place of their sample. */
  readonly texts: readonly (readonly [place: number, text: string])[];
}

export interface StoreStatus {
  /** Why it fails, in words; absent while it does not. */
  readonly error?: string;
  readonly bytes: number;
  readonly points: number;
  readonly oldestAt?: number;
  readonly dropped: number;
}

export interface StoreOptions {
  readonly folder: string;
  readonly limits: HistoryLimits;
  /** When this run of the gateway began, microseconds since 1970. */
  readonly runsSince: number;
  /** Now, as a Clock has it. */
  readonly started: { readonly now: number; readonly wall: number };
}

export interface HistoryLimits {
  /** Of the file; beyond them the oldest hours go. */
  readonly bytes: number;
  readonly ageMs: number;
}
