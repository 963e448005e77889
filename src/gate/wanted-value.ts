import { InvalidRequestError } from '../base/errors.ts';
import { decodedValues, readDecoder } from '../profile/decode.ts';
import { encodePoint } from '../profile/encode.ts';
import { isBitTable } from '../profile/format.ts';
import type { RegisterPoint } from '../profile/point.ts';
import { rawCodec } from '../profile/raw-codec.ts';
import type { Value } from '../telemetry/point.ts';
import { refusal, type Refusal } from './write-request.ts';

/** How much of a value its registers may lose: half a step of the mantissa, and the noise of scaling. */
const FLOAT_NOISE: Readonly<Record<string, number>> = {
  f16: 2 ** -10,
  f32: 2 ** -23,
  f64: 2 ** -50,
};
/** The encoder takes a raw number that lies this near to a whole one as meant. */
const WHOLE_NOISE = 1e-6;

/**
 * The value that the registers would hold, as a poll would read it; every later rule judges this one.
 * Refused is what the registers cannot say: NaN, 65536 + x, an unknown member, a text too long.
 */
export function wantedValue(point: RegisterPoint, value: Value): { value: Value } | Refusal {
  const plain = plainValue(point, value);
  if (typeof plain === 'object') return plain;
  try {
    const held = heldValue(point, plain);
    if (held !== undefined && isSame(point, plain, held)) return { value: held };
    const found = held === undefined ? 'no value' : String(held);
    return refusal('not-encodable', `${point.name} would hold ${found} instead of ${show(value)}`);
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    return refusal('not-encodable', error.message);
  }
}

/** The value without names: a member of an enum as its number. */
function plainValue(point: RegisterPoint, value: Value): Value | Refusal {
  const { kind } = rawCodec(point);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return refusal('type', `${point.name} cannot be ${value}`);
  }
  if (kind === 'text') {
    return typeof value === 'string'
      ? value
      : refusal('type', `${point.name} is a text, not ${show(value)}`);
  }
  const number = typeof value === 'string' ? numberOf(point, value) : value;
  if (number === undefined) {
    if (point.enum !== undefined) return notInEnum(point, value);
    const wanted = kind === 'flag' ? 'true or false' : 'a number';
    return refusal('type', `${point.name} is ${wanted}, not ${show(value)}`);
  }
  return kind === 'flag' ? flagOf(point, number) : memberOf(point, number);
}

function flagOf({ name }: RegisterPoint, value: number | bigint | boolean): boolean | Refusal {
  if (value === true || value === false) return value;
  if (Number(value) === 0 || Number(value) === 1) return Number(value) === 1;
  return refusal('type', `${name} is true or false, not ${value}`);
}

function memberOf(point: RegisterPoint, value: number | bigint | boolean): Value | Refusal {
  if (typeof value === 'boolean') {
    return refusal('type', `${point.name} is a number, not ${value}`);
  }
  return point.enum?.has(Number(value)) === false ? notInEnum(point, value) : value;
}

function numberOf({ enum: names }: RegisterPoint, text: string): number | undefined {
  const wanted = text.toLowerCase();
  for (const [number, name] of names ?? []) if (name.toLowerCase() === wanted) return number;
  return undefined;
}

function notInEnum(point: RegisterPoint, value: Value): Refusal {
  const names = [...(point.enum ?? [])].map(([number, name]) => `${number} ${name}`).join(', ');
  return refusal('enum', `${point.name} has no member ${show(value)}; known: ${names}`);
}

function heldValue(point: RegisterPoint, value: Value): Value | undefined {
  const encoded = encodePoint(point, value);
  if (typeof encoded === 'boolean' || isBitTable(point.table)) return encoded === true;
  const { table, address: start, count } = point;
  const out = decodedValues(1);
  readDecoder({ table, start, count, points: [point] }).decode(encoded, out);
  return out.values[0];
}

function isSame(point: RegisterPoint, wanted: Value, held: Value): boolean {
  if (typeof wanted === 'string') return held === wanted || held === wanted.trimEnd();
  if (typeof wanted === 'boolean' || typeof held === 'boolean') return held === wanted;
  if (typeof held === 'string') return false;
  if (typeof wanted === 'bigint' || typeof held === 'bigint') return isSameWhole(wanted, held);
  const { multiply, divide, offset } = point.scale;
  const size = Math.abs(wanted) + Math.abs(offset);
  const noise = FLOAT_NOISE[point.type];
  const tolerance =
    noise === undefined
      ? Math.abs((multiply / divide) * WHOLE_NOISE) + size * Number.EPSILON * 4
      : size * noise;
  return Math.abs(held - wanted) <= tolerance;
}

function isSameWhole(wanted: number | bigint, held: number | bigint): boolean {
  return [wanted, held].every(isWhole) && BigInt(wanted) === BigInt(held);
}

export function isWhole(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

export function show(value: Value): string {
  const text = String(value);
  return typeof value === 'string' ? `"${text.slice(0, 60)}${text.length > 60 ? '…' : ''}"` : text;
}
