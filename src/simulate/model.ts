import { localIso } from '../base/time-format.ts';
import type { RegisterPoint, Value } from '../profile/point.ts';

/** The inside of a simulated device: values over time, by the names of its points. */
export interface Model {
  /**
   * Values `elapsedMs` after the start, when the calendar says `wallMicros`, in microseconds since
   * 1970. A point that is not named keeps what it has.
   */
  values(elapsedMs: number, wallMicros: number): ReadonlyMap<string, Value>;
  /** A client has written this point. */
  written?(point: string, value: Value): void;
}

/** What a model is made for. */
export interface ModelSetting {
  /** All points of the profile. */
  readonly points: readonly RegisterPoint[];
  /** From 1: several devices of a kind shall not be the same device. */
  readonly variant: number;
}

/** `07`: the number of one of many, as the names of points have it. */
export function blockNumber(number: number): string {
  return String(number).padStart(2, '0');
}

/** -1..1 */
export function wave(elapsedMs: number, periodMs: number, phase = 0): number {
  return Math.sin((2 * Math.PI * elapsedMs) / periodMs + phase);
}

/** Where a quantity of this unit usually is, and how far it moves about. */
const USUAL: Readonly<Record<string, readonly [centre: number, swing: number]>> = {
  V: [230, 3],
  A: [5, 2],
  kW: [3.4, 1.2],
  W: [3400, 1200],
  kvar: [0.8, 0.3],
  kVA: [3.5, 1.2],
  Hz: [50, 0.03],
  '°C': [25, 2],
  '%': [50, 10],
  'W/m²': [850, 60],
};

const ENERGY = /^k?(?:Wh|varh|VAh)$/;
const COUNTER_START = 123_456_000;

/** A slow wave around the usual place of each quantity; counters that only grow; states that stay. */
export function genericModel({ points, variant }: ModelSetting): Model {
  const numbers = numbersOfRepeats(points);
  const movers = points
    .filter(({ access }) => access !== 'wo')
    .map((point, index) => {
      const number = numbers.get(point.name);
      const move = mover(point, index + 7 * (variant - 1));
      return [point.name, number === undefined ? move : () => number] as const;
    });
  const kept = new Map<string, Value>();
  return {
    values(elapsedMs, wallMicros) {
      const values = new Map<string, Value>();
      for (const [name, move] of movers) {
        values.set(name, kept.get(name) ?? move(elapsedMs, wallMicros));
      }
      return values;
    },
    written(name, value) {
      kept.set(name, value);
    },
  };
}

/** How many there are of what is repeated, by the points that say so: all of them, and always. */
function numbersOfRepeats(points: readonly RegisterPoint[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const { repeated } of points) {
    if (repeated?.countFrom === undefined) continue;
    const most = Math.max(repeated.ordinal, numbers.get(repeated.countFrom) ?? 0);
    numbers.set(repeated.countFrom, most);
  }
  return numbers;
}

type Mover = (elapsedMs: number, wallMicros: number) => Value;

/** What points of a type, rather than of a quantity, do over time. */
const BY_TYPE: Readonly<Partial<Record<RegisterPoint['type'], (point: RegisterPoint) => Mover>>> = {
  bool: () => () => false,
  str:
    ({ size }) =>
    () =>
      'SIMULATED'.slice(0, size),
  bytes:
    ({ size = 0 }) =>
    () =>
      '00'.repeat(size),
  bits16: () => () => 0,
  bits32: () => () => 0,
  ymdhms: () => (_, wallMicros) => localIso(wallMicros).slice(0, 19),
  unix32: () => (_, wallMicros) => Math.floor(wallMicros / 1e6),
};

function mover(point: RegisterPoint, index: number): Mover {
  const ofType = BY_TYPE[point.type];
  if (ofType !== undefined) return ofType(point);
  if (point.enum !== undefined) return () => [...(point.enum?.keys() ?? [])][0] ?? 0;
  if (point.kind === 'counter' || ENERGY.test(point.unit ?? '')) {
    return (elapsedMs) => COUNTER_START + index * 1000 + Math.floor(elapsedMs / 1000);
  }
  const [centre, swing] = fitting(point, USUAL[point.unit ?? ''] ?? [100, 5]);
  // Every point has a period of its own, or a page full of them would breathe as one.
  const periodMs = 20_000 + 3_700 * (index % 17);
  return (elapsedMs) => centre + swing * Math.sin((2 * Math.PI * elapsedMs) / periodMs + index);
}

/** Moves the wave into what the point may hold. */
function fitting(
  { valid, type, scale }: RegisterPoint,
  [centre, swing]: readonly [number, number],
): readonly [number, number] {
  const ceiling = /^[iu](?:8|16)/.test(type) ? (32_000 * scale.multiply) / scale.divide : Infinity;
  const [low, high] = valid ?? [-ceiling, ceiling];
  if (centre - swing >= low && centre + swing <= Math.min(high, ceiling)) return [centre, swing];
  const top = Math.min(high, ceiling);
  return [(Math.max(low, 0) + top) / 2, (top - Math.max(low, 0)) / 20];
}
