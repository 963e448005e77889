import type { CanFrame } from '../can/frame.ts';
import type { DbcMessage } from '../can/dbc.ts';

/** What this computer knows of itself. */
export type HostValue = 'cpu-temperature' | 'clock' | 'update-time';

export const HOST_VALUES = ['cpu-temperature', 'clock', 'update-time'] as const;

/** Where the value of a point of a device that speaks unasked comes from. */
export type HeardSource =
  | {
      readonly kind: 'signal';
      /** Index in `messages`. */
      readonly message: number;
      readonly signal: string;
      /** The point says whether the signal has this value. */
      readonly equals?: number;
    }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'host'; readonly value: HostValue };

/** How the frames of a bus become the values of a device. */
export interface HeardConfig {
  /** The messages of its DBC file that are of use. */
  readonly messages: readonly HeardMessage[];
  /** By name of the point. */
  readonly sources: Readonly<Record<string, HeardSource>>;
  /** `frame`: each by itself. `message`: all pages of a message. A name: from one of it to the next. */
  readonly cycle: 'frame' | 'message' | { readonly start: string };
  readonly requests: readonly CanRequest[];
  /** Of values that belong to no message. */
  readonly staleMs: number;
}

export interface HeardMessage {
  readonly message: DbcMessage;
  /** Its values are stale when it was not heard for so long. */
  readonly staleMs: number;
}

/** A frame that is sent again and again, because the answer to it is wanted. */
export interface CanRequest {
  readonly frame: Pick<
    CanFrame,
    'id' | 'isExtended' | 'isRemote' | 'isFd' | 'hasFastData' | 'length'
  >;
  /** Data in capital hexadecimal digits. */
  readonly data: string;
  readonly everyMs: number;
  /** Name of the message after which it is not sent any more, as long as that is fresh. */
  readonly until?: string;
}
