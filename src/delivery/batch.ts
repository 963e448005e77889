import type { Journal, JournalRecord } from '../journal/journal.ts';
import { eventSample } from '../telemetry/event.ts';
import type { Point } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';

/** No read asks for more: decoding it must not hold up a poll. */
export const MAX_READ_SAMPLES = 1_000;
/** Reads for one batch; where a sink wants little of the journal, its batches stay small. */
const MAX_READS = 8;

/** Samples of whole records, and events, read from the journal for one write. */
export interface Batch {
  readonly samples: readonly Sample[];
  /** The record of each sample. */
  readonly sequences: readonly number[];
  /** What is settled when all of it is delivered: [from, to). */
  readonly from: number;
  readonly to: number;
  /** Records between that could not be read any more. */
  readonly lost: number;
}

export interface BatchRequest {
  readonly from: number;
  readonly until: number;
  /** Most samples, 1..1,000, unless one record alone has more. */
  readonly size: number;
  readonly wants: (point: Point) => boolean;
}

/**
 * Reads until there are enough samples that are wanted, the range ends, or it has been read from often
 * enough. `breathe` is awaited between two reads.
 */
export async function readBatch(
  journal: Journal,
  { from, until, size, wants }: BatchRequest,
  breathe: () => Promise<void>,
): Promise<Batch> {
  const samples: Sample[] = [];
  const sequences: number[] = [];
  let at = from;
  let lost = 0;
  // A batch that is half full goes as it is: one more record may be too large for it.
  for (let reads = 0; reads < MAX_READS && at < until && samples.length * 2 < size; reads += 1) {
    if (reads > 0) await breathe();
    const result = await journal.read(at, { until, samples: size - samples.length });
    for (const record of result.records) {
      for (const sample of samplesOf(record)) {
        if (!wants(sample.point)) continue;
        samples.push(sample);
        sequences.push(record.sequence);
      }
    }
    lost += result.lost;
    if (result.next <= at) break;
    at = result.next;
  }
  return { samples, sequences, from, to: Math.min(at, until), lost };
}

/** What of a record a sink may want: its samples, or an event in the place of one. */
function samplesOf(record: JournalRecord): readonly Sample[] {
  if (record.kind === 'samples') return record.samples;
  const event = eventSample(record);
  return event === undefined ? [] : [event];
}

/** The part of a batch that a sink did not take; undefined when it is nothing of the batch. */
export function restOf(batch: Batch, rest: readonly Sample[]): Batch | undefined {
  const left = new Set(rest);
  const samples: Sample[] = [];
  const sequences: number[] = [];
  batch.samples.forEach((sample, index) => {
    if (!left.has(sample)) return;
    samples.push(sample);
    sequences.push(batch.sequences[index] ?? batch.from);
  });
  // What is before the record of the first one that is left is settled.
  const from = sequences[0];
  return from === undefined ? undefined : { samples, sequences, from, to: batch.to, lost: 0 };
}
