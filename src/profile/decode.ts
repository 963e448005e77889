import { NoValue, NOT_A_NUMBER, OUT_OF_RANGE, SENTINEL } from '../codec/value/no-value.ts';
import type { ValueCodec } from '../codec/value/value-codec.ts';
import type { NumberType } from '../codec/value/value-type.ts';
import { isBitTable } from './format.ts';
import { ANY_NUMBER, numberStep, stepRaw, type NumberStep } from './number-step.ts';
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

/** A point of a rarer type, and its place among the points of the read. */
interface ReaderStep {
  readonly index: number;
  readonly read: PointReader;
}

/** Chooses once, for every point of a planned read, how its value comes out of the answer. */
export function readDecoder({ points, table, start }: PlannedRead): ReadDecoder {
  const numbers: NumberStep[] = [];
  const others: ReaderStep[] = [];
  points.forEach((point, index) => {
    const isBit = isBitTable(table);
    const step = isBit ? undefined : numberStep(point, start, index);
    if (step !== undefined) numbers.push(step);
    else others.push({ index, read: isBit ? bitReader(point, start) : pointReader(point, start) });
  });
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
      decodeNumbers(numbers, view, out);
      for (const { index, read } of others) put(out, index, read(view));
    },
  };
}

function decodeNumbers(steps: readonly NumberStep[], view: DataView, out: DecodedValues): void {
  const { values, causes } = out;
  for (const step of steps) {
    const { index } = step;
    const raw = stepRaw(step, view);
    const value = step.isScaled ? (raw * step.multiply + step.add) / step.divide : raw;
    const missing = causeOf(step, raw, value);
    if (missing !== undefined) {
      put(out, index, missing);
      continue;
    }
    if (causes[index] !== undefined) causes[index] = undefined;
    // A number in a list of anything is an object to the engine: none is made for the same number.
    const before = values[index];
    if (typeof before !== 'number' || before !== value) values[index] = value;
  }
}

function causeOf(step: NumberStep, raw: number, value: number): NoValue | undefined {
  if (!Number.isFinite(raw)) return NOT_A_NUMBER;
  if (step.invalid?.has(raw) === true) return SENTINEL;
  return value < step.min || value > step.max ? OUT_OF_RANGE : undefined;
}

function put(out: DecodedValues, index: number, value: Value | NoValue): void {
  const isMissing = value instanceof NoValue;
  out.values[index] = isMissing ? undefined : value;
  out.causes[index] = isMissing ? value.cause : undefined;
}

/** The value of one point out of a view of the data bytes that are its own. */
export function decodePoint(point: RegisterPoint, view: DataView): Value | NoValue {
  const { table, address: start, count } = point;
  const data = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const out = decodedValues(1);
  readDecoder({ table, start, count, points: [point] }).decode(data, out);
  return out.values[0] ?? new NoValue(out.causes[0] ?? 'not-read-yet');
}

function bitReader({ address }: RegisterPoint, start: number): PointReader {
  const index = address - start;
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
  const [min, max] = point.valid ?? ANY_NUMBER;
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
