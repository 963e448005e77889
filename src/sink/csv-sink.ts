import { appendFile, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SinkUnavailableError } from '../base/errors.ts';
import { CSV_HEADER, sampleCsv } from '../telemetry/sample-csv.ts';
import type { Sample } from '../telemetry/sample.ts';
import { ALL_DELIVERED, type Sink } from '../telemetry/sink.ts';

/**
 * Appends rows to CSV files. `{device}`, `{point}` and `{date}` in the path choose the file of each
 * sample; `{date}` is the day of the reading in the time zone of `formatTime`, so a new file begins at
 * midnight and yesterday's readings that come late still go into yesterday's file.
 *
 * A file is opened for each batch and closed again: no handle is held on a disk that may go away.
 */
export function csvSink(template: string, formatTime: (micros: number) => string): Sink {
  let newest: string | undefined;
  return {
    async open() {
      // The first batch makes its files.
    },
    async write(batch) {
      const rows = new Map<string, string>();
      for (const sample of batch) {
        const path = csvPath(template, sample, formatTime);
        newest = sampleCsv(sample, formatTime);
        rows.set(path, `${rows.get(path) ?? ''}${newest}\n`);
      }
      // Rows that a failed batch has already brought to some of its files come twice: better than never.
      for (const [path, text] of rows) await append(path, text);
      return ALL_DELIVERED;
    },
    newest: () => newest,
    nameOf: ({ device, name }) => ({
      name: template.replaceAll(/\{(device|point)\}/g, (_, part) =>
        part === 'device' ? device : name,
      ),
    }),
    async close() {
      // Nothing is held open.
    },
  };
}

/** Where the row of a sample goes. Names cannot leave the folder: they have no slash and no dot. */
export function csvPath(
  template: string,
  { point, at }: Sample,
  formatTime: (micros: number) => string,
): string {
  const values: Readonly<Record<string, string>> = {
    device: point.device,
    point: point.name,
    date: formatTime(at).slice(0, 10),
  };
  return template.replaceAll(/\{(device|point|date)\}/g, (_, name: string) => values[name] ?? '');
}

async function append(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const isNew = await stat(path).then(
      ({ size }) => size === 0,
      () => true,
    );
    await appendFile(path, isNew ? `${CSV_HEADER}\n${text}` : text);
  } catch (cause) {
    throw new SinkUnavailableError(`cannot append to ${path}`, { cause });
  }
}
