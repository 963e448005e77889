import { UsageError } from '../base/errors.ts';
import {
  cursorPath,
  formatCursor,
  keptPath,
  parseCursor,
  type SavedCursor,
  sinkOfFile,
} from './cursor-file.ts';
import { KeptSamples } from './kept.ts';
import { diskFiles, replaceFile, type SinkFiles } from './sink-files.ts';
import type { QuarantineEntry } from './sink-status.ts';

/** What the files of a sink say. */
export interface StoredSink {
  readonly name: string;
  /** Absent when the file is damaged: the sink will begin with the oldest that is kept. */
  readonly cursor?: SavedCursor;
  readonly quarantine: readonly QuarantineEntry[];
  readonly held: number;
}

/** The sinks of a folder that no running gateway uses, by name. */
export async function readSinkFolder(
  folder: string,
  files: SinkFiles = diskFiles,
): Promise<readonly StoredSink[]> {
  const names = (await files.list(folder)).flatMap((file) => sinkOfFile(file) ?? []);
  return Promise.all(
    names.toSorted().map(async (name) => {
      const { cursor, kept } = await readSink(folder, name, files);
      return {
        name,
        ...(cursor !== undefined && { cursor }),
        quarantine: kept.entries(),
        held: kept.held,
      };
    }),
  );
}

/** What a person may want of a sink while no gateway runs: the next start finds it done. */
export interface StoredSinkChange {
  readonly isPaused?: boolean;
  /** Ids of the quarantine; `all` of them. */
  readonly retry?: readonly number[] | 'all';
  readonly discard?: readonly number[] | 'all';
}

/**
 * Changes the files of a sink; returns how many samples were moved or given up. To be called only while no
 * gateway uses the folder. Throws a UsageError when there is no such sink.
 */
export async function changeStoredSink(
  folder: string,
  name: string,
  change: StoredSinkChange & { readonly now: number },
  files: SinkFiles = diskFiles,
): Promise<number> {
  const { cursor, kept } = await readSink(folder, name, files);
  if (cursor === undefined) throw new UsageError(`there is no sink ${JSON.stringify(name)}`);
  let count = 0;
  if (change.retry !== undefined) count += kept.retry(idsOf(change.retry), change.now);
  if (change.discard !== undefined) count += kept.discard(idsOf(change.discard));
  const changes = kept.takeChanges();
  const path = keptPath(folder, name);
  if (changes?.mode === 'append') await files.append(path, changes.text);
  else if (changes !== undefined) await replaceFile(files, path, changes.text);
  const { isPaused = cursor.isPaused } = change;
  if (isPaused !== cursor.isPaused) {
    await replaceFile(files, cursorPath(folder, name), formatCursor({ ...cursor, isPaused }));
  }
  return count;
}

function idsOf(ids: readonly number[] | 'all'): readonly number[] | undefined {
  return ids === 'all' ? undefined : ids;
}

async function readSink(
  folder: string,
  name: string,
  files: SinkFiles,
): Promise<{ cursor: SavedCursor | undefined; kept: KeptSamples }> {
  const text = await files.read(cursorPath(folder, name));
  const cursor = text === undefined ? undefined : parseCursor(text);
  const kept = new KeptSamples(cursor?.type ?? '');
  kept.load((await files.read(keptPath(folder, name))) ?? '');
  return { cursor, kept };
}
