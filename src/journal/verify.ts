import { realDisk, type Disk } from './disk.ts';
import { diskError } from './journal-error.ts';
import { PointCache } from './point-text.ts';
import { listSegments, type Segment } from './segment-catalog.ts';
import { SegmentDecoder } from './segment-decoder.ts';
import { decoded } from './segment-reader.ts';
import { scanSegment } from './segment-scan.ts';
import { firstPlace, walk } from './segment-walk.ts';

/** What every byte of a journal says about itself. */
export interface VerifyReport {
  /** False when anything that was written is damaged or missing. An unfinished end is neither. */
  readonly ok: boolean;
  readonly segments: readonly SegmentReport[];
  /** Records that can be read. */
  readonly records: number;
  /** Records that cannot. */
  readonly lost: number;
  readonly bytes: number;
}

export interface SegmentReport {
  readonly name: string;
  readonly epoch: number;
  readonly first: number;
  readonly bytes: number;
  readonly records: number;
  readonly lost: number;
  /** What was found, in words, with the place. */
  readonly damage: readonly string[];
  /** Bytes behind the last record: a write that was cut short, or damage to the newest records. */
  readonly unfinishedBytes: number;
}

/**
 * Looks at every byte. Changes nothing, and may be used while another process writes: what is written
 * meanwhile is not looked at. Rejects with a JournalError when it cannot be read, or is of a later version.
 */
export async function verifyJournal(folder: string, disk: Disk = realDisk): Promise<VerifyReport> {
  const segments = await listSegments(disk, folder);
  const reports: SegmentReport[] = [];
  for (const [index, segment] of segments.entries()) {
    const report = await verifySegment(disk, segment, segments[index + 1]?.first ?? Infinity);
    if (report !== undefined) reports.push(report);
  }
  const sum = (of: (report: SegmentReport) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  return {
    ok: reports.every(({ damage }) => damage.length === 0),
    segments: reports,
    records: sum(({ records }) => records),
    lost: sum(({ lost }) => lost),
    bytes: sum(({ bytes }) => bytes),
  };
}

/** Undefined when the limits have taken it meanwhile. */
async function verifySegment(
  disk: Disk,
  segment: Segment,
  endSequence: number,
): Promise<SegmentReport | undefined> {
  const { name, epoch, first, bytes, seed, path } = segment;
  const damage: string[] = [];
  let records = 0;
  let end = bytes;
  let next = first;
  const decoder = new SegmentDecoder(new PointCache());
  try {
    const file = await disk.open(path, 'read');
    try {
      const place = await walk(file, { seed, bytes, endSequence }, firstPlace(first), {
        define: (body) => decoder.define(body),
        record: (body) => {
          const { offset, sequence } = body;
          next = sequence + 1;
          if (decoded(decoder, epoch, body) !== undefined) records += 1;
          else damage.push(`byte ${offset}: record ${sequence} has lost what it refers to`);
          return true;
        },
        damage: (from, to) => {
          if (to.offset >= bytes) end = from.offset;
          else damage.push(`bytes ${from.offset}..${to.offset} are damaged`);
          next = Math.max(next, to.sequence);
        },
      });
      end = Math.min(end, place.offset);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw diskError('read', path, error);
  }
  if (!segment.headerIsGood && bytes > 0) damage.unshift('the header is damaged');
  const last = endSequence === Infinity ? next : endSequence;
  const lost = last - first - records;
  if (lost > 0 && damage.length === 0) damage.push(`${lost} records at its end are missing`);
  return { name, epoch, first, bytes, records, lost, damage, unfinishedBytes: bytes - end };
}

/** What a journal holds, without looking at every byte. */
export interface JournalSummary {
  readonly segments: readonly {
    readonly name: string;
    readonly epoch: number;
    readonly first: number;
    readonly bytes: number;
    /** Microseconds since 1970. */
    readonly startedAt: number | undefined;
  }[];
  readonly bytes: number;
  readonly epoch: number;
  /** The oldest sequence, and the one behind the newest. */
  readonly first: number;
  readonly head: number;
  /** When the oldest and the newest record were written, microseconds since 1970. */
  readonly oldestAt: number | undefined;
  readonly newestAt: number | undefined;
}

/**
 * Reads headers and the newest segment. Changes nothing, and may be used while another process writes.
 * Rejects with a JournalError when it cannot be read, or is of a later version.
 */
export async function inspectJournal(
  folder: string,
  disk: Disk = realDisk,
): Promise<JournalSummary> {
  const segments = await listSegments(disk, folder);
  const [oldest] = segments;
  const newest = segments.at(-1);
  const scan = newest && (await scanSegment(disk, newest));
  return {
    segments: segments.map(({ name, epoch, first, bytes, startedAt }) => ({
      ...{ name, epoch, first, bytes },
      startedAt: time(startedAt),
    })),
    bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
    epoch: newest?.epoch ?? 1,
    first: oldest?.first ?? 0,
    head: scan?.end ?? 0,
    oldestAt: time(oldest?.startedAt),
    newestAt: time(scan?.newestAt),
  };
}

function time(micros: number | undefined): number | undefined {
  return Number.isFinite(micros) ? micros : undefined;
}
