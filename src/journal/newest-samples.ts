import type { Sample } from '../telemetry/sample.ts';
import type { Journal, JournalRecord } from './journal.ts';

/** How far back is searched, in records. */
export const MAX_SEARCHED = 20_000;
/** What one step of the search reads, in records and in samples. */
const CHUNK = 1_000;

/** The newest sample of each of these points that is in the journal, searched from its end. */
export async function newestSamples(
  journal: Journal,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, Sample>> {
  const wanted = new Set(ids);
  return newestOf(journal, wanted, (record, found) => {
    if (record.kind !== 'samples') return;
    for (const sample of record.samples) found(sample.point.id, sample);
  });
}

/**
 * The newest thing of each of these keys, searched from the end of the journal. `look` says what is in a
 * record; records of a step come in their order, so that the last word on a key counts.
 */
export async function newestOf<Found>(
  journal: Journal,
  keys: Iterable<string>,
  look: (record: JournalRecord, found: (key: string, value: Found) => void) => void,
): Promise<ReadonlyMap<string, Found>> {
  const wanted = new Set(keys);
  const all = new Map<string, Found>();
  const oldest = Math.max(journal.first, journal.durable - MAX_SEARCHED);
  for (let until = journal.durable; until > oldest && wanted.size > 0; until -= CHUNK) {
    const newest = new Map<string, Found>();
    const from = Math.max(oldest, until - CHUNK);
    await readChunk(journal, from, until, (record) =>
      look(record, (key, value) => newest.set(key, value)),
    );
    for (const [key, value] of newest) if (wanted.delete(key)) all.set(key, value);
  }
  return all;
}

async function readChunk(
  journal: Journal,
  from: number,
  until: number,
  look: (record: JournalRecord) => void,
): Promise<void> {
  for (let at = from; at < until;) {
    const { records, next } = await journal.read(at, { until, samples: CHUNK });
    for (const record of records) look(record);
    if (next <= at) return;
    at = next;
  }
}
