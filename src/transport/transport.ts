import type { GatewayError } from '../base/errors.ts';

/**
 * A byte pipe to one peer. It knows nothing of Modbus, and is used once: to reconnect, dial again.
 *
 * Call `listen` once, in the same tick in which the transport was handed out. After `end` was called
 * nothing more arrives; `close` leads to `end` too, and may be called at any time and twice.
 */
export interface Transport {
  listen(receiver: Receiver): void;
  /** Queues the bytes, which the transport owns from now on. A failed write ends the transport. */
  write(bytes: Uint8Array): void;
  /**
   * Leaves what arrives with the operating system until `release`: who knows when an answer will be
   * whole need not wake up for each of its bytes. A transport may hand out one more chunk after `hold`,
   * and one without these two hands out everything at once.
   */
  hold?(): void;
  release?(): void;
  close(): void;
}

export interface Receiver {
  /** The chunk belongs to the receiver. */
  data(chunk: Uint8Array): void;
  /** Exactly once. No error means that we closed it, or the peer did so politely. */
  end(error?: GatewayError): void;
}

export interface Dialer {
  /** As people write it: `tcp://192.168.1.50:502`, `serial:/dev/ttyUSB0 9600 8N1`. */
  readonly url: string;
  /** Rejects with ConnectError, or with the signal's reason. */
  dial(signal: AbortSignal): Promise<Transport>;
}
