import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { AccessRole } from '../access.ts';
import type { User } from './users.ts';

/** Somebody who has logged in. */
export interface Session {
  readonly name: string;
  readonly role: AccessRole;
  /** What each change that is asked for with this session must bring along, besides the cookie. */
  readonly csrf: string;
}

interface Kept extends Session {
  readonly password: string;
  readonly createdAt: number;
  seenAt: number;
}

/** A session ends when nothing was asked for this long, and in any case after the other. */
const IDLE_MS = 12 * 3_600_000;
const LIFE_MS = 7 * 86_400_000;
/** Sessions at a time; one more ends the one that was not used for longest. */
const MAX_SESSIONS = 100;
const SECRET_BYTES = 32;

/** Who is logged in. Kept in memory: a restart of the program ends all sessions. */
export class Sessions {
  readonly #clock: Clock;
  /** By the hash of the secret, so that the memory of the program gives none away. */
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Begins a session; what it returns is for the cookie, and known to nobody else. */
  begin({ name, role, password }: User): { readonly secret: string; readonly session: Session } {
    const now = this.#clock.now();
    this.#forgetOld(now);
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const csrf = randomBytes(SECRET_BYTES).toString('base64url');
    const session: Kept = { name, role, csrf, password, createdAt: now, seenAt: now };
    if (this.#kept.size >= MAX_SESSIONS) this.#endOldest();
    this.#kept.set(hashOf(secret), session);
    return { secret, session };
  }

  /**
   * The session of a cookie, if it is still one. It ends with its user and with the password that began it; the role
   * is the one that the user has now.
   */
  find(secret: string, userOf: (name: string) => User | undefined): Session | undefined {
    const key = hashOf(secret);
    const session = this.#kept.get(key);
    if (session === undefined) return undefined;
    const now = this.#clock.now();
    const user = userOf(session.name);
    if (isOld(session, now) || user?.password !== session.password) {
      this.#kept.delete(key);
      return undefined;
    }
    session.seenAt = now;
    const { name, csrf } = session;
    return { name, role: user.role, csrf };
  }

  end(secret: string): void {
    this.#kept.delete(hashOf(secret));
  }

  #forgetOld(now: number): void {
    for (const [key, session] of this.#kept) {
      if (isOld(session, now)) this.#kept.delete(key);
    }
  }

  #endOldest(): void {
    let oldest: string | undefined;
    let seenAt = Infinity;
    for (const [key, session] of this.#kept) {
      if (session.seenAt < seenAt) [oldest, seenAt] = [key, session.seenAt];
    }
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}

function isOld({ seenAt, createdAt }: Kept, now: number): boolean {
  return now - seenAt >= IDLE_MS || now - createdAt >= LIFE_MS;
}

/** Is it the word that belongs to the session? */
export function fitsCsrf({ csrf }: Session, given: string | undefined): boolean {
  if (given?.length !== csrf.length) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(csrf));
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
