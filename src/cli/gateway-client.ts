import { request, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestEncrypted } from 'node:https';
import { ConnectError, RequestTimeoutError } from '../base/errors.ts';
import { textOption, type CommandInput, type OptionSpec } from './command.ts';
import type { CliContext } from './context.ts';
import {
  certificateText,
  problemText,
  unreachableText,
  type GatewayAnswer,
} from './gateway-problem.ts';

const DEFAULT_URL = 'http://127.0.0.1:8502';
const TIMEOUT_MS = 15_000;
/** More than any answer of the API has. */
const MAX_ANSWER_BYTES = 64_000_000;
/** More than any problem has. */
const MAX_PROBLEM_BYTES = 64_000;

/** Where the running gateway is, for every command that asks it. */
export const GATEWAY_OPTION: OptionSpec = {
  flags: '--gateway <url>',
  help: `address of the running gateway, http or https; default DINRAIL_GATEWAY or ${DEFAULT_URL}`,
};

/** Who asks, for the commands that change something. */
export const TOKEN_OPTION: OptionSpec = {
  flags: '--token <secret>',
  help: 'token of a gateway that has them; default DINRAIL_TOKEN, which no list of processes shows',
};

/**
 * Asks a running gateway, on this machine or elsewhere. Throws ConnectError when there is none, or when its
 * certificate is not trusted.
 */
export class GatewayClient {
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(context: CliContext, input: CommandInput) {
    const written = textOption(input, 'gateway') ?? context.env['DINRAIL_GATEWAY'] ?? DEFAULT_URL;
    const text = written.includes('://') ? written : `http://${written}`;
    if (!URL.canParse(text) || !/^https?:/i.test(text)) {
      throw new ConnectError(
        `"${written}" is no address of a gateway, expected http:// or https://`,
      );
    }
    this.#url = new URL(text);
    if (!this.#url.pathname.endsWith('/')) this.#url.pathname += '/';
    this.#headers = headersOf(context, input);
  }

  /** `127.0.0.1:8502` */
  get host(): string {
    return this.#url.host;
  }

  async get(path: string): Promise<GatewayAnswer> {
    return this.#ask('GET', path);
  }

  async post(path: string, body: unknown = {}): Promise<GatewayAnswer> {
    return this.#ask('POST', path, JSON.stringify(body));
  }

  /** `key`: the same one brings the same result, and the point is written once. */
  async put(path: string, body: unknown, key?: string): Promise<GatewayAnswer> {
    return this.#ask('PUT', path, JSON.stringify(body), key);
  }

  async delete(path: string): Promise<GatewayAnswer> {
    return this.#ask('DELETE', path);
  }

  /**
   * Hands on an answer that goes on for ever, piece by piece. Resolves when the gateway ends it, and rejects
   * when there is none, when it refuses, or when what `take` got is not to its liking.
   */
  async stream(path: string, take: (chunk: string) => void, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const asked = this.#request(path, { signal, headers: this.#headers });
      asked.on('error', (cause) => {
        const why = certificateText(this.#url, cause);
        reject(why ? new ConnectError(why) : new ConnectError('the connection failed', { cause }));
      });
      asked.on('response', (response) => {
        response.on('error', reject);
        if (response.statusCode !== 200) {
          void refusal(response).then((why) => reject(new ConnectError(why)));
          return;
        }
        response.setEncoding('utf8').on('data', (chunk: string) => {
          try {
            take(chunk);
          } catch (error) {
            asked.destroy();
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
        response.on('end', resolve);
      });
      asked.end();
    });
  }

  async #ask(method: string, path: string, body?: string, key?: string): Promise<GatewayAnswer> {
    const headers = {
      ...this.#headers,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    };
    return new Promise((resolve, reject) => {
      const asked = this.#request(path, { method, headers, timeout: TIMEOUT_MS });
      asked.on('timeout', () => {
        asked.destroy(new RequestTimeoutError(`${this.#url.host} does not answer`));
      });
      asked.on('error', (cause) => {
        if (cause instanceof RequestTimeoutError) reject(cause);
        else reject(new ConnectError(unreachableText(this.#url, cause)));
      });
      asked.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > MAX_ANSWER_BYTES) asked.destroy(new Error('the answer is too long'));
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      });
      asked.end(body);
    });
  }

  #request(path: string, options: RequestOptions): ClientRequest {
    // Below the path of the address: a proxy may have the gateway there.
    const url = new URL(`.${path}`, this.#url);
    return url.protocol === 'https:' ? requestEncrypted(url, options) : request(url, options);
  }
}

/** The token, and for a gateway without tokens whom its audit may name. */
function headersOf(
  { env, version }: CliContext,
  input: CommandInput,
): Readonly<Record<string, string>> {
  const token = textOption(input, 'token') ?? env['DINRAIL_TOKEN'];
  const user = env['USER'] ?? env['LOGNAME'] ?? env['USERNAME'] ?? '';
  return {
    'user-agent': `dinrail-cli/${version}`,
    ...(token !== undefined && token !== '' && { authorization: `Bearer ${token}` }),
    ...(/^[\w.@-]{1,64}$/.test(user) && { 'x-dinrail-user': user }),
  };
}

/** The problem that came instead of a stream. */
async function refusal(response: IncomingMessage): Promise<string> {
  let body = '';
  response.setEncoding('utf8');
  try {
    for await (const chunk of response as AsyncIterable<string>) {
      body += chunk;
      if (body.length > MAX_PROBLEM_BYTES) break;
    }
  } catch {
    // What has come of it says as much as there is.
  }
  return problemText({ status: response.statusCode ?? 0, body });
}
