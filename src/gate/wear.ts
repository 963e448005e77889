import { formatAddress, isBitTable } from '../profile/format.ts';
import type { WearRule } from '../profile/write-rules.ts';
import type { GateState } from './gate-state.ts';
import { refusal, type Refusal } from './write-request.ts';
import type { GatedPoint } from './gate-setup.ts';

/** What is left of a register's life. */
export interface WearReport {
  readonly total: number;
  readonly cycles: number;
  readonly today: number;
  readonly perDay?: number;
  /** At the pace until now; absent before the first write. */
  readonly yearsLeft?: number;
}

const DAY_MICROS = 86_400_000_000;
const YEAR_DAYS = 365.25;

/** The registers of the points that have a budget, each with the narrowest one. */
export type WearBudgets = ReadonlyMap<string, WearRule>;

export function wearBudgets(points: Iterable<GatedPoint>): WearBudgets {
  const budgets = new Map<string, WearRule>();
  for (const point of points) {
    const wear = point.rules?.wear;
    if (wear === undefined) continue;
    for (const register of registersOf(point)) {
      const known = budgets.get(register);
      const perDay = Math.min(known?.perDay ?? Infinity, wear.perDay ?? Infinity);
      budgets.set(register, {
        cycles: Math.min(known?.cycles ?? Infinity, wear.cycles),
        ...(Number.isFinite(perDay) && { perDay }),
      });
    }
  }
  return budgets;
}

function registersOf({ device, point }: GatedPoint): readonly string[] {
  const { table, address } = point;
  const count = isBitTable(table) ? 1 : point.count;
  return Array.from(
    { length: count },
    (_, index) => `${device} ${formatAddress({ table, address: address + index })}`,
  );
}

/** Would one more frame be one too many for a register of this point? */
export function wearProblem(
  state: GateState,
  budgets: WearBudgets,
  point: GatedPoint,
  wallMicros: number,
): Refusal | undefined {
  for (const register of registersOf(point)) {
    const budget = budgets.get(register);
    if (budget === undefined) continue;
    const { total = 0, today = 0 } = countAt(state, register, wallMicros);
    if (total >= budget.cycles) {
      return refusal(
        'wear-life',
        `${register} was written ${total} times of ${budget.cycles} in its life`,
      );
    }
    if (budget.perDay !== undefined && today >= budget.perDay) {
      return refusal(
        'wear-day',
        `${register} was written ${today} times today of ${budget.perDay}; the day ends at 00:00 UTC`,
      );
    }
  }
  return undefined;
}

/** Counts one frame to each register with a budget. Gives what takes it back; undefined: no budget. */
export function countWear(
  { wear }: GateState,
  budgets: WearBudgets,
  point: GatedPoint,
  wallMicros: number,
): (() => void) | undefined {
  const registers = registersOf(point).filter((register) => budgets.has(register));
  if (registers.length === 0) return undefined;
  for (const register of registers) {
    const count = countAt({ wear }, register, wallMicros);
    wear[register] = {
      total: (count.total ?? 0) + 1,
      day: count.day ?? dayOf(wallMicros),
      today: (count.today ?? 0) + 1,
      since: count.since ?? wallMicros,
    };
  }
  return () => {
    for (const register of registers) {
      const count = wear[register];
      if (count === undefined) continue;
      count.total -= 1;
      count.today = Math.max(0, count.today - 1);
    }
  };
}

/** The worst register of a point; undefined when none has a budget. */
export function wearReport(
  state: GateState,
  budgets: WearBudgets,
  point: GatedPoint,
  wallMicros: number,
): WearReport | undefined {
  const reports = registersOf(point).flatMap((register) => {
    const budget = budgets.get(register);
    if (budget === undefined) return [];
    const { total = 0, today = 0, since = wallMicros } = countAt(state, register, wallMicros);
    const days = Math.max(1, (wallMicros - since) / DAY_MICROS);
    const yearsLeft = Math.max(0, budget.cycles - total) / ((total / days) * YEAR_DAYS);
    return [{ ...budget, total, today, ...(total > 0 && { yearsLeft }) }];
  });
  return reports.sort((one, other) => one.cycles - one.total - (other.cycles - other.total))[0];
}

/** The count as of now: a new day begins at 0. A calendar that went back does not begin one. */
function countAt(
  { wear }: Pick<GateState, 'wear'>,
  register: string,
  wallMicros: number,
): Partial<GateState['wear'][string]> {
  const count = wear[register];
  if (count === undefined) return {};
  const day = dayOf(wallMicros);
  return day > count.day ? { ...count, day, today: 0 } : count;
}

function dayOf(wallMicros: number): string {
  return new Date(wallMicros / 1000).toISOString().slice(0, 10);
}
