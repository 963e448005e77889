import type { Disk, DiskFile } from './disk.ts';
import type { JournalRecord } from './journal.ts';
import { PointCache } from './point-text.ts';
import type { Segment } from './segment-catalog.ts';
import { SegmentDecoder, type Body } from './segment-decoder.ts';
import { WINDOW_SIZE, firstPlace, walk, type Place } from './segment-walk.ts';

/** A read that starts in the middle of a segment finds a place to start from this near, in bytes. */
const PLACE_EVERY = 32 * 1024;
/** Segments about which something is remembered: one for each sink that is behind, and the newest. */
const MOST_VIEWS = 8;

/** What is known of a segment from walking it: definitions, and places to start from. */
interface View {
  readonly decoder: SegmentDecoder;
  /** Marks, in order. */
  readonly places: Place[];
  /** Up to here all definitions are known. */
  walked: Place;
}

/** What one read of the journal has gathered. */
export interface Harvest {
  readonly records: JournalRecord[];
  /** Samples that still fit. */
  room: number;
  /** The next record did not fit. */
  isFull: boolean;
}

/** Reads records out of segments, from the disk each time: nothing but places and definitions is kept. */
export class SegmentReader {
  readonly #disk: Disk;
  readonly #cache = new PointCache();
  readonly #views = new Map<string, View>();
  /** Kept from read to read, unless another one has it. */
  #window: Uint8Array | undefined;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  forget(segment: Segment): void {
    this.#views.delete(segment.name);
  }

  /**
   * Takes the records `from`..`until` of a segment, as far as there is room, and gives the sequence to
   * go on with. `until` is at most where the segment ends.
   */
  async read(segment: Segment, from: number, until: number, harvest: Harvest): Promise<number> {
    const file = await this.#disk.open(segment.path, 'read');
    const window = this.#window ?? new Uint8Array(WINDOW_SIZE);
    this.#window = undefined;
    try {
      return await this.#read(file, segment, from, until, harvest, window);
    } finally {
      this.#window = window;
      await file.close();
    }
  }

  async #read(
    file: DiskFile,
    segment: Segment,
    from: number,
    until: number,
    harvest: Harvest,
    window: Uint8Array,
  ): Promise<number> {
    const view = this.#view(segment);
    const extent = { seed: segment.seed, bytes: segment.bytes, endSequence: until };
    const place = await walk(
      file,
      extent,
      startOf(view, segment.first, from),
      {
        define: (body) => view.decoder.define(body),
        mark: (at) => {
          const last = view.places.at(-1);
          if (last === undefined || at.offset >= last.offset + PLACE_EVERY) view.places.push(at);
        },
        record: (body) => {
          harvest.isFull =
            body.sequence >= from && !take(view.decoder, segment.epoch, body, harvest);
          return !harvest.isFull;
        },
      },
      window,
    );
    if (place.offset > view.walked.offset) view.walked = place;
    return harvest.isFull ? place.sequence : until;
  }

  #view(segment: Segment): View {
    const known = this.#views.get(segment.name);
    const view = known ?? {
      decoder: new SegmentDecoder(this.#cache),
      places: [],
      walked: firstPlace(segment.first),
    };
    // The one used last is the last to go.
    this.#views.delete(segment.name);
    this.#views.set(segment.name, view);
    if (this.#views.size > MOST_VIEWS) {
      const [oldest = ''] = this.#views.keys();
      this.#views.delete(oldest);
    }
    return view;
  }
}

/** The nearest place at or before a sequence whose definitions are all known. */
function startOf(view: View, first: number, from: number): Place {
  const { places, walked } = view;
  if (from >= walked.sequence) return walked;
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.sequence ?? Infinity) <= from) low = middle + 1;
    else high = middle;
  }
  return places[low - 1] ?? firstPlace(first);
}

/** False when there is no room for the record, unless it is the first. */
function take(decoder: SegmentDecoder, epoch: number, body: Body, harvest: Harvest): boolean {
  if (harvest.room <= 0) return false;
  const record = decoded(decoder, epoch, body);
  // What its definition is lost for is lost, and counted by the hole in the sequences.
  if (record === undefined) return true;
  const samples = record.kind === 'samples' ? Math.max(1, record.samples.length) : 1;
  if (samples > harvest.room && harvest.records.length > 0) return false;
  harvest.room -= samples;
  harvest.records.push(record);
  return true;
}

/** Undefined when the checksum is right and still it is no record of ours: as good as damaged. */
export function decoded(
  decoder: SegmentDecoder,
  epoch: number,
  body: Body,
): JournalRecord | undefined {
  try {
    return decoder.record(body, epoch);
  } catch {
    return undefined;
  }
}
