import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { sitePoint } from '../../test/support/fake-site.ts';
import { registerPoint } from '../../test/support/points.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { BlockUpdate } from '../concentrator/written-block.ts';
import type { ModbusServerConfig } from '../config/server-config.ts';
import { MeterPrinter } from './meter-printer.ts';

/** Eight registers from 40 on, written as unit 3. */
const UNITS: ModbusServerConfig['units'] = [
  {
    ...{ unit: 3, map: 'fixed', table: 'holding', start: 48, points: [], status: [] },
    whenStale: 'exception',
    written: [
      {
        ...{ device: 'pv1', staleMs: 1_000, outOfRange: 'bad', partial: 'accept' },
        points: [40, 47].map((address) => ({
          id: sitePoint(`pv1.r${address}`).id,
          register: registerPoint({ name: `r${address}`, address }),
        })),
      },
    ],
  },
];

const UPDATE: BlockUpdate = {
  ...{ block: 'pv1', unitId: 3, peer: '10.0.0.1:5', functionCode: 16, at: 0 },
  ...{ samples: [], touched: [], warnings: [] },
  image: [250, 260, 485, 536, 850, 456, 0x5686, 0x15e0],
};

const READ = { unitId: 3, peer: '10.0.0.2:5', functionCode: 3, table: 'holding' } as const;

function setUp(times = false, stdout = new PassThrough()) {
  const clock = new ManualClock();
  const config = { format: 'pv-meter', interfaces: ['WiFi', 'Ethernet'], times } as const;
  const warned: string[] = [];
  const logger = { ...silentLogger, warn: (text: string) => void warned.push(text) };
  const printer = new MeterPrinter(config, { clock, logger, stdout });
  const events = printer.events({ units: UNITS });
  const text = (): readonly string[] => {
    const chunk = stdout.read() as Buffer | null;
    return (chunk?.toString() ?? '').split('\n').slice(0, -1);
  };
  return { clock, printer, events, text, warned };
}

test('the first lines say where the server is, and which unit and networks it has', () => {
  const { printer, text } = setUp();
  printer.start({ host: '0.0.0.0', port: 502 }, { units: UNITS });
  const lines = text();
  expect(lines.slice(7, 11)).toEqual([
    ...['Configuration:', '  TCP Server: 0.0.0.0:502', '  Unit ID: 3'],
    '  Interfaces: WiFi + Ethernet',
  ]);
  expect(lines).toHaveLength(17);
});

test('the block of the device is what counts, wherever it stands', () => {
  const { events, text } = setUp();
  events.onBlock?.(UPDATE);
  events.onServed?.({ ...READ, start: 40, count: 8 });
  events.onServed?.({ ...READ, start: 40, count: 7 });
  events.onServed?.({ ...READ, start: 0, count: 8 });
  expect(text()).toEqual([
    expect.stringMatching(/^\[RX FROM ESP32\] 2016-01-01T06:00:00\+00:00 \| P_ac=250\.0W/),
    '[TX TO OPTA] Served registers 40-47 | Total served: 1',
  ]);
});

test('totals come every 60 s until it stops, and once more then', () => {
  const { clock, printer, events, text } = setUp();
  printer.start({ host: '127.0.0.1', port: 502 }, { units: UNITS });
  events.onBlock?.(UPDATE);
  text();
  clock.advance(59_999);
  expect(text()).toEqual([]);
  clock.advance(60_001);
  const line =
    '[STATISTICS] Received (from ESP32): 1 | Served (to Opta): 0 | Last Update: 1970-01-01T00:00:00+00:00';
  expect(text()).toEqual([line, line]);
  printer.stop();
  expect(text()[1]).toBe('Smart Meter Server Shutdown');
  clock.advance(600_000);
  expect(text()).toEqual([]);
});

test('with times each line begins as the log of the smart meter did', () => {
  const { events, text } = setUp(true);
  events.onServed?.({ ...READ, start: 40, count: 8 });
  expect(text()[0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d - INFO - \[TX TO OPTA\] Served/);
});

test('where nobody reads stdout lines are left out, and counted', () => {
  const { events, printer, warned } = setUp(false, new PassThrough({ highWaterMark: 1 }));
  for (let turn = 0; turn < 20_000; turn += 1) events.onBlock?.(UPDATE);
  expect(warned).toEqual([]);
  printer.stop();
  expect(warned).toEqual(['lines of the meter log were left out: nobody read stdout']);
});
