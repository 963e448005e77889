import type { ReportRule } from '../base/report-rule.ts';
import { isNumberType, type ValueType } from '../codec/value/value-type.ts';
import { parseExpression, type Expression } from '../expression/expression.ts';
import type { Evaluated, Kind, Lookup } from '../expression/value.ts';
import { NO_PARAMS, type ParamValues } from './params.ts';
import type { PointKind } from './point.ts';
import { readAlarm, type PointAlarm } from './point-alarm.ts';
import { QUANTITIES } from './point-spec.ts';
import { readReport, REPORT_KEYS, REPORT_SYNONYMS } from './report.ts';
import type { KeySet, SpecReader } from './spec-reader.ts';

/** A quantity that no register holds: it follows from other points of the same device. */
export interface ComputedPoint {
  readonly name: string;
  /** As written: `pv - working_setpoint`. */
  readonly text: string;
  /** Its `names` are points of the same device, registers or computed. */
  readonly expression: Expression;
  /** The params that it uses: with others it is another point. */
  readonly params: ParamValues;
  readonly unit?: string;
  readonly label?: string;
  readonly doc?: string;
  readonly decimals?: number;
  readonly quantity?: string;
  readonly kind: PointKind;
  readonly category?: string;
  readonly report?: ReportRule;
  /** Values outside are bad, not clamped. */
  readonly valid?: readonly [min: number, max: number];
  /** Which values are an alarm. */
  readonly alarm?: PointAlarm;
}

/** A computed point whose expression has not been understood yet, and where mistakes in it belong. */
export interface ComputedDraft {
  readonly name: string;
  readonly text: string;
  readonly kind: PointKind | undefined;
  readonly meaning: Omit<ComputedPoint, 'name' | 'text' | 'expression' | 'params' | 'kind'>;
  readonly spec: SpecReader;
}

const COMPUTED_KEYS: KeySet = {
  what: 'a computed point',
  known: [
    'expr',
    'label',
    'doc',
    'unit',
    'decimals',
    'quantity',
    'kind',
    'category',
    'valid',
    'alarm',
    ...REPORT_KEYS,
  ],
  synonyms: {
    ...REPORT_SYNONYMS,
    expression: 'expr',
    formula: 'expr',
    name: 'label',
    units: 'unit',
    range: 'valid',
  },
  later: ['can', 'group', 'enum', 'repeat'],
};

const KINDS: readonly PointKind[] = ['gauge', 'counter', 'state', 'text', 'time'];

export function readComputed(name: string, spec: SpecReader): ComputedDraft | undefined {
  if (spec.has('at')) {
    spec.keyError('expr', 'a point has "at" or "expr", not both', 'keep one of them');
    return undefined;
  }
  spec.checkKeys(COMPUTED_KEYS);
  const text = spec.text('expr');
  const [label, doc, unit] = [spec.text('label'), spec.text('doc'), spec.text('unit')];
  const decimals = spec.whole('decimals', 0, 9);
  const quantity = spec.oneOf('quantity', QUANTITIES);
  const kind = spec.oneOf('kind', KINDS);
  const category = spec.text('category');
  const valid = spec.range('valid');
  const report = readReport(spec);
  const alarm = readAlarm(spec, undefined);
  if (text === undefined) return undefined;
  const meaning = {
    ...(label !== undefined && { label }),
    ...(doc !== undefined && { doc }),
    ...(unit !== undefined && { unit }),
    ...(decimals !== undefined && { decimals }),
    ...(quantity !== undefined && { quantity }),
    ...(category !== undefined && { category }),
    ...(valid !== undefined && { valid }),
    ...(report !== undefined && { report }),
    ...(alarm !== undefined && { alarm }),
  };
  return { name, text, kind, meaning, spec };
}

/** What an expression makes of a point's value. */
export function expressionKind(type: ValueType): Kind {
  if (isNumberType(type)) return 'number';
  return type === 'bool' ? 'boolean' : 'text';
}

/**
 * The computed points whose expressions are right, each behind those it depends on. `scope` has the
 * points that they may name besides each other.
 */
export function compileComputed(
  drafts: readonly ComputedDraft[],
  scope: ReadonlyMap<string, Kind>,
  params: ParamValues = NO_PARAMS,
): readonly ComputedPoint[] {
  const names = new Map<string, Kind>(scope);
  for (const name of params.keys()) names.set(`$${name}`, 'number');
  for (const { name } of drafts) names.set(name, 'unknown');
  const needs = new Map<ComputedDraft, readonly string[]>();
  for (const draft of drafts) {
    const { expression, issues } = parseExpression(draft.text, names);
    draft.spec.include('expr', issues);
    if (expression !== undefined) needs.set(draft, expression.names);
  }
  // What a computed point gives is known when those before it are: so they are read a second time.
  const ordered = orderComputed(
    needs.keys(),
    (draft) => needs.get(draft) ?? [],
    ({ spec }, message) => spec.error('expr', message),
  );
  return ordered.flatMap((draft) => {
    const { expression, issues } = parseExpression(draft.text, names);
    draft.spec.include('expr', issues);
    if (expression === undefined) return [];
    names.set(draft.name, expression.kind);
    const { name, text, kind = pointKind(expression.kind), meaning } = draft;
    const used = [...params].filter(([param]) => expression.names.includes(`$${param}`));
    const own = withParams(expression, params);
    return [{ name, text, expression: own, params: new Map(used), kind, ...meaning }];
  });
}

/** The expression of one device, whose params are numbers in it and no points. */
function withParams(expression: Expression, params: ParamValues): Expression {
  return {
    ...expression,
    names: expression.names.filter((name) => !name.startsWith('$')),
    evaluate: (lookup) =>
      expression.evaluate((name) => {
        const value = name.startsWith('$') ? params.get(name.slice(1)) : undefined;
        return value === undefined ? lookup(name) : { value, quality: 'good' };
      }),
  };
}

function pointKind(kind: Kind): PointKind {
  if (kind === 'boolean') return 'state';
  return kind === 'text' ? 'text' : 'gauge';
}

/** Computed points each behind what it needs. Those that need each other in a ring are left out, and told. */
export function orderComputed<Item extends { readonly name: string }>(
  items: Iterable<Item>,
  needsOf: (item: Item) => readonly string[],
  tell: (item: Item, message: string) => void,
): readonly Item[] {
  const byName = new Map([...items].map((item) => [item.name, item]));
  const sorted: Item[] = [];
  const settled = new Set<Item>();
  const visit = (item: Item, way: readonly Item[]): void => {
    const start = way.indexOf(item);
    if (start >= 0) {
      const ring = [...way.slice(start), item].map(({ name }) => name).join(' → ');
      tell(item, `"${item.name}" depends on itself: ${ring}`);
      for (const one of way.slice(start)) settled.add(one);
      return;
    }
    if (settled.has(item)) return;
    for (const name of needsOf(item)) {
      const other = byName.get(name);
      if (other !== undefined) visit(other, [...way, item]);
    }
    if (settled.has(item)) return;
    settled.add(item);
    sorted.push(item);
  };
  for (const item of byName.values()) visit(item, []);
  return sorted;
}

const OUT_OF_RANGE: Evaluated = { quality: 'bad', cause: 'out-of-range' };

/** The value of a computed point. From a bad one nothing follows; from a stale one, something stale. */
export function compute({ expression, valid }: ComputedPoint, lookup: Lookup): Evaluated {
  const result = expression.evaluate(lookup);
  const { value } = result;
  if (valid === undefined || (typeof value !== 'number' && typeof value !== 'bigint'))
    return result;
  return value < valid[0] || value > valid[1] ? OUT_OF_RANGE : result;
}

/** All of them, in their order, so that each sees those before it. */
export function computeAll(
  computed: readonly ComputedPoint[],
  lookup: Lookup,
): ReadonlyMap<string, Evaluated> {
  const results = new Map<string, Evaluated>();
  for (const point of computed) {
    results.set(
      point.name,
      compute(point, (name) => results.get(name) ?? lookup(name)),
    );
  }
  return results;
}
