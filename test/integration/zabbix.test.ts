import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { SinkUnavailableError } from '../../src/base/errors.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp } from '../../src/server/listen-tcp.ts';
import { UnitTables } from '../../src/server/unit-tables.ts';
import { zabbixSink, type ZabbixSinkOptions } from '../../src/sink/zabbix/zabbix-sink.ts';
import type { Point } from '../../src/telemetry/point.ts';
import type { Sample } from '../../src/telemetry/sample.ts';
import type { Sink } from '../../src/telemetry/sink.ts';
import { askZabbix } from '../../src/sink/zabbix/exchange.ts';
import { senderData, senderResult, zabbixTime } from '../../src/sink/zabbix/sender-data.ts';
import { startZabbixAgent, type ZabbixAgent } from '../../src/text/zabbix-agent.ts';
import { zabbixTemplate } from '../../src/text/zabbix-template.ts';
import { FakeSite, sitePoint } from '../support/fake-site.ts';
import { missing } from '../support/peers.ts';
import { runProgramToEnd, startProgram } from '../support/program.ts';
import { startZabbixServer, type ZabbixServer } from '../support/zabbix-server.ts';

const WITHOUT_PEERS = missing(
  ...([
    'zabbix',
    'zabbix tools',
    'zabbix agent 2',
    'zabbix frontend',
    'php',
    'postgresql',
  ] as const),
);

const signal = new AbortController().signal;
const run = promisify(execFile);
const WAIT = { timeout: 40_000, interval: 250 };

const TIMER = new Map([
  [0, 'reset'],
  [1, 'run'],
  [2, 'hold'],
  [3, 'end'],
]);

const POINTS: readonly Point[] = [
  sitePoint('furnace1.pv', {
    ...{ type: 'i16', unit: '°C', label: 'Temperature (PV)', range: { high: 1200 } },
    report: { send: 'on-change', heartbeatMs: 60_000 },
  }),
  sitePoint('furnace1.energy', { type: 'u64', kind: 'counter', unit: 'kWh' }),
  sitePoint('furnace1.timer', { kind: 'state', enum: TIMER, label: "The timer's state" }),
  sitePoint('furnace1.alarm', { type: 'bool', kind: 'state' }),
  sitePoint('furnace1.serial', { type: 'str(14)', kind: 'text' }),
  sitePoint('furnace2.pv', { type: 'f32', unit: 'W' }),
];

const VALUES = {
  'furnace1.pv': -12.5,
  'furnace1.energy': 9_007_199_254_740_991n,
  'furnace1.timer': 2,
  'furnace1.alarm': true,
  'furnace1.serial': 'EU-3216 №7',
  'furnace2.pv': 1e-7,
};

interface ItemRow {
  itemid: string;
  key_: string;
  name: string;
  value_type: string;
  units: string;
  valuemapid: string;
  state: string;
  error: string;
  lastvalue: string;
}

interface HistoryRow {
  clock: string;
  ns: string;
  value: string;
}

// The server takes seconds to read its configuration, and more of them on a busy machine.
describe.skipIf(WITHOUT_PEERS)('a real Zabbix server', { timeout: 60_000 }, () => {
  let zabbix: ZabbixServer;
  let groupid: string;
  const site = new FakeSite(systemClock, 'plant');
  const folder = mkdtempSync(join(tmpdir(), 'dinrail-zabbix-test-'));
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    site.usePoints(POINTS);
    site.useDevice({ name: 'furnace1', label: 'Tube furnace 1' });
    site.useDevice({ name: 'furnace2' });
    site.answer(VALUES);
    zabbix = await startZabbixServer();
    closing.push(async () => zabbix.stop());
    const made = (await zabbix.api('hostgroup.create', { name: 'Plant' })) as {
      groupids: string[];
    };
    groupid = made.groupids[0]!;
  }, 60_000);

  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  /** Imports a template as a person does with its file, and gives its id. */
  async function importTemplate(source: string, name: string): Promise<string> {
    const all = { createMissing: true, updateExisting: true };
    const rules = {
      ...{ groups: all, templates: all, items: all, discoveryRules: all, triggers: all },
      valueMaps: all,
    };
    await zabbix.api('configuration.import', { format: 'yaml', source, rules });
    const found = (await zabbix.api('template.get', { filter: { host: name } })) as {
      templateid: string;
    }[];
    return found[0]!.templateid;
  }

  async function createHost(host: string, templateid: string, more: object = {}): Promise<string> {
    const made = (await zabbix.api('host.create', {
      ...{ host, groups: [{ groupid }], templates: [{ templateid }] },
      ...more,
    })) as { hostids: string[] };
    zabbix.reloadConfiguration();
    return made.hostids[0]!;
  }

  /** Resolves when the server takes discovery for a host: it has read its configuration again. */
  async function untilKnown(host: string): Promise<void> {
    const server = {
      host: '127.0.0.1',
      port: zabbix.trapperPort,
      compress: true,
      timeoutMs: 5_000,
    };
    await vi.waitFor(async () => {
      const time = zabbixTime(systemClock.wallMicros());
      const empty = senderData([{ host, key: 'dinrail.discovery', value: '[]', ...time }]);
      const answer = await askZabbix(server, empty, systemClock, signal);
      expect(senderResult(answer).processed).toBe(1);
    }, WAIT);
  }

  async function items(hostid: string): Promise<ReadonlyMap<string, ItemRow>> {
    const rows = (await zabbix.api('item.get', { hostids: hostid, output: 'extend' })) as ItemRow[];
    return new Map(rows.map((row) => [row.key_, row]));
  }

  /** What the server has stored of an item, oldest first. */
  async function history({ itemid, value_type }: ItemRow): Promise<readonly HistoryRow[]> {
    const query = { itemids: itemid, history: Number(value_type), sortfield: 'clock' };
    return (await zabbix.api('history.get', { ...query, output: 'extend' })) as HistoryRow[];
  }

  async function openSink(options: Partial<ZabbixSinkOptions>): Promise<Sink> {
    const sink = zabbixSink(
      { host: '127.0.0.1', port: zabbix.trapperPort, ...options },
      { clock: systemClock },
    );
    await sink.open(site, signal);
    closing.push(async () => sink.close());
    return sink;
  }

  /** Offers a batch until nothing is deferred any more, as the delivery does. */
  async function deliver(sink: Sink, batch: readonly Sample[]): Promise<void> {
    let left = batch;
    await vi.waitFor(async () => {
      const { rejected, deferred = [] } = await sink.write(left, signal, 'live');
      expect(rejected).toEqual([]);
      left = deferred.map(({ sample }) => sample);
      expect(left).toEqual([]);
    }, WAIT);
  }

  describe('that is sent values', () => {
    let hostid: string;
    let known: ReadonlyMap<string, ItemRow>;
    const batch = (): readonly Sample[] => site.snapshot();
    let first: readonly Sample[];

    beforeAll(async () => {
      const source = zabbixTemplate({ points: POINTS, version: '6.0', mode: 'trapper' });
      const templateid = await importTemplate(source, 'dinrail by trapper');
      // Importing it again changes what is there: a UUID that had changed would make a second one.
      expect(await importTemplate(source, 'dinrail by trapper')).toBe(templateid);
      hostid = await createHost('plant', templateid);
      await untilKnown('plant');
      const sink = await openSink({});
      expect(await sink.test?.(signal)).toContain('takes values');
      first = batch();
      await deliver(sink, first);
      known = await items(hostid);
    }, 60_000);

    test('has an item for every point, of the type, unit and names that the point has', () => {
      const row = (id: string): Partial<ItemRow> | undefined => {
        const { name, value_type, units } = known.get(`dinrail.value[${id}]`)!;
        return { name, value_type, units };
      };
      expect(row('furnace1,pv')).toEqual({
        ...{ name: 'Tube furnace 1: Temperature (PV)', value_type: '0', units: '!°C' },
      });
      expect(row('furnace1,energy')).toMatchObject({ value_type: '0', units: '!kWh' });
      expect(row('furnace1,timer')).toMatchObject({
        ...{ name: "Tube furnace 1: The timer's state", value_type: '3' },
      });
      expect(row('furnace1,alarm')).toMatchObject({ value_type: '3' });
      expect(row('furnace1,serial')).toMatchObject({ value_type: '1' });
      expect(row('furnace2,pv')).toMatchObject({ name: 'furnace2: pv', units: 'W' });
      expect(known.get('dinrail.value[furnace1,timer]')!.valuemapid).not.toBe('0');
      expect(known.get('dinrail.value[furnace1,alarm]')!.valuemapid).toBe('0');
    });

    test.each([
      ['furnace1,pv', '-12.5'],
      ['furnace1,energy', '9.007199254740991e+15'],
      ['furnace1,timer', '2'],
      ['furnace1,alarm', '1'],
      ['furnace1,serial', 'EU-3216 №7'],
      ['furnace2,pv', '1e-07'],
    ])('stores %s as %s, at the time of its reading', async (id, value) => {
      const item = known.get(`dinrail.value[${id}]`)!;
      const { at } = first.find(({ point }) => point.id === id.replace(',', '.'))!;
      const { clock, ns } = zabbixTime(at);
      await vi.waitFor(async () => {
        const stored = (await history(item)).map((row) => ({
          ...{ clock: row.clock, ns: row.ns },
          value: Number.isNaN(Number(row.value)) ? row.value : Number(row.value),
        }));
        const expected = Number.isNaN(Number(value)) ? value : Number(value);
        expect(stored).toEqual([{ clock: String(clock), ns: String(ns), value: expected }]);
      }, WAIT);
    });

    test('raises an alarm for silence only where a value must come', async () => {
      const triggers = (await zabbix.api('trigger.get', {
        ...{ hostids: hostid, output: ['description'], expandDescription: true },
      })) as { description: string }[];
      expect(triggers.map(({ description }) => description)).toEqual([
        'No value of Tube furnace 1: Temperature (PV) for 180s',
      ]);
    });

    test('gets nothing for a value that is not known', async () => {
      const sink = await openSink({ discoveryKey: '' });
      site.fail(['furnace2.pv'], 'bad', 'timeout');
      expect(await sink.write([site.sample('furnace2.pv')!], signal, 'live')).toEqual({
        ...{ rejected: [], deferred: [] },
      });
      site.answer({ 'furnace2.pv': 7 });
      const after = site.sample('furnace2.pv')!;
      await deliver(sink, [after]);
      const item = known.get('dinrail.value[furnace2,pv]')!;
      await vi.waitFor(async () => {
        expect((await history(item)).map(({ value }) => Number(value))).toEqual([1e-7, 7]);
      }, WAIT);
    });

    test('names the one key among 300 values that it does not know, and stores the others', async () => {
      const sink = await openSink({ discoveryKey: '' });
      const stranger = sitePoint('furnace9.pv');
      const start = Math.floor(systemClock.wallMicros() / 1e6 - 1000) * 1e6;
      const samples = Array.from({ length: 300 }, (_, index): Sample => {
        const at = start + index * 1_000_000;
        const point = index === 123 ? stranger : POINTS[index % 2 === 0 ? 0 : 1]!;
        return { point, value: index, quality: 'good', at, requestedAt: at, goodAt: at };
      });
      const { rejected, deferred = [] } = await sink.write(samples, signal, 'backlog');
      expect(rejected).toEqual([]);
      expect(deferred.map(({ sample }) => sample)).toEqual([samples[123]]);
      expect(deferred[0]?.reason).toContain('no trapper item dinrail.value[furnace9,pv]');
      await vi.waitFor(async () => {
        const stored = await history(known.get('dinrail.value[furnace1,pv]')!);
        expect(stored.filter(({ clock }) => Number(clock) < start / 1e6 + 300).length).toBe(150);
      }, WAIT);
    });

    test('knows no such host: everything is deferred, nothing is lost', async () => {
      const sink = await openSink({ zabbixHost: 'no-such-{device}' });
      const { deferred = [] } = await sink.write(batch(), signal, 'live');
      expect(deferred).toHaveLength(POINTS.length);
      expect(deferred[0]?.reason).toContain('host no-such-furnace1');
    });

    test('takes values under a pre-shared key, and says when the key is another', async () => {
      const psk = { identity: 'plant key', keyHex: '0123456789abcdef'.repeat(4) };
      const tls = { tls_psk_identity: psk.identity, tls_psk: psk.keyHex };
      await zabbix.api('host.update', { hostid, ...tls, tls_accept: 2 });
      zabbix.reloadConfiguration();
      const plain = await openSink({ discoveryKey: '' });
      site.answer({ 'furnace1.timer': 3 });
      const sample = site.sample('furnace1.timer')!;
      await vi.waitFor(async () => {
        const { deferred = [] } = await plain.write([sample], signal, 'live');
        expect(deferred).toHaveLength(1);
      }, WAIT);
      await deliver(await openSink({ psk, discoveryKey: '' }), [sample]);
      const wrong = await openSink({ psk: { ...psk, keyHex: 'ff'.repeat(32) } });
      await expect(wrong.write([sample], signal, 'live')).rejects.toThrow(SinkUnavailableError);
      await expect(wrong.write([sample], signal, 'live')).rejects.toThrow('PSK identity plant key');
    });
  });

  describe('that asks our agent', () => {
    let agent: ZabbixAgent;

    beforeAll(async () => {
      agent = await startZabbixAgent({ site, clock: systemClock, listen: { port: 0 } });
      closing.push(async () => agent.close());
    });

    async function get(key: string): Promise<string> {
      const args = ['-s', '127.0.0.1', '-p', String(agent.port), '-k', key];
      const { stdout, stderr } = await run('zabbix_get', args).catch(
        (error: unknown) =>
          error as {
            stdout: string;
            stderr: string;
          },
      );
      return (stdout + stderr).trim();
    }

    test('reads what is known, and why something is not', async () => {
      site.answer({ 'furnace1.pv': 749.6, 'furnace1.alarm': false });
      site.fail(['furnace2.pv'], 'stale', 'timeout');
      expect(await get('agent.ping')).toBe('1');
      expect(await get('agent.hostname')).toBe('plant');
      expect(await get('dinrail.value[furnace1,pv]')).toBe('749.6');
      expect(await get('dinrail.value[furnace1, "alarm"]')).toBe('0');
      expect(await get('dinrail.value[furnace2,pv]')).toContain('not known: stale (timeout)');
      expect(await get('dinrail.quality[furnace2,pv]')).toBe('stale');
      expect(await get('dinrail.value[furnace2,nothing]')).toContain('no point furnace2.nothing');
      expect(JSON.parse(await get('dinrail.discovery'))).toHaveLength(POINTS.length);
    });

    test('a user parameter of the agent on the same computer reads it too', async () => {
      const config = join(folder, 'agent2.conf');
      const command = `zabbix_get -s 127.0.0.1 -p ${agent.port} -k "dinrail.value[$1,$2]"`;
      writeFileSync(
        config,
        `Server=127.0.0.1\nLogType=console\nControlSocket=${join(folder, 'agent.sock')}\n` +
          `PidFile=${join(folder, 'agent2.pid')}\nUserParameter=dinrail[*],${command}\n`,
      );
      const key = 'dinrail[furnace1,pv]';
      const { stdout } = await run('/usr/sbin/zabbix_agent2', ['-c', config, '-t', key]);
      expect(stdout).toMatch(/dinrail\[furnace1,pv\]\s+\[s\|749\.6\]/);
    });

    test('discovers the points and fetches their values by itself', async () => {
      const name = 'dinrail by agent';
      const source = zabbixTemplate({
        points: POINTS,
        version: '6.0',
        mode: 'agent',
        quality: true,
      });
      const address = { type: 1, main: 1, useip: 1, ip: '127.0.0.1', dns: '' };
      const hostid = await createHost('asked', await importTemplate(source, name), {
        interfaces: [{ ...address, port: String(agent.port) }],
        macros: [{ macro: '{$DINRAIL.EVERY}', value: '1s' }],
      });
      const master = (await items(hostid)).get('dinrail.discovery')!;
      await vi.waitFor(async () => {
        // "Execute now" for the item that is due once an hour; the server may not know of it yet.
        await zabbix.api('task.create', [{ type: 6, request: { itemid: master.itemid } }]);
        const found = await items(hostid);
        expect(found.get('dinrail.value[furnace1,pv]')?.lastvalue).toBe('749.6');
        expect(found.get('dinrail.value[furnace2,pv]')?.error).toContain('stale (timeout)');
        expect(found.get('dinrail.quality[furnace2,pv]')?.lastvalue).toBe('stale');
      }, WAIT);
    });
  });

  test('a furnace comes from its registers into Zabbix with a site file and a template alone', async () => {
    const tables = new UnitTables({ holding: { extents: [{ start: 0, count: 300 }] } });
    tables.holding.setRegisters(1, [750, 800, 0, 423, 760]);
    const furnace = await listenTcp({ port: 0, units: tables, clock: systemClock });
    closing.push(async () => furnace.close());
    const file = join(folder, 'gateway.yaml');
    writeFileSync(file, siteFile(furnace.port, zabbix.trapperPort));

    const name = 'dinrail by trapper';
    const { stdout } = await runProgramToEnd(['export', 'zabbix', file]);
    const hostid = await createHost('furnace-pi', await importTemplate(stdout, name));
    await untilKnown('furnace-pi');
    const program = startProgram(['run', file]);
    try {
      await vi.waitFor(async () => {
        const item = (await items(hostid)).get('dinrail.value[furnace1,output]');
        expect(item).toMatchObject({ units: '!%', lastvalue: '42.3' });
      }, WAIT);
      const pv = (await items(hostid)).get('dinrail.value[furnace1,pv]');
      expect(pv).toMatchObject({ name: 'Tube furnace 1: Temperature (PV)', lastvalue: '750' });
    } finally {
      await program.end('SIGTERM');
    }
  });
});

function siteFile(furnacePort: number, trapperPort: number): string {
  return `version: 1
name: furnace-pi
lines: { bus: 'tcp://127.0.0.1:${furnacePort}' }
devices:
  furnace1: { label: Tube furnace 1, line: bus, unit: 1, profile: eurotherm/3216 }
web: { listen: none }
sinks:
  zabbix: { type: zabbix, server: '127.0.0.1:${trapperPort}', discovery: 10s }
`;
}
