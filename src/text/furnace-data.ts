import { pythonFloat } from './text-request.ts';

/**
 * What scripts and dashboards of the furnace know by a flag, `-pv`, or by a key, `eurotherm_data_pv`:
 * registers as the instrument sends them, printed as Python prints a float.
 */
interface FurnaceItem {
  readonly cell: number;
  /** A register of 0.1 %, or 0.1 a minute, is printed in whole ones; temperatures are as they stand. */
  readonly divisor: 1 | 10;
  readonly isSigned: boolean;
  /** A broken sensor shows in it. */
  readonly isMeasured: boolean;
}

const ITEMS: Readonly<Record<string, FurnaceItem>> = {
  '-pv': { cell: 1, divisor: 1, isSigned: true, isMeasured: true },
  '-sp': { cell: 2, divisor: 1, isSigned: true, isMeasured: false },
  '-wsp': { cell: 5, divisor: 1, isSigned: true, isMeasured: false },
  '-op': { cell: 4, divisor: 10, isSigned: true, isMeasured: false },
  '-sprate': { cell: 35, divisor: 10, isSigned: false, isMeasured: false },
};

export const FURNACE_FLAGS: readonly string[] = Object.keys(ITEMS);

/** Where a temperature ends and a broken sensor begins, as a register value. */
export const SENSOR_LIMIT = 2_000;

/** The register that a flag stands for; undefined for an unknown flag. */
export function furnaceCell(flag: string): number | undefined {
  return itemOf(flag)?.cell;
}

/** The number to print, or why there is none. */
export type FurnaceText = { readonly value: string } | { readonly reason: string };

/**
 * What is printed for the register of a known flag, 0 to 65535. A measured value further from 0 than
 * `limit` is a broken sensor: never a number, as 0 would look like a cold furnace.
 */
export function furnaceText(flag: string, word: number, limit = SENSOR_LIMIT): FurnaceText {
  const item = itemOf(flag);
  if (item === undefined) return { reason: `unknown input: ${flag}` };
  const { cell, divisor, isSigned, isMeasured } = item;
  const number = isSigned ? (word << 16) >> 16 : word;
  if (isMeasured && Math.abs(number) > limit) {
    return { reason: `register ${cell} is ${number}: the sensor is broken, or the value is none` };
  }
  return { value: pythonFloat(number / divisor) };
}

/** What the text port said to `Get`, as a register; or what it said instead. */
export function registerOf(answer: string): number | { readonly reason: string } {
  const text = answer.trim();
  const number = Number(text);
  if (/^\d{1,5}\.\d+$/.test(text) && Number.isInteger(number) && number <= 0xffff) return number;
  if (text === 'None') return { reason: 'the instrument does not answer' };
  return { reason: text === '' ? 'there was no answer' : text };
}

function itemOf(flag: string): FurnaceItem | undefined {
  return Object.hasOwn(ITEMS, flag) ? ITEMS[flag] : undefined;
}
