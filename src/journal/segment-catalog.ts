import { join } from 'node:path';
import type { Disk } from './disk.ts';
import { diskError } from './journal-error.ts';
import {
  HEADER_SIZE,
  decodeHeader,
  parseSegmentName,
  segmentName,
  segmentSeed,
  type SegmentHeader,
} from './segment-format.ts';

/** One file of the journal. */
export interface Segment {
  readonly name: string;
  readonly path: string;
  readonly epoch: number;
  readonly first: number;
  /** When it was begun, microseconds since 1970; NaN when nothing says so. */
  readonly startedAt: number;
  readonly seed: number;
  /** False when its header is damaged; the name says enough to read it. */
  readonly headerIsGood: boolean;
  /** Bytes of it that are on the disk. */
  bytes: number;
}

export function newSegment(folder: string, header: SegmentHeader): Segment {
  const { epoch, first, startedAt } = header;
  const name = segmentName(first, epoch);
  const path = join(folder, name);
  const seed = segmentSeed(first, epoch);
  return { name, path, epoch, first, startedAt, seed, headerIsGood: true, bytes: 0 };
}

/**
 * The segments in a folder, oldest first; what is no segment is left alone. Throws a JournalError when
 * one cannot be read or is of a later version.
 */
export async function listSegments(disk: Disk, folder: string): Promise<Segment[]> {
  let names: readonly string[];
  try {
    names = [...(await disk.list(folder))].sort();
  } catch (error) {
    throw diskError('read', folder, error);
  }
  const segments: Segment[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const parsed = parseSegmentName(name);
    if (parsed === undefined) continue;
    try {
      segments.push(await describe(disk, path, parsed));
    } catch (error) {
      throw diskError('read', path, error);
    }
  }
  return dated(segments);
}

async function describe(
  disk: Disk,
  path: string,
  { name, first, epoch }: { readonly name: string; readonly first: number; readonly epoch: number },
): Promise<Segment> {
  const bytes = await disk.size(path);
  const start = new Uint8Array(HEADER_SIZE);
  const file = await disk.open(path, 'read');
  let header: SegmentHeader | undefined;
  try {
    header = decodeHeader(start.subarray(0, await file.read(start, 0)), path);
  } finally {
    await file.close();
  }
  const headerIsGood = header?.first === first && header.epoch === epoch;
  const startedAt = headerIsGood ? (header?.startedAt ?? NaN) : NaN;
  const seed = segmentSeed(first, epoch);
  return { name, path, epoch, first, startedAt, seed, headerIsGood, bytes };
}

/** One whose header is damaged counts as begun with the next one, so that its age takes it no sooner. */
function dated(segments: readonly Segment[]): Segment[] {
  let next = NaN;
  return [...segments]
    .reverse()
    .map((segment) => {
      if (!Number.isNaN(segment.startedAt)) next = segment.startedAt;
      return Number.isNaN(segment.startedAt) ? { ...segment, startedAt: next } : segment;
    })
    .reverse();
}
