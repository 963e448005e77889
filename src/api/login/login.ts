import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import type { Way } from '../access.ts';
import type { Problem } from '../problem.ts';
import { LoginLimiter } from './login-limiter.ts';
import { fitsCsrf, Sessions, type Session } from './sessions.ts';
import { SetupCode } from './setup-code.ts';
import { userProblem, type User, type Users } from './users.ts';

const COOKIE = 'dinrail_session';
const LOOK_MS = 1_000;

export interface LoginOptions {
  readonly users: Users;
  readonly clock: Clock;
  /** Must everybody log in, also to look? */
  readonly isNeeded: boolean;
  /** Is the connection encrypted, so that the cookie may be for such ones alone? */
  readonly isSecure: boolean;
}

/** Somebody who has just logged in, and the cookie to give. */
export interface Begun {
  readonly session: Session;
  readonly cookie: string;
}

/** Names and passwords for the page. It knows nothing of HTTP but headers. */
export class Login {
  readonly users: Users;
  readonly isNeeded: boolean;
  readonly #isSecure: boolean;
  readonly #limiter: LoginLimiter;
  readonly #sessions: Sessions;
  readonly #clock: Clock;
  #lookedAt = -Infinity;
  /** While there is no user, and everybody must log in. */
  readonly #setup: SetupCode | undefined;

  constructor({ users, clock, isNeeded, isSecure }: LoginOptions) {
    this.users = users;
    this.isNeeded = isNeeded;
    this.#isSecure = isSecure;
    this.#clock = clock;
    this.#limiter = new LoginLimiter(clock);
    this.#sessions = new Sessions(clock);
    this.#setup = isNeeded && users.isEmpty ? new SetupCode(clock) : undefined;
  }

  /** The secret of the first link; undefined when none is needed, or it is used up. */
  get setupCode(): string | undefined {
    return this.#setup?.isOpen === true && this.users.isEmpty ? this.#setup.code : undefined;
  }

  /** Whoever has a session is who began it. Asked after the way by token. */
  readonly way: Way = ({ headers, address }) => {
    const session = this.sessionOf(headers);
    // Where everybody must log in, nobody is known by where the request comes from: a proxy may have sent it.
    if (session === undefined) return this.isNeeded ? { problem: LOGIN_NEEDED } : undefined;
    return { ok: { name: session.name, role: session.role, from: address } };
  };

  /**
   * Takes over what the command line has done to the users, at most once a second: who is removed, or has another
   * password, is logged in no more.
   */
  async lookAgain(): Promise<void> {
    const now = this.#clock.now();
    if (this.#sessions.size === 0 || now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    await this.users.refresh();
  }

  sessionOf(headers: IncomingHttpHeaders): Session | undefined {
    const secret = cookieOf(headers);
    return secret === undefined
      ? undefined
      : this.#sessions.find(secret, (name) => this.users.get(name));
  }

  /**
   * Why a change that comes with a session's cookie is turned away: a browser sends the cookie whoever had it send the
   * request, but only our own page knows the word.
   */
  forgery(method: string, headers: IncomingHttpHeaders): Problem | undefined {
    if (method === 'GET' || method === 'HEAD' || headers.authorization !== undefined)
      return undefined;
    const session = this.sessionOf(headers);
    const given = headers['x-csrf-token'];
    if (session === undefined || fitsCsrf(session, typeof given === 'string' ? given : undefined)) {
      return undefined;
    }
    return FORGED;
  }

  async begin(address: string, name: string, password: string): Promise<Begun | Problem> {
    const wait = this.#limiter.begin(address, name);
    if (wait > 0) return tooManyTries(wait);
    let user: User | undefined;
    try {
      await this.users.refresh();
      user = await this.users.find(name, password);
    } finally {
      this.#limiter.end(address, name, user !== undefined);
    }
    return user === undefined ? WRONG_PASSWORD : this.#begun(user);
  }

  /** Makes the first user, who may do everything. */
  async setUp(code: string, name: string, password: string): Promise<Begun | Problem> {
    await this.users.refresh();
    if (!this.users.isEmpty || this.#setup?.fits(code) !== true) return NO_SETUP;
    const problem = userProblem(name, password);
    if (problem !== undefined) return weak(problem);
    this.#setup.use();
    return this.#begun(await this.users.set(name, 'admin', password));
  }

  /** Ends the session of a request; returns the cookie that takes it away. */
  end(headers: IncomingHttpHeaders): string {
    const secret = cookieOf(headers);
    if (secret !== undefined) this.#sessions.end(secret);
    return `${this.#cookie('')}; Max-Age=0`;
  }

  #begun(user: User): Begun {
    const { secret, session } = this.#sessions.begin(user);
    return { session, cookie: this.#cookie(secret) };
  }

  /**
   * RFC 6265bis: no script reads it, and no other site has it sent. Without a path it is for whatever is below the
   * folder of this request, which is the API of this gateway (section 5.1.4), also where a proxy has it below a path
   * that we do not know: whatever else is at that host does not get it.
   */
  #cookie(secret: string): string {
    const secure = this.#isSecure ? '; Secure' : '';
    return `${COOKIE}=${secret}; HttpOnly; SameSite=Strict${secure}`;
  }
}

function cookieOf({ cookie = '' }: IncomingHttpHeaders): string | undefined {
  for (const pair of cookie.split(';')) {
    const [name, value] = pair.trim().split('=');
    if (name === COOKIE && value !== undefined && value !== '') return value;
  }
  return undefined;
}

const LOGIN_NEEDED: Problem = {
  status: 401,
  code: 'login-needed',
  detail: 'this needs a login, or a token',
  fix: 'log in on the page; programs send one of web.tokens as "Authorization: Bearer …"',
};

const FORGED: Problem = {
  status: 403,
  code: 'forged',
  detail: 'the request did not come from the page of this gateway',
  fix: 'reload the page; programs use a token instead of a session',
};

const WRONG_PASSWORD: Problem = {
  status: 401,
  code: 'wrong-password',
  detail: 'name or password is wrong',
  fix: 'dinrail user set NAME gives a new password',
};

const NO_SETUP: Problem = {
  status: 403,
  code: 'no-setup',
  detail: 'this link works once, for an hour, and only while there is no user',
  fix: 'restart the gateway for another one: its log says it',
};

function tooManyTries(waitMs: number): Problem {
  return {
    status: 429,
    code: 'too-many-tries',
    detail: 'too many wrong passwords',
    fix: `try again in ${Math.ceil(waitMs / 1000)} s`,
  };
}

function weak(problem: string): Problem {
  return { status: 422, code: 'weak', detail: problem, fix: 'choose another one' };
}
