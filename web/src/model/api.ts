import type { ProblemJson } from '../../../src/api/contract.ts';

/** What the gateway answered, or why it did not. */
export type Answer<Body> =
  | { readonly ok: true; readonly body: Body }
  | {
      readonly ok: false;
      readonly problem: Pick<ProblemJson, 'code' | 'detail' | 'fix' | 'status'>;
    };

let csrf = '';

/** The word that tells changes of this page from those that another site has the browser send. */
export function useCsrf(word: string | undefined): void {
  csrf = word ?? '';
}

function csrfHeader(): Readonly<Record<string, string>> {
  return csrf === '' ? {} : { 'x-csrf-token': csrf };
}

let mayChange = (): boolean => true;
let onDropped = (): void => undefined;

/**
 * From now on a change is sent only while `isAllowed` says so. What somebody asks for meanwhile is dropped, and
 * `dropped` is told: sent later, when nobody expects it any more, it could do harm.
 */
export function guardChanges(isAllowed: () => boolean, dropped: () => void): void {
  mayChange = isAllowed;
  onDropped = dropped;
}

/** An answer that has not begun to come after this long will not come. */
const TIMEOUT_MS = 10_000;

/** Paths are below `api/v1/`. The caller says what the body is: contract.ts describes it. */
export async function getJson<Body>(path: string, signal?: AbortSignal): Promise<Answer<Body>> {
  return ask(path, { ...(signal !== undefined && { signal }) });
}

/** Asks for a change; what the gateway thinks of it is in the answer. */
export async function sendJson<Body>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<Body>> {
  if (!mayChange()) {
    onDropped();
    return { ok: false, problem: NOT_SENT };
  }
  return sendAnyway(method, path, body, headers);
}

const NOT_SENT = {
  ...{ status: 0, code: 'not-sent', fix: 'nothing was sent' },
  detail: 'there is no connection to the gateway',
};

/**
 * The same whether or not the gateway is heard: for logging in and out, which comes before it speaks to us, and for
 * questions that have a body and change nothing.
 */
export async function sendAnyway<Body>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<Body>> {
  return ask(path, {
    method,
    headers: { 'content-type': 'application/json', ...csrfHeader(), ...headers },
    body: JSON.stringify(body),
  });
}

async function ask<Body>(path: string, init: RequestInit): Promise<Answer<Body>> {
  const limits = [AbortSignal.timeout(TIMEOUT_MS), ...(init.signal ? [init.signal] : [])];
  try {
    const response = await fetch(`api/v1/${path}`, { ...init, signal: AbortSignal.any(limits) });
    const body: unknown = await response.json().catch(() => undefined);
    // Given up while the answer was still on its way: half of it is none.
    init.signal?.throwIfAborted();
    if (response.ok) return { ok: true, body: body as Body };
    return { ok: false, problem: problemOf(body, response.status) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { ok: false, problem: { status: 0, code: 'no-connection', detail, fix: '' } };
  }
}

function problemOf(
  body: unknown,
  status: number,
): Pick<ProblemJson, 'code' | 'detail' | 'fix' | 'status'> {
  if (typeof body === 'object' && body !== null && 'detail' in body) return body as ProblemJson;
  return { status, code: 'no-answer', detail: `HTTP ${status}`, fix: '' };
}

/** `detail, fix`: the whole of what a person should read. */
export function problemWords({ detail, fix }: Pick<ProblemJson, 'detail' | 'fix'>): string {
  return fix === '' ? detail : `${detail}. ${fix}`;
}
