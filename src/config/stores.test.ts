import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSite } from './load-site.ts';
import type { SiteConfig } from './site-config.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'dinrail-stores-'))));
afterAll(async () => rm(folder, { recursive: true }));

const DEVICES = `
version: 1
devices:
  furnace1:
    at: tcp://127.0.0.1
    points:
      pv: { at: 'hr:0 u16', category: process, deadband: 3, heartbeat: 1m }
      sp: hr:1 u16
      diff: { expr: pv - sp }
`;

async function load(more: string): Promise<{ site?: SiteConfig; messages: readonly string[] }> {
  const file = join(folder, 'gateway.yaml');
  await writeFile(file, DEVICES + more);
  const { site, issues } = await loadSite(file, { env: {}, profilesDirs: [] });
  const messages = issues.map(({ message, hint }) =>
    hint === undefined ? message : `${message} | ${hint}`,
  );
  return { ...(site !== undefined && { site }), messages };
}

test('nothing is kept on disk while nothing has to wait', async () => {
  const { site } = await load('sinks: { screen: { type: console } }');
  expect(site?.data).toBeUndefined();
  expect(site?.journal).toEqual({ bytes: 500e6, ageMs: 30 * 86_400_000, syncMs: 200 });
});

test.each([
  'sinks: { i: { type: influx, url: "http://h:8086", database: d } }',
  'sinks: { z: { type: zabbix, server: z } }',
  'journal: { size: 10MB }',
  'history: { age: 1d }',
  'outages: { report: [furnace1.pv] }',
])('%s has a folder beside the file', async (more) => {
  const { site, messages } = await load(more);
  expect(messages).toEqual([]);
  expect(site?.data).toBe(join(folder, 'dinrail-data'));
});

test('a folder that is named is the one', async () => {
  const { site } = await load('data: kept\njournal: { age: 1d, sync: 1s }');
  expect(site?.data).toBe(join(folder, 'kept'));
  expect(site?.journal).toEqual({ bytes: 500e6, ageMs: 86_400_000, syncMs: 1_000 });
});

test('the history can be switched off', async () => {
  expect((await load('history: none')).site?.history).toBeUndefined();
  expect((await load('')).site?.history).toEqual({ bytes: 500e6, ageMs: 90 * 86_400_000 });
});

test('of the rules for one point the later one wins, key by key', async () => {
  const { site } = await load(
    'report: { "furnace1.*": { minInterval: 5s, heartbeat: 2m }, "@process": { deadband: "2%" } }',
  );
  expect(site?.devices[0]?.reports).toEqual({
    pv: {
      ...{ send: 'on-change', deadband: 3, deadbandPercent: 2 },
      ...{ minIntervalMs: 5_000, heartbeatMs: 120_000 },
    },
    sp: { send: 'on-change', minIntervalMs: 5_000, heartbeatMs: 120_000 },
    diff: { send: 'on-change', minIntervalMs: 5_000, heartbeatMs: 120_000 },
  });
});

test('a sink of either version of InfluxDB', async () => {
  const { site } = await load(`sinks:
  a: { type: influx, url: 'http://h:8086', database: d, user: u, password: p }
  b: { type: influx, url: 'http://h:8086', bucket: b, org: o, token: t, batch: 10, timeout: 3s }
`);
  const common = { fields: 'by-point', precision: 'ms' };
  const [a, b] = site?.sinks ?? [];
  expect(a).toMatchObject({
    ...{ ...common, batch: 5_000, timeoutMs: 10_000 },
    target: { api: 'v1', database: 'd', user: 'u', password: 'p' },
  });
  expect(b).toMatchObject({
    ...{ ...common, batch: 10, timeoutMs: 3_000 },
    target: { api: 'v2', bucket: 'b', org: 'o', token: 't' },
  });
});

test.each([
  ['zabbix.lab', { host: 'zabbix.lab', port: 10_051 }],
  ['10.0.0.7:999', { host: '10.0.0.7', port: 999 }],
  ['[::1]:10051', { host: '::1', port: 10_051 }],
])('a Zabbix server at %s', async (server, address) => {
  const { site } = await load(`sinks: { z: { type: zabbix, server: '${server}' } }`);
  expect(site?.sinks[0]).toMatchObject({ server: address, discoveryMs: 3_600_000 });
});

test.each([
  ['sinks: { i: { type: influx, url: "http://h" } }', 'it says neither a database nor a bucket'],
  ['sinks: { i: { type: influx, url: "http://h", database: a, bucket: b } }', 'a database and a'],
  ['sinks: { i: { type: influx, url: "h:8086", database: a } }', 'url is "h:8086", expected an'],
  ['sinks: { i: { type: influx, url: "http://u:p@h", database: a } }', 'url has a user in it'],
  ['sinks: { z: { type: zabbix, server: "a b" } }', 'server is "a b", expected host:port'],
  ['sinks: { i: { type: influx, url: "http://h", db: a } }', 'did you mean "database"?'],
  [
    'sinks: { z: { type: zabbix, server: z, psk: { identity: i, key: zz } } }',
    'key is no 32 to 512 hexadecimal digits',
  ],
  ['journal: { size: 10kB }', 'size is 10kB, expected at least 1MB'],
  ['journal: { size: 10 }', 'expected a size such as 200MB'],
  ['journal: { sync: 1m }', 'sync is 1m, expected up to 10s'],
  ['journal: { retention: 1d }', 'did you mean "age"?'],
  ['report: { "furnace2.*": { deadband: 1 } }', 'no point matches "furnace2.*"'],
  ['report: { "*": { deadband: x } }', 'deadband'],
  ['report: { "*": { hysteresis: 1 } }', 'did you mean "deadband"?'],
  ['servers: { a: { type: zabbix-agent, listen: "0.0.0.0:10050" } }', '0.0.0.0 is open to the'],
  ['servers: { a: { type: zabbix-agent, listen: "here" } }', 'listen is "here", expected'],
])('%s is refused', async (more, message) => {
  const { site, messages } = await load(more);
  expect(site).toBeUndefined();
  expect(messages.join('\n')).toContain(message);
});

test('an agent that the network may ask says who', async () => {
  const { site, messages } = await load(
    'servers: { a: { type: zabbix-agent, listen: "0.0.0.0:10050", allow: [10.0.0.0/8] } }',
  );
  expect(messages).toEqual([]);
  expect(site?.servers).toEqual([
    {
      ...{ name: 'a', type: 'zabbix-agent', allow: ['10.0.0.0/8'] },
      listen: { host: '0.0.0.0', port: 10_050 },
    },
  ]);
});

test('outages are watched for the points that are named', async () => {
  const { site } = await load('outages: { gap: 10s, report: [furnace1.pv, "@process"] }');
  expect(site?.outages).toEqual({
    ...{ gapMs: 10_000, settleMs: 300_000, points: new Set(['furnace1.pv']) },
  });
  expect((await load('')).site?.outages).toBeUndefined();
});

test.each([
  ['report: [furnace2.*]', 'no point matches "furnace2.*" | did you mean "furnace1.*"?'],
  ['gap: 500ms, report: [furnace1.pv]', 'gap is 500ms, expected at least 1000ms'],
  ['settle: 2h, report: [furnace1.pv]', 'settle is 2h, expected up to 1h'],
  ['points: [furnace1.pv]', undefined],
])('outages: { %s } is refused', async (settings, message) => {
  const { messages } = await load(`outages: { ${settings} }`);
  if (message !== undefined) expect(messages).toEqual([message]);
  else expect(messages.join()).toContain('unknown key "points" in outages');
});
