import type { Evaluated, Input } from '../expression/value.ts';
import { compute, type ComputedPoint } from '../profile/computed.ts';
import type { Point } from '../telemetry/point.ts';
import type { Rail } from './rail.ts';
import type { DeviceMeaning } from './setup.ts';

/** A slot whose value follows from those of other slots. */
export interface Derived {
  readonly slot: number;
  readonly inputs: readonly number[];
  readonly evaluate: (inputOf: (slot: number) => Input) => Evaluated;
}

/** Binds the computed points of a device to its rail, each behind those it needs. */
export function deriveComputed(
  rail: Rail,
  { name: device, computed = [] }: Pick<DeviceMeaning, 'name' | 'computed'>,
): void {
  for (const point of computed) {
    const slots = new Map<string, number>();
    for (const name of point.expression.names) {
      const slot = rail.slotOf(`${device}.${name}`);
      // What is read on demand only has no place on the rail, and so no value here.
      if (slot !== undefined) slots.set(name, slot);
    }
    const slot = rail.slotOf(`${device}.${point.name}`);
    if (slot === undefined) continue;
    rail.derive({
      slot,
      inputs: [...slots.values()],
      evaluate: (inputOf) =>
        compute(point, (name) => {
          const input = slots.get(name);
          return input === undefined ? undefined : inputOf(input);
        }),
    });
  }
}

/** What the rest of the program knows of the computed points of a device. */
export function computedRailPoints(
  { name, computed = [] }: Pick<DeviceMeaning, 'name' | 'computed'>,
  inputs: readonly Pick<Point, 'name' | 'everyMs'>[],
): readonly Point[] {
  const every = new Map(inputs.map((input) => [input.name, input.everyMs]));
  return computed.map((point) => {
    // It may change as often as the quickest of its inputs.
    const everyMs = Math.min(
      ...point.expression.names.map((input) => every.get(input) ?? Infinity),
    );
    every.set(point.name, everyMs);
    return railPointOf(name, point, everyMs);
  });
}

function railPointOf(
  device: string,
  { name, text, label, unit, decimals, quantity, kind, category, valid, report }: ComputedPoint,
  everyMs: number,
): Point {
  return {
    id: `${device}.${name}`,
    ...{ device, name, address: `= ${text}`, type: 'computed' },
    ...(label !== undefined && { label }),
    ...(unit !== undefined && { unit }),
    ...(decimals !== undefined && { decimals }),
    ...(quantity !== undefined && { quantity }),
    ...(category !== undefined && { category }),
    ...(valid !== undefined && { range: { low: valid[0], high: valid[1] } }),
    ...(report !== undefined && { report }),
    ...{ kind, writable: false, everyMs: Number.isFinite(everyMs) ? everyMs : NEVER_MS },
  };
}

/** An interval for what follows from nothing that is polled, and never changes. */
const NEVER_MS = 3_600_000;
