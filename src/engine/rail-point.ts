import { formatAddress, formatType } from '../profile/format.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { Point } from '../telemetry/point.ts';
import type { DeviceMeaning } from './setup.ts';

/** What the rest of the program knows of a point: everything but how it is read. */
export function railPoint(device: string, point: RegisterPoint, everyMs: number): Point {
  const { name, label, unit, decimals, quantity, kind, category, access, valid, report } = point;
  return {
    id: `${device}.${name}`,
    device,
    name,
    address: formatAddress(point),
    type: formatType(point),
    ...(label !== undefined && { label }),
    ...(unit !== undefined && { unit }),
    ...(decimals !== undefined && { decimals }),
    ...(quantity !== undefined && { quantity }),
    kind,
    ...(category !== undefined && { category }),
    ...(point.enum !== undefined && { enum: point.enum }),
    ...(valid !== undefined && { range: { low: valid[0], high: valid[1] } }),
    ...(report !== undefined && { report }),
    writable: access !== 'ro',
    everyMs,
  };
}

/** A point with what its device says about it: its tags, and how it is reported. */
export function inDevice(
  point: Point,
  { tags = {}, reports = {} }: Pick<DeviceMeaning, 'tags' | 'reports'>,
): Point {
  const report = reports[point.name];
  if (report === undefined && Object.keys(tags).length === 0) return point;
  return {
    ...point,
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(report !== undefined && { report }),
  };
}
