/** The configuration of a running gateway, changed over HTTP: a whole process and a device behind it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type {
  ConfigAppliedJson,
  ConfigCheckJson,
  ConfigJson,
  ConfigRefusedJson,
  ConfigTestJson,
  ConfigTextJson,
  ConfigVersionJson,
  ProblemJson,
  SampleJson,
} from '../../src/api/contract.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp } from '../../src/server/listen-tcp.ts';
import { plainImage } from '../../src/server/unit-tables.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

let folder: string;
let file: string;
let device: Awaited<ReturnType<typeof listenTcp>>;
let gateway: ChildProcess | undefined;
let log = '';

function siteText(): string {
  return `# The hall
version: 1
data: kept
writes: local
web: { listen: '127.0.0.1:0', local: admin }   # this machine may change this file
devices:
  meter1:
    at: tcp://127.0.0.1:${device.port}
    unit: 1
    every: 1s
    points:
      power: "hr:1 u16 W"   # of all phases
`;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-configuration-'));
  file = join(folder, 'gateway.yaml');
  const tables = plainImage({ holding: 100 });
  tables.holding.setRegisters(1, [1234, 42]);
  device = await listenTcp({ port: 0, units: new Map([[1, tables]]), clock: systemClock });
  writeFileSync(file, siteText(), { mode: 0o640 });
});
afterEach(async () => {
  if (gateway?.exitCode === null && gateway.signalCode === null) {
    gateway.kill('SIGKILL');
    await once(gateway, 'exit');
  }
  await device.close();
  rmSync(folder, { recursive: true });
});

/** Starts the gateway; resolves to where its API is. */
async function start(): Promise<string> {
  log = '';
  gateway = spawn(process.execPath, [MAIN, 'run', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  gateway.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  await expect.poll(() => log, { timeout: 20_000 }).toMatch(/the page is at http\S+/);
  return `${/the page is at (http\S+)/.exec(log)?.[1] ?? ''}api/v1`;
}

interface Answer<T> {
  readonly status: number;
  readonly json: T;
}

async function ask<T>(
  url: string,
  method = 'GET',
  body?: object,
  etag?: string,
): Promise<Answer<T>> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(etag !== undefined && { 'if-match': etag }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as T };
}

async function site(api: string): Promise<ConfigJson['files'][number]> {
  const { json } = await ask<ConfigJson>(`${api}/config`);
  const [first] = json.files;
  if (first === undefined) throw new Error('there is no site file');
  return first;
}

async function valueOf(api: string, point: string): Promise<unknown> {
  return (await ask<SampleJson>(`${api}/values/meter1/${point}`)).json.value;
}

test('a point is added, tried, applied and taken back, and everything else in the file stays', async () => {
  const api = await start();
  await expect.poll(async () => valueOf(api, 'power')).toBe(1234);
  const { text, etag } = await site(api);

  const edits = [{ path: ['devices', 'meter1', 'points', 'hours'], value: 'hr:2 u16 h' }];
  const edited = await ask<ConfigTextJson>(`${api}/config/edit`, 'POST', { text, edits });
  const next = edited.json.text;
  expect(next).toBe(`${text}      hours: hr:2 u16 h\n`);

  const check = await ask<ConfigCheckJson>(`${api}/config/check`, 'POST', { text: next });
  expect(check.json.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(check.json.changes?.devices.changed).toEqual(['meter1']);

  const tried = await ask<ConfigTestJson>(`${api}/config/test`, 'POST', {
    text: next,
    device: 'meter1',
  });
  expect(tried.json).toMatchObject({ line: 'running', more: 0, requests: 1 });
  expect(tried.json.points.map(({ text: shown }) => shown)).toEqual(['1234 W', '42 h']);
  expect(readFileSync(file, 'utf8')).toBe(text);

  const put = { text: next, reason: 'how long it ran' };
  const applied = await ask<ConfigAppliedJson>(`${api}/config`, 'PUT', put, etag);
  expect([applied.status, applied.json.applied.devices.changed]).toEqual([200, ['meter1']]);
  await expect.poll(async () => valueOf(api, 'hours')).toBe(42);
  expect(readFileSync(file, 'utf8')).toBe(next);
  expect(statSync(file).mode & 0o777).toBe(0o640);

  const late = await ask<ProblemJson>(`${api}/config`, 'PUT', { text }, etag);
  expect([late.status, late.json.code]).toEqual([412, 'changed-meanwhile']);

  const versions = (await ask<readonly ConfigVersionJson[]>(`${api}/config/versions`)).json;
  expect(versions).toMatchObject([
    { who: 'local', reason: 'how long it ran', isCurrent: true },
    { isCurrent: false },
  ]);
  const old = await ask<ConfigTextJson>(`${api}/config/versions/${versions[1]?.id ?? ''}`);
  const restored = { text: old.json.text, reason: 'it counts something else' };
  await ask(`${api}/config`, 'PUT', restored, (await site(api)).etag);
  expect((await ask(`${api}/values/meter1/hours`)).status).toBe(404);
  expect(readFileSync(file, 'utf8')).toBe(text);

  const audit = await ask<readonly { readonly message?: string }[]>(`${api}/audit`);
  expect(audit.json.map(({ message }) => message)).toContain(
    'local changed gateway.yaml: how long it ran',
  );

  const mistake = { text: text.replace('u16', 'u17') };
  const refused = await ask<ProblemJson & ConfigRefusedJson>(
    ...([`${api}/config`, 'PUT', mistake, (await site(api)).etag] as const),
  );
  expect([refused.status, refused.json.code]).toEqual([422, 'config']);
  expect(refused.json.problems).toMatchObject([
    { line: 12, path: ['devices', 'meter1', 'points', 'power'], severity: 'error' },
  ]);
  expect(readFileSync(file, 'utf8')).toBe(text);

  // The folder has told of both changes by now: neither was applied a second time.
  writeFileSync(file, `${text}# by hand\n`);
  await expect.poll(() => log).toContain('the file changed: applying');
  expect(log.match(/applying/g)).toHaveLength(3);
  expect(log).not.toContain('of all phases');

  const moving = await site(api);
  const moved = { text: moving.text.replace("'127.0.0.1:0'", "'localhost:0'") };
  // The page goes elsewhere, and answers the change that moves it all the same.
  const answer = await ask<ConfigAppliedJson>(`${api}/config`, 'PUT', moved, moving.etag);
  expect([answer.status, answer.json.applied.others]).toEqual([200, ['web']]);
  await expect.poll(() => log.match(/the page is at/g)).toHaveLength(2);
});

test('a kill in the middle of changes leaves one whole text, and the next start takes it', async () => {
  const api = await start();
  const { text } = await site(api);
  const texts = Array.from({ length: 40 }, (_, at) => `${text}# ${String(at).repeat(20_000)}\n`);
  const known = new Set([text, ...texts]);
  let done = 0;
  const changes = (async () => {
    let { etag } = await site(api);
    for (const next of texts) {
      const { json } = await ask<ConfigAppliedJson>(`${api}/config`, 'PUT', { text: next }, etag);
      etag = json.files[0]?.etag ?? '';
      done += 1;
    }
  })().catch(() => undefined);
  await expect.poll(() => done, { interval: 5 }).toBeGreaterThan(0);
  gateway?.kill('SIGKILL');
  await changes;
  expect(done).toBeLessThan(texts.length);
  expect(known.has(readFileSync(file, 'utf8'))).toBe(true);
  const kept = join(folder, 'kept', 'config-history');
  for (const name of readdirSync(kept).filter((one) => one.endsWith('.yaml'))) {
    if (!name.startsWith('.')) expect(known.has(readFileSync(join(kept, name), 'utf8'))).toBe(true);
  }
  const again = await start();
  await expect.poll(async () => valueOf(again, 'power')).toBe(1234);
  expect(known.has((await site(again)).text)).toBe(true);
});
