import { wordOffsets } from '../codec/value/word-order.ts';
import { UNSCALED } from './point.ts';
import { readBitAlarm } from './point-alarm.ts';
import type { NamelessPoint } from './point-spec.ts';
import { isObject, type SpecReader } from './spec-reader.ts';

/** A bit of a register that is a point of its own. */
export interface BitPoint {
  /** Its key under `bits`, for remarks. */
  readonly key: string;
  readonly name: string;
  readonly point: NamelessPoint;
}

/** `bits: { 5: { name: sensor_break, label: Sensor broken } }`: what is said in braces is a point. */
export function readBitPoints(spec: SpecReader, parent: NamelessPoint): readonly BitPoint[] {
  if (parent.type !== 'bits16' && parent.type !== 'bits32') return [];
  const bits = spec.block('bits', 'names by bit');
  return bits.keys.flatMap((key) => {
    const bit = Number(key);
    if (!isObject(bits.raw(key)) || !parent.bits?.has(bit)) return [];
    const entry = bits.block(key, 'the name of a bit');
    const [name, label, doc] = [entry.text('name'), entry.text('label'), entry.text('doc')];
    if (name === undefined) return [];
    const { group, category } = parent;
    const alarm = readBitAlarm(entry);
    const point: NamelessPoint = {
      ...placeOf(parent, bit),
      ...{ type: 'bool', count: 1, scale: UNSCALED, access: 'ro', kind: 'state' },
      ...(label !== undefined && { label }),
      ...(doc !== undefined && { doc }),
      ...(group !== undefined && { group }),
      ...(category !== undefined && { category }),
      ...(alarm !== undefined && { alarm }),
    };
    return [{ key, name, point }];
  });
}

/** The register a bit is in, and which one it is there. */
function placeOf(
  { table, address, order, type }: NamelessPoint,
  bit: number,
): Pick<NamelessPoint, 'table' | 'address' | 'order' | 'bit'> {
  if (type === 'bits16') return { table, address, order, bit };
  const { high, low } = wordOffsets(order);
  return { table, address: address + (bit < 16 ? low : high) / 2, order, bit: bit % 16 };
}
