import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp, type ModbusServer } from '../../src/server/listen-tcp.ts';
import { serveTransport } from '../../src/server/serve-transport.ts';
import { plainImage, type UnitTables } from '../../src/server/unit-tables.ts';
import { dialerFor, parseEndpoint } from '../../src/transport/endpoint.ts';
import { ptyPair, type Peer } from './peers.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/dyeing/gateway.yaml');
const REGISTERS = 37_000;

/** Where the registers of a kind of machine are that a test looks at. */
const MAPS = {
  tcp: { process: 32788, on: 36092, batch: 34816, slot: 34826, step: 10, status: 34896, end: 305 },
  rtu: { process: 32768, on: 36692, batch: 34816, slot: 34826, step: 10, status: 34896, end: 355 },
  mc3: { process: 32768, on: 34953, batch: 34816, slot: 34823, step: 7, status: 34872, end: 355 },
} as const;

/** A machine as its registers. */
export class Machine {
  readonly number: string;
  readonly map: (typeof MAPS)[keyof typeof MAPS];
  readonly tables: UnitTables;
  /** Texts that were written to slots, in order, by slot from 1. */
  readonly written = new Map<number, string[]>();
  /** How often its process was read. */
  reads = 0;

  constructor(number: string, kind: keyof typeof MAPS) {
    this.number = number;
    this.map = MAPS[kind];
    this.tables = plainImage(
      { holding: REGISTERS, writable: true },
      {
        onRead: ({ start, count }) => {
          const { process } = this.map;
          if (process >= start && process < start + count) this.reads += 1;
        },
        onWrite: (_, start) => this.#note(start),
      },
    );
    this.set(this.map.on, 1);
    this.set(this.map.process, 260);
    this.name(`M${number}-0`);
  }

  set(address: number, value: number): void {
    this.tables.holding.set(address, value);
  }

  /** The batch under way. */
  name(text: string): void {
    const padded = text.padEnd(14);
    for (let word = 0; word < 7; word += 1) {
      const [low, high] = [padded.charCodeAt(2 * word), padded.charCodeAt(2 * word + 1)];
      this.set(this.map.batch + word, (high << 8) | low);
    }
  }

  slot(slot: number): string {
    return this.#text(this.map.slot + (slot - 1) * this.map.step);
  }

  status(slot: number): number {
    return this.tables.holding.get(this.map.status + slot - 1);
  }

  #note(start: number): void {
    const index = (start - this.map.slot) / this.map.step;
    if (!Number.isInteger(index) || index < 0 || index > 6) return;
    const texts = this.written.get(index + 1) ?? [];
    texts.push(this.#text(start));
    this.written.set(index + 1, texts);
  }

  #text(address: number): string {
    const words = [...this.tables.holding.registers(address, 7)];
    return words.map((word) => String.fromCharCode(word & 0xff, word >> 8)).join('');
  }
}

/** What the server of the plant does with a request: as it should, or not. */
export type Mood = 'good' | 'error' | 'reset' | 'lost';

export interface Posted {
  readonly path: string;
  readonly body: string;
  readonly key: string;
}

/** The server of the plant, and a place where lines for InfluxDB arrive. */
export class Office {
  readonly posts: Posted[] = [];
  readonly lines: string[] = [];
  readonly problems: string[] = [];
  /** What each machine is offered, by its number. */
  readonly offers = new Map<string, Readonly<Record<string, unknown>>>();
  /** Called when an offer is confirmed for the first time. */
  confirmed: (machine: string) => string | undefined = () => undefined;
  mood: (path: string) => Mood = () => 'good';
  requests = 0;
  readonly #keys = new Set<string>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Office> {
    const server = createServer();
    const office = new Office(server);
    server.on('request', (request, response) => void office.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return office;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const path = request.url ?? '';
    if (path.startsWith('/write')) {
      const isZipped = request.headers['content-encoding'] === 'gzip';
      this.lines.push(...String(isZipped ? gunzipSync(raw) : raw).split('\n'));
      response.writeHead(204).end();
      return;
    }
    this.requests += 1;
    const mood = this.mood(path);
    if (mood === 'error') response.writeHead(500).end('not now');
    else if (mood === 'reset') request.socket.destroy();
    else {
      const key = String(request.headers['idempotency-key'] ?? '');
      const body =
        request.method === 'POST' ? this.#posted({ path, body: String(raw), key }) : this.#offer();
      if (mood === 'lost') request.socket.destroy();
      else response.writeHead(200).end(body);
    }
  }

  #offer(): string {
    return JSON.stringify({ status: true, data: Object.fromEntries(this.offers) });
  }

  #posted(post: Posted): string {
    this.posts.push(post);
    const [, machine] = /^\/confirm\/(\w+)$/.exec(post.path) ?? [];
    if (machine === undefined || this.#keys.has(post.key)) return '';
    this.#keys.add(post.key);
    const problem = this.confirmed(machine);
    if (problem !== undefined) this.problems.push(problem);
    return '';
  }
}

/** Three machines on TCP, three on one line. */
export class Hall {
  readonly machines: readonly Machine[];
  readonly #servers: ModbusServer[] = [];
  readonly #ends: (() => Promise<void> | void)[] = [];

  constructor() {
    this.machines = [
      ...['1', '6', '7'].map((number) => new Machine(number, 'tcp')),
      ...[new Machine('2', 'rtu'), new Machine('3', 'mc3'), new Machine('4', 'rtu')],
    ];
  }

  machine(number: string): Machine {
    const found = this.machines.find((one) => one.number === number);
    if (found === undefined) throw new Error(`there is no machine ${number}`);
    return found;
  }

  /** Starts the machines; gives what the site file needs to know of them. */
  async start(folder: string): Promise<NodeJS.ProcessEnv> {
    for (const { tables } of this.machines.slice(0, 3)) {
      const server = await listenTcp({ port: 0, units: tables, clock: systemClock });
      this.#servers.push(server);
      this.#ends.push(async () => server.close());
    }
    const [near, far] = [join(folder, 'near'), join(folder, 'far')];
    const cable: Peer = await ptyPair(near, far);
    this.#ends.push(async () => cable.stop());
    const port = await dialerFor(parseEndpoint(`serial:${far} 115200 8E1`)).dial(
      new AbortController().signal,
    );
    const units = new Map(this.machines.slice(3).map(({ tables }, index) => [index + 1, tables]));
    const served = serveTransport(port, { units, clock: systemClock });
    this.#ends.push(() => served.close());
    const [mc1, mc6, mc7] = this.#servers.map((server) => `127.0.0.1:${server.port}`);
    return { MC1: mc1, MC6: mc6, MC7: mc7, SERIAL_PORT: near, BAUDRATE: '115200' };
  }

  async stop(): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
  }
}

interface SiteText {
  web: unknown;
  devices: Record<string, Record<string, unknown>>;
  sinks: Record<string, Record<string, unknown>>;
  rules: Record<string, { devices: string[] }>;
  pulls: Record<string, Record<string, unknown>>;
}

/** The example as it is, with one more machine, other times, and databases of InfluxDB 1. */
export function hallSite(influx: string, office: string): string {
  const site = parse(readFileSync(EXAMPLE, 'utf8')) as SiteText;
  site.web = { listen: '127.0.0.1:0' };
  site.devices['mc7'] = {
    ...site.devices['mc6'],
    ...{ label: 'Machine 7', at: 'tcp://${MC7}', tags: { machine_id: '7' } },
  };
  for (const device of Object.values(site.devices)) {
    device['groups'] = { live: 'line' in device ? '1s' : '250ms' };
  }
  site.rules['finished_tcp']!.devices.push('mc7');
  const { url: _, org: __, bucket: ___, token: ____, ...lines } = site.sinks['influx']!;
  site.sinks = {
    influx: { ...lines, url: influx, database: 'plant' },
    copy: { ...lines, url: office, database: 'plant' },
  };
  site.pulls['batches']!['every'] = '500ms';
  return JSON.stringify(site);
}

export function officeEnv(url: string): NodeJS.ProcessEnv {
  return {
    API_URL_BATCH: `${url}/finish`,
    API_TRIGGER_URL: `${url}/trigger`,
    API_URL_STRINGS: `${url}/strings`,
    API_URL_STRINGS_CONF: `${url}/confirm`,
  };
}
