import { SinkUnavailableError } from '../../base/errors.ts';
import type { Answer } from '../http-client.ts';
import { retryAfter } from '../retry-after.ts';

/** What an answer to a write means; everything else is a SinkUnavailableError. */
export type Verdict =
  | { readonly kind: 'taken' }
  /** Something in the lines is wrong. `dropped`: how many of them, when the others were written. */
  | { readonly kind: 'refused'; readonly reason: string; readonly dropped?: number }
  | { readonly kind: 'too-large'; readonly reason: string };

/** Whose answers these are, for the words. */
export interface Receiver {
  /** Address of the server. */
  readonly place: string;
  /** `database "plant"`, `bucket "plant"`. */
  readonly store: string;
  /** `user name or password`, `token`. */
  readonly credential: string;
  /** Never shown. */
  readonly secrets: readonly string[];
}

const MAX_REASON_LENGTH = 300;

/** Throws SinkUnavailableError for every answer that does not say what became of the lines. */
export function judge(answer: Answer, receiver: Receiver, wallMicros: number): Verdict {
  const { status, body } = answer;
  if (status === 204 || (status === 200 && body === '')) return { kind: 'taken' };
  const reason = reasonOf(answer, receiver.secrets);
  if (status === 413) return { kind: 'too-large', reason: withReason('too large', reason) };
  if ((status === 400 || status === 422) && isInfluxError(answer)) {
    return refused(reason ?? `refused with ${status}`);
  }
  throw new SinkUnavailableError(
    `${receiver.place} ${inWords(answer, reason, receiver)}`,
    retryAfter(answer, wallMicros),
  );
}

/** What kept the lines from being taken, and what to do about it. */
function inWords(answer: Answer, reason: string | undefined, receiver: Receiver): string {
  const { status } = answer;
  const { store, credential, secrets } = receiver;
  const said = withReason(String(status), reason);
  if (status < 300) return `answers as no InfluxDB does (${said}): is something else in between?`;
  if (status < 400) {
    const target = redact(withoutQuery(answer.header('location') ?? 'nowhere'), secrets);
    return `sends on to ${target} (${status}): give that address as url`;
  }
  if (status === 401 || status === 403) {
    return `refuses the ${credential} (${said}): check it, and that it may write to the ${store}`;
  }
  if (status !== 404) return `answers ${said}`;
  return isInfluxError(answer)
    ? `has no ${store} (${said}): make it, or correct the name`
    : `has no place to write to (${said}): check url and api`;
}

function withReason(what: string, reason: string | undefined): string {
  return reason === undefined ? what : `${what}: ${reason}`;
}

function refused(reason: string): Verdict {
  const dropped = /partial write:[^]*\bdropped=(\d+)/.exec(reason)?.[1];
  return dropped === undefined
    ? { kind: 'refused', reason }
    : { kind: 'refused', reason, dropped: Number(dropped) };
}

/** InfluxDB 1.x says `{"error"}`, 2.x `{"code","message"}`, 3.x `{"error","data"}`. */
function isInfluxError(answer: Answer): boolean {
  return answer.header('x-influxdb-error') !== undefined || jsonMessage(answer.body) !== undefined;
}

/** What the server says, on one line of bounded length. */
function reasonOf(answer: Answer, secrets: readonly string[]): string | undefined {
  const text = jsonMessage(answer.body) ?? answer.header('x-influxdb-error') ?? answer.body;
  const line = redact(text.replaceAll(/\s+/g, ' ').trim(), secrets);
  if (line === '') return undefined;
  if (/^<(!doctype|html|\?xml)/i.test(line)) return 'a web page';
  return line.length > MAX_REASON_LENGTH ? `${line.slice(0, MAX_REASON_LENGTH)}…` : line;
}

function jsonMessage(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const { error, message } = parsed as Record<string, unknown>;
    return [error, message].find((text) => typeof text === 'string');
  } catch {
    return undefined;
  }
}

function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/s, '');
}

/** Seconds or a date, as RFC 9110, section 10.2.3 has it; an hour at most. */
