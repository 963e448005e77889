/** A whole gateway with everything that the API can offer, and those who ask it. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Users } from '../../src/api/login/users.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { utcIso } from '../../src/base/time-format.ts';
import { loadSite } from '../../src/config/load-site.ts';
import { startGateway } from '../../src/gateway/gateway.ts';
import { usersFile } from '../../src/gateway/page.ts';
import { listenTcp } from '../../src/server/listen-tcp.ts';
import { Settings } from '../../src/settings/settings.ts';
import { plainImage } from '../../src/server/unit-tables.ts';

export const PASSWORD = 'correct horse battery';
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The token of somebody who has the role. */
export function bearer(role: Role): { readonly authorization: string } {
  return { authorization: `Bearer ${role}-0123456789abcdef` };
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Buffer;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export interface ApiGateway {
  readonly url: string;
  readonly folder: string;
  /** Holding registers of the device behind it. */
  readonly registers: ReturnType<typeof plainImage>['holding'];
  /** The site file and the users, as they are on the disk. */
  keptFiles(): readonly string[];
  /** What was logged. */
  readonly log: readonly string[];
  /** A request whose path and headers go out exactly as written. */
  ask(path: string, asked?: Asked): Promise<Answered>;
  close(): Promise<void>;
}

const LOGIN = [
  '  login: always',
  '  tokens:',
  ...ROLES.map((role) => `    - { name: ${role}-1, role: ${role}, token: "\${${role}}" }`),
];

function siteText(port: number, isOpen: boolean): string {
  return [
    'version: 1',
    'name: hall',
    'writes: local',
    'web:',
    '  listen: 127.0.0.1:0',
    ...(isOpen ? [] : LOGIN),
    'devices:',
    '  furnace1:',
    `    at: tcp://127.0.0.1:${port}`,
    '    every: 200ms',
    '    points:',
    '      pv: "hr:1 i16 °C"',
    '      setpoint: { at: "hr:2 i16 rw °C", write: { min: 0, max: 1200 } }',
    '    writes: [setpoint]',
    'alarms:',
    '  too_hot: { when: furnace1.pv > 700, priority: urgent, text: The furnace is too hot }',
    'sinks:',
    '  log: { type: jsonl, path: samples.jsonl }',
    '',
  ].join('\n');
}

/** `isOpen`: nobody has to log in, and there are no tokens. */
export async function startApiGateway({ isOpen = false } = {}): Promise<ApiGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'dinrail-api-'));
  const tables = plainImage({ holding: 100, writable: true });
  tables.holding.setRegisters(1, [750, 500]);
  const device = await listenTcp({ port: 0, units: new Map([[1, tables]]), clock: systemClock });
  const file = join(folder, 'gateway.yaml');
  await writeFile(file, siteText(device.port, isOpen));
  const env = Object.fromEntries(
    ROLES.map((role) => [role, bearer(role).authorization.replace('Bearer ', '')]),
  );
  const { site, issues } = await loadSite(file, { env, profilesDirs: [] });
  if (site?.data === undefined) throw new Error(JSON.stringify(issues));
  const kept = [file, usersFile(site.data)];
  const users = await Users.open(usersFile(site.data));
  await users.set('ana', 'admin', PASSWORD);
  const log: string[] = [];
  const logger = (message: string): void => void log.push(message);
  const settings = new Settings({ file, env, profilesDirs: [], clock: systemClock });
  const gateway = await startGateway(site, {
    ...{
      config: settings,
      clock: systemClock,
      stdout: process.stdout,
      formatTime: utcIso,
      version: '1',
    },
    ...{ webRoot: join(folder, 'web'), exit: () => undefined },
    logger: { debug: logger, info: logger, warn: logger, error: logger },
  });
  settings.attach({
    ...{ config: () => site, problemsOf: () => [], apply: async () => ({ site }) },
    test: async () => ({ ok: { points: [], requests: 0, ms: 0, line: 'own', more: 0 } }),
  });
  const url = gateway.url ?? '';
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  return {
    ...{ url, folder, registers: tables.holding, log },
    keptFiles: () => kept.map((path) => readFileSync(path, 'utf8')),
    ask: async (path, asked) => ask(agent, new URL(url), path, asked),
    async close() {
      agent.destroy();
      await gateway.stop();
      await device.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function ask(
  agent: Agent,
  { hostname, port }: URL,
  path: string,
  { method = 'GET', headers = {}, body }: Asked = {},
): Promise<Answered> {
  // Node says the length of a body by itself only for methods that have one.
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const message = request({
    ...{ host: hostname, port, path, method, agent },
    headers: { ...length, ...headers },
  });
  // The gateway may answer and go before it has taken everything.
  message.on('error', () => undefined);
  message.end(body);
  const [response] = (await once(message, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}
