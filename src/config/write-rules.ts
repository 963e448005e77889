import { InvalidRequestError } from '../base/errors.ts';
import { encodePoint } from '../profile/encode.ts';
import { isBitTable } from '../profile/format.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { RuleProblem } from '../profile/point-rules.ts';
import { rawCodec } from '../profile/raw-codec.ts';
import type { LeaseRule, WearRule, WriteRules } from '../profile/write-rules.ts';

/** The rules of a device laid over those of its profile: limits only ever become narrower. */
export function laidOverRules(profile: WriteRules = {}, device: WriteRules): WriteRules {
  const both = (key: 'min' | 'max' | 'maxChange' | 'minIntervalMs', pick: typeof Math.min) => {
    const given = [profile[key], device[key]].filter((value) => value !== undefined);
    return given.length === 0 ? {} : { [key]: pick(...given) };
  };
  const interlocks = [...(profile.interlocks ?? []), ...(device.interlocks ?? [])];
  const wear = narrowerWear(profile.wear, device.wear);
  const isForAdmins = profile.role === 'admin' || device.role === 'admin';
  return {
    ...profile,
    ...device,
    ...both('min', Math.max),
    ...both('max', Math.min),
    ...both('maxChange', Math.min),
    ...both('minIntervalMs', Math.max),
    ...(interlocks.length > 0 && { interlocks }),
    ...(wear !== undefined && { wear }),
    ...(isForAdmins && { role: 'admin' }),
  };
}

function narrowerWear(
  one: WearRule | undefined,
  other: WearRule | undefined,
): WearRule | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const perDay = Math.min(one.perDay ?? Infinity, other.perDay ?? Infinity);
  return {
    cycles: Math.min(one.cycles, other.cycles),
    ...(Number.isFinite(perDay) && { perDay }),
  };
}

/** Why rules could never be kept, or never let anything through. */
export function ruleProblems(point: RegisterPoint, rules: WriteRules): readonly RuleProblem[] {
  const { min, max, maxChange, changeFrom, lease } = rules;
  const problems: RuleProblem[] = [];
  const isBounded = min !== undefined && max !== undefined;
  if (isNumber(point) && !isBounded) {
    const hint = `such as writes: { ${point.name}: { min: 0, max: 100 } }`;
    problems.push({ message: 'a number that is written needs min and max', hint });
  }
  if (isBounded && min > max) {
    problems.push({ message: `no value is left: min ${min} is above max ${max}` });
  }
  if (point.access === 'wo' && maxChange !== undefined && changeFrom === undefined) {
    const hint = 'name a point that is read as changeFrom';
    problems.push({ message: 'it cannot be read, so a change cannot be measured', hint });
  }
  const problem = lease === undefined ? undefined : leaseProblem(point, rules, lease);
  return problem === undefined ? problems : [...problems, problem];
}

/** A number whose values have no names: it has to have limits. */
function isNumber(point: RegisterPoint): boolean {
  return !isBitTable(point.table) && point.enum === undefined && rawCodec(point).kind === 'number';
}

/** Would the safe value be refused when it is needed? */
function leaseProblem(
  point: RegisterPoint,
  { min = -Infinity, max = Infinity, step, maxChange = Infinity }: WriteRules,
  { safeValue: safe }: LeaseRule,
): RuleProblem | undefined {
  try {
    encodePoint(point, safe);
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    return { message: `the safe value cannot be written: ${error.message}` };
  }
  if (typeof safe !== 'number') return undefined;
  if (safe < min || safe > max) {
    return { message: `the safe value ${safe} is outside ${min} to ${max}` };
  }
  if (step !== undefined && !isMultiple(safe, step)) {
    return { message: `the safe value ${safe} is no multiple of ${step}` };
  }
  const farthest = Math.max(max - safe, safe - min);
  if (farthest <= maxChange) return undefined;
  const hint = 'narrow min and max, or widen maxChange';
  return {
    message: `the safe value ${safe} is up to ${farthest} away, and maxChange ${maxChange} would refuse it`,
    hint,
  };
}

function isMultiple(value: number, step: number): boolean {
  const steps = value / step;
  return Math.abs(steps - Math.round(steps)) <= 1e-9 * Math.max(1, Math.abs(steps));
}
