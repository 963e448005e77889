import type { Expression } from '../expression/expression.ts';

/** Points of one device that are written to a sink together, and when. */
export interface LineEntry {
  /** By name of the point, the id that it has for the sink. */
  readonly points: ReadonlyMap<string, string>;
  /** The points whose change counts. */
  readonly on: readonly string[];
  /** Only while this is true; that it becomes true counts as a change of all. */
  readonly when?: Expression;
  /** All points are written when this becomes true. */
  readonly all?: Expression;
  /** What is written when something counts. */
  readonly send: 'changed' | 'all';
}

/** The lines of a sink for one device. Names without a device in the expressions are of this one. */
export interface LineSetup {
  readonly sink: string;
  readonly device: string;
  /** Each with its measurement. */
  readonly entries: readonly (LineEntry & { readonly line: string })[];
}
