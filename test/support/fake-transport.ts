import { ConnectError, type GatewayError } from '../../src/base/errors.ts';
import type { Dialer, Receiver, Transport } from '../../src/transport/transport.ts';

/** A transport whose far end is a test. */
export class FakeTransport implements Transport {
  readonly written: Uint8Array[] = [];
  isOpen = true;
  /** The client lets bytes wait. */
  isHeld = false;
  /** Called with every write. */
  onWrite: (bytes: Uint8Array) => void = () => undefined;
  #receiver: Receiver | undefined;

  listen(receiver: Receiver): void {
    this.#receiver = receiver;
  }

  write(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    this.written.push(bytes);
    this.onWrite(bytes);
  }

  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
  }

  close(): void {
    this.hangUp();
  }

  /** Bytes from the far end. */
  receive(bytes: Uint8Array): void {
    if (this.isOpen) this.#receiver?.data(Uint8Array.from(bytes));
  }

  hangUp(error?: GatewayError): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#receiver?.end(error);
  }
}

/** Gives a new fake transport at every dial, unless it is told to fail. */
export class FakeDialer implements Dialer {
  readonly url = 'tcp://fake:502';
  readonly transports: FakeTransport[] = [];
  isRefusing = false;
  dials = 0;
  onDial: (transport: FakeTransport) => void = () => undefined;

  async dial(): Promise<Transport> {
    this.dials += 1;
    if (this.isRefusing) throw new ConnectError(`cannot connect to ${this.url}`);
    const transport = new FakeTransport();
    this.transports.push(transport);
    this.onDial(transport);
    return transport;
  }

  /** The newest one. */
  get transport(): FakeTransport {
    const transport = this.transports.at(-1);
    if (transport === undefined) throw new Error('nobody has dialled');
    return transport;
  }
}
