import { deflateSync, inflateSync } from 'node:zlib';
import { FramingError, describeError } from './errors.ts';

/**
 * The envelope of everything that Zabbix says on TCP: `ZBXD`, a byte of flags, the length of the body
 * and, when it is compressed, the length it will have; both are 32 bits, little-endian. See "Header",
 * https://www.zabbix.com/documentation/6.0/en/manual/appendix/protocols/header_datalen
 */
export const ZABBIX_MAGIC: Uint8Array = Uint8Array.of(0x5a, 0x42, 0x58, 0x44);

const HEADER_SIZE = 13;
const FLAG_PROTOCOL = 0x01;
const FLAG_COMPRESSED = 0x02;
/** Lengths of 64 bits, for bodies beyond 1 GiB: more than anybody here has to say. */
const FLAG_LARGE = 0x04;

/** One frame around `body`; compressed by zlib when asked for. */
export function encodeZabbixFrame(body: Uint8Array, form: 'plain' | 'compressed'): Uint8Array {
  const payload = form === 'compressed' ? deflateSync(body) : body;
  const frame = new Uint8Array(HEADER_SIZE + payload.length);
  const view = new DataView(frame.buffer);
  frame.set(ZABBIX_MAGIC);
  view.setUint8(4, form === 'compressed' ? FLAG_PROTOCOL | FLAG_COMPRESSED : FLAG_PROTOCOL);
  view.setUint32(5, payload.length, true);
  view.setUint32(9, form === 'compressed' ? body.length : 0, true);
  frame.set(payload, HEADER_SIZE);
  return frame;
}

/**
 * Cuts a stream of bytes into bodies. No body is longer than `maxBytes`, compressed or not, and no more
 * than that, a header and one chunk are kept where `next` is called after each `push`.
 */
export class ZabbixDeframer {
  readonly #maxBytes: number;
  #received: Uint8Array = new Uint8Array(0);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#received.length + bytes.length);
    joined.set(this.#received);
    joined.set(bytes, this.#received.length);
    this.#received = joined;
  }

  /** Bytes of a frame that has not ended yet. */
  get pending(): number {
    return this.#received.length;
  }

  /** The next whole body, or undefined until more bytes arrive. Throws FramingError when it is none. */
  next(): Uint8Array | undefined {
    this.#judgeMagic();
    if (this.#received.length < HEADER_SIZE) return undefined;

    // Judge the header before waiting for the body: a corrupt length would have us wait forever.
    const view = new DataView(this.#received.buffer, this.#received.byteOffset);
    const flags = judgeFlags(view.getUint8(4));
    const size = this.#judgeSize(view.getUint32(5, true));
    const inflatedSize = view.getUint32(9, true);
    const isCompressed = (flags & FLAG_COMPRESSED) !== 0;
    if (isCompressed) this.#judgeSize(inflatedSize);

    if (this.#received.length < HEADER_SIZE + size) return undefined;
    const body = this.#received.slice(HEADER_SIZE, HEADER_SIZE + size);
    this.#received = this.#received.slice(HEADER_SIZE + size);
    return isCompressed ? inflate(body, inflatedSize) : body;
  }

  #judgeMagic(): void {
    for (let index = 0; index < Math.min(4, this.#received.length); index += 1) {
      if (this.#received[index] !== ZABBIX_MAGIC[index]) {
        throw new FramingError('the bytes do not begin with ZBXD: this is not the Zabbix protocol');
      }
    }
  }

  #judgeSize(size: number): number {
    if (size <= this.#maxBytes) return size;
    throw new FramingError(`a body of ${size} bytes, expected no more than ${this.#maxBytes}`);
  }
}

function judgeFlags(flags: number): number {
  if ((flags & FLAG_LARGE) !== 0) {
    throw new FramingError('a large packet (flag 0x04), which is not supported');
  }
  if ((flags & ~FLAG_COMPRESSED) !== FLAG_PROTOCOL) {
    throw new FramingError(`flags are 0x${flags.toString(16).padStart(2, '0')}, expected 1 or 3`);
  }
  return flags;
}

/** The announced size is the limit, so that a small body cannot become a huge one. */
function inflate(body: Uint8Array, size: number): Uint8Array {
  let inflated: Uint8Array;
  try {
    inflated = inflateSync(body, { maxOutputLength: Math.max(1, size) });
  } catch (cause) {
    throw new FramingError(`the body cannot be inflated to ${size} bytes`, {
      cause: describeError(cause),
    });
  }
  if (inflated.length !== size) {
    throw new FramingError(`the body inflates to ${inflated.length} bytes, announced were ${size}`);
  }
  return Uint8Array.from(inflated);
}
