import type { Sample } from '../telemetry/sample.ts';
import type { Journal } from './journal.ts';

/** How far back is searched, in records. */
const MAX_RECORDS = 20_000;
/** What one step of the search reads, in records and in samples. */
const CHUNK = 1_000;

/** The newest sample of each of these points that is in the journal, searched from its end. */
export async function newestSamples(
  journal: Journal,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, Sample>> {
  const wanted = new Set(ids);
  const found = new Map<string, Sample>();
  const oldest = Math.max(journal.first, journal.durable - MAX_RECORDS);
  for (let until = journal.durable; until > oldest && wanted.size > 0; until -= CHUNK) {
    const newest = new Map<string, Sample>();
    await readChunk(journal, Math.max(oldest, until - CHUNK), until, newest);
    for (const [id, sample] of newest) if (wanted.delete(id)) found.set(id, sample);
  }
  return found;
}

async function readChunk(
  journal: Journal,
  from: number,
  until: number,
  newest: Map<string, Sample>,
): Promise<void> {
  for (let at = from; at < until;) {
    const { records, next } = await journal.read(at, { until, samples: CHUNK });
    for (const record of records) {
      if (record.kind !== 'samples') continue;
      for (const sample of record.samples) newest.set(sample.point.id, sample);
    }
    if (next <= at) return;
    at = next;
  }
}
