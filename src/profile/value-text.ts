import { InvalidRequestError } from '../base/errors.ts';
import { isNumberType } from '../codec/value/value-type.ts';
import type { RegisterPoint, Value } from './point.ts';

const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  on: true,
  off: false,
  '1': true,
  '0': false,
};

/**
 * The value a person typed for a point: `750`, `0x10`, `true`, the name of a state, a text. Whether
 * the point takes it is the encoder's to say. Throws InvalidRequestError.
 */
export function parseValueText(point: RegisterPoint, text: string): Value {
  const trimmed = text.trim();
  for (const [value, name] of point.enum ?? []) {
    if (name.toLowerCase() === trimmed.toLowerCase()) {
      return point.type === 'bool' ? value === 1 : value;
    }
  }
  if (point.type === 'bool') {
    const flag = FLAGS[trimmed.toLowerCase()];
    if (flag !== undefined) return flag;
    throw new InvalidRequestError(`"${text}" is not true or false${namesOf(point)}`);
  }
  // A text is taken with its spaces: they may be what is meant.
  if (!isNumberType(point.type)) return text;
  const number = parseNumber(trimmed);
  if (number !== undefined) return number;
  const comma = /^[+-]?\d+,\d+$/.test(trimmed) ? `; write ${trimmed.replace(',', '.')}` : '';
  throw new InvalidRequestError(`"${text}" is no number${comma}${namesOf(point)}`);
}

function parseNumber(text: string): number | bigint | undefined {
  const [, sign, hex] = /^([+-]?)(0x[0-9a-f]+)$/i.exec(text) ?? [];
  if (hex !== undefined) return exact(sign === '-' ? -BigInt(hex) : BigInt(hex));
  if (/^[+-]?\d+$/.test(text)) return exact(BigInt(text.replace(/^\+/, '')));
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
  return undefined;
}

/** A number where a double holds it, a bigint beyond. */
function exact(whole: bigint): number | bigint {
  const number = Number(whole);
  return Number.isSafeInteger(number) ? number : whole;
}

function namesOf(point: RegisterPoint): string {
  const names = [...(point.enum?.values() ?? [])];
  return names.length === 0 ? '' : `; known: ${names.join(', ')}`;
}
