import { rootMultiplexor, type DbcMessage, type DbcSelection, type DbcSignal } from './dbc.ts';
import { decimalScale, isPlain } from './decimal-scale.ts';
import { frameKey, type CanFrame } from './frame.ts';
import { rawOf, signalStep, wideRawOf, type SignalStep } from './signal-step.ts';

/** A signal whose values somebody wants. */
export interface WantedSignal {
  readonly message: DbcMessage;
  readonly signal: DbcSignal;
  /** Raw values that mean "no value". */
  readonly invalid?: ReadonlySet<number>;
  /** Engineering values outside are bad. */
  readonly valid?: readonly [min: number, max: number];
}

/** Signals that come together: those of a message, or of one value of its multiplexor. */
export interface MessagePart {
  readonly index: number;
  readonly message: DbcMessage;
  /** Indices of the wanted signals in it. */
  readonly wanted: readonly number[];
  readonly selections: readonly DbcSelection[];
}

/** Why a signal has no value, by the number in `causes`; 0 is a value. */
export const CAUSES = [
  undefined,
  'sentinel',
  'out-of-range',
  'not-a-number',
  'short-frame',
] as const;
const [GOOD, SENTINEL, OUT_OF_RANGE, NOT_A_NUMBER, SHORT_FRAME] = [0, 1, 2, 3, 4];

interface ValueStep extends SignalStep {
  readonly index: number;
  readonly multiply: number;
  readonly add: number;
  readonly divide: number;
  readonly isScaled: boolean;
  /** Its number may not be exact: the whole one is kept beside it. */
  readonly isWide: boolean;
  readonly invalid: ReadonlySet<number> | undefined;
  readonly min: number;
  readonly max: number;
}

interface Condition {
  readonly step: SignalStep;
  readonly ranges: DbcSelection['ranges'];
}

interface PartSteps {
  readonly part: MessagePart;
  readonly steps: readonly ValueStep[];
  readonly conditions: readonly Condition[];
}

interface MessageSteps {
  readonly message: DbcMessage;
  readonly root: SignalStep | undefined;
  readonly parts: readonly PartSteps[];
}

/** What is told of a frame that has something of use. */
export interface FrameListener {
  /** Before its parts: the message, and the value of its multiplexor where it has one. */
  frame(message: DbcMessage, position: number | undefined): void;
  part(part: MessagePart): void;
}

/**
 * Decodes the frames of a bus into the values of wanted signals.
 *
 * Theory of operation. How each signal is cut out of the data is chosen once. Values go into arrays that
 * are as long as the list of what is wanted, so that a frame allocates nothing; whoever listens reads
 * them when a part is told, or later, when all that belongs together has come.
 */
export class MessageTable {
  readonly parts: readonly MessagePart[];
  /** The newest engineering value of each wanted signal. */
  readonly numbers: Float64Array;
  /** Indices into `CAUSES`. */
  readonly causes: Uint8Array;
  /** Whole numbers beyond 2^53; undefined where the number is exact. */
  readonly wholes: (bigint | undefined)[];
  readonly #messages = new Map<number, MessageSteps>();
  readonly #listener: FrameListener;

  /** `heard` are messages of which nothing is wanted but to be told that they came. */
  constructor(
    wanted: readonly WantedSignal[],
    listener: FrameListener,
    heard: readonly DbcMessage[] = [],
  ) {
    this.#listener = listener;
    this.numbers = new Float64Array(wanted.length);
    this.causes = new Uint8Array(wanted.length);
    this.wholes = new Array<bigint | undefined>(wanted.length).fill(undefined);
    const parts = partsOf(wanted);
    this.parts = parts.map(({ part }) => part);
    for (const message of new Set([...parts.map(({ part }) => part.message), ...heard])) {
      const root = rootMultiplexor(message);
      this.#messages.set(message.key, {
        message,
        root: root === undefined ? undefined : signalStep(root),
        parts: parts.filter(({ part }) => part.message === message),
      });
    }
  }

  /** Decodes what is wanted of a frame; false when that is nothing. */
  accept(frame: CanFrame): boolean {
    if (frame.isError || frame.isRemote) return false;
    const known = this.#messages.get(frameKey(frame));
    if (known === undefined) return false;
    const { message, root, parts } = known;
    const isWhole = root === undefined || root.last < frame.length;
    const position = root === undefined || !isWhole ? undefined : rawOf(root, frame.data);
    this.#listener.frame(message, position);
    for (const one of parts) {
      if (!holds(one.conditions, frame)) continue;
      this.#decode(one.steps, frame);
      this.#listener.part(one.part);
    }
    return true;
  }

  #decode(steps: readonly ValueStep[], { data, length }: CanFrame): void {
    for (const step of steps) {
      const { index } = step;
      if (step.last >= length) {
        this.causes[index] = SHORT_FRAME;
        continue;
      }
      const raw = rawOf(step, data);
      const value = step.isScaled ? (raw * step.multiply + step.add) / step.divide : raw;
      this.numbers[index] = value;
      this.causes[index] = causeOf(step, raw, value);
      if (step.isWide) this.#keepWhole(step, data, raw);
    }
  }

  #keepWhole(step: ValueStep, data: Uint8Array, raw: number): void {
    if (Number.isSafeInteger(raw)) {
      this.wholes[step.index] = undefined;
      return;
    }
    const whole = wideRawOf(step, data);
    this.wholes[step.index] = typeof whole === 'bigint' ? wholeValue(step, whole) : undefined;
  }
}

/** Exact under whole factors; a fraction of so large a number is rounded to a double all the same. */
function wholeValue({ multiply, add, divide }: ValueStep, raw: bigint): bigint | undefined {
  if (divide !== 1 || !Number.isInteger(multiply) || !Number.isInteger(add)) return undefined;
  return raw * BigInt(multiply) + BigInt(add);
}

function causeOf(step: ValueStep, raw: number, value: number): number {
  if (step.invalid?.has(raw) === true) return SENTINEL;
  if (!Number.isFinite(value)) return NOT_A_NUMBER;
  return value < step.min || value > step.max ? OUT_OF_RANGE : GOOD;
}

function holds(conditions: readonly Condition[], { data, length }: CanFrame): boolean {
  for (const { step, ranges } of conditions) {
    if (step.last >= length) return false;
    const raw = rawOf(step, data);
    let isInside = false;
    for (const range of ranges) if (raw >= range[0] && raw <= range[1]) isInside = true;
    if (!isInside) return false;
  }
  return true;
}

function partsOf(wanted: readonly WantedSignal[]): readonly PartSteps[] {
  const groups = new Map<string, { message: DbcMessage; chain: DbcSelection[]; of: number[] }>();
  wanted.forEach(({ message, signal }, index) => {
    const chain = selectionsOf(message, signal);
    const key = JSON.stringify([message.key, chain]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { message, chain, of: [index] });
    else group.of.push(index);
  });
  return [...groups.values()].map(({ message, chain, of }, index) => ({
    part: { index, message, wanted: of, selections: chain },
    steps: of.map((one) => valueStep(one, wanted[one])),
    conditions: chain.flatMap(({ multiplexor, ranges }) => {
      const signal = message.signals.find(({ name }) => name === multiplexor);
      return signal === undefined ? [] : [{ step: signalStep(signal), ranges }];
    }),
  }));
}

/** Everything that must hold for a signal to be in a frame: its multiplexor, and what selects that. */
export function selectionsOf(message: DbcMessage, signal: DbcSignal): DbcSelection[] {
  const chain: DbcSelection[] = [];
  let selection = signal.selectedBy;
  // A circle cannot be: the parser refuses one.
  while (selection !== undefined && chain.length <= message.signals.length) {
    chain.push(selection);
    const owner = selection.multiplexor;
    selection = message.signals.find(({ name }) => name === owner)?.selectedBy;
  }
  return chain;
}

function valueStep(index: number, wanted: WantedSignal | undefined): ValueStep {
  if (wanted === undefined) throw new RangeError(`nothing is wanted at ${index}`);
  const { signal, invalid, valid } = wanted;
  const scale = decimalScale(signal.factor, signal.offset);
  return {
    ...signalStep(signal),
    ...{ index, ...scale, isScaled: !isPlain(scale), invalid },
    isWide: signal.length > 53 && signal.form !== 'float',
    min: valid?.[0] ?? -Infinity,
    max: valid?.[1] ?? Infinity,
  };
}
