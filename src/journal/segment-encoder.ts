import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import type { Point } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { ByteSink } from './byte-sink.ts';
import type { NewRecord } from './journal.ts';
import { pointText } from './point-text.ts';
import * as format from './sample-format.ts';
import {
  CHECKSUM_SIZE,
  DEFINITION,
  EVENT,
  MARK_EVERY,
  MARK_SIZE,
  MAX_BODY_SIZE,
  SAMPLES,
  encodeHeader,
  frameSeed,
  segmentSeed,
  writeMark,
  type SegmentHeader,
} from './segment-format.ts';

const POINT = 0;
const CAUSE = 1;
/** More than this many different causes are written out each time. */
const MOST_CAUSES = 1000;
/** Point objects that are remembered: a site has as many, a stream of fresh objects must not fill the memory. */
const MOST_OBJECTS = 65_536;

interface Definition {
  readonly what: number;
  readonly number: number;
  readonly text: string;
}

/** Writes the records of one segment, with all that is needed to read them. */
export class SegmentEncoder {
  readonly #seed: number;
  /** The newest definitions, until they have been repeated behind the next mark. */
  #fresh: Definition[] = [];
  readonly #objects = new Map<Point, number>();
  readonly #points = new Map<string, number>();
  readonly #causes = new Map<string, number>();
  #sinceMark = Infinity;
  #base = 0;
  /** The numbers of the points of the record being written. */
  readonly #numbers: number[] = [];

  constructor(header: SegmentHeader, out: ByteSink) {
    this.#seed = segmentSeed(header.first, header.epoch);
    const bytes = encodeHeader(header);
    out.reserve(bytes.length);
    out.bytes.set(bytes, out.length);
    out.length += bytes.length;
  }

  /**
   * Adds a record; false, and nothing added, when it is too long to be one. `wall` is the calendar, in
   * whole microseconds since 1970.
   */
  add(out: ByteSink, record: NewRecord, sequence: number, wall: number): boolean {
    // JSON comes first: what it cannot carry must throw before anything is written.
    const text = record.kind === 'event' ? eventText(record) : '';
    if (this.#sinceMark >= MARK_EVERY) this.#mark(out, sequence, wall);
    const before = out.length;
    if (record.kind === 'samples') this.#define(out, record.samples, sequence);
    const start = out.length;
    if (record.kind === 'samples') this.#samples(out, record.samples);
    else this.#text(out, text);
    const added = this.#close(out, start, record.kind === 'samples' ? SAMPLES : EVENT, sequence);
    if (!added) out.length = start;
    this.#sinceMark += out.length - before;
    return added;
  }

  #mark(out: ByteSink, sequence: number, wall: number): void {
    out.reserve(MARK_SIZE);
    writeMark(out.bytes, out.length, { sequence, base: wall }, this.#seed);
    out.length += MARK_SIZE;
    this.#base = wall;
    this.#sinceMark = 0;
    // A second copy, beyond the mark: damage to the first then costs no more than any other.
    for (const definition of this.#fresh) this.#writeDefinition(out, definition, sequence);
    this.#fresh = [];
  }

  #define(out: ByteSink, samples: readonly Sample[], sequence: number): void {
    const numbers = this.#numbers;
    for (let index = 0; index < samples.length; index += 1) {
      const { point, cause } = samples[index] as Sample;
      numbers[index] = this.#objects.get(point) ?? this.#definePoint(out, point, sequence);
      if (cause !== undefined && !this.#causes.has(cause) && this.#causes.size < MOST_CAUSES) {
        const number = this.#causes.size + 1;
        this.#causes.set(cause, number);
        this.#writeFresh(out, { what: CAUSE, number, text: cause }, sequence);
      }
    }
  }

  #definePoint(out: ByteSink, point: Point, sequence: number): number {
    const text = pointText(point);
    let number = this.#points.get(text);
    if (number === undefined) {
      number = this.#points.size;
      this.#points.set(text, number);
      this.#writeFresh(out, { what: POINT, number, text }, sequence);
    }
    if (this.#objects.size >= MOST_OBJECTS) this.#objects.clear();
    this.#objects.set(point, number);
    return number;
  }

  #writeFresh(out: ByteSink, definition: Definition, sequence: number): void {
    this.#fresh.push(definition);
    this.#writeDefinition(out, definition, sequence);
  }

  #writeDefinition(out: ByteSink, { what, number, text }: Definition, sequence: number): void {
    const start = out.length;
    this.#open(out);
    out.reserve(9);
    out.u8(what);
    out.varint(number);
    out.text(text);
    this.#close(out, start, DEFINITION, sequence);
  }

  #text(out: ByteSink, text: string): void {
    this.#open(out);
    const size = Buffer.byteLength(text);
    out.reserve(size);
    out.raw(text, size);
  }

  #samples(out: ByteSink, samples: readonly Sample[]): void {
    this.#open(out);
    let before: Sample | undefined;
    for (let index = 0; index < samples.length; index += 1) {
      const sample = samples[index] as Sample;
      this.#sample(out, sample, this.#numbers[index] ?? 0, before);
      before = sample;
    }
  }

  #sample(out: ByteSink, sample: Sample, number: number, before: Sample | undefined): void {
    const { value, quality, cause, at, requestedAt, goodAt } = sample;
    out.reserve(format.MAX_SAMPLE_SIZE);
    out.varint(number);
    const flagsAt = out.length;
    out.u8(0);
    let flags = format.QUALITIES.indexOf(quality);
    const more = moreFlags(sample, this.#base);
    if (more !== 0) {
      flags |= format.MORE_FLAGS;
      out.u8(more);
    }
    if (goodAt === at) flags |= format.GOOD_NOW;
    const isPlain = (more & format.PLAIN_TIMES) !== 0;
    if (before?.at === at && before.requestedAt === requestedAt) flags |= format.SAME_TIMES;
    else if (isPlain) {
      out.f64(at);
      out.f64(requestedAt);
    } else {
      out.zigzag(at - this.#base);
      out.zigzag(at - requestedAt);
    }
    if ((more & format.HAS_GOOD_AT) !== 0 && goodAt !== undefined) {
      if (isPlain) out.f64(goodAt);
      else out.zigzag(at - goodAt);
    }
    if (cause !== undefined) this.#cause(out, cause);
    flags |= format.writeValue(out, value) << format.KIND_SHIFT;
    out.bytes[flagsAt] = flags;
  }

  #cause(out: ByteSink, cause: string): void {
    const number = this.#causes.get(cause) ?? 0;
    out.varint(number);
    if (number !== 0) return;
    out.text(cause);
    out.reserve(format.MAX_SAMPLE_SIZE);
  }

  /** Leaves room for the number in front of a body. */
  #open(out: ByteSink): void {
    out.reserve(2);
    out.length += 2;
  }

  /** Writes the number in front of the body that began at `start`, and the checksum behind it. */
  #close(out: ByteSink, start: number, kind: number, sequence: number): boolean {
    const size = out.length - start - 2;
    if (size > MAX_BODY_SIZE) return false;
    const coded = size * 4 + kind;
    const numberSize = coded < 128 ? 1 : coded < 1 << 14 ? 2 : 4;
    out.shift(start + 2, numberSize - 2);
    const { length } = out;
    out.length = start;
    if (numberSize > 1) out.u8((coded & 127) | 128);
    if (numberSize < 4) {
      out.u8(coded >>> (numberSize === 1 ? 0 : 7));
    } else {
      out.u8(((coded >>> 7) & 127) | 128);
      out.u8(((coded >>> 14) & 127) | 128);
      out.u8(coded >>> 21);
    }
    out.length = length;
    out.reserve(CHECKSUM_SIZE);
    out.u32(crc32(out.bytes.subarray(start, length), frameSeed(this.#seed, sequence)));
    return true;
  }
}

function moreFlags({ cause, at, requestedAt, goodAt }: Sample, base: number): number {
  const hasGoodAt = goodAt !== undefined && goodAt !== at;
  let more = cause === undefined ? 0 : format.HAS_CAUSE;
  if (hasGoodAt) more |= format.HAS_GOOD_AT;
  const isNear =
    isWhole(at) &&
    isWhole(requestedAt) &&
    (!hasGoodAt || (isWhole(goodAt) && isStep(at - goodAt))) &&
    isStep(at - base) &&
    isStep(at - requestedAt);
  return isNear ? more : more | format.PLAIN_TIMES;
}

const isWhole = Number.isSafeInteger;

function isStep(micros: number): boolean {
  return micros < format.FAR && micros > -format.FAR;
}

function eventText({ topic, at, data }: Extract<NewRecord, { kind: 'event' }>): string {
  return JSON.stringify({ topic, at, data });
}
