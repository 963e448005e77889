/** What somebody chose for the operator view; it stands in the address, so that a wall screen keeps it. */
export interface OperatorChoice {
  /** Names of devices, in this order; none: all of them. */
  readonly devices: readonly string[];
  /** One device at a time, each this long. */
  readonly rotateMs?: number;
  /** Nothing can be changed from here, whoever looks. */
  readonly isLookOnly: boolean;
}

const UNITS: Readonly<Record<string, number>> = { '': 1_000, s: 1_000, m: 60_000, min: 60_000 };
/** Shorter than this nobody reads, longer than that nobody waits. */
const SHORTEST_MS = 3_000;
const LONGEST_MS = 3_600_000;

/** `rotate=10s&devices=furnace1,bms&look=only`. What is not understood is left out: somebody has typed it. */
export function operatorChoice(query: URLSearchParams): OperatorChoice {
  const rotateMs = rotation(query.get('rotate') ?? '');
  return {
    devices: (query.get('devices') ?? '').split(',').filter(Boolean),
    ...(rotateMs !== undefined && { rotateMs }),
    isLookOnly: query.get('look') === 'only',
  };
}

function rotation(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d+)\s*(s|m|min)?$/.exec(text) ?? [];
  const ms = Number(number) * (UNITS[unit] ?? 0);
  return ms > 0 ? Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ms)) : undefined;
}

/** The devices that were chosen, in that order; those that are gone are left out, and none left means all. */
export function chosenOf<Device extends { readonly name: string }>(
  all: readonly Device[],
  names: readonly string[],
): readonly Device[] {
  const chosen = names.flatMap((name) => all.find((device) => device.name === name) ?? []);
  return chosen.length === 0 ? all : chosen;
}
