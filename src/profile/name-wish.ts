import type { Table } from './point.ts';

/** Registers of a device that shall be a point. */
export interface NameWish {
  readonly device: string;
  readonly table: Table;
  /** Zero-based, as on the wire. */
  readonly start: number;
  readonly name: string;
  /** As in a profile: `u16`, `f32@CDAB`. */
  readonly type: string;
  /** `/10`, `*0.1 -40`. */
  readonly scale?: string;
  readonly unit?: string;
  readonly label?: string;
  readonly decimals?: number;
}

/** A file as it is: the site file, or a profile beside it. */
export interface NamedText {
  readonly name: string;
  readonly kind: 'site' | 'profile';
  readonly text: string;
}

export interface NameEdit {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

export interface NamePlan {
  /** The file that changes. */
  readonly file: string;
  readonly edits: readonly NameEdit[];
}

/** Why it cannot be named so, and what to do. */
export interface NameProblem {
  readonly message: string;
  readonly hint: string;
}
