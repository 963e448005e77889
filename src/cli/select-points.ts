import { UsageError } from '../base/errors.ts';
import { nearest } from '../base/did-you-mean.ts';
import { isAddressLike } from '../profile/address.ts';
import type { ComputedPoint } from '../profile/computed.ts';
import { parseItem } from '../profile/item.ts';
import type { RegisterPoint } from '../profile/point.ts';
import { textOption, type CommandInput } from './command.ts';
import type { CliContext } from './context.ts';
import type { ReadingOptions } from './reading-options.ts';

/** What the points are for: a write may name what cannot be read, and bare registers then take values. */
export type Purpose = 'read' | 'write';

/** What may be named. */
export interface Choice {
  readonly device: string;
  /** Undefined when only addresses make sense. */
  readonly named?: readonly RegisterPoint[];
  readonly computed?: readonly ComputedPoint[];
}

export interface ChosenPoints {
  readonly points: readonly RegisterPoint[];
  /** Each behind those it needs. */
  readonly computed: readonly ComputedPoint[];
  /** Names of those among them that nobody asked for, and that computed points need. */
  readonly hidden: ReadonlySet<string>;
}

export interface Selection {
  readonly options: ReadingOptions;
  readonly input: CommandInput;
  readonly purpose: Purpose;
}

/** The points that the items name; without items everything that can be read. Throws UsageError. */
export function selectPoints(
  context: CliContext,
  { named, computed: all = [], device }: Choice,
  items: readonly string[],
  { options, input, purpose }: Selection,
): ChosenPoints {
  const choice = purpose === 'write' ? named : named?.filter(({ access }) => access !== 'wo');
  const computed = purpose === 'write' ? [] : all;
  if (items.length === 0) {
    if (choice !== undefined) return { points: choice, computed, hidden: new Set() };
    throw new UsageError(
      `what shall be read from ${device}? Name registers, such as hr:0+10, or a --profile`,
    );
  }
  const where = textOption(input, 'profile') ?? device;
  const found = items.flatMap((item): readonly (RegisterPoint | ComputedPoint)[] =>
    isAddressLike(item)
      ? addressed(context, item, options).map((point) => forPurpose(point, purpose))
      : byName(item, choice && [...choice, ...computed], where),
  );
  return withInputs([...new Map(found.map((point) => [point.name, point])).values()], {
    named: choice ?? [],
    computed,
  });
}

/** The points, and behind them what those of them need that are computed. */
function withInputs(
  found: readonly (RegisterPoint | ComputedPoint)[],
  { named, computed }: Required<Omit<Choice, 'device'>>,
): ChosenPoints {
  const asked = new Set(found.map(({ name }) => name));
  const needed = new Set(asked);
  // From the last to the first: whatever needs a point stands behind it.
  for (const { name, expression } of computed.toReversed()) {
    if (needed.has(name)) for (const input of expression.names) needed.add(input);
  }
  const isInput = ({ name }: { readonly name: string }): boolean =>
    needed.has(name) && !asked.has(name);
  const registers = found.flatMap((point) => (isComputed(point) ? [] : [point]));
  return {
    points: [...registers, ...named.filter(isInput)],
    computed: computed.filter(({ name }) => needed.has(name)),
    hidden: new Set([...needed].filter((name) => !asked.has(name))),
  };
}

function isComputed(point: RegisterPoint | ComputedPoint): point is ComputedPoint {
  return 'expression' in point;
}

/** A bare register has no profile that says whether it may be written: who names it for a write says so. */
function forPurpose(point: RegisterPoint, purpose: Purpose): RegisterPoint {
  const writable = point.table === 'coil' || point.table === 'holding';
  return purpose === 'write' && writable ? { ...point, access: 'rw' } : point;
}

function addressed(
  context: CliContext,
  item: string,
  { base, type, quiet }: ReadingOptions,
): readonly RegisterPoint[] {
  const { item: parsed, issues } = parseItem(item, { base, type });
  for (const { severity, message, hint } of issues) {
    const text = hint === undefined ? message : `${message}; ${hint}`;
    if (severity === 'error') throw new UsageError(text);
    if (!quiet) context.stderr.write(`note: ${text}\n`);
  }
  return parsed?.points ?? [];
}

function byName<Named extends { readonly name: string }>(
  item: string,
  named: readonly Named[] | undefined,
  where: string,
): readonly Named[] {
  if (named === undefined) {
    throw new UsageError(
      `"${item}" is no address; to use names say which device it is: --profile schneider/pm8000`,
    );
  }
  const pattern = new RegExp(
    `^${item
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  const found = named.filter(({ name }) => pattern.test(name));
  if (found.length > 0) return found;
  const guess = nearest(
    item,
    named.map(({ name }) => name),
  );
  throw new UsageError(
    `${where} has no point ${item}${guess === undefined ? '' : `, did you mean ${guess}?`}`,
  );
}
