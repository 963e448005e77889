import type { NoValue } from './no-value.ts';
import type { Value } from './value-type.ts';

/**
 * Turns register bytes in wire order into a raw value and back. A codec is chosen once per point;
 * decoding a number then allocates nothing.
 */
export interface ValueCodec<T extends Value> {
  readonly decode: (view: DataView, offset: number) => T | NoValue;
  /**
   * Writes the value over what is there; a `u8h` leaves the other byte of its register alone.
   * Throws InvalidRequestError for what the type cannot hold, and then has written nothing.
   */
  readonly encode: (view: DataView, offset: number, value: T) => void;
}
