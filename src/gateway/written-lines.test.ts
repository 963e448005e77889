import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askerOf } from '../../test/support/ask-units.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { loadSite } from '../config/load-site.ts';
import type { SiteConfig } from '../config/site-config.ts';
import { Engine } from '../engine/engine.ts';
import type { WriteDoor } from '../gate/write-door.ts';
import { serverCounters } from '../server/service.ts';
import { ServedSite, type ModbusServerHost } from './served-site.ts';
import { WrittenLines } from './written-lines.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'dinrail-written-'))));
afterEach(async () => rm(folder, { recursive: true }));

const VOLTS = 'volts: "hr:1 u16 /10 V"';

async function configOf(more = '', label = 'Array', volts = VOLTS): Promise<SiteConfig> {
  const file = join(folder, 'gateway.yaml');
  await writeFile(
    file,
    `version: 1
devices:
  pv1:
    { at: server:field/any, label: ${label}, stale: 30s, points: { dc: hr:0 u16 W, ${volts},
      energy: hr:2 u32, amps: { expr: dc / volts, unit: A } } ${more} }
servers:
  field: { type: modbus-tcp, status: { pv1: hr:100 } }
`,
  );
  const { site, issues } = await loadSite(file, { env: {}, profilesDirs: [] });
  if (site === undefined) throw new Error(JSON.stringify(issues));
  return site;
}

/** Nothing of these sites is written to a device. */
const NO_GATE = {} as WriteDoor;

async function setUp(more = '', volts = VOLTS) {
  const clock = new ManualClock();
  const config = await configOf(more, 'Array', volts);
  const written = new WrittenLines();
  const engine = new Engine('site', written.setups(config), clock, silentLogger);
  const stdout = new PassThrough();
  const host: ModbusServerHost = {
    ...{ site: engine, clock, logger: silentLogger, stdout, folder: undefined, written },
    gate: NO_GATE,
  };
  const serve = async (): Promise<ServedSite> => {
    const [server] = config.servers;
    if (server?.type !== 'modbus-tcp') throw new Error('no such server');
    return ServedSite.open(server, undefined, host);
  };
  const served = await serve();
  return {
    ...{ clock, engine, written, served, serve },
    ask: askerOf(served.concentrator.units, clock),
  };
}

/** 250 W, 50 V and 65537. */
const WRITE = '10 0000 0004 08 00FA 01F4 0001 0001';

function values(engine: Engine): readonly string[] {
  return engine
    .snapshot()
    .map(({ quality, value, cause }) => `${quality} ${String(value ?? cause)}`);
}

test('one write of a client is one update of the site, with what follows from it', async () => {
  const { engine, ask } = await setUp();
  engine.start();
  const units: string[][] = [];
  engine.subscribe((changed) =>
    units.push(changed.map(({ point: { name }, value }) => `${name} ${String(value)}`)),
  );
  expect(values(engine)).toEqual(Array(4).fill('bad not-read-yet'));
  expect(engine.devices()).toMatchObject([{ name: 'pv1', state: 'waiting', line: 'server:field' }]);
  expect(ask(WRITE)).toBe('1000000004');
  expect(units).toEqual([['dc 250', 'volts 50', 'energy 65537', 'amps 5']]);
  expect(engine.sample('pv1.energy')?.raw).toEqual([1, 1]);
  expect(ask('06 0000 0064')).toBe('0600000064');
  expect(units[1]).toEqual(['dc 100', 'amps 2']);
  expect(engine.devices()).toMatchObject([{ state: 'good', polls: 2 }]);
});

test('half of a value is not known, and comes to the site as that', async () => {
  const { engine, ask } = await setUp();
  engine.start();
  ask('06 0003 0001');
  expect(engine.sample('pv1.energy')).toMatchObject({ quality: 'bad', cause: 'not-written-yet' });
  ask('06 0002 0001');
  expect(engine.sample('pv1.energy')).toMatchObject({ quality: 'good', value: 65_537 });
});

test('what is not written again goes stale at the site when readers get an exception', async () => {
  const { engine, ask, clock } = await setUp();
  engine.start();
  ask(WRITE);
  clock.advance(20_000);
  ask('06 0001 01F5');
  clock.advance(9_999);
  expect(ask('03 0000 0001')).toBe('030200FA');
  expect(values(engine)[0]).toBe('good 250');
  clock.advance(1);
  expect(ask('03 0000 0001')).toBe('830B');
  expect(ask('03 0064 0002')).toBe('03040001000A');
  expect(values(engine)).toEqual([
    'stale 250',
    'good 50.1',
    'stale 65537',
    expect.stringMatching(/^stale/),
  ]);
  clock.advance(60_000);
  expect(engine.devices()).toMatchObject([{ state: 'silent' }]);
});

test.each([
  ['bad', '0600010FFF', 'bad out-of-range'],
  ['warn', '0600010FFF', 'good 409.5'],
  ['refuse', '8603', 'bad not-read-yet'],
] as const)(
  'a value outside its range is as outOfRange: %s says',
  async (rule, answer, quality) => {
    const valid = 'volts: { at: "hr:1 u16 /10 V", valid: [0, 100] }';
    const { engine, ask } = await setUp(`, outOfRange: ${rule}`, valid);
    engine.start();
    expect(ask('06 0001 0FFF')).toBe(answer);
    expect(values(engine)[1]).toBe(quality);
  },
);

test('a line that begins after its server has what was written before', async () => {
  const { engine, ask, written } = await setUp();
  ask(WRITE);
  expect(values(engine)[0]).toBe('bad not-read-yet');
  const units: number[] = [];
  engine.subscribe((changed) => units.push(changed.length));
  engine.start();
  expect(values(engine)).toEqual(['good 250', 'good 50', 'good 65537', 'good 5']);
  expect(units).toEqual([4]);
  // Another label is another line, and the same server.
  engine.apply(written.setups(await configOf('', 'Roof')));
  expect(values(engine)[0]).toBe('good 250');
  expect(engine.apply(written.setups(await configOf('', 'Roof'))).kept).toEqual(['server:field']);
});

test('a server that has ended tells nothing more, and the next one begins anew', async () => {
  const { engine, served, serve, clock } = await setUp();
  engine.start();
  served.close();
  const next = await serve();
  expect(askerOf(next.concentrator.units, clock)(WRITE)).toBe('1000000004');
  expect(values(engine)[0]).toBe('good 250');
  expect(engine.lines()).toMatchObject([{ answers: 1 }]);
});

test('the line counts what the server was asked', async () => {
  const { engine, served } = await setUp();
  served.count(() => ({ ...serverCounters(), requests: 7, exceptions: 2 }));
  engine.start();
  expect(engine.lines()).toMatchObject([{ url: 'server:field', requests: 7, exceptions: 2 }]);
});
