import type { RegisterPoint } from '../profile/point.ts';
import type { Value } from '../telemetry/point.ts';

/** What goes to a device, by function code (Application Protocol V1.1b3, section 6). */
export type WriteFrame =
  | { readonly function: 5; readonly address: number; readonly on: boolean }
  | { readonly function: 6; readonly address: number; readonly word: number }
  | { readonly function: 15; readonly address: number; readonly bits: readonly boolean[] }
  | { readonly function: 16; readonly address: number; readonly words: readonly number[] }
  | {
      readonly function: 22;
      readonly address: number;
      readonly andMask: number;
      readonly orMask: number;
    };

/**
 * What became of a frame. `not-sent` is said only when no byte of it can have left; whoever is not sure
 * says `unknown`.
 */
export type SendResult =
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'exception'; readonly exception: number }
  | { readonly kind: 'not-sent'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What the device has, or why that is not known. */
export type ReadBack = { readonly value: Value } | { readonly cause: string };

/**
 * One device, as the gate reaches it. The gate calls one method at a time per device.
 *
 * The line behind it keeps two promises. A frame is sent once and never repeated, ahead of the polls.
 * And a poll that was asked before `confirmed` is called does not put its value for that point on the
 * rail afterwards, whatever order the answers come in.
 */
export interface DevicePort {
  /** Sends one frame, unless `notAfter` has passed on the clock's scale before it could leave. */
  write(point: RegisterPoint, frame: WriteFrame, notAfter: number): Promise<SendResult>;
  /** Reads the point from the device, now. */
  readBack(point: RegisterPoint): Promise<ReadBack>;
  /** The device has this value, read at `at` (microseconds since 1970): put it on the rail. */
  confirmed(point: RegisterPoint, value: Value, at: number): void;
}
