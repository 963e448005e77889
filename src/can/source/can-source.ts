import type { Cancel } from '../../base/clock.ts';
import type { GatewayError } from '../../base/errors.ts';
import type { CanFrame } from '../frame.ts';

/** A bus that frames come from, wherever that is. */
export interface CanSource {
  /** As people write it. */
  readonly url: string;
  /** Opens it, and opens it again after growing pauses, until the result is called. Called once. */
  start(receiver: CanReceiver): Cancel;
  /** Sends a frame; false when it cannot be sent now. */
  send(frame: CanFrame): boolean;
  /** What came and was no frame. Grows only. */
  readonly damaged: number;
  /** Frames that were lost on the way here, where somebody says so. Grows only. */
  readonly dropped: number;
  /** Frames that `send` took, and that could not be sent after all. Grows only. */
  readonly failed?: number;
}

export interface CanReceiver {
  /** `at` is when it came, microseconds since 1970. The frame is used again. */
  frame(frame: CanFrame, at: number): void;
  /** Frames can come now. */
  up(): void;
  /** No frames come: it could not be opened, or was lost. It will be tried again. */
  down(error: GatewayError): void;
  /** There are no more, as at the end of a log. */
  end?(): void;
}
