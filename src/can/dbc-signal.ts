import type { DbcSignal } from './dbc.ts';
import type { Token } from './dbc-tokens.ts';

/** A signal as its own line says it. */
export interface SignalBody extends Pick<DbcSignal, 'name' | 'start' | 'length' | 'order'> {
  form: DbcSignal['form'];
  readonly factor: number;
  readonly offset: number;
  readonly range?: readonly [min: number, max: number];
  readonly unit?: string;
  readonly isMultiplexor: boolean;
  /** `m3`: in frames whose multiplexor is 3. */
  readonly selector?: number;
}

export interface SignalReader {
  next(): Token;
  peek(): Token;
  fail(token: Token, message: string, hint?: string): never;
}

const MAX_START = 1785 * 8;

/** `Name m3 : 16|16@0+ (0.1,-1600) [0|0] "A"`, from behind the name on. */
export function readSignalBody({ text: name }: Token, reader: SignalReader): SignalBody {
  const multiplexing = readMultiplexing(reader);
  mark(reader, ':');
  const start = whole(reader, 0, MAX_START, 'a start bit');
  mark(reader, '|');
  const length = whole(reader, 1, 64, 'a number of bits');
  mark(reader, '@');
  const { order, form } = readOrder(reader);
  mark(reader, '(');
  const factorToken = reader.peek();
  const factor = number(reader, 'a factor');
  if (factor === 0) {
    reader.fail(factorToken, `the factor of "${name}" is 0, which makes every value the same`);
  }
  mark(reader, ',');
  const offset = number(reader, 'an offset');
  mark(reader, ')');
  mark(reader, '[');
  const min = number(reader, 'the least value');
  mark(reader, '|');
  const max = number(reader, 'the largest value');
  mark(reader, ']');
  const unit = reader.next();
  if (unit.kind !== 'text') reader.fail(unit, 'expected the unit in quotes, such as "V" or ""');
  return {
    ...{ name, start, length, order, form, factor, offset, ...multiplexing },
    ...(min < max && { range: [min, max] }),
    ...(unit.text.trim() !== '' && { unit: unit.text.trim() }),
  };
}

/** `M` selects, `m3` is selected, `m3M` does both. */
function readMultiplexing(reader: SignalReader): Pick<SignalBody, 'isMultiplexor' | 'selector'> {
  const token = reader.peek();
  if (token.kind !== 'word') return { isMultiplexor: false };
  reader.next();
  if (token.text === 'M') return { isMultiplexor: true };
  const [, digits, own] = /^m(\d{1,10})(M?)$/.exec(token.text) ?? [];
  if (digits === undefined) {
    return reader.fail(token, `expected ":" or the multiplexing M, m0 or m0M, not "${token.text}"`);
  }
  return { isMultiplexor: own === 'M', selector: Number(digits) };
}

/** `0+`: the numbers and marks that follow `@` arrive as one token or two. */
function readOrder(reader: SignalReader): Pick<SignalBody, 'order' | 'form'> {
  const token = reader.next();
  const sign = reader.next();
  const isOrder = token.text === '0' || token.text === '1';
  if (!isOrder || (sign.text !== '+' && sign.text !== '-')) {
    const text = `expected the order of bytes and the sign: 0+, 0-, 1+ or 1-`;
    reader.fail(
      isOrder ? sign : token,
      text,
      '1 is little-endian (Intel), 0 big-endian (Motorola)',
    );
  }
  return {
    order: token.text === '1' ? 'little' : 'big',
    form: sign.text === '-' ? 'signed' : 'unsigned',
  };
}

function mark(reader: SignalReader, text: string): void {
  const token = reader.next();
  if (token.kind !== 'mark' || token.text !== text) {
    reader.fail(token, `expected "${text}"${token.kind === 'end' ? '' : `, not "${token.text}"`}`);
  }
}

function number(reader: SignalReader, what: string): number {
  const token = reader.next();
  const value = Number(token.text);
  if (token.kind === 'number' && Number.isFinite(value)) return value;
  return reader.fail(token, `expected ${what}, not "${token.text}"`);
}

function whole(reader: SignalReader, min: number, max: number, what: string): number {
  const token = reader.peek();
  const value = number(reader, what);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  return reader.fail(
    token,
    `${token.text} is no ${what.replace(/^a /, '')}, expected ${min}..${max}`,
  );
}
