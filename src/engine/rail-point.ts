import { formatAddress, formatType } from '../profile/format.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { Point } from '../telemetry/point.ts';

/** What the rest of the program knows of a point: everything but how it is read. */
export function railPoint(device: string, point: RegisterPoint, everyMs: number): Point {
  const { name, label, unit, decimals, quantity, kind, category, access } = point;
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
    writable: access !== 'ro',
    everyMs,
  };
}
