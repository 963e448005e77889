import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';

/** What the server does with one request. */
export type Reaction = (response: ServerResponse, server: PlayedInflux, lines: string[]) => void;

export interface PlayedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly lines: readonly string[];
}

/** A server that plays InfluxDB and its outages: one reaction per request, then `takes`. */
export class PlayedInflux {
  readonly url: string;
  readonly requests: PlayedRequest[] = [];
  /** Lines that it has written; a line that comes twice is the same point. */
  readonly stored = new Set<string>();
  readonly script: Reaction[] = [];
  /** What it does when the script is over. */
  otherwise: Reaction = takes;
  /** Connections that clients have opened. */
  connections = 0;
  readonly #server: ReturnType<typeof createServer>;
  readonly #heard: (() => void)[] = [];

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => void this.#answer(request, response));
    server.on('connection', () => (this.connections += 1));
  }

  static async start(): Promise<PlayedInflux> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PlayedInflux(server);
  }

  /** Resolves when the next request has been read to its end. */
  async heard(): Promise<void> {
    await new Promise<void>((resolve) => this.#heard.push(resolve));
  }

  /** Ends all connections, as a server that was restarted while nobody wrote. */
  dropConnections(): void {
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const isPacked = request.headers['content-encoding'] === 'gzip';
    const body = await text(isPacked ? request.pipe(createGunzip()) : request);
    const lines = body === '' ? [] : body.split('\n');
    const { method = '', url = '', headers } = request;
    this.requests.push({ method, url, headers, lines });
    (this.script.shift() ?? this.otherwise)(response, this, lines);
    for (const resolve of this.#heard.splice(0)) resolve();
  }
}

export const takes: Reaction = (response, server, lines) => {
  for (const line of lines) server.stored.add(line);
  response.writeHead(204).end();
};

export function answers(
  status: number,
  body: unknown = '',
  headers: Readonly<Record<string, string>> = {},
): Reaction {
  return (response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

export const hangs: Reaction = () => undefined;

export const resets: Reaction = (response) => {
  response.socket?.resetAndDestroy();
};

export const resetsInMidBody: Reaction = (response) => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('{"res', () => response.socket?.resetAndDestroy());
};

/** Begins to answer and never comes to an end. */
export const drips: Reaction = (response) => {
  response.writeHead(500, { 'content-type': 'application/json' });
  response.write('{"error":');
};

/** Answers in pieces, but to the end. */
export const slow: Reaction = (response, _server, lines) => {
  response.writeHead(400, { 'content-type': 'application/json' });
  response.write('{"error":"unable to ');
  setTimeout(() => response.end(`parse '${lines[0]}'"}`), 30);
};

/** Writes the lines; the answer gets lost on the way. */
export const losesAcknowledgement: Reaction = (response, server, lines) => {
  for (const line of lines) server.stored.add(line);
  response.socket?.resetAndDestroy();
};

/** Writes the lines and never says so. */
export const withholdsAcknowledgement: Reaction = (_response, server, lines) => {
  for (const line of lines) server.stored.add(line);
};

/** Like InfluxDB 2: one bad line, and nothing is written. */
export function refusesWhole(isBad: (line: string) => boolean): Reaction {
  return (response, server, lines) => {
    const bad = lines.find(isBad);
    if (bad === undefined) takes(response, server, lines);
    else {
      const message = `unable to parse '${bad}': bad timestamp`;
      answers(400, { code: 'invalid', message })(response, server, lines);
    }
  };
}

/** Like InfluxDB 1 and 3: the good lines are written, and how many were dropped is told. */
export function writesTheRest(isBad: (line: string) => boolean): Reaction {
  return (response, server, lines) => {
    const good = lines.filter((line) => !isBad(line));
    for (const line of good) server.stored.add(line);
    const dropped = lines.length - good.length;
    if (dropped === 0) takes(response, server, lines);
    else {
      const error = `partial write: field type conflict: input field "pv" dropped=${dropped}`;
      answers(400, { error })(response, server, lines);
    }
  };
}

/** Takes no body of more lines than this. */
export function takesAtMost(count: number): Reaction {
  return (response, server, lines) => {
    const isTooLong = lines.length > count;
    (isTooLong ? answers(413, { error: 'Request Entity Too Large' }) : takes)(
      response,
      server,
      lines,
    );
  };
}
