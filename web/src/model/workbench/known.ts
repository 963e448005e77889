import { registersOf, type ValueType } from '../../../../src/codec/value/value-type.ts';
import type { BenchTable, PointJson } from '../../../../src/api/contract.ts';
import type { DeviceView, PointView } from '../site.ts';

const TABLES: Readonly<Record<string, BenchTable>> = {
  hr: 'holding',
  ir: 'input',
  co: 'coil',
  di: 'discrete',
};

/** Where a point lies. */
export interface Place {
  readonly table: BenchTable;
  readonly start: number;
  /** Registers, or bits, that it spans. */
  readonly count: number;
}

/** Undefined for a point that is in no register, such as a computed one. */
export function placeOf({ address, type }: Pick<PointJson, 'address' | 'type'>): Place | undefined {
  const [, prefix = '', number = ''] = /^(hr|ir|co|di):(\d+)(?:\.\d+)?$/.exec(address) ?? [];
  const table = TABLES[prefix];
  if (table === undefined) return undefined;
  const isBit = table === 'coil' || table === 'discrete';
  return { table, start: Number(number), count: isBit ? 1 : widthOf(type) };
}

function widthOf(text: string): number {
  const [, type = '', size] = /^(\w+?)(?:\((\d+)\))?(?:@\w+)?$/.exec(text) ?? [];
  const width = registersOf(type as ValueType, size === undefined ? undefined : Number(size));
  return Number.isFinite(width) ? width : 1;
}

/** The points of a unit in one table, by each address that they span. */
export function knownAt(
  devices: readonly DeviceView[],
  line: string,
  unit: number,
  table: BenchTable,
): ReadonlyMap<number, readonly PointView[]> {
  const known = new Map<number, PointView[]>();
  for (const { status, points } of devices) {
    if (status.value.line !== line || status.value.unit !== unit) continue;
    for (const view of points) {
      const place = placeOf(view.point);
      if (place?.table !== table) continue;
      for (let at = 0; at < place.count; at += 1) {
        const address = place.start + at;
        known.set(address, [...(known.get(address) ?? []), view]);
      }
    }
  }
  return known;
}

/** The points that lie in some of these addresses, each once. */
export function pointsIn(
  known: ReadonlyMap<number, readonly PointView[]>,
  from: number,
  to: number,
): readonly PointView[] {
  const found = new Set<PointView>();
  for (let at = from; at <= to; at += 1) for (const view of known.get(at) ?? []) found.add(view);
  return [...found];
}
