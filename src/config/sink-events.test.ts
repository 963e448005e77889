import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSite } from './load-site.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'dinrail-events-'))));
afterAll(async () => rm(folder, { recursive: true }));

test.each<[sink: string, events: boolean | undefined, messages: readonly string[]]>([
  ['type: console', false, []],
  ['type: console, events: true', true, []],
  ['type: jsonl, path: x.jsonl', false, []],
  ['type: jsonl, path: x.jsonl, events: true', true, []],
  ['type: console, format: table', false, []],
  [
    'type: console, format: table, events: true',
    undefined,
    ['55 a table shows no events (format: line, or another sink for them)'],
  ],
])('{ %s } has events: %s', async (sink, events, messages) => {
  const file = join(folder, 'gateway.yaml');
  const devices = 'devices: { m: { at: tcp://127.0.0.1, points: { a: hr:0 } } }';
  await writeFile(file, `version: 1\n${devices}\nsinks: { out: { ${sink} } }\n`);
  const { site, issues } = await loadSite(file, { env: {}, profilesDirs: [] });
  expect(
    issues.map(({ message, column = 0, hint = '' }) => `${column} ${message} (${hint})`),
  ).toEqual(messages);
  expect(site?.sinks[0]).toEqual(
    events === undefined ? undefined : expect.objectContaining({ events }),
  );
});
