import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSite } from './load-site.ts';
import type { ModbusServerConfig } from './server-config.ts';
import type { SiteConfig } from './site-config.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'dinrail-written-'))));
afterAll(async () => rm(folder, { recursive: true }));

async function load(text: string): Promise<{ site?: SiteConfig; messages: readonly string[] }> {
  const file = join(folder, 'gateway.yaml');
  await writeFile(file, `version: 1\n${text}`);
  const { site, issues } = await loadSite(file, { env: {}, profilesDirs: [] });
  const messages = issues.map(
    ({ line, column, message, hint }) =>
      `${line}:${column} ${message}${hint === undefined ? '' : ` | ${hint}`}`,
  );
  return { ...(site !== undefined && { site }), messages };
}

const POINTS = 'points: { power: hr:0 u16 W, on: co:3, half: { expr: power / 2 } }';

async function site(devices: string, servers: string): Promise<SiteConfig> {
  const loaded = await load(`devices: { ${devices} }\nservers: { ${servers} }\n`);
  expect(loaded.messages).toEqual([]);
  if (loaded.site === undefined) throw new Error('no site');
  return loaded.site;
}

function unitsOf({ servers }: SiteConfig): ModbusServerConfig['units'] {
  const [server] = servers;
  if (server?.type !== 'modbus-tcp') throw new Error('no such server');
  return server.units;
}

test('a device that clients write is on a line of its server, and nobody asks it', async () => {
  const one = await site(
    `pv1: { at: server:field/1, stale: 30s, whenStale: hold, outOfRange: warn, partial: refuse, ${POINTS} }`,
    'field: { type: modbus-tcp, allow: [{ from: loopback, access: write }] }',
  );
  expect(one.lines).toMatchObject([{ name: 'server:field', kind: 'server' }]);
  expect(one.devices).toMatchObject([
    {
      ...{ name: 'pv1', line: 'server:field', unit: 1 },
      points: [{ everyMs: 10_000, staleMs: 30_000 }, { everyMs: 10_000 }],
      computed: [{ name: 'half' }],
      written: { server: 'field', unit: 1, staleMs: 30_000, whenStale: 'hold' },
    },
  ]);
  expect(unitsOf(one)).toMatchObject([
    {
      ...{ unit: 1, map: 'fixed', points: [], start: 4 },
      written: [
        {
          ...{ device: 'pv1', outOfRange: 'warn', partial: 'refuse' },
          points: [{ id: 'pv1.power' }, { id: 'pv1.on' }],
        },
      ],
    },
  ]);
  expect(one.data).toBeUndefined();
});

test.each([
  ['server:field', '', 1],
  ['server:field', ', unit: 7', 7],
  ['server:field', ', unit: any', 'any'],
  ['server:field/any', '', 'any'],
  ['server:field/255', '', 255],
])('at: %s of a server with%s is unit %s', async (at, more, unit) => {
  const found = await site(`pv1: { at: "${at}", ${POINTS} }`, `field: { type: modbus-tcp${more} }`);
  expect(unitsOf(found).map((one) => one.unit)).toEqual([unit]);
});

test('what is written is served in a place of its own, and nothing of it twice', async () => {
  const one = await site(
    `pv1: { at: server:field/1, ${POINTS} }, pv2: { at: server:field/2, ${POINTS} }`,
    'field: { type: modbus-tcp, units: { 1: { include: ["*"] }, 3: { include: [pv1.power] } } }',
  );
  expect(unitsOf(one).map(({ unit, points }) => [unit, points.map(({ id }) => id)])).toEqual([
    [1, ['pv1.half', 'pv2.power', 'pv2.on', 'pv2.half']],
    [3, ['pv1.power']],
    [2, []],
  ]);
});

test('status, mirror and compat are settings of a unit', async () => {
  const one = await site(
    `pv1: { at: server:field/any, ${POINTS} }`,
    'field: { type: modbus-tcp, status: { pv1: ir:100 }, mirror: false, compat: zeros }',
  );
  expect(unitsOf(one)).toMatchObject([
    {
      ...{ unit: 'any', mirror: false, compat: 'zeros', whenStale: 'hold' },
      status: [{ device: 'pv1', table: 'input', address: 100 }],
    },
  ]);
});

test('TLS, the log and a serial line are complete', async () => {
  const { servers } = await site(
    `pv1: { at: server:field, ${POINTS} }, pv2: { at: server:panel/5, ${POINTS} }`,
    `field: { type: modbus-tcp, log: pv-meter, allow: [{ from: loopback, name: here }, 10.0.0.1],
       tls: { cert: a.pem, key: /etc/b.key } },
     panel: { type: modbus-rtu, at: serial:/dev/ttyUSB7, access: write }`,
  );
  expect(servers).toMatchObject([
    {
      log: { format: 'pv-meter', interfaces: ['here', '10.0.0.1'], times: false },
      tls: {
        ...{ cert: join(folder, 'a.pem'), key: '/etc/b.key' },
        listen: { host: '127.0.0.1', port: 802 },
      },
    },
    {
      ...{ type: 'modbus-rtu', endpoint: 'serial:/dev/ttyUSB7 9600 8N1', access: 'write' },
      units: [{ unit: 5 }],
    },
  ]);
});

const device = (settings: string, servers = 'field: { type: modbus-tcp }'): string =>
  `devices:\n  pv1: { ${settings}, points: { power: hr:0 } }\nservers: { ${servers} }`;

test.each([
  [device('at: server:feld/1'), '3:14 no server is named "feld" | did you mean "field"?'],
  [
    device('at: server:field/256'),
    '"server:field/256" is no unit of a server | such as server:fie',
  ],
  [device('at: server:field/1', 'field: { type: text, device: pv1 }'), 'is of type text: clients'],
  [
    device('at: server:field/1, unit: 2'),
    '"unit" of a device that is asked, and clients write pv1',
  ],
  [device('at: server:field/1, timeout: 1s'), '3:30 "timeout" of a device that is asked'],
  [
    device('at: tcp://h, whenStale: hold'),
    '"whenStale" of a device that clients write | such a one',
  ],
  [
    device('at: server:field/1, outOfRange: warning'),
    'outOfRange is "warning", expected bad, warn, refuse',
  ],
  [
    device('at: server:field/any', 'field: { type: modbus-tcp, unit: 4 }'),
    'answers as unit 4, and',
  ],
  [
    device('at: server:field/1', 'field: { type: modbus-tcp, status: { pv2: hr:9 } }'),
    'no device is named "pv2" | did you mean "pv1"?',
  ],
  [
    device('at: server:field/1', 'field: { type: modbus-tcp, status: { pv1: co:9 } }'),
    '"co:9" is no place for two registers | such as hr:100',
  ],
  [
    device(
      'at: tcp://h',
      'field: { type: modbus-tcp, allow: [{ from: loopback, access: write }] }',
    ),
    'nothing of server "field" can be written | a device that clients write is at: server:field/1',
  ],
  [
    device('at: tcp://h', 'field: { type: modbus-tcp, log: pv-meter }'),
    'no client writes anything that the log could tell of',
  ],
  [
    device('at: server:field', 'field: { type: modbus-tcp, log: sv-meter }'),
    'did you mean pv-meter?',
  ],
  [
    device('at: serial:/dev/ttyS1', 'field: { type: modbus-rtu, at: serial:/dev/ttyS1 }'),
    'device "pv1" uses the same serial port',
  ],
  [
    device('at: tcp://h', 'field: { type: modbus-rtu, at: rtu+tcp://h:7 }'),
    'expected a serial port | type: modbus-tcp with framing: rtu',
  ],
  [
    device('at: server:field', 'field: { type: modbus-tcp, tls: { cert: a } }'),
    '"key" is missing in tls',
  ],
  [
    device(
      'at: server:field',
      'field: { type: modbus-tcp, tls: { cert: a, key: b, listen: 0.0.0.0:802 } }',
    ),
    '0.0.0.0 is open to the network',
  ],
  ['lines: { field: server:field/1 }', 'is no line: clients write its values'],
  [
    'devices: { a: { at: server:f, points: { v: ir:0 } } }\nservers: { f: { type: modbus-tcp } }',
    'clients write holding registers and coils, and v is neither',
  ],
])('%s is refused', async (text, message) => {
  const { site: found, messages } = await load(text);
  expect(found).toBeUndefined();
  expect(messages.join('\n')).toContain(message);
});
