import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SinkUnavailableError } from '../base/errors.ts';
import { recordJson } from '../telemetry/event-json.ts';
import { ALL_DELIVERED, type Sink } from '../telemetry/sink.ts';

/**
 * Appends one JSON object per line to a file. A batch is one write, so a line is never torn by our
 * doing; a full or read-only disk makes the sink unavailable, and the batch is offered again.
 */
export function jsonLinesFileSink(path: string, formatTime: (micros: number) => string): Sink {
  let file: FileHandle | undefined;
  let newest: string | undefined;
  // Opened at need and again after a failure: a log rotated away or a disk that came back is met here.
  async function opened(): Promise<FileHandle> {
    if (file !== undefined) return file;
    await mkdir(dirname(path), { recursive: true });
    return (file = await open(path, 'a'));
  }
  async function closed(): Promise<void> {
    const handle = file;
    file = undefined;
    await handle?.close();
  }
  return {
    async open() {
      // The first batch opens the file: a disk that is away at start is away later too, and waited for.
    },
    async write(batch) {
      const lines = batch.map((sample) => JSON.stringify(recordJson(sample, formatTime)));
      const text = lines.map((line) => `${line}\n`).join('');
      try {
        await (await opened()).appendFile(text);
        newest = lines.at(-1) ?? newest;
        return ALL_DELIVERED;
      } catch (cause) {
        await closed().catch(() => undefined);
        throw new SinkUnavailableError(`cannot append to ${path}`, { cause });
      }
    },
    newest: () => newest,
    nameOf: () => ({ name: path }),
    close: closed,
  };
}
