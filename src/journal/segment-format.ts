import { crc32 } from 'node:zlib';
import { JournalError } from './journal-error.ts';

/**
 * A segment is one file: a header, then frames. A frame is a number of 1, 2 or 4 bytes that holds the length
 * of the body and its kind, the body, and a checksum. Between the frames stand marks of a fixed size.
 *
 * A mark says which sequence comes next and what the times behind it are counted from, and can be found
 * in the midst of damaged bytes: damage costs what lies up to the next mark, some 4 kB. Checksums begin
 * with a number made of the name of the file and the sequence, so that a frame counts only at its place.
 */
export const FORMAT_VERSION = 1;
export const HEADER_SIZE = 40;
export const MARK_SIZE = 24;
export const CHECKSUM_SIZE = 4;
/** Bytes of frames after which a mark is due. */
export const MARK_EVERY = 4096;
/** A longer body is no record of ours. */
export const MAX_BODY_SIZE = 4 * 1024 * 1024;

/** Kinds of frames. A mark begins with 0, which no frame does. */
export const SAMPLES = 1;
export const EVENT = 2;
/** What a number in the frames behind it stands for: a point, or a cause. */
export const DEFINITION = 3;

/** `dinrail`, and what an editor or a transfer as text would destroy. */
const MAGIC = [0x64, 0x69, 0x6e, 0x72, 0x61, 0x69, 0x6c, 0x1a] as const;
const MARK_MAGIC = 0x4b52_4d00;

export interface SegmentName {
  readonly name: string;
  readonly first: number;
  readonly epoch: number;
}

/** `0000000000001234-00000001.dnj`: the first sequence and the epoch, so that names sort by age. */
export function segmentName(first: number, epoch: number): string {
  return `${String(first).padStart(16, '0')}-${String(epoch).padStart(8, '0')}.dnj`;
}

export function parseSegmentName(name: string): SegmentName | undefined {
  const match = /^(\d{16})-(\d{8})\.dnj$/.exec(name);
  if (match === null) return undefined;
  return { name, first: Number(match[1]), epoch: Number(match[2]) };
}

/** Where the checksums of a segment begin. */
export function segmentSeed(first: number, epoch: number): number {
  return crc32(segmentName(first, epoch));
}

export interface SegmentHeader {
  readonly epoch: number;
  readonly first: number;
  /** Microseconds since 1970. */
  readonly startedAt: number;
}

export function encodeHeader(
  { epoch, first, startedAt }: SegmentHeader,
  version = FORMAT_VERSION,
): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(8, version, true);
  view.setUint32(12, epoch, true);
  view.setFloat64(16, first, true);
  view.setFloat64(24, startedAt, true);
  view.setUint32(36, crc32(bytes.subarray(0, 36)), true);
  return bytes;
}

/** Undefined when it is damaged. Throws when it is of a later version of dinrail. */
export function decodeHeader(bytes: Uint8Array, path: string): SegmentHeader | undefined {
  if (bytes.length < HEADER_SIZE || MAGIC.some((byte, index) => bytes[index] !== byte)) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_SIZE);
  if (view.getUint32(36, true) !== crc32(bytes.subarray(0, 36))) return undefined;
  const version = view.getUint32(8, true);
  if (version > FORMAT_VERSION) {
    throw new JournalError(
      `${path} is a journal of version ${version}, expected at most ${FORMAT_VERSION}: ` +
        'a newer dinrail has written it; nothing was changed',
    );
  }
  return {
    epoch: view.getUint32(12, true),
    first: view.getFloat64(16, true),
    startedAt: view.getFloat64(24, true),
  };
}

export interface Mark {
  /** Of the next record. */
  readonly sequence: number;
  /** What times are counted from, microseconds since 1970. */
  readonly base: number;
}

/** Writes a mark into the `MARK_SIZE` bytes from `at` on. */
export function writeMark(bytes: Uint8Array, at: number, mark: Mark, seed: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, MARK_SIZE);
  view.setUint32(0, MARK_MAGIC, true);
  view.setFloat64(4, mark.sequence, true);
  view.setFloat64(12, mark.base, true);
  view.setUint32(20, crc32(bytes.subarray(at, at + 20), seed), true);
}

/** The mark that begins at `at`; undefined when there is none, or a damaged one. */
export function readMark(bytes: Uint8Array, at: number, seed: number): Mark | undefined {
  if (at + MARK_SIZE > bytes.length || bytes[at] !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, MARK_SIZE);
  if (view.getUint32(0, true) !== MARK_MAGIC) return undefined;
  if (view.getUint32(20, true) !== crc32(bytes.subarray(at, at + 20), seed)) return undefined;
  return { sequence: view.getFloat64(4, true), base: view.getFloat64(12, true) };
}

/** Where the checksum of a frame begins: it holds for one sequence of one segment only. */
export function frameSeed(seed: number, sequence: number): number {
  return (seed + sequence) >>> 0;
}
