import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** RFC 7914: 32 MiB and some tenths of a second on a small computer, for each try. */
const COST = { N: 2 ** 15, r: 8, p: 1 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** Node refuses what needs more memory than this. */
const MAX_MEMORY = 64 * 1024 * 1024;

export const LEAST_PASSWORD = 10;
/** Nobody types more, and whoever sends more wants to keep us busy. */
export const MOST_PASSWORD = 200;

/** What is kept of a password: `scrypt$32768$8$1$<salt>$<key>`, from which nobody gets it back. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, KEY_BYTES, COST);
  const { N, r, p } = COST;
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Is it the password of which this is kept? What is kept in another form fits none. */
export async function fitsPassword(kept: string, password: string): Promise<boolean> {
  const [kind, N, r, p, salt, key] = kept.split('$');
  if (kind !== 'scrypt' || salt === undefined || key === undefined) return false;
  const wanted = Buffer.from(key, 'base64url');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  if (wanted.length !== KEY_BYTES || cost.N > COST.N * 8 || !(cost.N > 1)) return false;
  const given = await derive(password, Buffer.from(salt, 'base64url'), wanted.length, cost);
  return timingSafeEqual(given, wanted);
}

/** What is checked when there is no such user, so that it takes as long as when there is one. */
export const NOBODY = `scrypt$${COST.N}$${COST.r}$${COST.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

async function derive(
  password: string,
  salt: Buffer,
  size: number,
  cost: Pick<ScryptOptions, 'N' | 'r' | 'p'>,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The same password typed on two systems must be the same bytes (RFC 8265, section 4.2).
    const text = password.normalize('NFC');
    scrypt(text, salt, size, { ...cost, maxmem: MAX_MEMORY * 8 }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
