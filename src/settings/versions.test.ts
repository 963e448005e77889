import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Versions, versionTime, versionsFolder } from './versions.ts';

const MIDNIGHT = 1_767_225_600_000_000;

let data: string;
beforeEach(() => (data = mkdtempSync(join(tmpdir(), 'dinrail-versions-'))));
afterEach(() => rmSync(data, { recursive: true }));

const at = (minute: number): number => MIDNIGHT + minute * 60_000_000;

function kept(): readonly string[] {
  return readdirSync(join(data, 'config-history')).sort();
}

test('each text is kept under its moment, the same one after another once, for the program alone', async () => {
  const versions = new Versions(versionsFolder(data));
  for (const [minute, text] of ['one', 'one', 'two', 'one'].entries()) {
    await versions.keep(text, at(minute));
  }
  expect(kept()).toEqual([
    '2026-01-01T00-00-00.000Z.yaml',
    '2026-01-01T00-02-00.000Z.yaml',
    '2026-01-01T00-03-00.000Z.yaml',
  ]);
  const file = join(data, 'config-history', kept()[1] ?? '');
  expect(readFileSync(file, 'utf8')).toBe('two');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('who and why come back with it, the newest first', async () => {
  const versions = new Versions(versionsFolder(data));
  await versions.keep('one', at(0));
  await versions.keep('two', at(1), { who: 'mei', reason: 'a new meter' });
  const list = await versions.list();
  expect(list).toEqual([
    { id: '2026-01-01T00-01-00.000Z', text: 'two', by: { who: 'mei', reason: 'a new meter' } },
    { id: '2026-01-01T00-00-00.000Z', text: 'one' },
  ]);
  expect(list.map(({ id }) => versionTime(id))[0]).toBe('2026-01-01T00:01:00.000Z');
});

test('fifty are kept, the oldest go with what stands beside them', async () => {
  const versions = new Versions(versionsFolder(data));
  for (let minute = 0; minute < 53; minute += 1) {
    await versions.keep(String(minute), at(minute), { who: 'mei' });
  }
  expect(kept()).toHaveLength(100);
  expect((await versions.list()).at(-1)?.id).toBe('2026-01-01T00-03-00.000Z');
});

test('in the same moment, and after the calendar was set back, a version is the newest all the same', async () => {
  const versions = new Versions(versionsFolder(data));
  await versions.keep('one', at(5));
  await versions.keep('two', at(5));
  await versions.keep('three', at(0));
  expect((await versions.list()).map(({ text }) => text)).toEqual(['three', 'two', 'one']);
});

test('profiles have versions of their own', async () => {
  await new Versions(versionsFolder(data)).keep('site', at(0));
  const profile = new Versions(versionsFolder(data, 'profiles/acme/meter.yaml'));
  await profile.keep('profile', at(0));
  expect((await new Versions(versionsFolder(data)).list()).map(({ text }) => text)).toEqual([
    'site',
  ]);
  expect((await profile.list()).map(({ text }) => text)).toEqual(['profile']);
});

test.each(['../../secret', '2026', '', '2026-01-01T00-00-00.000Z/../../x', '.'])(
  'the name %j is no version',
  async (id) => {
    writeFileSync(join(data, 'secret.yaml'), 'secret');
    const versions = new Versions(versionsFolder(data));
    await versions.keep('one', at(0));
    expect(await versions.text(id)).toBeUndefined();
  },
);
