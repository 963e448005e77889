import type { Point } from '../telemetry/point.ts';
import { computedRailPoints } from './derived.ts';
import { inDevice, railPoint } from './rail-point.ts';
import type { DeviceMeaning } from './setup.ts';

/** The points of a device as the rest of the program knows them, those that follow from others last. */
export function devicePoints(device: DeviceMeaning): readonly Point[] {
  // A write-only point has no value that could be read, and so no place on the rail.
  const read = device.points
    .filter(({ point }) => point.access !== 'wo')
    .map(({ point, everyMs }) => railPoint(device.name, point, everyMs));
  return [...read, ...computedRailPoints(device, inputsOf(device))].map((point) =>
    inDevice(point, device),
  );
}

function inputsOf({ points }: DeviceMeaning): readonly Pick<Point, 'name' | 'everyMs'>[] {
  return points.map(({ point: { name }, everyMs }) => ({ name, everyMs }));
}
