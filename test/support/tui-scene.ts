import type {
  AlarmJson,
  DeviceJson,
  LineJson,
  PointJson,
  SampleJson,
  SinkJson,
  SnapshotEvent,
  TrafficJson,
  WritesJson,
} from '../../src/api/contract.ts';
import { asciiText, safeText } from '../../src/tui/ascii.ts';
import type { KeyName } from '../../src/tui/keys.ts';
import { press, type Pressed } from '../../src/tui/press.ts';
import { SiteModel } from '../../src/tui/site-model.ts';
import { START, type Scene, type UiState } from '../../src/tui/ui-state.ts';

export const NOW_TEXT = '2026-02-27T14:47:41.000+01:00';
const NOW_MS = Date.parse(NOW_TEXT);

/** The battery as the README of its client prints it. */
const VOLTAGES = [
  13_141, 13_128, 13_126, 13_151, 13_134, 13_129, 13_132, 13_128, 13_096, 13_107, 13_110, 13_118,
  13_112, 13_122, 12_894, 13_092, 13_137, 13_106, 13_111, 13_103, 13_121, 13_125, 13_121, 13_116,
  13_109, 13_026, 13_067, 13_111, 13_089, 13_120, 13_118, 12_460, 13_104, 13_126, 13_129, 13_119,
  13_128, 13_130,
];
const TEMPERATURES = [
  32, 32, 34, 30, 32, 32, 34, 31, 33, 33, 34, 31, 34, 35, 34, 31, 33, 34, 33, 33, 33, 32, 34, 33,
  34, 47, 35, 35, 33, 32, 33, 33, 32, 35, 33, 33, 33, 31,
];

interface Entry {
  readonly point: PointJson;
  readonly sample: SampleJson;
  /** How long ago it was confirmed, in milliseconds; undefined where it never was. */
  readonly ageMs: number | undefined;
}

export function entry(
  id: string,
  value: SampleJson['value'],
  over: {
    readonly point?: Partial<PointJson>;
    readonly sample?: Partial<SampleJson>;
    readonly ageMs?: number;
  } = {},
): Entry {
  const [device = '', name = ''] = id.split('.');
  const point: PointJson = {
    ...{ device, name, address: 'hr:1', type: 'u16', kind: 'gauge', everyMs: 1_000 },
    ...over.point,
  };
  const { unit } = point;
  return {
    point,
    sample: {
      ...{ device, point: name, value, quality: 'good', time: NOW_TEXT, address: point.address },
      ...(unit !== undefined && { unit }),
      ...over.sample,
    },
    ageMs: value === null ? undefined : (over.ageMs ?? 900),
  };
}

export function device(name: string, over: Partial<DeviceJson> = {}): DeviceJson {
  return {
    ...{ name, line: 'can0', unit: 1, state: 'good', polls: 120, failures: 0, skipped: 0 },
    lastAnswer: '2026-02-27T14:47:40.100+01:00',
    ...over,
  };
}

export function lineStatus(name: string, over: Partial<LineJson> = {}): LineJson {
  return {
    ...{ name, url: 'tcp://127.0.0.1:1502', devices: 1, load: 0.12, requests: 640, answers: 636 },
    ...{ exceptions: 1, timeouts: 4, damaged: 0, late: 0, foreign: 0 },
    ...over,
  };
}

export function snapshot(
  entries: readonly Entry[],
  devices: readonly DeviceJson[],
  lines: readonly LineJson[],
  over: Partial<SnapshotEvent> = {},
): SnapshotEvent {
  return {
    ...{ name: 'anzen-r3000', version: '0.1.0', time: NOW_TEXT, offers: [] },
    points: entries.map(({ point }) => point),
    values: entries.map(({ sample }) => sample),
    freshAt: entries.map(({ ageMs }) => (ageMs === undefined ? 0 : NOW_MS - ageMs)),
    ...{ devices, lines },
    ...over,
  };
}

const pad = (index: number): string => String(index + 1).padStart(2, '0');

function batteryEntries(): readonly Entry[] {
  const volts = { unit: 'V', decimals: 1 };
  return [
    entry('bms.system_voltage', 497.4, {
      point: { ...volts, label: 'System voltage', address: 'hr:40000' },
    }),
    ...VOLTAGES.map((value, index) =>
      entry(`bms.monoblock_${pad(index)}_voltage`, value / 1000, {
        point: {
          ...{ unit: 'V', decimals: 3, address: `hr:${40_004 + index}` },
          label: `Monoblock ${index + 1} voltage`,
        },
      }),
    ),
    ...TEMPERATURES.map((value, index) =>
      entry(`bms.monoblock_${pad(index)}_temperature`, value, {
        point: {
          ...{ unit: '°C', decimals: 0, address: `hr:${41_005 + index}` },
          label: `Monoblock ${index + 1} temperature`,
        },
      }),
    ),
    entry('bms.soc', 0, { point: { unit: '%', label: 'State of charge', address: 'hr:42000' } }),
    entry('bms.system_state', 5, {
      point: { label: 'System state', address: 'hr:42002', kind: 'state' },
      sample: { text: 'pre-standby' },
    }),
    entry('bms.system_current', 0, {
      point: { unit: 'A', decimals: 1, label: 'System current', address: 'hr:43000' },
    }),
  ];
}

export function batterySnapshot(over: Partial<SnapshotEvent> = {}): SnapshotEvent {
  const bms = device('bms', {
    ...{ label: 'Battery string A', profile: 'anzen/bms' },
    hero: ['system_voltage', 'system_current', 'soc', 'system_state'],
  });
  return snapshot(batteryEntries(), [bms], [lineStatus('can0')], over);
}

/** Several devices, of which one is silent, one has a bad value and one has wide letters. */
export function plantSnapshot(over: Partial<SnapshotEvent> = {}): SnapshotEvent {
  const celsius = { unit: '°C', decimals: 1 };
  const entries = [
    entry('furnace1.pv', 749.6, { point: { ...celsius, label: 'Temperature (PV)' } }),
    entry('furnace1.setpoint', 750, {
      point: {
        ...{ ...celsius, label: 'Target setpoint (SP)', writable: true },
        range: { low: 0, high: 1200 },
      },
    }),
    entry('furnace1.timer', 1, { point: { kind: 'state' }, sample: { text: 'run' } }),
    entry('dye02.process', 'finished', {
      point: { kind: 'text', type: 'str(14)' },
      sample: {
        ...{ quality: 'stale', cause: 'timeout', time: '2026-02-27T14:31:02.000+01:00' },
        lastGood: '2026-02-27T14:31:00.000+01:00',
      },
      ageMs: 1_001_000,
    }),
    entry('meter.frequency', 49.98, {
      point: { unit: 'Hz', type: 'f32', label: 'Frequency', address: 'hr:3109' },
    }),
    entry('meter.broken', null, {
      point: { unit: 'kW', label: 'Phase power' },
      sample: { quality: 'bad', cause: 'exception-2', time: '2026-02-26T09:00:00.000+01:00' },
    }),
    entry('meter.energy', '18446744073709551615', {
      point: { unit: 'Wh', type: 'u64', kind: 'counter' },
      sample: { exact: true },
    }),
    entry('pump.name', '温度ポンプ 🔋', { point: { kind: 'text', type: 'str(14)' } }),
    entry('pump.evil', '\u001b[2Jboo', { point: { kind: 'text', type: 'str(14)' } }),
  ];
  const devices = [
    device('furnace1', { label: 'Tube furnace 1', line: 'oven', hero: ['pv', 'setpoint'] }),
    device('dye02', {
      ...{ label: 'Dyeing machine 2', line: 'dye_house', unit: 2, state: 'silent' },
      ...{ error: 'no answer within 500 ms', lastAnswer: '2026-02-27T14:31:00.000+01:00' },
      ...{ nextTry: '2026-02-27T14:47:53.000+01:00', hero: ['process'], failures: 30 },
    }),
    device('meter', { line: 'switchboard', hero: ['frequency', 'energy'] }),
    device('pump', { label: '温度ポンプ', line: 'switchboard', unit: 2, hero: ['name'] }),
  ];
  const lines = [
    lineStatus('oven', { url: 'rtu+tcp://127.0.0.1:1501', load: 0.073 }),
    lineStatus('dye_house', { url: 'rtu+tcp://127.0.0.1:1504', load: 0.4, timeouts: 61 }),
    lineStatus('switchboard', { devices: 2, load: 0 }),
  ];
  return snapshot(entries, devices, lines, { name: 'plant', ...over });
}

export const SINKS: readonly SinkJson[] = [
  {
    ...{ name: 'influx', type: 'influx', state: 'failing', error: 'refused the connection' },
    ...{ errorTime: '2026-02-27T14:47:30.000+01:00', lastSuccess: '2026-02-27T14:41:00.000+01:00' },
    ...{
      waiting: 1_204,
      oldest: '2026-02-27T14:41:01.000+01:00',
      minutes: [],
      rate: 2.5,
      delivered: 1_204_551,
    },
    ...{ rejected: 1, lost: 5, quarantined: 1, held: 0 },
  },
  {
    ...{ name: 'zabbix', type: 'zabbix', state: 'good', lastSuccess: NOW_TEXT, waiting: 0 },
    ...{ minutes: [], rate: 1, delivered: 90, rejected: 0, lost: 0, quarantined: 0, held: 0 },
  },
];

export const FRAMES: TrafficJson = {
  ...{ first: 0, next: 3 },
  frames: (
    [
      ['sent', undefined, 'read holding 1 +2', '01 03 00 01 00 02 95 CB'],
      ['received', 'answer', '750 750', '01 03 04 02 EE 02 EE DB 44'],
      ['received', 'timeout', 'no answer in 500 ms', ''],
    ] as const
  ).map(([direction, outcome, summary, hex], seq) => ({
    ...{ seq, time: NOW_TEXT, atMs: NOW_MS + seq, line: 'oven', unit: 1, direction, summary, hex },
    ...(outcome !== undefined && { outcome }),
  })),
};

export const WRITES: WritesJson = {
  ...{ state: 'open', from: ['127.0.0.0/8'], locks: [] },
  points: [
    {
      ...{ point: 'furnace1.setpoint', device: 'furnace1', address: 'hr:2', unit: '°C' },
      ...{ min: 0, max: 900, step: 1, maxChange: 400, minIntervalMs: 5_000 },
      ...{ role: 'operator', confirm: 'retype' },
      interlocks: [{ condition: 'door == 0', message: 'close the door' }],
      wear: { total: 3_211, cycles: 100_000, today: 14, perDay: 24 },
    },
  ],
};

export const ALARM: AlarmJson = {
  ...{ id: 'bms.monoblock_32_voltage.outlier', device: 'bms', point: 'monoblock_32_voltage' },
  ...{ priority: 'high', state: 'active-unacknowledged', active: true, kind: 'outlier' },
  ...{ text: 'Monoblock 32 voltage is far from the others', limit: 0.3, unit: 'V' },
  raised: '2026-02-27T14:31:00.000+01:00',
};

export interface SceneOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly ascii?: boolean;
  readonly ui?: Partial<UiState>;
  readonly over?: Partial<Scene>;
}

/** A scene of what a snapshot says, some seconds after it came. */
export function sceneOf(event: SnapshotEvent, options: SceneOptions = {}): Scene {
  const { columns = 80, rows = 24, ascii = false } = options;
  const site = new SiteModel((text) => (ascii ? asciiText(safeText(text)) : safeText(text)));
  site.takeSnapshot(event, 1_000);
  return {
    ...{ site, ui: { ...START, ...options.ui }, now: 1_000, size: { columns, rows } },
    ...{ isPaused: false, where: '127.0.0.1:8502' },
    ...options.over,
  };
}

/** Presses keys one after the other: letters as they are, others by their names in `<>`. */
export function pressAll(scene: Scene, keys: string): Pressed {
  let pressed: Pressed = { ui: scene.ui };
  for (const [, name, letter = ''] of keys.matchAll(/<([a-z-]+)>|(.)/gsu)) {
    const key = { name: (name ?? 'char') as KeyName, text: letter };
    pressed = press({ ...scene, ui: pressed.ui }, key);
  }
  return pressed;
}
