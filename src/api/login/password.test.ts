import { expect, test } from 'vitest';
import { fitsPassword, hashPassword, NOBODY } from './password.ts';

test('a password fits what is kept of it, and no other does', async () => {
  const kept = await hashPassword('correct horse battery');
  expect(kept).toMatch(/^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  expect(await fitsPassword(kept, 'correct horse battery')).toBe(true);
  expect(await fitsPassword(kept, 'correct horse batterz')).toBe(false);
});

test('the same password twice is kept as two different things', async () => {
  expect(await hashPassword('correct horse')).not.toBe(await hashPassword('correct horse'));
});

test('the same letters in two encodings are one password', async () => {
  expect(
    await fitsPassword(await hashPassword('pass\u00e9 compos\u00e9'), 'passe\u0301 compose\u0301'),
  ).toBe(true);
});

test.each(['', 'plain', 'scrypt$1$8$1$AAAA$AAAA', 'scrypt$99999999999$8$1$AAAA$AAAA', NOBODY])(
  'nothing fits what is kept as "%s"',
  async (kept) => {
    expect(await fitsPassword(kept, 'whatever it is')).toBe(false);
  },
);
