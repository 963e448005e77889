import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BenchDevice, OPERATOR } from '../../test/support/gate-bench.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { loadSite } from '../config/load-site.ts';
import type { SiteConfig } from '../config/site-config.ts';
import type { Engine } from '../engine/engine.ts';
import type { RegisterWish } from '../gate/register-writes.ts';
import type { SiteEvent } from '../telemetry/event.ts';
import type { GatewayHost } from './gateway.ts';
import { Writing } from './writing.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dinrail-gate-'));
});
afterEach(async () => rm(folder, { recursive: true }));

async function site(writes: string): Promise<SiteConfig> {
  const file = join(folder, 'site.yaml');
  const point = '"hr:2 i16 rw °C"';
  const rules = '{ setpoint: { min: 0, max: 900, interlocks: ["other.ready"] } }';
  const text = [
    `version: 1\nwrites: ${writes}\ndevices:`,
    `  furnace: { at: tcp://127.0.0.1:1, points: { setpoint: ${point}, free: hr:3 u16 }, writes: ${rules} }`,
    '  other: { at: tcp://127.0.0.1:2, points: { ready: hr:1.0 } }\n',
  ].join('\n');
  await writeFile(file, text);
  const { site: loaded, issues } = await loadSite(file, { env: {}, profilesDirs: [] });
  expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
  return loaded!;
}

/** An engine whose devices are one of the bench. */
function open(clock = new ManualClock()) {
  const device = new BenchDevice();
  const isReady = { now: true };
  const sample = (id: string) => {
    const at = clock.wallMicros();
    const value = id === 'other.ready' ? isReady.now : device.words[2];
    return { quality: 'good', value, at, point: { id, everyMs: 1_000 } };
  };
  const devices = () => [{ name: 'furnace', state: 'good', lastAnswerAt: clock.wallMicros() }];
  const engine = { sample, devices, port: () => device } as unknown as Engine;
  const events: SiteEvent[] = [];
  const warnings: unknown[] = [];
  const logger = { ...silentLogger, warn: (...said: unknown[]) => warnings.push(said) };
  const host = { clock, logger } as unknown as GatewayHost;
  const writing = new Writing(engine, host, (event) => events.push(event));
  const write = async (value: number, point = 'furnace.setpoint') =>
    writing.write({ point, value, who: OPERATOR });
  return { device, events, warnings, writing, write, isReady };
}

test('a try while writing is off is in the log, with who and what, and not as often as somebody likes', async () => {
  const { writing, write, warnings } = open();
  await writing.apply(await site('none'));
  for (let n = 0; n < 5; n += 1) await write(600);
  expect(warnings).toEqual([
    [
      'a write was refused: writing is off',
      { point: 'furnace.setpoint', name: OPERATOR.name, from: OPERATOR.from, door: OPERATOR.door },
    ],
  ]);
});

describe('the gate of a site', () => {
  test('that writes nothing refuses, makes no folder, and opens when a change allows it', async () => {
    const { writing, write, device } = open();
    await writing.apply(await site('none'));
    expect(await write(600)).toMatchObject({ outcome: 'refused', code: 'writes-off' });
    expect(await writing.writeAll([])).toEqual([]);
    expect(await writing.renew('furnace.setpoint', OPERATOR)).toMatchObject({ code: 'writes-off' });
    expect(await writing.lock('*', OPERATOR, 'x')).toMatchObject({ code: 'writes-off' });
    expect(writing.status()).toMatchObject({
      state: 'off',
      problem: expect.stringContaining('set writes') as string,
    });
    await expect(writeFile(join(folder, 'dinrail-data', 'x'), '')).rejects.toThrow();
    await writing.apply(await site('local'));
    expect(await write(600)).toMatchObject({ outcome: 'confirmed' });
    expect(device.frames).toEqual([{ function: 6, address: 2, word: 600 }]);
    await writing.apply(await site('none'));
    expect(await write(700)).toMatchObject({ code: 'writes-off' });
    await writing.close();
  });

  test('whose folder cannot be had says so to everybody', async () => {
    const { writing, write } = open();
    await writeFile(join(folder, 'dinrail-data'), 'a file');
    await writing.apply(await site('local'));
    expect(await write(600)).toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining('nothing can be written') as string,
    });
  });

  test('whose audit was changed stays shut at the next start, and says what to do', async () => {
    const first = open();
    await first.writing.apply(await site('local'));
    await first.write(600);
    await first.writing.close();
    const audit = join(folder, 'dinrail-data', 'gate', 'audit-000000000000.jsonl');
    await writeFile(audit, (await readFile(audit, 'utf8')).replace('"asked":600', '"asked":601'));
    const { writing, write, device } = open();
    await writing.apply(await site('local'));
    expect(await write(700)).toMatchObject({ outcome: 'refused', code: 'state-damaged' });
    expect(writing.status()).toMatchObject({
      ...{ state: 'damaged', problem: expect.stringContaining('was changed') as string },
    });
    expect(device.frames).toEqual([]);
    await writing.close();
  });

  test('lets through what the site lists, from where it says, while conditions over other devices hold', async () => {
    const { writing, write, isReady } = open();
    await writing.apply(await site('{ from: [10.0.0.0/8] }'));
    expect(await write(600)).toMatchObject({ code: 'address' });
    const who = { ...OPERATOR, from: '10.1.2.3' };
    const from = async (value: number, point: string) => writing.write({ point, value, who });
    expect(await from(600, 'furnace.free')).toMatchObject({ code: 'not-writable' });
    expect(await from(901, 'furnace.setpoint')).toMatchObject({ code: 'range' });
    isReady.now = false;
    expect(await from(600, 'furnace.setpoint')).toMatchObject({ code: 'interlock' });
    isReady.now = true;
    expect(await from(600, 'furnace.setpoint')).toMatchObject({ outcome: 'confirmed' });
    await writing.close();
  });

  test('counts, and tells what happened to points that there are', async () => {
    const { writing, write, events } = open();
    await writing.apply(await site('local'));
    await write(600);
    await write(901);
    await write(5, 'nobody.knows');
    expect(events).toMatchObject([
      {
        ...{ type: 'write.done', source: 'furnace/setpoint', subject: 'furnace.setpoint' },
        data: { outcome: 'confirmed', old: 0, value: 600, readback: 600, who: { name: 'mei' } },
      },
      { type: 'write.refused', data: { code: 'range' } },
    ]);
    expect(writing.counts()).toEqual([
      { device: 'furnace', outcome: 'confirmed', count: 1 },
      { device: 'furnace', outcome: 'refused', count: 1 },
      { device: '', outcome: 'refused', count: 1 },
    ]);
    expect(await writing.audit({ point: 'furnace.setpoint', limit: 1 })).toMatchObject([
      { kind: 'result', outcome: 'refused' },
    ]);
    await writing.close();
  });

  test.each([
    ['furnace.setpoint', '0x10', 16],
    ['furnace.setpoint', 'hot', 'hot'],
    ['nobody.knows', '5', '5'],
  ])('%s is typed as %s and means %j', async (point, text, value) => {
    const { writing } = open();
    await writing.apply(await site('local'));
    expect(writing.typed(point, text)).toBe(value);
    await writing.close();
  });
});

describe('registers that no point names', () => {
  const admin = { ...OPERATOR, role: 'admin', door: 'workbench' } as const;
  const wish: RegisterWish = {
    ...{ device: 'furnace', table: 'holding', start: 100, words: [750], who: admin },
  };

  test('are written through the same gate, counted for their device and told as an event', async () => {
    const { writing, device, events } = open();
    await writing.apply(await site('local'));
    expect(writing.registersProblem('furnace')).toBeUndefined();
    expect(await writing.writeRegisters(wish)).toMatchObject({ code: 'locked' });
    await writing.unlockRegisters(admin, 'trying');
    expect(writing.unlocks()).toHaveLength(1);
    expect(await writing.writeRegisters(wish)).toMatchObject({ outcome: 'confirmed' });
    expect(device.frames).toEqual([{ function: 6, address: 100, word: 750 }]);
    expect(events.map(({ type, subject }) => [type, subject])).toEqual([
      ['write.refused', 'furnace.hr:100'],
      ['write.done', 'furnace.hr:100'],
    ]);
    expect(writing.counts()).toEqual([
      { device: 'furnace', outcome: 'refused', count: 1 },
      { device: 'furnace', outcome: 'confirmed', count: 1 },
    ]);
    await writing.lockRegisters(admin);
    expect(writing.unlocks()).toEqual([]);
    await writing.close();
  });

  test.each([
    ['none', 'furnace', 'writes-off'],
    ['local', 'other', 'device-off'],
  ])('with writes: %s of the device %s are refused, with what to do', async (on, name, code) => {
    const { writing, device } = open();
    await writing.apply(await site(on));
    expect(writing.registersProblem(name)).toMatchObject({ code });
    await writing.unlockRegisters(admin, 'trying');
    expect(await writing.writeRegisters({ ...wish, device: name })).toMatchObject({ code });
    expect(device.frames).toEqual([]);
    await writing.close();
  });
});
