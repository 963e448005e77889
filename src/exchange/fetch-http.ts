import type { Clock } from '../base/clock.ts';
import type { HttpAnswer, HttpPort, HttpProblem, HttpQuestion } from './ports.ts';

/** Questions over HTTP, each with a limit of time and of size. Redirects are answers. */
export function fetchHttp(clock: Clock): HttpPort {
  return { ask: async (question) => ask(question, clock) };
}

async function ask(question: HttpQuestion, clock: Clock): Promise<HttpAnswer | HttpProblem> {
  const { method, url, headers, body, timeoutMs, maxBytes } = question;
  const abort = new AbortController();
  const cancel = clock.alarm(clock.now() + timeoutMs, () => abort.abort());
  try {
    const response = await fetch(url, {
      ...{ method, headers, redirect: 'manual', signal: abort.signal },
      // A body that is empty, and not absent: servers want to hear its length.
      ...(method !== 'GET' && { body: body ?? '' }),
    });
    const text = await bodyOf(response, maxBytes);
    if (text === undefined) {
      abort.abort();
      return { problem: `the answer has more than ${maxBytes} bytes` };
    }
    const retryAfterMs = pauseOf(response.headers.get('retry-after'), clock);
    const { status } = response;
    return { status, body: text, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  } catch (error) {
    if (abort.signal.aborted) return { problem: `no answer within ${timeoutMs} ms` };
    return { problem: problemOf(error) };
  } finally {
    cancel();
  }
}

/** Undefined when it is too long. */
async function bodyOf(response: Response, maxBytes: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date. */
function pauseOf(header: string | null, clock: Clock): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,6}$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - clock.wallMicros() / 1000);
}

/** What fetch says hides in the cause; the address, which may be secret, is not repeated. */
function problemOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = (cause as { code?: unknown }).code;
  if (typeof code === 'string') return WORDS[code] ?? `no answer (${code})`;
  // Fetch has a list of ports that belong to other protocols.
  const isPort = cause instanceof Error && cause.message === 'bad port';
  return isPort ? 'no HTTP goes to this port; choose another' : 'no answer';
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the server refuses the connection',
  ECONNRESET: 'the connection broke before the answer was whole',
  UND_ERR_SOCKET: 'the connection broke before the answer was whole',
  ENOTFOUND: 'the name of the server is not known here',
  EAI_AGAIN: 'the name of the server cannot be looked up now',
  ETIMEDOUT: 'the server cannot be reached',
  EHOSTUNREACH: 'the server cannot be reached',
  ENETUNREACH: 'the server cannot be reached',
};
