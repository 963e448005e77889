import { Agent, request, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { Clock } from '../base/clock.ts';
import { SinkUnavailableError } from '../base/errors.ts';

/** No answer to a write comes near it; what is longer is cut off. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** One request, relative to the server's address. */
export interface Question {
  readonly method: 'GET' | 'POST';
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface Answer {
  readonly status: number;
  header(name: string): string | undefined;
  /** Its first 64 KiB. */
  readonly body: string;
}

/** Asks one server, over one connection that is kept. Throws SinkUnavailableError when no whole answer came. */
export class HttpClient {
  /** Where the server is, for people: without a user name or password. */
  readonly place: string;
  readonly #url: URL;
  readonly #agent: Agent;
  readonly #send: typeof request;
  readonly #timeoutMs: number;
  readonly #clock: Clock;

  constructor(url: string, options: { timeoutMs: number; ca?: string | undefined; clock: Clock }) {
    this.#url = new URL(url);
    this.place = `${this.#url.origin}${this.#basePath()}`;
    this.#timeoutMs = options.timeoutMs;
    this.#clock = options.clock;
    const keep = { keepAlive: true, maxSockets: 1 };
    const isTls = this.#url.protocol === 'https:';
    this.#agent = isTls
      ? new TlsAgent({ ...keep, ...(options.ca !== undefined && { ca: options.ca }) })
      : new Agent(keep);
    this.#send = isTls ? tlsRequest : request;
  }

  async ask(question: Question, signal: AbortSignal): Promise<Answer> {
    try {
      return await this.#once(question, signal);
    } catch (error) {
      // The server closed a connection that had been idle while we were about to use it again.
      if (!(error instanceof StaleConnection)) throw error;
      return await this.#once(question, signal);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #once(question: Question, signal: AbortSignal): Promise<Answer> {
    return await new Promise<Answer>((resolve, reject) => {
      const outgoing = this.#send(this.#options(question));
      let failure: SinkUnavailableError | undefined;
      const end = (error: SinkUnavailableError): void => {
        failure ??= error;
        outgoing.destroy();
        settle(() => reject(error));
      };
      const abort = (): void =>
        end(new SinkUnavailableError(`the request to ${this.place} was given up, dinrail stops`));
      const cancel = this.#clock.alarm(this.#clock.now() + this.#timeoutMs, () =>
        end(new NoAnswerError(`${this.place} did not answer within ${this.#timeoutMs} ms`)),
      );
      const settle = (how: () => void): void => {
        cancel();
        signal.removeEventListener('abort', abort);
        how();
      };
      const fail = (cause: Error): void =>
        settle(() => reject(failure ?? this.#failure(cause, outgoing.reusedSocket)));
      outgoing.on('error', fail);
      outgoing.on('response', (incoming) => {
        readAnswer(incoming).then((answer) => settle(() => resolve(answer)), fail);
      });
      if (signal.aborted) abort();
      else {
        signal.addEventListener('abort', abort, { once: true });
        outgoing.end(question.body);
      }
    });
  }

  #options({ method, path, headers, body }: Question): RequestOptions {
    const { hostname, port } = this.#url;
    return {
      ...{ agent: this.#agent, method, path: `${this.#basePath()}${path}` },
      ...{ host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? undefined : Number(port) },
      headers: { ...headers, ...(body !== undefined && { 'content-length': body.byteLength }) },
    };
  }

  #basePath(): string {
    return this.#url.pathname.replace(/\/+$/, '');
  }

  #failure(cause: Error & { code?: string }, reused: boolean): SinkUnavailableError {
    if (reused && cause.code === 'ECONNRESET') return new StaleConnection(`lost ${this.place}`);
    const Kind = BROKEN_OFF.has(cause.code ?? '') ? NoAnswerError : SinkUnavailableError;
    return new Kind(`${this.place} ${inWords(cause)}`, { cause });
  }
}

/** The server was there, but the request or its answer did not come through. */
export class NoAnswerError extends SinkUnavailableError {}

class StaleConnection extends NoAnswerError {}

const BROKEN_OFF = new Set(['ECONNRESET', 'EPIPE']);

/** What happened to the connection; what is not in the list speaks for itself in the cause. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ECONNRESET: 'broke the connection off before it had answered',
  EPIPE: 'broke the connection off before it had answered',
  ENOTFOUND: 'has a name that is not known here',
  EAI_AGAIN: 'has a name that cannot be looked up now',
  ETIMEDOUT: 'cannot be reached',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
};

function inWords({ code = '' }: { code?: string }): string {
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code))
    return 'has a certificate that is not trusted';
  if (code.startsWith('HPE_')) return 'does not speak HTTP';
  return WORDS[code] ?? 'cannot be asked';
}

async function readAnswer(incoming: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.byteLength;
    // Leaving the loop ends the connection: the rest is not waited for.
    if (size > MAX_ANSWER_BYTES) break;
  }
  return {
    status: incoming.statusCode ?? 0,
    header(name) {
      const value = incoming.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString(),
  };
}
