import { createHmac } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { SinkUnavailableError } from '../../base/errors.ts';
import type { Sample } from '../../telemetry/sample.ts';
import type { Delivery, Refusal, Sink } from '../../telemetry/sink.ts';
import type { Site } from '../../telemetry/site.ts';
import { HttpClient, type Answer } from '../http-client.ts';
import { retryAfter } from '../retry-after.ts';
import { CLOUD_EVENT_TYPE, cloudEvent } from './cloud-event.ts';

export interface WebhookOptions {
  /** http or https, with a path; certificates are checked. */
  readonly url: string;
  /** Signs each body when given. */
  readonly secret?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For one request. */
  readonly timeoutMs: number;
}

/** SHA-256 of the body with the secret (RFC 2104): `sha256=` and hexadecimal digits. */
export const SIGNATURE_HEADER = 'x-dinrail-signature-256';

/** A batch takes no longer, so that what is behind it has its turn; the rest is offered again. */
const BATCH_MS = 10_000;
/** What the receiver says about a refusal is kept so far. */
const MAX_REASON = 200;

/** Statuses that speak of this event and not of the receiver: it would be refused again. */
const REFUSALS: ReadonlySet<number> = new Set([400, 406, 409, 411, 412, 413, 414, 415, 422, 431]);

/**
 * Posts each event for itself, in order, and goes on when the receiver has taken it. A redirect is not
 * followed: it would carry the event, and its signature, to an address that nobody has configured.
 */
export function webhookSink(options: WebhookOptions, { clock }: { readonly clock: Clock }): Sink {
  return new WebhookSink(options, clock);
}

class WebhookSink implements Sink {
  readonly #options: WebhookOptions;
  readonly #clock: Clock;
  readonly #http: HttpClient;
  readonly #query: string;
  #site = '';
  /** The receiver wants to be left alone until then, on the scale of the clock. */
  #notBefore = -Infinity;
  #newest: string | undefined;

  constructor(options: WebhookOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    const { url, timeoutMs } = options;
    this.#http = new HttpClient(url, { timeoutMs, clock });
    const { pathname, search } = new URL(url);
    this.#query = pathname === '/' ? `/${search}` : search;
  }

  async open(site: Site): Promise<void> {
    this.#site = site.name;
  }

  async write(batch: readonly Sample[], signal: AbortSignal): Promise<Delivery> {
    const rejected: Refusal[] = [];
    const endAt = this.#clock.now() + BATCH_MS;
    for (const [index, sample] of batch.entries()) {
      const isLate = index > 0 && this.#clock.now() >= endAt;
      try {
        if (isLate) return { rejected, rest: batch.slice(index) };
        const reason = await this.#post(sample, signal);
        if (reason !== undefined) rejected.push({ sample, reason });
      } catch (error) {
        if (index === 0 || !(error instanceof SinkUnavailableError)) throw error;
        return { rejected, rest: batch.slice(index) };
      }
    }
    return { rejected };
  }

  newest(): string | undefined {
    return this.#newest;
  }

  async close(): Promise<void> {
    this.#http.close();
  }

  /** Undefined when it was taken, else why it never will be. */
  async #post(sample: Sample, signal: AbortSignal): Promise<string | undefined> {
    const pauseMs = this.#notBefore - this.#clock.now();
    if (pauseMs > 0) {
      const message = `${this.#http.place} wants to be left alone`;
      throw new SinkUnavailableError(message, { retryAfterMs: pauseMs });
    }
    const { secret, headers } = this.#options;
    this.#newest = JSON.stringify(cloudEvent(this.#site, sample));
    const body = Buffer.from(this.#newest);
    const signature = secret && createHmac('sha256', secret).update(body).digest('hex');
    const answer = await this.#http.ask(
      {
        ...{ method: 'POST', path: this.#query, body },
        headers: {
          ...{ 'user-agent': 'dinrail', ...headers, 'content-type': CLOUD_EVENT_TYPE },
          ...(signature !== undefined && { [SIGNATURE_HEADER]: `sha256=${signature}` }),
        },
      },
      signal,
    );
    return this.#judge(answer);
  }

  #judge(answer: Answer): string | undefined {
    const { status, body } = answer;
    if (status >= 200 && status < 300) return undefined;
    if (REFUSALS.has(status)) {
      const said = body.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_REASON);
      return said === '' ? `refused with ${status}` : `${status}: ${said}`;
    }
    const pause = retryAfter(answer, this.#clock.wallMicros());
    this.#notBefore = this.#clock.now() + (pause.retryAfterMs ?? 0);
    throw new SinkUnavailableError(`${this.#http.place} ${inWords(answer)}`, pause);
  }
}

function inWords(answer: Answer): string {
  const { status } = answer;
  if (status < 400) {
    const target = (answer.header('location') ?? 'nowhere').replace(/[?#].*$/s, '');
    return `sends on to ${target} (${status}): give that address as url`;
  }
  if (status === 401 || status === 403) return `refuses who asks (${status}): check its headers`;
  if (status === 404 || status === 410)
    return `has nothing at this path (${status}): check the url`;
  return `answers ${status}`;
}
