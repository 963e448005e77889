import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What a reverse proxy does for a gateway below a path: takes the path away, keeps the Host header, and passes everything
 * on as it comes. It can hold back the event stream while everything else goes on, as a network that has half died does.
 */
export class PathProxy {
  /** `PUT /api/v1/values/furnace1/setpoint`: requests that change something, as they were passed on. */
  readonly changes: string[] = [];
  readonly #server: Server;
  readonly #path: string;
  readonly #target: () => number;
  #isHeld = false;

  private constructor(path: string, target: () => number) {
    this.#path = path;
    this.#target = target;
    this.#server = createServer((incoming, answer) => {
      this.#pass(incoming, answer);
    });
  }

  /** Below `/plants/one`, say, is what listens on the port that `target` names at the time. */
  static async start(path: string, target: () => number): Promise<PathProxy> {
    const proxy = new PathProxy(path, target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#path}/`;
  }

  /** From now on the event stream stays open and silent. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(incoming: IncomingMessage, answer: ServerResponse): void {
    const { url = '/', method = 'GET', headers } = incoming;
    if (!url.startsWith(`${this.#path}/`)) {
      answer.writeHead(404).end();
      return;
    }
    const path = url.slice(this.#path.length);
    if (method !== 'GET' && method !== 'HEAD') this.changes.push(`${method} ${path}`);
    const port = this.#target();
    const onward = request({ host: '127.0.0.1', port, path, method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.on('data', (bytes: Buffer) => {
        if (!this.#isHeld || !path.startsWith('/api/v1/events')) answer.write(bytes);
      });
      reply.on('close', () => answer.end());
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }
}
