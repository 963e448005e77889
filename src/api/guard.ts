import type { IncomingHttpHeaders } from 'node:http';
import type { Problem } from './problem.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);

/** Without a login, only this computer may ask. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host);
}

/** `127.0.0.1:8080`, `[::1]:8080`. */
export function authority(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Sent with every answer. The page is made of files of its own origin alone: nothing inline, no
 * frames, no forms, no string that becomes markup.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Every spelling of our own address that a Host header may carry. */
export function ownAuthorities(port: number): ReadonlySet<string> {
  const hosts = ['localhost', '127.0.0.1', '::1'];
  const own = hosts.map((host) => authority(host, port));
  // Port 80 is left out by browsers.
  if (port === 80) own.push('localhost', '127.0.0.1', '[::1]');
  return new Set(own);
}

/** What of a request says where it comes from. */
interface TurnedAway {
  readonly headers: IncomingHttpHeaders;
  readonly url: string;
  readonly method: string;
}

/**
 * Why a request is turned away before anybody looks at its path, if it is.
 *
 * A page of some other site can make a name of its own point at 127.0.0.1 and then read answers as
 * its own origin (DNS rebinding); its requests still carry that name in Host. A page that asks
 * without such a trick cannot read the answer, but could take up places: browsers mark it. Where everybody
 * must log in, `own` is undefined: whoever comes by a name of some other site brings no session along.
 */
export function turnAway(
  { headers, url: path, method }: TurnedAway,
  own: ReadonlySet<string> | undefined,
): Problem | undefined {
  // Nor a whole URL, as for a proxy: the router would take it for its path, and who looks at paths would not.
  if (!path.startsWith('/')) return NO_PATH;
  const host = headers.host?.toLowerCase() ?? '';
  if (own !== undefined && !own.has(host)) {
    return {
      status: 421,
      code: 'foreign-host',
      detail: 'the Host header does not name this gateway',
      fix: `ask for ${[...own][0] ?? 'localhost'}`,
    };
  }
  if (!path.startsWith('/api/')) return undefined;
  const isReading = method === 'GET' || method === 'HEAD';
  const isForeign = isReading
    ? headers['sec-fetch-site'] === 'cross-site'
    : isFromElsewhere(headers, own ?? new Set([host]));
  return isForeign ? FOREIGN_SITE : undefined;
}

/**
 * Whoever changes something from a page does so from ours: another port of this machine is the same site
 * to a browser, and another origin.
 */
function isFromElsewhere(headers: IncomingHttpHeaders, own: ReadonlySet<string>): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin') return true;
  if (origin === undefined) return false;
  const [, host = ''] = /^https?:\/\/(.*)$/i.exec(origin) ?? [];
  return !own.has(host.toLowerCase());
}

const NO_PATH: Problem = {
  status: 400,
  code: 'no-path',
  detail: 'what is asked for does not begin with /',
  fix: 'ask for a path such as /api/v1/values; this is no proxy',
};

const FOREIGN_SITE: Problem = {
  status: 403,
  code: 'foreign-site',
  detail: 'a page of another site asked',
  fix: 'ask from a program, or from the page of this gateway',
};
