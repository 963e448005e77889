import type { CanFrame } from '../frame.ts';

/** What a protocol says to the shell around it while it reads. */
export interface ProtocolListener {
  /** A frame came. The object is the protocol's own and is used again. */
  frame(frame: CanFrame): void;
  /** Something came that is no part of the protocol. */
  damaged(): void;
  /** To be sent to the peer. */
  send(bytes: Uint8Array): void;
  /** From now on frames come. */
  ready(): void;
  /** The peer refuses, with its reason: this connection is of no use. */
  refused(reason: string): void;
}

/** Bytes in, frames out, and back: it owns no connection and knows no time. */
export interface CanProtocol {
  /** A new connection stands. */
  begin(): void;
  push(chunk: Uint8Array): void;
  /** What sends this frame; undefined where the protocol cannot. */
  encode(frame: CanFrame): Uint8Array | undefined;
  /** What is said before the connection is closed. */
  farewell(): Uint8Array | undefined;
}
