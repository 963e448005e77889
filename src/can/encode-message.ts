import { InvalidRequestError } from '../base/errors.ts';
import { nearest } from '../base/did-you-mean.ts';
import { rootMultiplexor, type DbcMessage, type DbcSignal } from './dbc.ts';
import { decimalScale } from './decimal-scale.ts';
import { emptyFrame, frameOfKey, MAX_CLASSIC_BYTES, MAX_FD_BYTES, type CanFrame } from './frame.ts';
import { selectionsOf } from './message-table.ts';
import { putRaw, signalStep } from './signal-step.ts';

/**
 * A frame that says these engineering values; bits of other signals are 0. Multiplexors are set to what
 * the signals need. Throws InvalidRequestError for a signal the message has not, a value that is none of
 * its, and signals that are never in one frame.
 */
export function encodeMessage(
  message: DbcMessage,
  values: Readonly<Record<string, number>>,
): CanFrame {
  const place = frameOfKey(message.key);
  if (place === undefined || message.size > MAX_FD_BYTES) {
    throw new InvalidRequestError(`${message.name} does not fit a frame`);
  }
  const isFd = message.size > MAX_CLASSIC_BYTES;
  const frame = Object.assign(emptyFrame(), { ...place, isFd, length: message.size });
  const raws = new Map<DbcSignal, number | bigint>();
  for (const [name, value] of Object.entries(values)) {
    const signal = signalOf(message, name);
    raws.set(signal, rawValue(message, signal, value));
  }
  for (const signal of [...raws.keys()]) select(message, signal, raws);
  const root = rootMultiplexor(message);
  if (root !== undefined && !raws.has(root)) raws.set(root, 0);
  for (const [signal, raw] of raws) putRaw(signalStep(signal), frame.data, raw);
  return frame;
}

function signalOf(message: DbcMessage, name: string): DbcSignal {
  const signal = message.signals.find((one) => one.name === name);
  if (signal !== undefined) return signal;
  const meant = nearest(
    name,
    message.signals.map((one) => one.name),
  );
  const hint = meant === undefined ? '' : `, did you mean ${meant}?`;
  throw new InvalidRequestError(`${message.name} has no signal ${name}${hint}`);
}

function rawValue(message: DbcMessage, signal: DbcSignal, value: number): number | bigint {
  const where = `${message.name}.${signal.name}`;
  if (!Number.isFinite(value)) throw new InvalidRequestError(`${where}: ${value} is no value`);
  const { multiply, add, divide } = decimalScale(signal.factor, signal.offset);
  const exact = (value * divide - add) / multiply;
  if (signal.form === 'float') return exact;
  const raw = Math.round(exact);
  const half = 2 ** (signal.length - 1);
  const [min, max] = signal.form === 'signed' ? [-half, half - 1] : [0, 2 * half - 1];
  if (raw >= min && raw <= max) return raw;
  const [low, high] = [min, max].map((end) => (end * multiply + add) / divide);
  throw new InvalidRequestError(`${where} is ${value}, expected ${low ?? ''}..${high ?? ''}`);
}

/** Sets the multiplexors above a signal to values with which it is in the frame. */
function select(
  message: DbcMessage,
  signal: DbcSignal,
  raws: Map<DbcSignal, number | bigint>,
): void {
  for (const { multiplexor, ranges } of selectionsOf(message, signal)) {
    const owner = signalOf(message, multiplexor);
    const given = raws.get(owner);
    const isInside = ranges.some(
      ([from, to]) => given !== undefined && given >= from && given <= to,
    );
    if (isInside) continue;
    const [first] = ranges;
    if (given === undefined && first !== undefined) raws.set(owner, first[0]);
    else throw new InvalidRequestError(`${signal.name} is in no frame with this ${multiplexor}`);
  }
}
