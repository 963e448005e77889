/**
 * What an expression takes in and gives out: the values of samples. A whole number beyond 2^53 is a
 * bigint and every other number is a number, so that a value has one form only.
 */
export type ExpressionValue = number | bigint | string | boolean;

/** What is known of a value before it is there. `unknown` is settled when the value arrives. */
export type Kind = 'number' | 'boolean' | 'text' | 'unknown';

export type InputQuality = 'good' | 'stale' | 'bad';

/** The present state of a name; a sample is one. */
export interface Input {
  readonly value?: ExpressionValue;
  readonly quality: InputQuality;
}

/** Where names get their values. `undefined`: there is no such thing now, which is as good as bad. */
export type Lookup = (name: string) => Input | undefined;

/** What came out. `value` is absent exactly when the quality is bad; then `cause` says why. */
export interface Evaluated {
  readonly value?: ExpressionValue;
  readonly quality: InputQuality;
  readonly cause?: string;
}

/** The names an expression may use, each with what its values are. */
export type Scope = ReadonlyMap<string, Kind>;

/** The kind of a value that is there. */
export function kindOfValue(value: ExpressionValue): Exclude<Kind, 'unknown'> {
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? 'boolean' : 'number';
}
