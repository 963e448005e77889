import type { RegisterPoint, Value } from '../profile/point.ts';

/** `2026-11-21 02:36:06,433`, local time: what Python's logging prints for `%(asctime)s`. */
export function pythonTime(micros: number): string {
  const date = new Date(micros / 1000);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)},${local.slice(20, 23)}`;
}

/** `{'current_phase_a': 5.25, 'active_energy_import': 123456789}`; None where there is no value. */
export function pythonDict(entries: Iterable<readonly [RegisterPoint, Value | undefined]>): string {
  const items = [...entries].map(
    ([point, value]) => `'${point.name}': ${pythonValue(point, value)}`,
  );
  return `{${items.join(', ')}}`;
}

function pythonValue(point: RegisterPoint, value: Value | undefined): string {
  if (value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return `'${value.replaceAll(/[\\']/g, '\\$&')}'`;
  if (typeof value === 'bigint') return String(value);
  return isFloat(point) ? pythonFloat(value) : String(value);
}

/** A scaled integer is a float in Python too, since it was divided. */
function isFloat({ type, scale }: RegisterPoint): boolean {
  return type.startsWith('f') || scale.divide !== 1 || !Number.isInteger(scale.multiply);
}

/**
 * A double as Python's repr prints it. Both languages print the shortest digits that read back the
 * same; they differ in when they turn to an exponent (Python below 1e-4 and from 1e16) and in its form.
 */
export function pythonFloat(value: number): string {
  const magnitude = Math.abs(value);
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (magnitude >= 1e-4 && magnitude < 1e16) {
    const text = magnitude >= 1e-6 ? String(value) : value.toFixed(20);
    return text.includes('.') ? text : `${text}.0`;
  }
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const digits = exponent.replace(/^[+-]/, '').padStart(2, '0');
  return `${mantissa}e${exponent.startsWith('-') ? '-' : '+'}${digits}`;
}
