import type { FramingError } from '../base/errors.ts';
import type { AnswerBuffer } from './answer-buffer.ts';

/**
 * One connection's protocol: bytes in, bytes out. It owns no socket and sets no alarm; what asks for
 * time (`silenceAt`) and what ends the connection (`failure`) is for the shell around it to see to.
 */
export interface ServerCore {
  /** Answers every whole request so far into `out`. `now` is the time on the clock. */
  receive(chunk: Uint8Array, now: number, out: AnswerBuffer): void;
  /** Why the stream cannot go on; what was answered before is still sent. */
  readonly failure: FramingError | undefined;
  /** Since when the rest of a frame has been missing; Infinity when nothing is. */
  readonly incompleteSince: number;
  /** Whole requests so far. */
  readonly requests: number;
  /** When silence will end what was received; Infinity when silence means nothing. */
  readonly silenceAt: number;
  /** The line has been silent until `silenceAt`. */
  silence(out: AnswerBuffer): void;
  /** No late answer leaves after this. */
  close(): void;
}
