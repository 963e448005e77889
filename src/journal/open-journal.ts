import type { Clock } from '../base/clock.ts';
import { GatewayError } from '../base/errors.ts';
import { silentLogger, type Logger } from '../base/log.ts';
import { realDisk, type Disk } from './disk.ts';
import { DiskJournal, type Found, type JournalLimits } from './disk-journal.ts';
import { diskError } from './journal-error.ts';
import type { Journal } from './journal.ts';
import { LateJournal } from './late-journal.ts';
import { listSegments, type Segment } from './segment-catalog.ts';
import { scanSegment } from './segment-scan.ts';
import { diskWriter } from './segment-writer.ts';
import { STEP_MICROS } from './step.ts';

export const DEFAULT_LIMITS: JournalLimits = {
  bytes: 1024 * 1024 * 1024,
  ageMs: 30 * 24 * 3600 * 1000,
  segmentBytes: 16 * 1024 * 1024,
};

export interface JournalOptions {
  /** Made when it is not there. Only one process writes in it. */
  readonly folder: string;
  readonly clock: Clock;
  readonly limits?: Partial<JournalLimits>;
  /** What a power cut may take, in milliseconds, beside what the disk itself forgets; 100 by default. */
  readonly groupMs?: number;
  /** Most bytes that wait for the disk, 8 MB by default. */
  readonly bufferBytes?: number;
  readonly logger?: Logger;
  /** For tests: reads and writes go here. */
  readonly disk?: Disk;
}

/**
 * Opens the journal in a folder. Never rejects: when the folder cannot be used, or holds a journal of a
 * later version, the journal refuses records and says why in its status, and tries again.
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { clock, folder, logger = silentLogger } = options;
  try {
    return await openOnce(options);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    logger.error('the journal cannot be opened', { folder, error: error.message });
    return new LateJournal(async () => openOnce(options), error, clock, logger);
  }
}

async function openOnce(options: JournalOptions): Promise<Journal> {
  const { folder, clock, disk = realDisk, groupMs = 100, bufferBytes = 8 * 1024 * 1024 } = options;
  try {
    await disk.makeFolder(folder);
  } catch (error) {
    throw diskError('write', folder, error);
  }
  const found = await findJournal(disk, folder, clock.wallMicros());
  const writer = diskWriter(disk);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { logger = silentLogger } = options;
  return new DiskJournal(
    { folder, clock, limits, groupMs, bufferBytes, logger, disk, writer },
    found,
  );
}

/** What is there, and where to go on. The clock and damaged ends decide whether in a new epoch. */
async function findJournal(disk: Disk, folder: string, wall: number): Promise<Found> {
  const segments = await listSegments(disk, folder);
  let newestAt = Math.max(-Infinity, ...segments.map(({ startedAt }) => startedAt || -Infinity));
  let hasLooseEnd = false;
  const last = segments.at(-1);
  let head = last?.first ?? 0;
  let epoch = last?.epoch ?? 1;
  // The last segment may have been left before anything was written into it.
  for (const segment of segments.slice(-2).reverse()) {
    const scan = await scanSegment(disk, segment);
    newestAt = Math.max(newestAt, scan.newestAt);
    if (segment !== last) break;
    head = scan.end;
    hasLooseEnd = scan.bytes < segment.bytes;
    segment.bytes = scan.bytes;
    await settle(disk, segment);
    if (scan.end > segment.first) break;
    // What holds nothing is written over, under the same name.
    if (!hasLooseEnd) segments.pop();
  }
  // Behind a damaged end records may have been given sequences that we cannot know: with the epoch,
  // no two records have one name.
  if (newestAt > wall + STEP_MICROS || hasLooseEnd) epoch += 1;
  return { segments, head, epoch };
}

/** What a killed process has left to the system is not on the disk yet. */
async function settle(disk: Disk, { path }: Segment): Promise<void> {
  try {
    const file = await disk.open(path, 'write');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  } catch {
    // It can be read, so the site may start; the first write will say what is wrong.
  }
}
