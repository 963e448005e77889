import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSite } from './load-site.ts';
import type { SiteConfig } from './site-config.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'dinrail-webhook-'))));
afterAll(async () => rm(folder, { recursive: true }));

async function load(sink: string): Promise<{ site?: SiteConfig; messages: readonly string[] }> {
  const file = join(folder, 'gateway.yaml');
  const devices = 'devices: { m: { at: tcp://127.0.0.1, points: { a: hr:0 } } }';
  await writeFile(file, `version: 1\n${devices}\nsinks: { hook: { type: webhook, ${sink} } }\n`);
  const { site, issues } = await loadSite(file, { env: {}, profilesDirs: [] });
  const messages = issues.map(({ message, column = 0 }) => `${column} ${message}`);
  return { ...(site !== undefined && { site }), messages };
}

test('a webhook gets all events and no values unless it says so', async () => {
  const { site, messages } = await load('url: "https://h/x"');
  expect(messages).toEqual([]);
  expect(site?.sinks[0]).toEqual({
    ...{ name: 'hook', points: new Set(), type: 'webhook', url: 'https://h/x' },
    ...{ events: ['*'], headers: {}, timeoutMs: 10_000 },
  });
  expect(site?.data).toBe(join(folder, 'dinrail-data'));
});

test('a webhook may be for some events, and for values', async () => {
  const { site, messages } = await load(
    'url: "http://h", events: [alarm.*, rule.batch_finished, rule.*], include: [m.*], secret: s, headers: { X-Key: k }',
  );
  expect(messages).toEqual([]);
  expect(site?.sinks[0]).toMatchObject({
    ...{ points: new Set(['m.a']), secret: 's', headers: { 'X-Key': 'k' } },
  });
});

test.each<[string, string]>([
  ['url: "ftp://h"', '38 url is "ftp://h", expected an address of HTTP'],
  ['url: "http://a:b@h"', '38 url has a user in it'],
  ['url: "http://h", events: [alarm.risen]', '59 no event is named "alarm.risen"'],
  ['url: "http://h", headers: { Host: x }', '61 "Host" is no header that can be given'],
  ['url: "http://h", headers: { X: "a\\nb" }', '64 the value of "X" has signs that none may have'],
])('%s is refused at its place', async (sink, message) => {
  expect((await load(sink)).messages).toEqual([message]);
});
