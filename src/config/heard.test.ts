import { expect, test } from 'vitest';
import { memoryFiles } from '../../test/support/memory-files.ts';
import { loadSite } from './load-site.ts';
import type { SiteConfig } from './site-config.ts';

const DBC = `VERSION ""
BS_:
BU_: A B
BO_ 256 Status: 8 A
 SG_ Page M : 0|8@1+ (1,0) [0|0] "" B
 SG_ Volts m1 : 8|16@1+ (0.1,0) [0|0] "V" B
 SG_ Amps m2 : 8|16@1- (0.1,-1600) [0|0] "A" B
 SG_ Alarm : 63|1@1+ (1,0) [0|0] "" B
BO_ 512 Modules: 8 A
 SG_ Count : 0|8@1+ (1,0) [0|0] "" B
 SG_ State : 8|8@1+ (1,0) [0|0] "" B
BO_ 768 Ask: 8 B
 SG_ Code : 0|8@1+ (1,0) [0|0] "" A
VAL_ 512 State 0 "off" 1 "on" ;
`;

const PROFILE = `profile: acme/rack
points:
  volts: { at: hr:40000 u16 /10 V, label: System voltage, can: Status.Volts }
  amps: { at: hr:40001 u16 /10 -1600 A }
  'block_{n}': { at: hr:40010 u16 /1000 V, repeat: { count: 3, countFrom: count } }
  count: { at: hr:40009 u16 }
  fault: { at: co:7 }
  power: { expr: volts * amps }
`;

async function load(
  device: string,
  more = '',
  dbc: string | Uint8Array = DBC,
): Promise<{ site?: SiteConfig; messages: readonly string[]; files: readonly string[] }> {
  const { site, issues, files } = await loadSite('/s/gateway.yaml', {
    ...{ env: {}, profilesDirs: [] },
    files: memoryFiles({
      '/s/gateway.yaml': `version: 1\n${more}devices:\n  rack: ${device}\n`,
      ...{ '/s/rack.dbc': dbc, '/s/profiles/acme/rack.yaml': PROFILE },
    }),
  });
  const messages = issues.map(
    ({ file, line, column, message, hint }) =>
      `${file.slice(3)}:${line}:${column} ${message}${hint === undefined ? '' : ` | ${hint}`}`,
  );
  return { ...(site !== undefined && { site }), messages, files };
}

async function pointsOf(device: string): Promise<SiteConfig['devices'][number]> {
  const { site, messages } = await load(device);
  const found = site?.devices[0];
  if (found === undefined) throw new Error(messages.join('\n'));
  return found;
}

test('a device with nothing but a DBC file has every signal as a point', async () => {
  const { points, heard } = await pointsOf('{ at: can://can0, dbc: rack.dbc }');
  expect(points.map(({ point: { name, type, unit } }) => [name, type, unit])).toEqual([
    ['page', 'u16', undefined],
    ['volts', 'u16', 'V'],
    ['amps', 'i16', 'A'],
    ['alarm', 'bool', undefined],
    ['count', 'u16', undefined],
    ['state', 'u16', undefined],
    ['code', 'u16', undefined],
  ]);
  expect(points[5]?.point).toMatchObject({
    kind: 'state',
    enum: new Map([
      [0, 'off'],
      [1, 'on'],
    ]),
  });
  expect(points[2]?.point).toMatchObject({
    decimals: 1,
    scale: { multiply: 1, divide: 10, offset: -1600 },
  });
  expect(heard).toMatchObject({ cycle: 'message', staleMs: 10_000, requests: [] });
});

test('a point of a profile keeps everything but where its value comes from', async () => {
  const { points, computed, heard } = await pointsOf(
    `{ at: can://can0, dbc: rack.dbc, profile: acme/rack, stale: 3s, cycle: Status,
       messages: { Modules: { stale: 1h } }, requests: [{ send: Ask, values: { Code: 20 }, until: Modules }],
       points: { amps: { can: Status.Amps, label: Current }, count: { can: Modules.Count },
       'block_{n}': { can: 'Status.Volts', invalid: 0 }, fault: { can: 'Modules.State == 1' } } }`,
  );
  const byName = new Map(points.map((one) => [one.point.name, one]));
  expect(byName.get('volts')).toMatchObject({
    ...{ staleMs: 3_000, everyMs: 1_000 },
    point: { table: 'holding', address: 40_000, label: 'System voltage', can: 'Status.Volts' },
  });
  expect(byName.get('amps')?.point).toMatchObject({ address: 40_001, label: 'Current', unit: 'A' });
  expect(byName.get('block_3')?.point).toMatchObject({
    address: 40_012,
    invalid: [0],
    repeated: { countFrom: 'count' },
  });
  expect(byName.get('count')?.staleMs).toBe(3_600_000);
  expect(computed.map(({ name }) => name)).toEqual(['power']);
  expect(heard?.sources['fault']).toEqual({
    kind: 'signal',
    message: 1,
    signal: 'State',
    equals: 1,
  });
  expect(heard).toMatchObject({
    cycle: { start: 'Status' },
    requests: [
      {
        frame: { id: 0x300, length: 8 },
        data: '1400000000000000',
        everyMs: 5_000,
        until: 'Modules',
      },
    ],
  });
});

test('this computer is a device too, and a log lies beside the site file', async () => {
  const host = await pointsOf(
    '{ at: "host:", points: { cpu: { host: cpu-temperature }, now: { host: clock } } }',
  );
  expect(host.points.map(({ point }) => [point.name, point.type])).toEqual([
    ['cpu', 'i16'],
    ['now', 'ymdhms'],
  ]);
  const { site, files } = await load('{ at: "candump:a.log?loop=yes", dbc: rack.dbc }');
  expect(site?.lines).toMatchObject([{ kind: 'can', can: { path: '/s/a.log', isLooped: true } }]);
  expect(files).toContain('/s/rack.dbc');
});

const BUS = 'at: can://can0, dbc: rack.dbc';

test.each([
  ['{ at: can://can0 }', 'device "rack" has no DBC file | such as dbc: battery.dbc'],
  ['{ at: can://can0, dbc: none.dbc }', 'none.dbc: there is no such file'],
  [
    `{ ${BUS}, unit: 3 }`,
    '"unit" of a device that is asked, and rack speaks unasked | leave it out',
  ],
  [
    `{ ${BUS}, points: { v: { can: Statu.Volts } } }`,
    'the DBC file has no message "Statu" | did you mean "Status"?',
  ],
  [
    `{ ${BUS}, points: { v: { can: Status.Vols } } }`,
    'message "Status" has no signal "Vols" | did you mean "Volts"?',
  ],
  [
    `{ ${BUS}, points: { v: { can: nonsense } } }`,
    '"nonsense" is no source | Message.Signal, Message.Signal == 5, or = 38 for a number that never changes',
  ],
  [
    `{ ${BUS}, points: { v: { can: Status.Volts, scale: 2 } } }`,
    'the DBC file says how its signals are scaled',
  ],
  [
    `{ ${BUS}, points: { v: { host: cpu } } }`,
    'this computer has no "cpu" | known: cpu-temperature clock update-time',
  ],
  [
    `{ ${BUS}, points: { v: hr:0 u16 } }`,
    'nothing says where its value comes from | Message.Signal, Message.Signal == 5, or = 38 for a number that never changes',
  ],
  [
    `{ ${BUS}, profile: acme/rack, points: { fault: { can: Modules.State } } }`,
    'fault is true or false, and State is a number | which value means true? Modules.State == 1',
  ],
  [`{ ${BUS}, cycle: Stats }`, 'the DBC file has no message "Stats" | did you mean "Status"?'],
  [
    `{ ${BUS}, messages: { Module: { stale: 1s } } }`,
    'the DBC file has no message "Module" | did you mean "Modules"?',
  ],
  [
    `{ ${BUS}, requests: [{ send: '123#1' }] }`,
    '"123#1" is no frame | such as 181FE8F4#14, 123#R, or 123##1AABB with flexible data rate',
  ],
  [
    `{ ${BUS}, requests: [{ send: Ask, values: { Kode: 1 } }] }`,
    'Ask has no signal Kode, did you mean Code?',
  ],
  [
    `{ at: tcp://h, dbc: rack.dbc, points: { v: hr:0 } }`,
    '"dbc" of a device on a CAN bus | such a one is at: can://can0',
  ],
  [
    `{ at: tcp://h, points: { v: { can: A.B } } }`,
    '"at" is missing: where is the point? | such as at: "hr:5 u16 /10 °C"',
  ],
  [
    `{ at: can://can0?bitrate=x, dbc: rack.dbc }`,
    '"can://can0?bitrate=x": bitrate is "x", expected bits per second such as 250000',
  ],
])('%s is refused', async (device, message) => {
  const { messages } = await load(device);
  expect(messages.map((one) => one.replace(/^\S+ /, ''))).toContain(message);
  expect(messages.some((one) => one.startsWith('gateway.yaml:'))).toBe(true);
});

test('a mistake in the DBC file is shown in its own line', async () => {
  const { site, messages } = await load(`{ ${BUS} }`, '', DBC.replace('8|16@1+', '8|160@1+'));
  expect(site).toBeUndefined();
  expect(messages).toEqual(['rack.dbc:6:19 160 is no number of bits, expected 1..64']);
});

test('a DBC file of the Windows code page keeps its degree sign', async () => {
  const bytes = Buffer.from(DBC.replace('"V"', '"°C"'), 'latin1');
  const { site } = await load(`{ ${BUS} }`, '', new Uint8Array(bytes));
  expect(site?.devices[0]?.points[1]?.point.unit).toBe('°C');
});

test('points of a profile that have no source are left out, with a note', async () => {
  const { site, messages } = await load(`{ ${BUS}, profile: acme/rack }`);
  expect(messages).toEqual([
    'gateway.yaml:3:51 no source for amps, block_1, block_2, block_3, count, fault, power: they are left out | can: Message.Signal, or host:, says where a value comes from',
  ]);
  expect(site?.devices[0]?.points.map(({ point }) => point.name)).toEqual(['volts']);
});

test('a server answers as a device does, at the addresses of its profile', async () => {
  const server =
    'servers: { own: { type: modbus-tcp, device: rack, map: { rack.volts: hr:7 } } }\n';
  const { site, messages } = await load(
    `{ ${BUS}, profile: acme/rack, points: { amps: { can: Status.Amps } } }`,
    server,
  );
  expect(messages.filter((one) => !one.includes('no source'))).toEqual([]);
  const [own] = site?.servers ?? [];
  expect(own).toMatchObject({
    units: [
      {
        map: 'fixed',
        points: [
          { id: 'rack.amps', register: { address: 40_001 } },
          { id: 'rack.volts', register: { address: 7 } },
        ],
      },
    ],
  });
  const wrong = await load(
    `{ ${BUS} }`,
    server.replace('device: rack', 'device: rak').replace('rack.volts: hr:7', ''),
  );
  expect(wrong.messages.join()).toContain('no device is named "rak" | did you mean "rack"?');
});
