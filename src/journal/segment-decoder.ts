import type { Point } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import { ByteSource } from './byte-source.ts';
import type { JournalRecord } from './journal.ts';
import type { PointCache } from './point-text.ts';
import * as format from './sample-format.ts';
import { EVENT } from './segment-format.ts';

const POINT = 0;

/** A frame between `at` and `end` whose checksum is right; valid until the next one. */
export interface Body {
  readonly kind: number;
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly end: number;
  /** What times are counted from. */
  readonly base: number;
  /** Of the record, or of the next one. */
  readonly sequence: number;
  /** Where the frame begins in its file. */
  readonly offset: number;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What the numbers in the frames of one segment stand for, as far as it has been read. */
export class SegmentDecoder {
  readonly #cache: PointCache;
  readonly #points: (Point | undefined)[] = [];
  readonly #causes: (string | undefined)[] = [];
  readonly #input = new ByteSource();

  constructor(cache: PointCache) {
    this.#cache = cache;
  }

  define({ bytes, at, end }: Body): void {
    const input = this.#input;
    input.open(bytes, at, end);
    const what = input.u8();
    const number = input.varint();
    // A definition stands twice in a segment.
    if (what !== POINT) this.#causes[number] = input.text();
    else if (this.#points[number] === undefined) {
      this.#points[number] = this.#cache.get(input.text());
    }
  }

  /** Undefined when the definition of something in it was damaged. */
  record(body: Body, epoch: number): JournalRecord | undefined {
    this.#input.open(body.bytes, body.at, body.end);
    const { sequence } = body;
    if (body.kind === EVENT) {
      const event = JSON.parse(this.#input.rest()) as { topic: string; at: number; data: unknown };
      return { kind: 'event', ...event, epoch, sequence };
    }
    const samples: Sample[] = [];
    let before: Sample | undefined;
    while (this.#input.at < body.end) {
      before = this.#sample(body.base, before);
      if (before === undefined) return undefined;
      samples.push(before);
    }
    return { kind: 'samples', samples, epoch, sequence };
  }

  #sample(base: number, before: Sample | undefined): Sample | undefined {
    const input = this.#input;
    const point = this.#points[input.varint()];
    const flags = input.u8();
    const more = (flags & format.MORE_FLAGS) === 0 ? 0 : input.u8();
    const isPlain = (more & format.PLAIN_TIMES) !== 0;
    // Without its definition a number is no point, and what follows cannot be trusted either.
    if (point === undefined) return undefined;
    const quality = format.QUALITIES[flags & format.QUALITY_MASK] ?? 'bad';
    const sample: Writable<Sample> = { point, quality, at: 0, requestedAt: 0 };
    if ((flags & format.SAME_TIMES) !== 0 && before !== undefined) {
      sample.at = before.at;
      sample.requestedAt = before.requestedAt;
    } else {
      sample.at = isPlain ? input.f64() : base + input.zigzag();
      sample.requestedAt = isPlain ? input.f64() : sample.at - input.zigzag();
    }
    return this.#rest(sample, flags, more);
  }

  /** When it was good, why it is not, and the value. */
  #rest(sample: Writable<Sample>, flags: number, more: number): Sample | undefined {
    const input = this.#input;
    const { at } = sample;
    if ((flags & format.GOOD_NOW) !== 0) sample.goodAt = at;
    else if ((more & format.HAS_GOOD_AT) !== 0) {
      sample.goodAt = (more & format.PLAIN_TIMES) !== 0 ? input.f64() : at - input.zigzag();
    }
    if ((more & format.HAS_CAUSE) !== 0) {
      const number = input.varint();
      const cause = number === 0 ? input.text() : this.#causes[number];
      if (cause === undefined) return undefined;
      sample.cause = cause;
    }
    const value = format.readValue(input, (flags >>> format.KIND_SHIFT) & format.KIND_MASK);
    if (value !== undefined) sample.value = value;
    return sample;
  }
}
