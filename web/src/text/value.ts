import type { PointJson, SampleJson } from '../../../src/api/contract.ts';
import { t } from './language.ts';

/** What a value that is not known looks like. Never 0. */
export const NO_VALUE = '—';

/** Floats without a declared number of decimals get this many, so that a column stays aligned. */
const FLOAT_DECIMALS = 3;

/** A value for people, without its unit: `749.6`, `pre-standby`, `on`. */
export function valueText(
  { type, decimals }: Pick<PointJson, 'type' | 'decimals'>,
  { value, text }: Pick<SampleJson, 'value' | 'text'>,
): string {
  if (value === null) return NO_VALUE;
  if (text !== undefined) return text;
  if (typeof value === 'boolean') return t(value ? 'value.on' : 'value.off');
  if (typeof value === 'string') return value;
  if (decimals !== undefined) return fixed(value, decimals);
  if (Number.isInteger(value) && !type.startsWith('f')) return fixed(value, 0);
  return isReadable(value) ? fixed(value, FLOAT_DECIMALS) : String(Number(value.toPrecision(6)));
}

/** Would three decimals neither hide the value nor drown it in digits? */
function isReadable(value: number): boolean {
  const size = Math.abs(value);
  return size === 0 || (size >= 0.01 && size < 1e9);
}

const formats = new Map<number, Intl.NumberFormat>();

/** In the manner of the reader's country, without groups: 1.204 must not be read as 1204. */
function fixed(value: number, decimals: number): string {
  let format = formats.get(decimals);
  if (format === undefined) {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    format = new Intl.NumberFormat(undefined, { ...digits, useGrouping: false });
    formats.set(decimals, format);
  }
  return format.format(value);
}
