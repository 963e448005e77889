import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSite } from './load-site.ts';
import type { ModbusServerConfig } from './server-config.ts';
import type { SiteConfig } from './site-config.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'dinrail-servers-'))));
afterAll(async () => rm(folder, { recursive: true }));

const DEVICES = `
version: 1
devices:
  furnace1:
    at: tcp://127.0.0.1
    points:
      pv: 'hr:1 i16 /10 °C'
      energy: { at: 'hr:10 f32@CDAB kWh', kind: counter }
      hidden: hr:20 u16 wo
      burning: hr:30.4
      diff: { expr: pv - energy, unit: K }
      hot: { expr: pv > 700 }
  meter: { at: tcp://127.0.0.2, points: { power: ir:7 u32 W } }
`;

async function load(
  more: string,
  devices = DEVICES,
): Promise<{ site?: SiteConfig; messages: readonly string[] }> {
  const file = join(folder, 'gateway.yaml');
  await writeFile(file, devices + more);
  const { site, issues } = await loadSite(file, { env: {}, profilesDirs: [] });
  const messages = issues.map(({ message, hint }) =>
    hint === undefined ? message : `${message} | ${hint}`,
  );
  return { ...(site !== undefined && { site }), messages };
}

async function modbus(settings: string): Promise<ModbusServerConfig> {
  const { site, messages } = await load(`servers: { s: { type: modbus-tcp, ${settings} } }`);
  expect(messages).toEqual([]);
  const [server] = site?.servers ?? [];
  if (server?.type !== 'modbus-tcp') throw new Error('no such server');
  return server;
}

/** Each point of a unit: `furnace1.pv holding 0 i16/1 x1/10`. */
function lines({ units }: ModbusServerConfig, index = 0): readonly string[] {
  return (units[index]?.points ?? []).map(
    ({ id, register: { table, address, type, order, count, scale } }) =>
      `${id} ${table} ${address} ${type}@${order}/${count} x${scale.multiply}/${scale.divide}`,
  );
}

test('a server that says nothing serves every value as unit 1 of this machine', async () => {
  const server = await modbus('');
  expect(server).toMatchObject({
    ...{ name: 's', listen: { host: '127.0.0.1', port: 1_502 }, framing: 'mbap' },
    limits: { connections: 32, perAddress: 8, requestsPerSecond: 2_000 },
    units: [{ unit: 1, map: 'generated', table: 'holding', start: 0, whenStale: 'exception' }],
  });
  expect(server.allow).toBeUndefined();
  expect(lines(server)).toEqual([
    'furnace1.pv holding 1 i16@ABCD/1 x1/10',
    'furnace1.energy holding 10 f32@CDAB/2 x1/1',
    'furnace1.burning holding 30 bool@ABCD/1 x1/1',
    'furnace1.diff holding 0 f32@ABCD/2 x1/1',
    'furnace1.hot coil 0 bool@ABCD/1 x1/1',
    'meter.power input 7 u32@ABCD/2 x1/1',
  ]);
});

test('points are chosen as those of a sink are', async () => {
  const server = await modbus('include: ["furnace1.*"], exclude: ["*.h*", furnace1.energy]');
  expect(lines(server).map((line) => line.split(' ')[0])).toEqual([
    ...['furnace1.pv', 'furnace1.burning', 'furnace1.diff'],
  ]);
});

test('a map says where values are: in their own type, or in another', async () => {
  const server = await modbus(
    'map: { furnace1.energy: hr:0, furnace1.pv: "ir:2 f32", furnace1.diff: "hr:4 i16 /100", furnace1.burning: hr:5.3, furnace1.hot: co:0 }',
  );
  expect(server.units[0]?.map).toBe('fixed');
  expect(lines(server)).toEqual([
    'furnace1.energy holding 0 f32@CDAB/2 x1/1',
    'furnace1.pv input 2 f32@ABCD/2 x1/1',
    'furnace1.diff holding 4 i16@ABCD/1 x1/100',
    'furnace1.burning holding 5 bool@ABCD/1 x1/1',
    'furnace1.hot coil 0 bool@ABCD/1 x1/1',
  ]);
  expect(server.units[0]?.points[3]?.register.bit).toBe(3);
});

test('several units have points of their own', async () => {
  const server = await modbus(
    'units: { 1: { include: [furnace1.pv], table: input, start: 100, whenStale: hold }, 7: { include: [meter.*], whenStale: 65535 } }',
  );
  expect(server.units).toMatchObject([
    { unit: 1, table: 'input', start: 100, whenStale: 'hold' },
    { unit: 7, whenStale: { sentinel: 65_535 } },
  ]);
  expect(lines(server, 1)).toEqual(['meter.power input 7 u32@ABCD/2 x1/1']);
});

test('who may ask is a network, or a rule', async () => {
  const server = await modbus(
    'listen: "0.0.0.0:502", units: { 1: {}, 2: {} }, allow: [10.0.0.0/8, { from: [loopback, 192.168.1.7], units: [2], ranges: [hr:0+8, co:3], name: PLC }], limits: { connections: 4 }',
  );
  expect(server.allow).toEqual([
    { from: ['10.0.0.0/8'], access: 'read', name: '10.0.0.0/8' },
    {
      ...{ from: ['loopback', '192.168.1.7'], access: 'read', units: [2], name: 'PLC' },
      ranges: [
        { table: 'holding', start: 0, count: 8 },
        { table: 'coil', start: 3, count: 1 },
      ],
    },
  ]);
  expect(server.limits).toEqual({
    ...{ connections: 4, perAddress: 8, requestsPerSecond: 2_000 },
    ...{ idleMs: 600_000, halfFrameMs: 5_000 },
  });
});

test('a map that is made needs a folder to be remembered in', async () => {
  const made = await load('servers: { s: { type: modbus-tcp } }');
  expect(made.site?.data).toBe(join(folder, 'dinrail-data'));
  const written = await load('servers: { s: { type: modbus-tcp, map: { furnace1.pv: hr:0 } } }');
  expect(written.site?.data).toBeUndefined();
});

test('a text port tells of the holding registers that its device reads', async () => {
  const { site, messages } = await load('servers: { old: { type: text, device: furnace1 } }');
  expect(messages).toEqual([]);
  expect(site?.servers).toEqual([
    {
      ...{ name: 'old', type: 'text', device: 'furnace1', allowExit: false },
      listen: { host: '127.0.0.1', port: 9_000 },
      registers: [
        { id: 'furnace1.pv', address: 1, count: 1 },
        { id: 'furnace1.energy', address: 10, count: 2 },
        { id: 'furnace1.burning', address: 30, count: 1 },
      ],
    },
  ]);
});

test('Set reaches what may be written and is one whole holding register', async () => {
  const devices = `
version: 1
writes: local
devices:
  furnace1:
    at: tcp://127.0.0.1
    points:
      sp: hr:2 i16 /10 rw °C
      other: hr:3 u16 rw
      rate: hr:35 u16 wo
      total: hr:10 u32 rw
      pump: co:2 rw
      pv: hr:1 i16
    writes:
      sp: { min: 0, max: 1200 }
      rate: { min: 0, max: 100 }
      total: { min: 0, max: 5 }
      pump: {}
`;
  const { site, messages } = await load(
    'servers: { old: { type: text, device: furnace1, allowSet: true, allowExit: true } }',
    devices,
  );
  expect(messages).toEqual([]);
  const [old] = site?.servers ?? [];
  if (old?.type !== 'text') throw new Error('no text port');
  expect(old.allowExit).toBe(true);
  expect(old.settable?.map(({ id, point }) => [id, point.address])).toEqual([
    ['furnace1.sp', 2],
    ['furnace1.rate', 35],
  ]);
});

test('Set that can write nothing is remarked on', async () => {
  const { messages } = await load('servers: { a: { type: text, device: meter, allowSet: true } }');
  expect(messages).toEqual([
    'there is no register that Set may write | such as writes: [setpoint] at meter',
  ]);
});

const text = (settings: string): string => `servers: { a: { type: text, ${settings} } }`;
const server = (settings: string): string => `servers: { a: { type: modbus-tcp, ${settings} } }`;

test.each([
  ['servers: { a: { listen: "127.0.0.1:1502" } }', '"type" is missing in server "a": modbus-tcp'],
  ['servers: { a: { type: modbus_tcp } }', 'did you mean modbus-tcp?'],
  ['servers: { a: { type: opcua } }', 'type is "opcua", which is not in this version'],
  [text('device: furnace2'), 'no device is named "furnace2" | did you mean "furnace1"?'],
  [text(''), '"device" is missing in server "a"'],
  [text('device: furnace1, allowSet: 1'), 'allowSet is 1, expected true or false'],
  [text('device: furnace1, port: 1'), 'unknown key "port" in text server "a" | did you mean "lis'],
  [text('device: furnace1, listen: "0.0.0.0:9000"'), 'say who may ask, such as allow: [192.168'],
  [text('device: furnace1, allow: [home]'), '"home" is no network'],
  [server('listen: "0.0.0.0:502"'), 'allow: [{ from: 192.168.1.10 }]'],
  [server('allow: [{ from: here }]'), '"here" is no network'],
  [server('allow: [{ from: 10.0.0.1, units: [3] }]'), 'unit 3 is not served here'],
  [server('allow: [{ network: 10.0.0.1 }]'), 'did you mean "from"?'],
  [server('allow: [{ from: 10.0.0.1, ranges: ["0-8"] }]'), '"0-8" is no range of addresses | such'],
  [server('allow: [{ from: 10.0.0.1, ranges: ["hr:65535+2"] }]'), '"hr:65535+2" is no range'],
  [server('written: {}'), 'unknown key "written" in modbus-tcp server "a": not in this version'],
  [server('whenStale: zero'), 'exception, hold'],
  [server('when_stale: hold'), 'did you mean "whenStale"?'],
  [server('limits: { clients: 3 }'), 'did you mean "connections"?'],
  [server('unit: 256'), 'unit is 256, expected a whole number from 0 to 255'],
  [server('units: { 256: {} }'), 'unit "256", expected a number from 0 to 255'],
  [server('units: { 1: { registers: {} } }'), 'did you mean "map"?'],
  [server('units: {}'), 'no unit is served'],
  [server('units: { 1: {} }, start: 3'), '"start" stands beside "units"'],
  [server('map: { furnace1.pv: hr:0 }, include: ["*"]'), '"include" stands beside "map"'],
  [server('map: { furnace1.vp: hr:0 }'), 'no point "furnace1.vp" can be served | did you mean "f'],
  [server('map: { furnace1.hidden: hr:0 }'), 'no point "furnace1.hidden" can be served'],
  [server('map: { furnace1.pv: "hr:0 flt" }'), 'flt'],
  [server('map: { furnace1.pv: "hr:0 u16 rw" }'), '"rw": nobody may write furnace1.pv | write wr'],
  [server('map: { furnace1.pv: "hr:0 wo" }'), '"wo": what is served can be read | write rw'],
  [server('map: { furnace1.pv: co:0 }'), 'the point is a number, and "co:0" is true or false'],
  [server('map: { furnace1.hot: hr:0 }'), 'such as co:0, or a bit of a register: hr:0.3'],
  [server('include: ["furnace9.*"]'), 'no point matches "furnace9.*"'],
  [
    'servers: { a: { type: modbus-tcp }, b: { type: modbus-tcp } }',
    'server "a" listens there already',
  ],
])('%s is refused', async (more, message) => {
  const { site, messages } = await load(more);
  expect(site).toBeUndefined();
  expect(messages.join('\n')).toContain(message);
});

test('a mistake elsewhere does not make a point that may be written one that may not', async () => {
  const point = "at: 'hr:2 i16 rw', write: { min: 0, max: 900 }";
  const device = `{ at: tcp://10.0.0.1, points: { setpoint: { ${point} } }, writes: [setpoint] }`;
  const map = 'map: { furnace.setpoint: hr:0 rw }';
  const all = `version: 1\nwrites: local\ndevices: { furnace: ${device} }\n${server(map)}\n`;
  expect((await load(all, '')).messages).toEqual([]);
  const { site, messages } = await load(`${all}web: { listen: nowhere }`, '');
  expect(site).toBeUndefined();
  expect(messages).toHaveLength(1);
});

test('the keys of a furnace speak of the holding registers of its device', async () => {
  const { site, messages } = await load(
    'servers: { a: { type: zabbix-agent, keys: eurotherm, device: furnace1 } }',
  );
  expect(messages).toEqual([]);
  expect(site?.servers[0]).toMatchObject({
    furnace: {
      device: 'furnace1',
      registers: [
        { id: 'furnace1.pv', address: 1, count: 1 },
        { id: 'furnace1.energy', address: 10, count: 2 },
        { id: 'furnace1.burning', address: 30, count: 1 },
      ],
    },
  });
});

test.each([
  ['keys: eurotherm', 'the keys need a device to speak of | such as device: furnace1'],
  ['device: furnace1', '"device" is for keys of a device | keys: eurotherm says which'],
  ['keys: eurotherm, device: furnace2', 'no device is named "furnace2" | did you mean "furnace1"?'],
])('an agent with %s is refused', async (settings, message) => {
  const { messages } = await load(`servers: { a: { type: zabbix-agent, ${settings} } }`);
  expect(messages).toEqual([message]);
});
