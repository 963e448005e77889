/**
 * Asks one server for 125 holding registers over and over, always `depth` requests on the way on each
 * of its connections, and checks the id, length and content of every answer.
 *
 *     node bench/server/load.ts <port> <connections> <depth> <milliseconds>
 *
 * Prints one line of JSON: answers, wrong ones and the time they took.
 */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { COUNT, registerBytes } from './registers.ts';

const [port = 0, connections = 1, depth = 1, milliseconds = 1000] = process.argv
  .slice(2)
  .map(Number);

const ANSWER_SIZE = 9 + COUNT * 2;
const REQUEST_SIZE = 12;
/** From the protocol id to the last register: the same in every right answer. */
const RIGHT = Buffer.concat([
  Buffer.from([0, 0, 0, 3 + COUNT * 2, 1, 3, COUNT * 2]),
  registerBytes(),
]);

let answers = 0;
let wrong = 0;
let running = true;

/** One connection, with its own ids. An answer may come in any order, but each only once. */
class Asker {
  readonly #socket: Socket;
  readonly #outstanding = new Uint8Array(0x10000);
  #requests = makeRequests(depth);
  #nextId = 0;
  #rest = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#receive(chunk);
    });
    socket.on('error', () => {
      wrong += 1;
    });
  }

  ask(count: number): void {
    for (let index = 0; index < count; index += 1) {
      this.#requests[index * REQUEST_SIZE] = this.#nextId >> 8;
      this.#requests[index * REQUEST_SIZE + 1] = this.#nextId;
      this.#outstanding[this.#nextId] = 1;
      this.#nextId = (this.#nextId + 1) & 0xffff;
    }
    this.#socket.write(this.#requests.subarray(0, count * REQUEST_SIZE));
    if (this.#socket.writableLength > 0) this.#requests = makeRequests(depth);
  }

  #receive(received: Buffer): void {
    const chunk = this.#rest.length === 0 ? received : Buffer.concat([this.#rest, received]);
    let at = 0;
    let count = 0;
    for (; at + ANSWER_SIZE <= chunk.length; at += ANSWER_SIZE, count += 1) {
      const id = ((chunk[at] ?? 0) << 8) | (chunk[at + 1] ?? 0);
      const right =
        this.#outstanding[id] === 1 &&
        chunk.compare(RIGHT, 0, RIGHT.length, at + 2, at + ANSWER_SIZE) === 0;
      if (!right) wrong += 1;
      this.#outstanding[id] = 0;
    }
    this.#rest = at === chunk.length ? EMPTY : Buffer.from(chunk.subarray(at));
    answers += count;
    if (running && count > 0) this.ask(Math.min(count, depth));
  }
}

const EMPTY = Buffer.alloc(0);

function makeRequests(count: number): Buffer {
  const request = Buffer.from([0, 0, 0, 0, 0, 6, 1, 3, 0, 0, 0, COUNT]);
  return Buffer.concat(Array.from({ length: count }, () => request));
}

const sockets = Array.from({ length: connections }, () =>
  connect({ host: '127.0.0.1', port, noDelay: true }),
);
await Promise.all(sockets.map(async (socket) => once(socket, 'connect')));
const start = performance.now();
for (const socket of sockets) new Asker(socket).ask(depth);
setTimeout(() => {
  running = false;
  const elapsedMs = performance.now() - start;
  const result = JSON.stringify({ answers, wrong, elapsedMs });
  // What is still on the way is fetched before the connections end, so that no server sees a reset.
  for (const socket of sockets) socket.end();
  setTimeout(() => {
    process.stdout.write(`${result}\n`, () => process.exit(0));
  }, 100);
}, milliseconds);
