import type { FaultSpec } from '../simulate/faults.ts';

/** The installations of the demonstration, by the names that `--site` takes. */
export const DEMO_SITES = ['furnace', 'battery', 'meter', 'dyeing', 'pv'] as const;
export type DemoSite = (typeof DEMO_SITES)[number];

/** A line of the demonstration with everything on it. */
export interface DemoLine {
  readonly site: DemoSite;
  /** Its name under `lines`. */
  readonly name: string;
  readonly kind: 'tcp' | 'rtu+tcp';
  /** The port it has where that is free. */
  readonly port: number;
  /** Settings of the serial line behind RTU over TCP, whose pace it has. */
  readonly serial?: string;
  /** As the introduction names them: `dye01-03`. */
  readonly shown: string;
  readonly what: string;
  /** What there is to see. */
  readonly news: string;
  readonly devices: readonly DemoDevice[];
}

export interface DemoDevice {
  readonly name: string;
  readonly label: string;
  readonly profile: string;
  readonly unit: number;
  /** How often its groups are read. */
  readonly groups: Readonly<Record<string, string>>;
  readonly faults?: FaultSpec;
  /** The points that may be written. */
  readonly writes?: readonly string[];
}

const FURNACE: DemoLine = {
  site: 'furnace',
  name: 'furnace_line',
  kind: 'rtu+tcp',
  port: 1501,
  serial: '9600 8N1',
  shown: 'furnace1',
  what: 'Eurotherm 3216',
  news: 'at 750 °C; its setpoint can be written',
  devices: [
    {
      name: 'furnace1',
      label: 'Tube furnace 1',
      profile: 'eurotherm/3216',
      unit: 1,
      groups: { fast: '1s', slow: '5s' },
      writes: ['setpoint', 'ramp_rate'],
    },
  ],
};

const BATTERY: DemoLine = {
  site: 'battery',
  name: 'battery_room',
  kind: 'tcp',
  port: 1502,
  shown: 'bms',
  what: 'Anzen BMS',
  news: 'block 32 is weak, block 26 is hot',
  devices: [
    {
      name: 'bms',
      label: 'Battery string A',
      profile: 'anzen/bms',
      unit: 1,
      groups: { live: '2s' },
    },
  ],
};

const METER: DemoLine = {
  site: 'meter',
  name: 'switchboard',
  kind: 'tcp',
  port: 1503,
  shown: 'main_meter',
  what: 'Schneider PM8000',
  news: 'incoming feeder',
  devices: [
    {
      name: 'main_meter',
      label: 'Main meter',
      profile: 'schneider/pm8000',
      unit: 1,
      groups: { fast: '1s', slow: '5s' },
    },
  ],
};

/** There long enough to have been seen, then away: whoever looks sees what a silent device costs, and what not. */
const MOSTLY_SILENT: FaultSpec = { silent: { forMs: 440_000, everyMs: 480_000 } };

const DYEING: DemoLine = {
  site: 'dyeing',
  name: 'dye_house',
  kind: 'rtu+tcp',
  port: 1504,
  serial: '9600 8E1',
  shown: 'dye01-03',
  what: 'dyeing machines',
  news: 'one line, unit 2 drops out',
  devices: [1, 2, 3].map((unit) => ({
    name: `dye0${unit}`,
    label: `Dyeing machine ${unit}`,
    profile: unit === 2 ? 'tti/dyeing-rtu-mc3' : 'tti/dyeing-rtu',
    unit,
    groups: { live: '6s' },
    ...(unit === 2 && { faults: MOSTLY_SILENT }),
  })),
};

const PV: DemoLine = {
  site: 'pv',
  name: 'roof',
  kind: 'tcp',
  port: 1505,
  shown: 'pv1',
  what: 'PV array',
  news: 'one sample every 10 s',
  devices: [
    {
      name: 'pv1',
      label: 'PV array 1',
      profile: 'pv/esp32-8reg',
      unit: 1,
      groups: { live: '1s' },
    },
  ],
};

export const DEMO_LINES: readonly DemoLine[] = [FURNACE, BATTERY, METER, DYEING, PV];
