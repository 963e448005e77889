import { InvalidRequestError } from '../base/errors.ts';
import { rawRange, type NumberType } from '../codec/value/value-type.ts';
import { formatAddress, formatType, isBitTable } from './format.ts';
import type { RegisterPoint, Value } from './point.ts';
import { sharesRegister } from './point-rules.ts';
import { rawCodec } from './raw-codec.ts';
import { engineering, rawValue } from './scaling.ts';

/**
 * What a write of `value` sends: the register bytes in wire order, or the state of a coil. Checks
 * what the point allows: access, limits, step. Whether a change is too large the caller knows, who
 * has the present value. Throws InvalidRequestError with the reason in words.
 */
export function encodeWrite(point: RegisterPoint, value: Value): boolean | Uint8Array {
  if (point.access === 'ro') throw new InvalidRequestError(`${point.name} is read only`);
  if (sharesRegister(point)) {
    throw new InvalidRequestError(
      `${point.name} is a part of register ${formatAddress(point)} and cannot be written alone`,
    );
  }
  checkLimits(point, numberByName(point, value));
  return encodePoint(point, value);
}

/**
 * The same without asking for permission, as a device fills its own registers. What shares its
 * register with others has zeros beside it. Throws InvalidRequestError for what the type cannot hold.
 */
export function encodePoint(point: RegisterPoint, value: Value): boolean | Uint8Array {
  if (isBitTable(point.table)) return flagOf(point, value);
  const bytes = new Uint8Array(point.count * 2);
  encodeInto(point, value, new DataView(bytes.buffer), 0);
  return bytes;
}

/**
 * Writes a register point into an image of registers whose point begins at `offset` bytes. Bits and
 * bytes of the same register that belong to others stay as they are.
 */
export function encodeInto(
  point: RegisterPoint,
  value: Value,
  view: DataView,
  offset: number,
): void {
  const raw = rawCodec(point);
  switch (raw.kind) {
    case 'flag':
      raw.codec.encode(view, offset, flagOf(point, value));
      break;
    case 'text':
      raw.codec.encode(view, offset, textOf(point, value));
      break;
    case 'number':
      raw.codec.encode(view, offset, rawNumberOf(point, raw.type, value));
      break;
  }
}

function flagOf(point: RegisterPoint, value: Value): boolean {
  const known = numberByName(point, value);
  if (typeof known === 'boolean') return known;
  if (known === 0 || known === 1) return known === 1;
  throw new InvalidRequestError(`${point.name} is true or false, not ${show(value)}`);
}

function textOf(point: RegisterPoint, value: Value): string {
  if (typeof value === 'string') return value;
  throw new InvalidRequestError(`${point.name} is a text, not ${show(value)}`);
}

function rawNumberOf(point: RegisterPoint, type: NumberType, value: Value): number | bigint {
  const known = numberByName(point, value);
  if (typeof known !== 'number' && typeof known !== 'bigint') {
    const names = point.enum === undefined ? '' : `; known: ${[...point.enum.values()].join(', ')}`;
    throw new InvalidRequestError(`${point.name} is a number, not ${show(value)}${names}`);
  }
  const raw = rawValue(point.scale, type, known);
  const [min, max] = rawRange(type) ?? [raw, raw];
  if (raw >= min && raw <= max) return raw;
  const [low, high] = engineeringRange(point, type, min, max);
  throw new InvalidRequestError(
    `${show(known)} does not fit into ${formatType(point)} at ${formatAddress(point)}: ` +
      `${low} to ${high}`,
  );
}

function engineeringRange(
  point: RegisterPoint,
  type: NumberType,
  min: number | bigint,
  max: number | bigint,
): readonly [number | bigint, number | bigint] {
  const scaled = engineering(point.scale, type) ?? ((raw: number | bigint) => raw);
  const [first, last] = [scaled(min), scaled(max)];
  // A negative factor turns the range around.
  return first <= last ? [first, last] : [last, first];
}

/** The number behind the name of a state; anything else as it came. */
function numberByName({ enum: names }: RegisterPoint, value: Value): Value {
  if (typeof value !== 'string' || names === undefined) return value;
  const wanted = value.toLowerCase();
  for (const [number, name] of names) if (name.toLowerCase() === wanted) return number;
  return value;
}

/** How far beside a step a value may lie by the noise of binary fractions. */
const STEP_NOISE = 1e-9;

function checkLimits({ name, write, unit }: RegisterPoint, value: Value): void {
  if (write === undefined || (typeof value !== 'number' && typeof value !== 'bigint')) return;
  const { min, max, step } = write;
  const withUnit = (limit: number | bigint): string =>
    unit === undefined ? String(limit) : `${limit} ${unit}`;
  if (min !== undefined && value < min) {
    throw new InvalidRequestError(
      `${name}: ${withUnit(value)} is below the lowest, ${withUnit(min)}`,
    );
  }
  if (max !== undefined && value > max) {
    throw new InvalidRequestError(
      `${name}: ${withUnit(value)} is above the highest, ${withUnit(max)}`,
    );
  }
  if (step === undefined) return;
  const steps = Number(value) / step;
  if (Math.abs(steps - Math.round(steps)) <= STEP_NOISE * Math.max(1, Math.abs(steps))) return;
  throw new InvalidRequestError(`${name}: ${withUnit(value)} is no multiple of ${withUnit(step)}`);
}

function show(value: Value): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}
