import type { NewRecord } from '../../src/journal/journal.ts';
import type { Point } from '../../src/telemetry/point.ts';
import type { Sample } from '../../src/telemetry/sample.ts';

export const FURNACE: Point = {
  id: 'furnace.temperature',
  device: 'furnace',
  name: 'temperature',
  address: 'hr:1',
  type: 'i16',
  unit: '°C',
  decimals: 1,
  kind: 'gauge',
  writable: false,
  everyMs: 1000,
  tags: { hall: '3' },
  range: { low: -50, high: 1300 },
  report: { send: 'on-change', deadband: 0.5 },
};

export const PUMP: Point = {
  id: 'pump.state',
  device: 'pump',
  name: 'state',
  address: 'ir:7',
  type: 'u16',
  label: 'Cooling pump',
  quantity: 'state',
  category: 'status',
  kind: 'state',
  enum: new Map([
    [0, 'off'],
    [1, 'on'],
  ]),
  writable: true,
  everyMs: 500,
};

/** A good reading, answered 8 ms after it was asked for. */
export function reading(point: Point, value: Sample['value'] & {}, at: number): Sample {
  return { point, value, quality: 'good', at, requestedAt: at - 8000, goodAt: at };
}

/** The record number `turn` of a little plant: no two are alike. */
export function plantRecord(turn: number, at: number): NewRecord {
  if (turn % 7 === 3) return { kind: 'event', topic: 'outage', at, data: { turn } };
  const samples = [reading(FURNACE, turn / 10, at)];
  if (turn % 2 === 0) samples.push(reading(PUMP, turn % 2, at));
  if (turn % 5 === 0) {
    samples.push({
      ...{ point: PUMP, quality: 'bad', cause: `cause-${turn % 3}` },
      at,
      requestedAt: at,
    });
  }
  return { kind: 'samples', samples };
}
