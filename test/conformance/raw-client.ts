import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A client that knows nothing of Modbus: bytes out, bytes in. */
export class RawClient {
  readonly #socket: Socket;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #taken = 0;
  #hasEnded = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#chunks.push(chunk);
      this.#size += chunk.length;
      this.#wake();
    });
    socket.on('error', () => undefined);
    for (const event of ['end', 'close']) {
      socket.on(event, () => {
        this.#hasEnded = true;
        this.#wake();
      });
    }
  }

  static async dial(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    const client = new RawClient(socket);
    await once(socket, 'connect');
    return client;
  }

  /** Sends each piece as a segment of its own, as far as the network lets one say so. */
  async send(...pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      this.#socket.write(piece);
      // The server shares this thread: it reads what is there before it gets the next.
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Says that nothing more will come. */
  finish(bytes: Uint8Array = Buffer.alloc(0)): void {
    this.#socket.end(bytes);
  }

  /** The next so many bytes, fewer when the server ends the connection before. */
  async take(size: number): Promise<Buffer> {
    while (this.#size - this.#taken < size && !this.#hasEnded) await this.#change();
    const all = Buffer.concat(this.#chunks);
    const taken = all.subarray(this.#taken, this.#taken + size);
    this.#taken += taken.length;
    return taken;
  }

  /** All that comes until the server ends the connection. Rejects after `ms`: it hangs. */
  async rest(ms = 5_000): Promise<Buffer> {
    const timer = setTimeout(() => {
      this.#socket.destroy(new Error('hangs'));
    }, ms);
    while (!this.#hasEnded) await this.#change();
    clearTimeout(timer);
    if (this.#socket.errored?.message === 'hangs') throw new Error(`no end within ${ms} ms`);
    return Buffer.concat(this.#chunks).subarray(this.#taken);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}
