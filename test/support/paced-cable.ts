import type { Clock } from '../../src/base/clock.ts';
import type { Receiver, Transport } from '../../src/transport/transport.ts';

/** Two ends of a serial cable on which every character takes its time, on any clock. */
export function pacedCable(clock: Clock, charMs: number): readonly [Transport, Transport] {
  const a = new End(clock, charMs);
  const b = new End(clock, charMs);
  a.peer = b;
  b.peer = a;
  return [a, b];
}

/** Characters that arrive together, when the last of them is there: what a UART's buffer does. */
const LUMP = 16;

class End implements Transport {
  peer: End | undefined;
  readonly #clock: Clock;
  readonly #charMs: number;
  #receiver: Receiver | undefined;
  /** When the last character that was written will have left. */
  #sentAt = 0;

  constructor(clock: Clock, charMs: number) {
    this.#clock = clock;
    this.#charMs = charMs;
  }

  listen(receiver: Receiver): void {
    this.#receiver = receiver;
  }

  write(bytes: Uint8Array): void {
    const start = Math.max(this.#clock.now(), this.#sentAt);
    this.#sentAt = start + bytes.length * this.#charMs;
    for (let at = 0; at < bytes.length; at += LUMP) {
      const lump = bytes.slice(at, at + LUMP);
      this.#clock.alarm(start + (at + lump.length) * this.#charMs, () => this.peer?.take(lump));
    }
  }

  /** Characters that have wholly arrived. */
  take(lump: Uint8Array): void {
    this.#receiver?.data(lump);
  }

  close(): void {
    this.#receiver?.end();
    this.#receiver = undefined;
  }
}
