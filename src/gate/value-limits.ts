import type { RegisterPoint } from '../profile/point.ts';
import { rawCodec } from '../profile/raw-codec.ts';
import type { WriteRules } from '../profile/write-rules.ts';
import type { Value } from '../telemetry/point.ts';
import { isWhole } from './wanted-value.ts';
import { refusal, type Refusal } from './write-request.ts';

/** How far beside a step, or beyond a change, a value may lie by the noise of binary fractions. */
const NOISE = 1e-9;

/** Range and step of a value that the registers hold. Undefined: nothing against it. */
export function limitProblem(
  point: RegisterPoint,
  rules: WriteRules,
  value: Value,
): Refusal | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const [min, max] = rangeOf(point, rules);
  const isNumber = point.enum === undefined && rawCodec(point).kind === 'number';
  if (isNumber && !(Number.isFinite(min) && Number.isFinite(max))) {
    return refusal('no-limits', `${point.name} has no min and max; give both in its write rules`);
  }
  if (value < min || value > max) {
    const side = value < min ? `below the lowest, ${min}` : `above the highest, ${max}`;
    return refusal('range', `${point.name}: ${value} is ${side}${unitOf(point)}`);
  }
  const steps = [rules.step, point.write?.step].filter((step) => step !== undefined);
  const broken = steps.find((step) => !isMultiple(value, step));
  if (broken === undefined) return undefined;
  return refusal('step', `${point.name}: ${value} is no multiple of ${broken}${unitOf(point)}`);
}

/** The narrower of both ends. */
function rangeOf({ write }: RegisterPoint, { min, max }: WriteRules): readonly [number, number] {
  return [
    Math.max(min ?? -Infinity, write?.min ?? -Infinity),
    Math.min(max ?? Infinity, write?.max ?? Infinity),
  ];
}

function isMultiple(value: number | bigint, step: number): boolean {
  if (typeof value === 'bigint' && Number.isInteger(step)) return value % BigInt(step) === 0n;
  const steps = Number(value) / step;
  return Math.abs(steps - Math.round(steps)) <= NOISE * Math.max(1, Math.abs(steps));
}

/** The largest change that is allowed, or undefined. */
export function maxChangeOf(point: RegisterPoint, rules: WriteRules): number | undefined {
  const limits = [rules.maxChange, point.write?.maxChange].filter((it) => it !== undefined);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** Is the step from the present value larger than allowed? What cannot be compared is refused. */
export function changeProblem(
  point: RegisterPoint,
  rules: WriteRules,
  value: Value,
  present: Value | undefined,
): Refusal | undefined {
  const limit = maxChangeOf(point, rules);
  if (limit === undefined || (typeof value !== 'number' && typeof value !== 'bigint')) {
    return undefined;
  }
  if (typeof present !== 'number' && typeof present !== 'bigint') {
    return refusal(
      'present-unknown',
      `${point.name} may change by ${limit} at most, and what it has now is not known; ` +
        'name a readable point as changeFrom',
    );
  }
  const change = distance(value, present);
  if (change <= limit * (1 + NOISE)) return undefined;
  return refusal(
    'max-change',
    `${point.name} may change by ${limit}${unitOf(point)} at most, from ${present} to ${value} is ` +
      `${change}; go in smaller steps`,
  );
}

function distance(one: number | bigint, other: number | bigint): number {
  const areWhole = isWhole(one) && isWhole(other);
  const difference = areWhole ? Number(BigInt(one) - BigInt(other)) : Number(one) - Number(other);
  return Math.abs(difference);
}

function unitOf({ unit }: RegisterPoint): string {
  return unit === undefined ? '' : ` ${unit}`;
}
