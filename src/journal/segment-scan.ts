import type { Disk } from './disk.ts';
import { diskError } from './journal-error.ts';
import { PointCache } from './point-text.ts';
import type { Segment } from './segment-catalog.ts';
import { SegmentDecoder, type Body } from './segment-decoder.ts';
import { decoded } from './segment-reader.ts';
import { firstPlace, walk } from './segment-walk.ts';

export interface SegmentScan {
  /** The sequence behind the last record. */
  readonly end: number;
  /** Bytes up to the end of the last frame; what follows is no frame. */
  readonly bytes: number;
  /**
   * The newest time at its end, microseconds since 1970; -Infinity when there is none. Nothing before is
   * newer: a clock that goes back begins another segment.
   */
  readonly newestAt: number;
}

/** Goes through a whole segment whose end is not known. Throws a JournalError when it cannot be read. */
export async function scanSegment(disk: Disk, segment: Segment): Promise<SegmentScan> {
  const { path, seed, bytes, first } = segment;
  const decoder = new SegmentDecoder(new PointCache());
  let newestAt = -Infinity;
  let end = bytes;
  let lastMark = firstPlace(first);
  try {
    const file = await disk.open(path, 'read');
    try {
      const extent = { seed, bytes, endSequence: Infinity };
      const { sequence } = await walk(file, extent, firstPlace(first), {
        define: (body) => decoder.define(body),
        mark: (place) => {
          newestAt = Math.max(newestAt, place.base);
          lastMark = place;
        },
        record: () => true,
        damage: (from, to) => {
          if (to.offset >= bytes) end = from.offset;
        },
      });
      // Times are read where the newest are: a start must not take the time of reading everything.
      await walk(file, { seed, bytes: end, endSequence: sequence }, lastMark, {
        define: () => undefined,
        record: (body) => {
          newestAt = Math.max(newestAt, newestOf(decoder, body));
          return true;
        },
      });
      return { end: sequence, bytes: end, newestAt };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw diskError('read', path, error);
  }
}

function newestOf(decoder: SegmentDecoder, body: Body): number {
  const record = decoded(decoder, 0, body);
  if (record === undefined) return -Infinity;
  if (record.kind === 'event') return record.at;
  return record.samples.reduce((newest, { at }) => Math.max(newest, at), -Infinity);
}
