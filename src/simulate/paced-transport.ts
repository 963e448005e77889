import type { Clock } from '../base/clock.ts';
import type { Transport } from '../transport/transport.ts';

/** Device servers and USB adapters hand on what they have heard in lumps of about this length. */
const LUMP_MS = 15;
/** Who sends this much faster than the line carries is disconnected, in milliseconds of line time. */
const MAX_BACKLOG_MS = 10_000;

/** One pair of conductors: whatever passes, in either direction, has it for itself for a while. */
export class Wire {
  readonly lumpBytes: number;
  readonly #clock: Clock;
  readonly #charMs: number;
  #freeAt = 0;

  /** `charMs` is the time of one character: 1.04 ms at 9600 8N1. */
  constructor(clock: Clock, charMs: number) {
    this.#clock = clock;
    this.#charMs = charMs;
    this.lumpBytes = Math.max(1, Math.floor(LUMP_MS / charMs));
  }

  get isOverloaded(): boolean {
    return this.#freeAt - this.#clock.now() > MAX_BACKLOG_MS;
  }

  /** Calls back when the last of so many characters has passed. */
  carry(characters: number, passed: () => void): void {
    this.#freeAt = Math.max(this.#clock.now(), this.#freeAt) + characters * this.#charMs;
    this.#clock.alarm(this.#freeAt, passed);
  }
}

/** A byte pipe behind which a slow wire lies: bytes arrive and leave at its speed. */
export function pacedTransport(inner: Transport, wire: Wire): Transport {
  let isOpen = true;
  return {
    listen(receiver) {
      inner.listen({
        data(chunk) {
          wire.carry(chunk.length, () => {
            if (isOpen) receiver.data(chunk);
          });
          if (wire.isOverloaded) inner.close();
        },
        end(error) {
          isOpen = false;
          receiver.end(error);
        },
      });
    },
    write(bytes) {
      for (let at = 0; at < bytes.length; at += wire.lumpBytes) {
        const lump = bytes.slice(at, at + wire.lumpBytes);
        wire.carry(lump.length, () => {
          if (isOpen) inner.write(lump);
        });
      }
    },
    close() {
      inner.close();
    },
  };
}
