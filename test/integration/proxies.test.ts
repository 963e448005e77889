/** The page behind nginx and Caddy, with what docs/page.md says to write into their configurations. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type Api } from '../../src/api/server.ts';
import { Access } from '../../src/api/access.ts';
import { Login } from '../../src/api/login/login.ts';
import { Users } from '../../src/api/login/users.ts';
import { silentLogger } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { FakeSite, sitePoint } from '../support/fake-site.ts';
import { missing, startPeer, type Peer } from '../support/peers.ts';
import { freePort } from '../support/reference-device.ts';

const DOCS = readFileSync(join(import.meta.dirname, '../../docs/page.md'), 'utf8');
const [NAME, PASSWORD] = ['ana', 'correct horse battery'];

/** What the documentation says for a proxy, with the gateway at another port. */
function documented(language: string, port: number): string {
  const [, text = ''] = new RegExp(`\`\`\`${language}\n([^\`]+)\`\`\``).exec(DOCS) ?? [];
  expect(text).toContain('127.0.0.1:8502');
  return text.replace('127.0.0.1:8502', `127.0.0.1:${port}`);
}

interface Started {
  readonly peer: Peer;
  readonly port: number;
}

async function startNginx(folder: string, gateway: number): Promise<Started> {
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  await writeFile(
    file,
    `daemon off; pid ${folder}/nginx.pid; error_log stderr notice;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server { listen 127.0.0.1:${port}; ${documented('nginx', gateway)} }
}`,
  );
  const args = ['-p', folder, '-e', 'stderr', '-c', file];
  return { peer: await startPeer('/usr/sbin/nginx', args, /start worker process/), port };
}

async function startCaddy(folder: string, gateway: number): Promise<Started> {
  const port = await freePort();
  const file = join(folder, 'Caddyfile');
  const site = `http://127.0.0.1:${port} {\n${documented('caddy', gateway)}}`;
  await writeFile(file, `{\n  admin off\n}\n${site}\n`);
  // What it remembers stays in the folder of the test.
  const env = [`XDG_CONFIG_HOME=${folder}`, `XDG_DATA_HOME=${folder}`];
  const args = [...env, 'caddy', 'run', '--adapter', 'caddyfile', '--config', file];
  return { peer: await startPeer('env', args, /serving initial configuration/), port };
}

describe.skipIf(missing('nginx', 'caddy')).each([
  ['nginx', startNginx],
  ['Caddy', startCaddy],
] as const)('behind %s', (_, start) => {
  let folder: string;
  let api: Api;
  let proxy: Started;
  let at: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dinrail-proxy-'));
    const users = await Users.open(undefined);
    await users.set(NAME, 'operator', PASSWORD);
    const login = new Login({ users, clock: systemClock, isNeeded: true, isSecure: false });
    const site = new FakeSite(systemClock, 'furnace-pi');
    site.usePoints([sitePoint('furnace.pv')]);
    site.answer({ 'furnace.pv': 750 });
    api = await startApi({
      ...{ site, login, clock: systemClock, logger: silentLogger, version: '1', webRoot: folder },
      access: new Access([], [login.way]),
      listen: { host: '127.0.0.1', port: 0 },
    });
    proxy = await start(folder, api.port);
    at = `http://127.0.0.1:${proxy.port}/dinrail/`;
  });

  afterAll(async () => {
    await proxy.peer.stop();
    await api.close();
    await rm(folder, { recursive: true });
  });

  async function logIn(headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(`${at}api/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ name: NAME, password: PASSWORD }),
    });
  }

  test('the address without the last slash leads to the page', async () => {
    const answer = await fetch(at.replace(/\/$/, ''));
    expect(answer.url).toBe(at);
    expect(answer.status).toBe(200);
  });

  test('a session is for encrypted connections and this path, and values come as they change', async () => {
    const answer = await logIn({ origin: new URL(at).origin, 'sec-fetch-site': 'same-origin' });
    expect(answer.status).toBe(200);
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^dinrail_session=[^;]+; HttpOnly; SameSite=Strict; secure$/i);
    const stop = new AbortController();
    const headers = { cookie: cookie.split(';')[0] ?? '' };
    const events = await fetch(`${at}api/v1/events`, { headers, signal: stop.signal });
    const first = await events.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value as Uint8Array)).toContain('event: snapshot');
    stop.abort();
  });

  test('a change that another site has sent is refused', async () => {
    const answer = await logIn({ origin: 'http://other.example' });
    expect(answer.status).toBe(403);
  });
});
