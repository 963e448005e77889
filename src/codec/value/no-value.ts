/** Why bytes hold no value. There is one constant per cause, so that saying so costs nothing. */
export class NoValue {
  readonly cause: string;

  constructor(cause: string) {
    this.cause = cause;
  }
}

/** NaN or an infinity: floating point's own way to say "unknown". */
export const NOT_A_NUMBER = new NoValue('not-a-number');
/** A nibble above 9 in a binary-coded decimal. */
export const BAD_BCD = new NoValue('bad-bcd');
/** A register above 9999 where each holds four decimal digits. */
export const BAD_DIGITS = new NoValue('bad-digits');
/** A date or a time of day that no clock shows. */
export const BAD_TIME = new NoValue('bad-time');
/** A raw value the profile lists as "not available". */
export const SENTINEL = new NoValue('sentinel');
/** An engineering value outside what the profile calls valid. */
export const OUT_OF_RANGE = new NoValue('out-of-range');
