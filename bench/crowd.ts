/**
 * What 2,000 connections that ask for nothing, half a thing or too much cost an honest client of our Modbus
 * server: `node bench/crowd.ts`. How to read it: bench/README.md.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/base/system-clock.ts';
import { readHoldingRegisters } from '../src/codec/pdu/read-registers.ts';
import { clientFor } from '../src/client/client-for.ts';
import { parseTarget } from '../src/transport/endpoint.ts';
import { CAN_PIN, firstLine, spawnOnCore } from './child.ts';
import { COUNT, registerAt } from './server/registers.ts';
import { textTable } from './table.ts';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '2000' },
    /** Seconds of each of the three parts. */
    seconds: { type: 'string', default: '8' },
    /** For the program that is the crowd: the port it goes to. */
    crowd: { type: 'string' },
  },
});

/** Targets: how much later the honest client has its answers, and how much more the server holds. */
const RISE_MS = 25;
const MORE_MB = 64;
const ASK_EVERY_MS = 5;
const SERVER_CORE = 0;

interface Load {
  readonly rssMb: number;
  readonly descriptors: number;
}

function loadOf({ pid }: ChildProcess): Load {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? NaN);
  return { rssMb: kilobytes / 1024, descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

/** Asks at a steady pace for some seconds, and says how long each answer took. Wrong ones end the bench. */
async function askFor(port: number, seconds: number): Promise<readonly number[]> {
  const target = parseTarget(`tcp://127.0.0.1:${port}`);
  const client = clientFor(target, { clock: systemClock });
  const took: number[] = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
    const begin = performance.now();
    const registers = await client.request(readHoldingRegisters, 1, { start: 0, count: COUNT });
    took.push(performance.now() - begin);
    if (registers[COUNT - 1] !== registerAt(COUNT - 1)) throw new Error('a wrong answer');
    await pause(ASK_EVERY_MS);
  }
  client.close();
  // Its descriptor is one of those that are counted.
  await pause(300);
  return took;
}

const READ = Buffer.from([0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, COUNT]);

/**
 * One of the crowd: it is idle, sends a request byte by byte, asks and never fetches an answer, or comes and goes.
 */
class Stranger {
  readonly #port: number;
  readonly #kind: number;
  #socket: Socket;
  #at = 0;

  constructor(port: number, kind: number) {
    this.#port = port;
    this.#kind = kind;
    this.#socket = this.#open();
  }

  #open(): Socket {
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true });
    socket.on('error', () => undefined);
    // Who stalls does not read.
    if (this.#kind !== 2) socket.resume();
    return socket;
  }

  /** Does a little of what it does. Who was sent away comes again. */
  act(): void {
    if (this.#socket.destroyed) this.#socket = this.#open();
    const at = (this.#at += 1);
    if (this.#kind === 1)
      this.#socket.write(READ.subarray(at % READ.length, (at % READ.length) + 1));
    if (this.#kind === 2 && this.#socket.writableLength === 0) {
      this.#socket.write(Buffer.concat(Array.from({ length: 20 }, () => READ)));
    }
    if (this.#kind === 3 && at % 5 === 0) this.#socket.destroy();
  }

  end(): void {
    this.#socket.destroy();
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

function share(took: readonly number[], part: number): number {
  const sorted = [...took].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

const seconds = Number(values.seconds);
const count = Number(values.connections);

/** The crowd is a program of its own: what it does must not delay the client that is measured. */
if (values.crowd !== undefined) {
  const port = Number(values.crowd);
  const strangers = Array.from({ length: count }, (_, index) => new Stranger(port, index % 4));
  let at = 0;
  // A slice of them acts every 20 ms, each about once a second.
  setInterval(() => {
    for (let index = 0; index < count / 50; index += 1) strangers[(at += 1) % count]?.act();
  }, 20);
  process.once('SIGTERM', () => {
    for (const stranger of strangers) stranger.end();
    process.exit(0);
  });
  console.log('ready');
} else {
  await bench();
}

async function bench(): Promise<void> {
  const server = spawnOnCore(SERVER_CORE, process.execPath, [
    join(import.meta.dirname, 'server/crowded.ts'),
    String(count),
  ]);
  const port = Number((await firstLine(server, /^ready (\d+)$/))?.[1]);
  await askFor(port, 2);
  const rows: (readonly string[])[] = [['', 'asked', 'p50 ms', 'p99 ms', 'RSS MB', 'descriptors']];
  const note = (name: string, took: readonly number[]): Load => {
    const load = loadOf(server);
    const ms = [share(took, 0.5), share(took, 0.99)].map((it) => it.toFixed(2));
    rows.push([name, `${took.length}`, ...ms, load.rssMb.toFixed(0), `${load.descriptors}`]);
    return load;
  };
  const quiet = await askFor(port, seconds);
  const before = note('alone', quiet);
  const crowd = spawnOnCore(1, process.execPath, [
    import.meta.filename,
    ...['--connections', String(count), '--crowd', String(port)],
  ]);
  if ((await firstLine(crowd, /^ready$/)) === undefined) throw new Error('there is no crowd');
  await pause(2_000);
  const loud = await askFor(port, seconds);
  const during = note('in the crowd', loud);
  crowd.kill('SIGTERM');
  await once(crowd, 'close');
  await pause(2_000);
  const after = note('afterwards', await askFor(port, seconds));
  server.kill('SIGTERM');
  await once(server, 'close');
  console.log(`${count} strangers, ${CAN_PIN ? '' : 'not '}pinned`);
  console.log(textTable(rows));
  const rise = share(loud, 0.99) - share(quiet, 0.99);
  const more = Math.max(during.rssMb, after.rssMb) - before.rssMb;
  const left = after.descriptors - before.descriptors;
  console.log(
    `p99 rises by ${rise.toFixed(1)} ms, ${more.toFixed(0)} MB more, ${left} descriptors left`,
  );
  if (rise >= RISE_MS || more >= MORE_MB || left > 0) process.exitCode = 1;
}
