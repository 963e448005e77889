import { NoValue, OUT_OF_RANGE, SENTINEL } from '../codec/value/no-value.ts';
import type { ValueCodec } from '../codec/value/value-codec.ts';
import type { NumberType } from '../codec/value/value-type.ts';
import { isBitTable } from './format.ts';
import type { RegisterPoint, Value } from './point.ts';
import { rawCodec } from './raw-codec.ts';
import type { PlannedRead } from './read-plan.ts';
import { engineering } from './scaling.ts';

/** What one answer says, point by point: either a value, or the cause why there is none. */
export interface DecodedValues {
  readonly values: (Value | undefined)[];
  readonly causes: (string | undefined)[];
}

/** Room for the values of so many points. */
export function decodedValues(count: number): DecodedValues {
  return {
    values: Array.from({ length: count }, () => undefined),
    causes: Array.from({ length: count }, () => undefined),
  };
}

export interface ReadDecoder {
  readonly points: readonly RegisterPoint[];
  /**
   * Decodes the data bytes of one answer: registers in wire order, or packed bits for coils and
   * discrete inputs, exactly as many as the read asks for. Fills every place of `out`.
   */
  readonly decode: (data: Uint8Array, out: DecodedValues) => void;
}

type PointReader = (view: DataView) => Value | NoValue;

/** Chooses once, for every point of a planned read, how its value comes out of the answer. */
export function readDecoder(read: PlannedRead): ReadDecoder {
  const { points, start } = read;
  const readers = points.map((point) =>
    isBitTable(read.table) ? bitReader(point.address - start) : pointReader(point, start),
  );
  let view: DataView = new DataView(new ArrayBuffer(0));
  let viewed: Uint8Array | undefined;
  return {
    points,
    decode(data, out) {
      // Callers reuse one array for all answers of a read, and so does this its view.
      if (viewed !== data) {
        view = new DataView(data.buffer, data.byteOffset, data.byteLength);
        viewed = data;
      }
      for (let index = 0; index < readers.length; index += 1) {
        const value = readers[index]?.(view);
        const missing = value instanceof NoValue;
        out.values[index] = missing ? undefined : value;
        out.causes[index] = missing ? value.cause : undefined;
      }
    },
  };
}

/** The value of one point out of its own registers, which begin at `offset` bytes. */
export function decodePoint(point: RegisterPoint, view: DataView, offset = 0): Value | NoValue {
  return pointReader(point, point.address - offset / 2)(view);
}

function bitReader(index: number): PointReader {
  const [byte, mask] = [index >> 3, 1 << (index & 7)];
  return (view) => (view.getUint8(byte) & mask) !== 0;
}

function pointReader(point: RegisterPoint, start: number): PointReader {
  const offset = (point.address - start) * 2;
  const raw = rawCodec(point);
  if (raw.kind === 'number') return numberReader(point, raw.type, raw.codec, offset);
  const { decode } = raw.codec;
  return (view) => decode(view, offset);
}

function numberReader(
  point: RegisterPoint,
  type: NumberType,
  { decode }: ValueCodec<number | bigint>,
  offset: number,
): PointReader {
  const scale = engineering(point.scale, type);
  const invalid = new Set(point.invalid);
  const [min, max] = point.valid ?? [-Infinity, Infinity];
  // Most points have none of the three, and their reader is the codec alone.
  if (scale === undefined && invalid.size === 0 && point.valid === undefined) {
    return (view) => decode(view, offset);
  }
  return (view) => {
    const raw = decode(view, offset);
    if (raw instanceof NoValue) return raw;
    if (invalid.has(raw)) return SENTINEL;
    const value = scale === undefined ? raw : scale(raw);
    return value < min || value > max ? OUT_OF_RANGE : value;
  };
}
