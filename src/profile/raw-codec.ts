import { registerBitCodec, registerFlagCodec } from '../codec/value/flag-codec.ts';
import { clockCodec } from '../codec/value/clock-codec.ts';
import { numberCodec } from '../codec/value/number-codec.ts';
import { bytesCodec, textCodec } from '../codec/value/text-codec.ts';
import type { ValueCodec } from '../codec/value/value-codec.ts';
import { isNumberType, type NumberType } from '../codec/value/value-type.ts';
import type { RegisterPoint } from './point.ts';

/** How the registers of a point are read and written, sorted by what comes out. */
export type RawCodec =
  | {
      readonly kind: 'number';
      readonly type: NumberType;
      readonly codec: ValueCodec<number | bigint>;
    }
  | { readonly kind: 'text'; readonly codec: ValueCodec<string> }
  | { readonly kind: 'flag'; readonly codec: ValueCodec<boolean> };

/** Chosen once per point of a register table. */
export function rawCodec(point: RegisterPoint): RawCodec {
  const { type, order, size = 0, text } = point;
  if (isNumberType(type)) return { kind: 'number', type, codec: numberCodec(type, order) };
  switch (type) {
    case 'bool':
      return { kind: 'flag', codec: flagCodec(point) };
    case 'str':
      return { kind: 'text', codec: textCodec(size, order, text) };
    case 'bytes':
      return { kind: 'text', codec: bytesCodec(size, order) };
    case 'ymdhms':
      return { kind: 'text', codec: clockCodec(order) };
  }
}

function flagCodec({ order, bit }: RegisterPoint): ValueCodec<boolean> {
  return bit === undefined ? registerFlagCodec(order) : registerBitCodec(order, bit);
}
