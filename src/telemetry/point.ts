import type { ReportRule } from '../base/report-rule.ts';

export type { ReportRule };

/** A value that is known. 64-bit integers beyond 2^53 stay bigint to the last sink. */
export type Value = number | bigint | string | boolean;

/** One named quantity of one device, as everything behind the engine sees it. */
export interface Point {
  /** `device.point`, unique in a site. */
  readonly id: string;
  readonly device: string;
  readonly name: string;
  /** The registers it comes from, in canonical form: `hr:5`, `co:3`. */
  readonly address: string;
  /** As printed: `u16`, `f32@CDAB`, `str(14)`. */
  readonly type: string;
  readonly label?: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly quantity?: string;
  readonly kind: 'gauge' | 'counter' | 'state' | 'text' | 'time';
  readonly category?: string;
  readonly enum?: ReadonlyMap<number, string>;
  readonly writable: boolean;
  /** How often it is asked for, in milliseconds. */
  readonly everyMs: number;
  /** The words that its device was given, for selecting and labelling. */
  readonly tags?: Readonly<Record<string, string>>;
  /** What a plausible value is, in its unit. */
  readonly range?: { readonly low?: number; readonly high?: number };
  /** Which changes are worth keeping; absent: every one. */
  readonly report?: ReportRule;
}
