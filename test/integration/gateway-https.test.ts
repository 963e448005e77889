import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Access } from '../../src/api/access.ts';
import { Login } from '../../src/api/login/login.ts';
import { Users } from '../../src/api/login/users.ts';
import { startApi, type Api } from '../../src/api/server.ts';
import { silentLogger } from '../../src/base/log.ts';
import { ManualClock } from '../../src/base/manual-clock.ts';
import { GatewayClient } from '../../src/cli/gateway-client.ts';
import type { CliContext } from '../../src/cli/context.ts';
import { FakeSite, sitePoint } from '../support/fake-site.ts';
import { hiRule, PlainAlarms } from '../support/plain-alarms.ts';
import { missing } from '../support/peers.ts';
import { runProgramToEnd } from '../support/program.ts';

const SECRET = '0123456789abcdef0123';

let folder: string;
const opened: Api[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dinrail-https-'));
});
afterAll(async () => {
  await Promise.all(opened.map(async (api) => api.close()));
  await rm(folder, { recursive: true });
});

function certificate(name: string, altName: string): [string, string] {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${altName}`];
  const made = spawnSync('openssl', [
    ...[...kind, '-nodes', '-days', '2', ...names, '-keyout', key, '-out', cert],
  ]);
  expect(made.status, made.stderr.toString()).toBe(0);
  return [cert, key];
}

/** A gateway where everybody has to say who they are; with TLS if it has a certificate. */
async function gateway(files?: readonly [cert: string, key: string]): Promise<Api> {
  const clock = new ManualClock();
  const site = new FakeSite(clock);
  site.usePoints([sitePoint('f.a')]);
  const alarms = new PlainAlarms(site, clock, [hiRule('f.a', 100)]);
  site.answer({ 'f.a': 120 });
  const users = await Users.open(undefined);
  const isSecure = files !== undefined;
  const login = new Login({ users, clock, isNeeded: true, isSecure });
  const sha256 = createHash('sha256').update(SECRET).digest('hex');
  const access = new Access([{ name: 'ben', role: 'operator', sha256 }], [login.way]);
  const tls = files && {
    cert: await readFile(files[0], 'utf8'),
    key: await readFile(files[1], 'utf8'),
  };
  const api = await startApi({
    ...{ site, clock, logger: silentLogger, version: '1', webRoot: '/nowhere', alarms },
    ...{ listen: { host: '127.0.0.1', port: 0 }, login, access },
    ...(tls !== undefined && { tls }),
  });
  opened.push(api);
  return api;
}

describe.skipIf(missing('openssl'))('a gateway behind https', () => {
  test('is asked with a CA of its own and a token', async () => {
    const files = certificate('plant', 'IP:127.0.0.1');
    const { url } = await gateway(files);
    const env = { NODE_EXTRA_CA_CERTS: files[0], DINRAIL_GATEWAY: url };
    expect(await runProgramToEnd(['get', 'f.a', '--plain', '--token', SECRET], env)).toEqual({
      ...{ code: 0, stdout: '120\n', stderr: '' },
    });
    const acked = await runProgramToEnd(['alarms', 'ack', 'f.a.hi'], {
      ...{ ...env, DINRAIL_TOKEN: SECRET },
    });
    expect(acked).toEqual({ code: 0, stdout: 'f.a.hi is active-acknowledged\n', stderr: '' });
  });

  test('without a token it says what to give', async () => {
    const files = certificate('shy', 'IP:127.0.0.1');
    const { url } = await gateway(files);
    const env = { NODE_EXTRA_CA_CERTS: files[0], DINRAIL_TOKEN: '' };
    const { code, stderr } = await runProgramToEnd(['get', 'f.a', '--gateway', url], env);
    expect(code).toBe(9);
    expect(stderr).toMatch(/wants to know who asks; give one of web\.tokens .* DINRAIL_TOKEN/);
  });

  test.each([
    ['a question', asked],
    ['a stream', streamed],
  ])('%s trusts no certificate of a CA that nobody knows', async (_, ask) => {
    const { url } = await gateway(certificate('stranger', 'IP:127.0.0.1'));
    expect(await ask(url)).toMatch(
      /^the certificate of 127\.0\.0\.1:\d+ is not accepted: self-signed .*; NODE_EXTRA_CA_CERTS=/,
    );
  });

  test('a certificate for another name is not accepted', async () => {
    const files = certificate('other', 'DNS:plant.example');
    const { url } = await gateway(files);
    const env = { NODE_EXTRA_CA_CERTS: files[0], DINRAIL_TOKEN: SECRET };
    const { code, stderr } = await runProgramToEnd(['get', 'f.a', '--gateway', url], env);
    expect(code).toBe(4);
    expect(stderr).toMatch(/is not accepted: .*altnames.*; ask for a name that stands in it\n$/);
  });

  test('whoever asks without encryption is told that it may need one', async () => {
    const { url } = await gateway(certificate('tls', 'IP:127.0.0.1'));
    expect(await asked(url.replace('https', 'http'))).toMatch(/if it is encrypted, ask https:\/\//);
  });
});

test('whoever asks with encryption where there is none is told so', async () => {
  const { url } = await gateway();
  expect(await asked(url.replace('http', 'https'))).toMatch(
    /^no TLS with 127\.0\.0\.1:\d+ \(\S+\); if it is not encrypted, ask http:\/\/127/,
  );
});

test('a stream that is refused says what to give', async () => {
  const { url } = await gateway();
  expect(await streamed(url)).toMatch(/wants to know who asks; give one of web\.tokens/);
});

test('an address that is none of a gateway is refused', () => {
  expect(() => client('ftp://plant')).toThrow(/expected http:\/\/ or https:\/\//);
});

function client(url: string): GatewayClient {
  const context = { env: { DINRAIL_GATEWAY: url }, version: '1' };
  return new GatewayClient(context as unknown as CliContext, { args: [], options: {} });
}

/** What is said of a request that fails. */
async function asked(url: string): Promise<string> {
  return client(url)
    .get('/api/v1/status')
    .then(
      () => 'it answered',
      (error: unknown) => (error as Error).message,
    );
}

async function streamed(url: string): Promise<string> {
  return client(url)
    .stream('/api/v1/events', () => undefined, AbortSignal.timeout(5_000))
    .then(
      () => 'it answered',
      (error: unknown) => (error as Error).message,
    );
}
