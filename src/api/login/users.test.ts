import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UsageError } from '../../base/errors.ts';
import { userProblem, Users } from './users.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-users-'));
  file = join(folder, 'access', 'users.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a user is there after a start, and the file holds no password and is for the program alone', async () => {
  const users = await Users.open(file);
  expect(users.isEmpty).toBe(true);
  await users.set('ana', 'admin', 'correct horse battery');
  const again = await Users.open(file);
  expect(await again.find('ana', 'correct horse battery')).toMatchObject({ role: 'admin' });
  expect(await again.find('ana', 'wrong horse battery')).toBeUndefined();
  expect(await again.find('ben', 'correct horse battery')).toBeUndefined();
  expect(readFileSync(file, 'utf8')).not.toContain('horse');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('another password replaces the old one; who is removed is gone', async () => {
  const users = await Users.open(file);
  await users.set('ana', 'admin', 'correct horse battery');
  await users.set('ana', 'viewer', 'another horse battery');
  expect(await users.find('ana', 'correct horse battery')).toBeUndefined();
  expect(await users.find('ana', 'another horse battery')).toMatchObject({ role: 'viewer' });
  await users.remove('ana');
  expect((await Users.open(file)).names).toEqual([]);
});

test('what another program has written is known after a look', async () => {
  const running = await Users.open(file);
  await (await Users.open(file)).set('ana', 'operator', 'correct horse battery');
  expect(running.isEmpty).toBe(true);
  await running.refresh();
  expect(running.names).toEqual(['ana']);
  writeFileSync(file, 'damaged');
  await running.refresh();
  expect(running.names).toEqual(['ana']);
});

test('where the file cannot be read nobody is logged out; where it is gone everybody is', async () => {
  const running = await Users.open(file);
  await running.set('ana', 'operator', 'correct horse battery');
  rmSync(file);
  mkdirSync(file);
  await running.refresh();
  expect(running.names).toEqual(['ana']);
  rmSync(file, { recursive: true });
  await running.refresh();
  expect(running.names).toEqual([]);
});

test.each(['', '{', '{"users":{}}', '{"users":[{"name":"ana","role":"king","password":"x"}]}'])(
  'a file that holds %s is refused: nobody must become the first user by damage',
  async (text) => {
    const damaged = join(folder, 'users.json');
    writeFileSync(damaged, text);
    await expect(Users.open(damaged)).rejects.toThrow(UsageError);
  },
);

test.each([
  ['ana', 'correct horse battery', undefined],
  ['ana', 'short', /10 to 200/],
  ['ana', 'x'.repeat(201), /10 to 200/],
  ['a b', 'correct horse battery', /letters/],
  ['', 'correct horse battery', /letters/],
  ['anastasia', 'Anastasia1234', /contain the name/],
])('%s with %s', (name, password, problem) => {
  const found = userProblem(name, password);
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(problem);
});
