import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { parseNetworks } from '../base/network-list.ts';
import type { Problem } from './problem.ts';

export type AccessRole = 'viewer' | 'operator' | 'admin';

/** Who asks, once that is known. */
export interface Identity {
  readonly name: string;
  readonly role: AccessRole;
  /** An IP address, or `local` for somebody at this machine. */
  readonly from: string;
}

/** What of a request says who asks. */
export interface AccessRequest {
  readonly headers: IncomingHttpHeaders;
  /** The address of the other end. */
  readonly address: string;
}

/** Somebody who may ask for more than values, by a secret of at least 16 characters. */
export interface AccessToken {
  readonly name: string;
  readonly role: AccessRole;
  /** SHA-256 of the secret, in hexadecimal digits: the secret itself is kept nowhere. */
  readonly sha256: string;
}

export type Identified = { readonly ok: Identity } | { readonly problem: Problem };

/** One way to say who one is; undefined where a request does not take it. */
export type Way = (request: AccessRequest) => Identified | undefined;

const loopback = parseNetworks(['loopback']);
const RANKS: Readonly<Record<AccessRole, number>> = { viewer: 0, operator: 1, admin: 2 };

/**
 * Who may do what through the API. The ways are asked in order: a bearer token, then those that others
 * add, such as the session of a page. Where the site has no tokens, this machine itself is somebody, an
 * operator unless it is said otherwise: whoever has an account on it could write to the lines as well. Pages of other sites, which the browser
 * of such a person may have open, are turned away before (see `turnAway`).
 */
export class Access {
  #tokens: readonly AccessToken[];
  #local: AccessRole = 'operator';
  readonly #ways: readonly Way[];

  constructor(tokens: readonly AccessToken[] = [], ways: readonly Way[] = []) {
    this.#tokens = tokens;
    this.#ways = ways;
  }

  /** Makes these the tokens from now on, and this the role of somebody at this machine without one. */
  use(tokens: readonly AccessToken[], local: AccessRole = 'operator'): void {
    this.#tokens = tokens;
    this.#local = local;
  }

  /** Who asks, or why that is not known. */
  identify(request: AccessRequest): Identified {
    for (const way of [this.#byToken, ...this.#ways]) {
      const known = way(request);
      if (known !== undefined) return known;
    }
    return this.#byPlace(request);
  }

  /** The same, for what needs at least a role. */
  require(role: AccessRole, request: AccessRequest): Identified {
    const known = this.identify(request);
    if ('problem' in known || RANKS[known.ok.role] >= RANKS[role]) return known;
    const { name, role: has, from } = known.ok;
    const another = `ask with the token of somebody who is ${role}`;
    const fix =
      from === 'local' && this.#tokens.length === 0
        ? `${another}, or make this machine one: web.local: ${role} in the site file`
        : another;
    return { problem: { status: 403, code: 'role', detail: `${name} is ${has}`, fix } };
  }

  readonly #byToken: Way = ({ headers: { authorization }, address }) => {
    if (authorization === undefined) return undefined;
    const [, secret] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    const found = secret === undefined ? undefined : this.#find(secret);
    if (found === undefined) return { problem: WRONG_TOKEN };
    return { ok: { name: found.name, role: found.role, from: placeOf(address) } };
  };

  /** Looks at every token, and at the whole of each: how long it takes says nothing. */
  #find(secret: string): AccessToken | undefined {
    const given = createHash('sha256').update(secret).digest();
    let found: AccessToken | undefined;
    for (const token of this.#tokens) {
      if (timingSafeEqual(Buffer.from(token.sha256, 'hex'), given)) found = token;
    }
    return found;
  }

  #byPlace({ headers, address }: AccessRequest): Identified {
    if (this.#tokens.length > 0 || placeOf(address) !== 'local') return { problem: NO_TOKEN };
    if (PASSED_ON.some((name) => headers[name] !== undefined)) return { problem: FROM_PROXY };
    return { ok: { name: saidName(headers), role: this.#local, from: 'local' } };
  }
}

/** What proxies add: then it is the proxy that is at this machine, and nobody knows who is behind it. */
const PASSED_ON = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

/** Who somebody at this machine says to be, for the audit: nothing depends on it. */
function saidName(headers: IncomingHttpHeaders): string {
  const said = headers['x-dinrail-user'];
  return typeof said === 'string' && /^[\w.@-]{1,64}$/.test(said) ? said : 'local';
}

function placeOf(address: string): string {
  return loopback.isAllowed(address) ? 'local' : address;
}

const WRONG_TOKEN: Problem = {
  status: 401,
  code: 'wrong-token',
  detail: 'the token is not one of this gateway',
  fix: 'look at web.tokens of the site file; the token is sent as "Authorization: Bearer …"',
};

const FROM_PROXY: Problem = {
  status: 401,
  code: 'token-needed',
  detail: 'this came through a proxy, and may be from anywhere',
  fix: 'set web.login: always in the site file, so that everybody logs in, or send a token',
};

const NO_TOKEN: Problem = {
  status: 401,
  code: 'token-needed',
  detail: 'this needs a token',
  fix: 'send one of web.tokens as "Authorization: Bearer …"; dinrail takes it from DINRAIL_TOKEN',
};
