import { crc16 } from '../codec/frame/crc16.ts';
import { EXCEPTION_FLAG } from '../codec/pdu/exception.ts';

/** How frames of a line are wrapped. */
export type Framing = 'mbap' | 'rtu';

/** Some bytes of a frame and what they say. */
export interface FramePart {
  /** Of the first byte, and behind the last. */
  readonly from: number;
  readonly to: number;
  /** Stable, for programs and translations: `unit`, `function`, `address`. */
  readonly name: string;
  readonly text: string;
}

export interface ExplainedFrame {
  readonly unit?: number;
  readonly functionCode?: number;
  /** `read holding 1 +5`, `750 750 0 86 750`, `exception 2`: the frame in a few words. */
  readonly summary: string;
  readonly parts: readonly FramePart[];
}

/** V1.1b3, section 6. */
const FUNCTIONS: Readonly<Record<number, string>> = {
  ...{ 1: 'read coils', 2: 'read discrete', 3: 'read holding', 4: 'read input' },
  ...{ 5: 'write coil', 6: 'write register', 7: 'read exception status', 8: 'diagnostics' },
  ...{ 15: 'write coils', 16: 'write registers', 17: 'report server id', 22: 'mask register' },
  ...{ 23: 'read and write registers', 43: 'identify' },
};

const EXCEPTIONS: Readonly<Record<number, string>> = {
  ...{ 1: 'illegal function', 2: 'illegal address', 3: 'illegal value', 4: 'device failure' },
  ...{ 5: 'acknowledge', 6: 'busy', 8: 'memory parity', 10: 'no gateway path' },
  11: 'gateway target silent',
};

const MBAP_SIZE = 7;
/** Words of an answer that stand in its summary. */
const SHOWN_WORDS = 12;

/** What a frame says, byte by byte. Whatever the bytes are, each of them is in one part. */
export function explainFrame(
  bytes: Uint8Array,
  framing: Framing,
  direction: 'sent' | 'received',
): ExplainedFrame {
  if (bytes.length === 0) return { summary: '', parts: [] };
  const head = framing === 'mbap' ? mbapParts(bytes) : rtuHead(bytes);
  const end = framing === 'rtu' ? Math.max(head.at, bytes.length - 2) : bytes.length;
  const parts = [...head.parts];
  const body = pduParts(bytes, head.at, end, direction);
  parts.push(...body.parts);
  if (framing === 'rtu') parts.push(...crcPart(bytes, end));
  const functionCode = head.at < end ? bytes[head.at] : undefined;
  return {
    ...(head.unit !== undefined && { unit: head.unit }),
    ...(functionCode !== undefined && { functionCode: functionCode & ~EXCEPTION_FLAG }),
    summary: body.summary,
    parts,
  };
}

interface Head {
  readonly parts: readonly FramePart[];
  readonly unit?: number;
  /** Where the PDU begins. */
  readonly at: number;
}

/** Messaging on TCP/IP V1.0b, section 3.1.3. */
function mbapParts(bytes: Uint8Array): Head {
  if (bytes.length < MBAP_SIZE)
    return { parts: [part(0, bytes.length, 'bytes', '')], at: bytes.length };
  const unit = bytes[6] ?? 0;
  const length = word(bytes, 4);
  const fits = length === bytes.length - 6;
  const parts = [
    part(0, 2, 'transaction', String(word(bytes, 0))),
    part(2, 4, 'protocol', String(word(bytes, 2))),
    part(4, 6, 'length', fits ? String(length) : `${length}, but ${bytes.length - 6} follow`),
    part(6, 7, 'unit', String(unit)),
  ];
  return { parts, unit, at: MBAP_SIZE };
}

function rtuHead(bytes: Uint8Array): Head {
  const unit = bytes[0] ?? 0;
  return { parts: [part(0, 1, 'unit', String(unit))], unit, at: 1 };
}

function crcPart(bytes: Uint8Array, end: number): readonly FramePart[] {
  if (bytes.length - end < 2)
    return end < bytes.length ? [part(end, bytes.length, 'bytes', '')] : [];
  const sent = (bytes[end] ?? 0) | ((bytes[end + 1] ?? 0) << 8);
  const counted = crc16(bytes, 0, end);
  const text = sent === counted ? 'right' : `wrong, ${hex(counted)} would be right`;
  return [part(end, end + 2, 'checksum', text)];
}

interface Body {
  readonly parts: readonly FramePart[];
  readonly summary: string;
}

function pduParts(
  bytes: Uint8Array,
  at: number,
  end: number,
  direction: 'sent' | 'received',
): Body {
  const code = at < end ? bytes[at] : undefined;
  if (code === undefined) return { parts: [], summary: '' };
  const name = FUNCTIONS[code & ~EXCEPTION_FLAG] ?? `function ${code & ~EXCEPTION_FLAG}`;
  const head = part(at, at + 1, 'function', `${code & ~EXCEPTION_FLAG} ${name}`);
  if ((code & EXCEPTION_FLAG) !== 0 && end - at >= 2) {
    const exception = bytes[at + 1] ?? 0;
    const words = `exception ${exception} ${EXCEPTIONS[exception] ?? ''}`.trim();
    const rest = [part(at + 1, at + 2, 'exception', words), ...left(at + 2, end)];
    return { parts: [head, ...rest], summary: words };
  }
  const body =
    direction === 'sent'
      ? requestBody(bytes, at + 1, end, code)
      : answerBody(bytes, at + 1, end, code);
  const summary = direction === 'sent' ? `${name} ${body.summary}`.trim() : body.summary;
  return { parts: [head, ...body.parts], summary };
}

function requestBody(bytes: Uint8Array, at: number, end: number, code: number): Body {
  if (end - at < 4 || FUNCTIONS[code] === undefined || code === 43) return raw(bytes, at, end);
  const [address, second] = [word(bytes, at), word(bytes, at + 2)];
  const place = part(at, at + 2, 'address', String(address));
  if (code === 5 || code === 6) {
    return {
      parts: [place, part(at + 2, at + 4, 'value', valueText(code, second)), ...left(at + 4, end)],
      summary: `${address} = ${valueText(code, second)}`,
    };
  }
  if (code === 22 && end - at >= 6) return maskBody(bytes, at, end);
  return countedBody(bytes, at, end, code);
}

/** Address and count, and in a write what is to be written. */
function countedBody(bytes: Uint8Array, at: number, end: number, code: number): Body {
  const [address, many] = [word(bytes, at), word(bytes, at + 2)];
  const head = [
    part(at, at + 2, 'address', String(address)),
    part(at + 2, at + 4, 'count', String(many)),
  ];
  const isWrite = (code === 15 || code === 16) && end - at >= 5;
  if (!isWrite) return { parts: [...head, ...left(at + 4, end)], summary: `${address} +${many}` };
  const size = part(at + 4, at + 5, 'bytes follow', String(bytes[at + 4] ?? 0));
  const data = code === 16 ? words(bytes, at + 5, end) : bits(bytes, at + 5, end);
  return {
    parts: [...head, size, ...data.parts],
    summary: `${address} +${many} = ${data.summary}`,
  };
}

function maskBody(bytes: Uint8Array, at: number, end: number): Body {
  const [address, and, or] = [word(bytes, at), hex(word(bytes, at + 2)), hex(word(bytes, at + 4))];
  return {
    parts: [
      part(at, at + 2, 'address', String(address)),
      part(at + 2, at + 4, 'and', and),
      part(at + 4, at + 6, 'or', or),
      ...left(at + 6, end),
    ],
    summary: `${address} and ${and} or ${or}`,
  };
}

function answerBody(bytes: Uint8Array, at: number, end: number, code: number): Body {
  // An answer to a write says again what was asked.
  if ([5, 6, 15, 16, 22].includes(code)) return requestBody(bytes, at, end, code);
  if (![1, 2, 3, 4, 23].includes(code) || end - at < 1) return raw(bytes, at, end);
  const size = part(at, at + 1, 'bytes follow', String(bytes[at] ?? 0));
  const data = code <= 2 ? bits(bytes, at + 1, end) : words(bytes, at + 1, end);
  return { parts: [size, ...data.parts], summary: data.summary };
}

function words(bytes: Uint8Array, at: number, end: number): Body {
  const parts: FramePart[] = [];
  let next = at;
  for (; next + 2 <= end; next += 2) {
    parts.push(part(next, next + 2, `register ${(next - at) / 2}`, String(word(bytes, next))));
  }
  const shown = parts.slice(0, SHOWN_WORDS).map(({ text }) => text);
  if (parts.length > SHOWN_WORDS) shown.push('…');
  return { parts: [...parts, ...left(next, end)], summary: shown.join(' ') };
}

/** V1.1b3, section 6.1: the first bit is the lowest of the first byte. */
function bits(bytes: Uint8Array, at: number, end: number): Body {
  const parts: FramePart[] = [];
  for (let next = at; next < end; next += 1) {
    const byte = bytes[next] ?? 0;
    const text = Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1).join('');
    parts.push(part(next, next + 1, `bits ${(next - at) * 8} on`, text));
  }
  const shown = parts.slice(0, SHOWN_WORDS / 2).map(({ text }) => text);
  if (parts.length > shown.length) shown.push('…');
  return { parts, summary: shown.join(' ') };
}

function raw(bytes: Uint8Array, at: number, end: number): Body {
  return { parts: left(at, end), summary: at < end ? hexBytes(bytes.subarray(at, end)) : '' };
}

/** Bytes that nothing is known of; none when there are none. */
function left(from: number, to: number): FramePart[] {
  return from < to ? [part(from, to, 'bytes', '')] : [];
}

function part(from: number, to: number, name: string, text: string): FramePart {
  return { from, to, name, text };
}

function valueText(code: number, value: number): string {
  if (code !== 5) return String(value);
  return value === 0xff00 ? 'on' : value === 0 ? 'off' : hex(value);
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** `01 03 00 01`. */
export function hexBytes(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}
