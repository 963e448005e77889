import type { DbcSignal } from './dbc.ts';

/** How the bits of one signal come out of the data of a frame, chosen once. */
export interface SignalStep {
  /** Bytes first..last hold it. */
  readonly first: number;
  readonly last: number;
  readonly isBig: boolean;
  /** Bits below it in its last byte. */
  readonly shift: number;
  readonly length: number;
  /** `short`: within 32 bits with its shift. `long`: within 48. `wide`: anything. */
  readonly size: 'short' | 'long' | 'wide';
  readonly form: DbcSignal['form'];
  /** Of `short`: as a 32-bit mask. */
  readonly mask: number;
  /** 2 to the power of `shift` and of `length`. */
  readonly below: number;
  readonly above: number;
}

export function signalStep({
  start,
  length,
  order,
  form,
}: Pick<DbcSignal, 'start' | 'length' | 'order' | 'form'>): SignalStep {
  const isBig = order === 'big';
  // Counted from the first bit that is sent of the first byte.
  const from = isBig ? (start >> 3) * 8 + (7 - (start & 7)) : start;
  const to = from + length - 1;
  const [first, last] = [from >> 3, to >> 3];
  const bits = (last - first + 1) * 8;
  return {
    ...{ first, last, isBig, length, form },
    shift: isBig ? 7 - (to & 7) : start & 7,
    size: bits <= 32 ? 'short' : bits <= 48 ? 'long' : 'wide',
    mask: length >= 32 ? -1 : (1 << length) - 1,
    below: 2 ** (isBig ? 7 - (to & 7) : start & 7),
    above: 2 ** length,
  };
}

/** The raw value of a signal of up to 53 bits, or of a float; of more bits the nearest number. */
export function rawOf(step: SignalStep, data: Uint8Array): number {
  if (step.size === 'wide' || step.form === 'float') return Number(wideRawOf(step, data));
  let sum = 0;
  if (step.isBig) {
    for (let index = step.first; index <= step.last; index += 1) {
      sum = sum * 256 + (data[index] ?? 0);
    }
  } else {
    for (let index = step.last; index >= step.first; index -= 1) {
      sum = sum * 256 + (data[index] ?? 0);
    }
  }
  const raw =
    step.size === 'short'
      ? ((sum >>> step.shift) & step.mask) >>> 0
      : Math.floor(sum / step.below) % step.above;
  return step.form === 'signed' && raw >= step.above / 2 ? raw - step.above : raw;
}

const scratch = new DataView(new ArrayBuffer(8));

/** The same of any width: a bigint, or the number of a float. */
export function wideRawOf(step: SignalStep, data: Uint8Array): bigint | number {
  let sum = 0n;
  if (step.isBig) {
    for (let index = step.first; index <= step.last; index += 1) {
      sum = (sum << 8n) | BigInt(data[index] ?? 0);
    }
  } else {
    for (let index = step.last; index >= step.first; index -= 1) {
      sum = (sum << 8n) | BigInt(data[index] ?? 0);
    }
  }
  const bits = BigInt.asUintN(step.length, sum >> BigInt(step.shift));
  if (step.form !== 'float') {
    return step.form === 'signed' ? BigInt.asIntN(step.length, bits) : bits;
  }
  scratch.setBigUint64(0, bits);
  return step.length === 32 ? scratch.getFloat32(4) : scratch.getFloat64(0);
}

/** Puts a raw value where `rawOf` finds it, and leaves every other bit as it is. */
export function putRaw(step: SignalStep, data: Uint8Array, raw: number | bigint): void {
  let bits = step.form === 'float' ? floatBits(step, Number(raw)) : BigInt(raw);
  bits = BigInt.asUintN(step.length, bits) << BigInt(step.shift);
  let mask = (2n ** BigInt(step.length) - 1n) << BigInt(step.shift);
  for (let count = step.last - step.first; count >= 0; count -= 1) {
    const index = step.isBig ? step.first + count : step.last - count;
    const kept = (data[index] ?? 0) & ~Number(mask & 0xffn);
    data[index] = kept | Number(bits & mask & 0xffn);
    bits >>= 8n;
    mask >>= 8n;
  }
}

function floatBits({ length }: SignalStep, value: number): bigint {
  if (length === 32) scratch.setFloat32(0, value);
  else scratch.setFloat64(0, value);
  return length === 32 ? BigInt(scratch.getUint32(0)) : scratch.getBigUint64(0);
}
