import { crc32 } from 'node:zlib';
import type { DiskFile } from './disk.ts';
import { errorCode } from './journal-error.ts';
import type { Body } from './segment-decoder.ts';
import {
  CHECKSUM_SIZE,
  DEFINITION,
  HEADER_SIZE,
  MARK_SIZE,
  MAX_BODY_SIZE,
  frameSeed,
  readMark,
  type Mark,
} from './segment-format.ts';

/** Between two frames. */
export interface Place {
  readonly offset: number;
  /** Of the next record. */
  readonly sequence: number;
  /** What times are counted from; NaN before the first mark. */
  readonly base: number;
}

/** The first place of a segment. */
export function firstPlace(first: number): Place {
  return { offset: HEADER_SIZE, sequence: first, base: NaN };
}

export interface Extent {
  readonly seed: number;
  /** Bytes to look at. */
  readonly bytes: number;
  /** The sequence that the next segment begins with, or the last one ends with; Infinity when not known. */
  readonly endSequence: number;
}

export interface Visitor {
  define(body: Body): void;
  /** False when it is too much: the walk ends in front of it. */
  record(body: Body): boolean;
  mark?(place: Place): void;
  /** Bytes that are no frames; the records in them are gone. */
  damage?(from: Place, to: Place): void;
}

/** Read at once: a step over many small frames must not keep a serial line waiting. */
export const WINDOW_SIZE = 64 * 1024;
/** Where a disk cannot read, it cannot in pieces of this size. */
const PIECE_SIZE = 4096;

/**
 * Goes through the frames of one segment from a place on until a visitor has had enough or nothing is
 * left, and gives the place reached. What is damaged is stepped over up to the next mark. The bodies lie
 * in `window`, or beside it when they are longer, and are good for the moment only.
 */
export async function walk(
  file: DiskFile,
  extent: Extent,
  from: Place,
  visitor: Visitor,
  window: Uint8Array = new Uint8Array(WINDOW_SIZE),
): Promise<Place> {
  return new Walk(file, extent, from, visitor, window).run();
}

class Walk {
  readonly #file: DiskFile;
  readonly #extent: Extent;
  readonly #visitor: Visitor;
  readonly #window: Uint8Array;
  /** One object for all frames: a backlog has millions. */
  readonly #body = {
    ...{ kind: 0, bytes: new Uint8Array(0) as Uint8Array, at: 0, end: 0 },
    ...{ base: 0, sequence: 0, offset: 0 },
  };
  #bytes: Uint8Array = new Uint8Array(0);
  /** Where in the file `#bytes` begins. */
  #start = 0;
  #offset: number;
  #sequence: number;
  #base: number;

  constructor(file: DiskFile, extent: Extent, from: Place, visitor: Visitor, window: Uint8Array) {
    this.#window = window;
    this.#file = file;
    this.#extent = extent;
    this.#visitor = visitor;
    this.#start = from.offset;
    this.#offset = from.offset;
    this.#sequence = from.sequence;
    this.#base = from.base;
  }

  async run(): Promise<Place> {
    for (;;) {
      const step = this.#step();
      if (step === 'end') return this.#place();
      if (step === 'damaged') await this.#skip();
      else if (!(await this.#fill(step))) await this.#skip();
    }
  }

  #place(): Place {
    return { offset: this.#offset, sequence: this.#sequence, base: this.#base };
  }

  /** Goes on in the window; says what is in the way, or how many bytes have to be there. */
  #step(): 'end' | 'damaged' | number {
    const { bytes: limit, endSequence } = this.#extent;
    while (this.#offset < limit && this.#sequence < endSequence) {
      const at = this.#offset - this.#start;
      const have = this.#bytes.length - at;
      if (have < 4 && have < limit - this.#offset) return Math.min(4, limit - this.#offset);
      const first = this.#bytes[at] ?? 0;
      const size = first === 0 ? MARK_SIZE : frameSize(this.#bytes, at);
      if (size === 0) return 'damaged';
      if (size > have) return size;
      if (first === 0) {
        if (!this.#mark(at)) return 'damaged';
        continue;
      }
      const outcome = this.#frame(at, size);
      if (outcome !== 'on') return outcome;
    }
    return 'end';
  }

  #mark(at: number): boolean {
    const mark = readMark(this.#bytes, at, this.#extent.seed);
    if (mark === undefined || !this.#fits(mark)) return false;
    this.#visitor.mark?.({ offset: this.#offset, ...mark });
    this.#offset += MARK_SIZE;
    this.#sequence = mark.sequence;
    this.#base = mark.base;
    return true;
  }

  #fits({ sequence }: Mark): boolean {
    return sequence >= this.#sequence && sequence <= this.#extent.endSequence;
  }

  #frame(at: number, size: number): 'on' | 'end' | 'damaged' {
    const bytes = this.#bytes;
    const end = at + size - CHECKSUM_SIZE;
    const sum = crc32(bytes.subarray(at, end), frameSeed(this.#extent.seed, this.#sequence));
    if (Number.isNaN(this.#base) || sum !== u32(bytes, end)) return 'damaged';
    const kind = (bytes[at] ?? 0) & 3;
    const body = this.#body;
    body.kind = kind;
    body.bytes = bytes;
    body.at = at + numberSize(bytes, at);
    body.end = end;
    body.base = this.#base;
    body.sequence = this.#sequence;
    body.offset = this.#offset;
    if (kind === DEFINITION) this.#visitor.define(body);
    else if (!this.#visitor.record(body)) return 'end';
    else this.#sequence += 1;
    this.#offset += size;
    return 'on';
  }

  /** Steps over what is damaged, to the next mark or to the end. */
  async #skip(): Promise<void> {
    const from = this.#place();
    const { bytes: limit, endSequence, seed } = this.#extent;
    this.#offset += 1;
    while (this.#offset < limit) {
      if (!(await this.#fill(MARK_SIZE))) break;
      let at = this.#offset - this.#start;
      const last = this.#bytes.length - MARK_SIZE;
      for (at = this.#bytes.indexOf(0, at); at >= 0 && at <= last;) {
        const mark = readMark(this.#bytes, at, seed);
        if (mark !== undefined && this.#fits(mark)) {
          this.#offset = this.#start + at;
          this.#visitor.damage?.(from, { offset: this.#offset, ...mark });
          return;
        }
        at = this.#bytes.indexOf(0, at + 1);
      }
      this.#offset = this.#start + (at < 0 ? this.#bytes.length : at);
    }
    this.#offset = limit;
    // What is added behind it later has a time to count from only after a mark.
    this.#base = NaN;
    if (endSequence !== Infinity) this.#sequence = endSequence;
    this.#visitor.damage?.(from, this.#place());
  }

  /** Sees to it that `size` bytes from the offset on are there; false when the segment is not that long. */
  async #fill(size: number): Promise<boolean> {
    const left = this.#extent.bytes - this.#offset;
    if (size > left) return false;
    const have = this.#bytes.length - (this.#offset - this.#start);
    if (have >= size) return true;
    const bytes =
      size > this.#window.length
        ? new Uint8Array(size)
        : this.#window.subarray(0, Math.min(left, this.#window.length));
    const done = await readWhatGoes(this.#file, bytes, this.#offset);
    this.#bytes = bytes.subarray(0, done);
    this.#start = this.#offset;
    return done >= size;
  }
}

/** Reads like `file.read`; where the disk cannot, zeros stand in the place. */
async function readWhatGoes(file: DiskFile, into: Uint8Array, offset: number): Promise<number> {
  try {
    return await file.read(into, offset);
  } catch (error) {
    if (errorCode(error) !== 'EIO') throw error;
  }
  for (let at = 0; at < into.length; at += PIECE_SIZE) {
    const piece = into.subarray(at, at + PIECE_SIZE);
    try {
      await file.read(piece, offset + at);
    } catch (error) {
      if (errorCode(error) !== 'EIO') throw error;
      piece.fill(0);
    }
  }
  return into.length;
}

/** Bytes of the number in front of a frame. */
function numberSize(bytes: Uint8Array, at: number): 1 | 2 | 4 {
  if ((bytes[at] ?? 0) < 128) return 1;
  return (bytes[at + 1] ?? 0) < 128 ? 2 : 4;
}

/** Bytes of a whole frame; 0 when none begins like this. */
function frameSize(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const third = bytes[at + 2] ?? 0;
  const size = numberSize(bytes, at);
  let coded = first & 127;
  if (size > 1) coded |= ((bytes[at + 1] ?? 0) & 127) << 7;
  if (size === 4) coded |= ((third & 127) << 14) | ((bytes[at + 3] ?? 0) << 21);
  const body = coded >>> 2;
  const isFrame = (coded & 3) !== 0 && body <= MAX_BODY_SIZE;
  return isFrame && (size < 4 || third >= 128) ? size + body + CHECKSUM_SIZE : 0;
}

function u32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24)) >>>
    0
  );
}
