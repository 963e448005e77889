import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AlarmConfig } from './alarm-config.ts';
import { loadSite } from './load-site.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'dinrail-alarms-'))));
afterAll(async () => rm(folder, { recursive: true }));

const SITE = `
version: 1
devices:
  furnace1:
    label: Tube furnace
    at: tcp://127.0.0.1
    points:
      pv: { at: 'hr:1 i16 °C', label: Temperature, alarm: { hihi: 1250, hi: 1200, hysteresis: 5, delay: 10s, priority: urgent } }
      sp: hr:2 i16
      run: co:0
      timer: { at: hr:3, enum: { 0: reset, 3: { name: end, alarm: info } } }
      status: { at: hr:4 bits16, bits: { 5: { name: sensor_break, label: Sensor broken, alarm: urgent } } }
      'cell_{n}': { at: hr:10, repeat: { count: 3 }, alarm: { outlier: 4 } }
      deviation: { expr: pv - sp, alarm: { hi: 25, lo: -25, when: run } }
`;

interface Loaded {
  readonly alarms: readonly AlarmConfig[];
  readonly data?: string | undefined;
  readonly messages: readonly string[];
}

async function load(more: string): Promise<Loaded> {
  const file = join(folder, 'gateway.yaml');
  await writeFile(file, SITE + more);
  const { site, issues } = await loadSite(file, { env: {}, profilesDirs: [] });
  const messages = issues.map(({ message, hint, line = 0, column = 0 }) =>
    [`${line}:${column} ${message}`, hint].filter((part) => part !== undefined).join(' | '),
  );
  return { alarms: site?.alarms ?? [], data: site?.data, messages };
}

function find({ alarms }: Loaded, id: string): AlarmConfig | undefined {
  return alarms.find((alarm) => alarm.id === id);
}

describe('the alarms of a site', () => {
  test('are those of its points, one per device, and its own', async () => {
    const loaded = await load('alarms: { hot: { when: "furnace1.pv > 1200 and furnace1.run" } }');
    expect(loaded.messages).toEqual([]);
    expect(loaded.alarms.map(({ id, priority, text }) => `${id} ${priority} ${text}`)).toEqual([
      'hot high hot',
      'furnace1.pv.hihi urgent Temperature very high',
      'furnace1.pv.hi urgent Temperature high',
      'furnace1.timer.3 info timer: end',
      'furnace1.sensor_break.on urgent Sensor broken',
      'furnace1.cell_1.outlier high cell_1 differs from the others',
      'furnace1.cell_2.outlier high cell_2 differs from the others',
      'furnace1.cell_3.outlier high cell_3 differs from the others',
      'furnace1.deviation.hi high deviation high',
      'furnace1.deviation.lo high deviation low',
      'furnace1.down high Tube furnace does not answer',
    ]);
  });

  test('are complete', async () => {
    const loaded = await load('');
    expect(find(loaded, 'furnace1.pv.hi')).toEqual({
      ...{ id: 'furnace1.pv.hi', device: 'furnace1', point: 'pv', priority: 'urgent' },
      ...{ text: 'Temperature high', unit: '°C', delayMs: 10_000, offDelayMs: 0 },
      test: { kind: 'hi', point: 'furnace1.pv', limit: 1200, hysteresis: 5 },
    });
    expect(find(loaded, 'furnace1.cell_2.outlier')?.test).toEqual({
      ...{ kind: 'outlier', point: 'furnace1.cell_2', limit: 4, hysteresis: 0 },
      among: ['furnace1.cell_1', 'furnace1.cell_2', 'furnace1.cell_3'],
    });
    const { when } = find(loaded, 'furnace1.deviation.hi') ?? {};
    expect(when?.points).toEqual(['furnace1.run']);
    expect(
      when?.evaluate((id) =>
        id === 'furnace1.run' ? { value: true, quality: 'good' } : undefined,
      ),
    ).toEqual({ value: true, quality: 'good' });
  });

  test('can be another for one device', async () => {
    const loaded = await load(`    alarms:
      pv: { hi: 1100, hihi: none, priority: low, text: Too hot }
      sp: { lo: 5 }
      run: info
      timer: none
      down: { delay: 5m, priority: urgent }
      deviation: { when: pv > 100 }
`);
    expect(loaded.messages).toEqual([]);
    expect(find(loaded, 'furnace1.pv.hihi')).toBeUndefined();
    expect(find(loaded, 'furnace1.timer.3')).toBeUndefined();
    expect(find(loaded, 'furnace1.pv.hi')).toMatchObject({
      ...{
        priority: 'low',
        text: 'Too hot',
        delayMs: 10_000,
        test: { limit: 1100, hysteresis: 5 },
      },
    });
    expect(find(loaded, 'furnace1.sp.lo')).toMatchObject({ test: { limit: 5 } });
    expect(find(loaded, 'furnace1.run.on')).toMatchObject({ priority: 'info' });
    expect(find(loaded, 'furnace1.down')).toMatchObject({ priority: 'urgent', delayMs: 300_000 });
    expect(find(loaded, 'furnace1.deviation.lo')?.when?.text).toBe('pv > 100');
  });

  test('of points that are left out are left out with them', async () => {
    const { alarms } = await load('    only: [deviation]\n');
    expect(alarms.map(({ id }) => id)).toEqual([
      ...['furnace1.pv.hihi', 'furnace1.pv.hi', 'furnace1.down'],
    ]);
  });

  test('need a folder where the site speaks of them', async () => {
    expect((await load('')).data).toBeUndefined();
    const own = await load('    alarms: { pv: none }\n');
    expect(own.data).toBe(join(folder, 'dinrail-data'));
  });
});

test.each<[string, string]>([
  ['alarms: { hot: {} }', '15:11 "when" is missing in hot, expected a text'],
  [
    'alarms: { hot: { when: furnace1.px > 1 } }',
    '15:24 no name "furnace1.px" is known here | did you mean furnace1.pv?',
  ],
  [
    'alarms: { hot: { when: furnace1.pv } }',
    '15:24 furnace1.pv is a number, but true or false is expected here | write furnace1.pv != 0',
  ],
  [
    'alarms: { hot: { when: "true", severity: high } }',
    '15:32 unknown key "severity" in alarm "hot" | did you mean "priority"?   (also called level elsewhere)',
  ],
  [
    'alarms: { Hot: { when: "true" } }',
    '15:11 alarm name "Hot": small letters, digits, _ and - after a first letter | such as hot',
  ],
  [
    '    alarms: { pw: none }',
    '15:15 device "furnace1" has no point "pw" that is read | did you mean "pv"?',
  ],
  ['    alarms: { pv: { hi: 1300 } }', '15:25 hi 1300 is not below hihi 1250'],
  [
    '    alarms: { pv: { high: 3 } }',
    '15:21 unknown key "high" in alarm | did you mean "hi"?   (also called max, above elsewhere)',
  ],
  ['    alarms: { run: { hi: 3 } }', '15:15 "run" is a yes or no and has no limits'],
  ['    alarms: { pv: { when: pw > 3 } }', '15:27 no name "pw" is known here | did you mean pv?'],
  ['    alarms: { down: { hi: 3 } }', '15:23 a device that does not answer has no hi'],
])('%s is refused at its place', async (more, message) => {
  expect((await load(more)).messages).toEqual([message]);
});
