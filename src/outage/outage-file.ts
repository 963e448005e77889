import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { outageKey, type Outage } from './outage.ts';

/** Reports that are kept; a file with twice as many is cut back at a start. */
const MOST_REPORTS = 1_000;

/** The reports of a site, one line of JSON each: they outlive the journal, in which they stand too. */
export class OutageFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * What is kept, oldest first, with `more` reports that a kill may have kept from the file. Rejects when the disk
   * refuses; a line that was cut short is left out.
   */
  async open(more: readonly Outage[]): Promise<readonly Outage[]> {
    const lines = (await this.#text()).split('\n').filter((line) => line !== '');
    const kept = lines.flatMap(parsed);
    const known = new Set(kept.map(outageKey));
    const missing = more.filter((one) => !known.has(outageKey(one)));
    const all = [...kept, ...missing].slice(-MOST_REPORTS);
    const isDamaged = kept.length < lines.length;
    if (isDamaged || missing.length > 0 || lines.length > 2 * MOST_REPORTS) await this.#write(all);
    return all;
  }

  /** Rejects when the disk refuses. */
  async append(outage: Outage): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    await appendFile(this.#path, `${JSON.stringify(outage)}\n`);
  }

  async #text(): Promise<string> {
    try {
      return await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
  }

  async #write(all: readonly Outage[]): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    const fresh = `${this.#path}.new`;
    await writeFile(fresh, all.map((one) => `${JSON.stringify(one)}\n`).join(''));
    await rename(fresh, this.#path);
  }
}

function parsed(line: string): readonly Outage[] {
  try {
    const { point, before, after } = JSON.parse(line) as Partial<Outage>;
    const isWhole = typeof point === 'string' && before !== undefined && after !== undefined;
    return isWhole ? [JSON.parse(line) as Outage] : [];
  } catch {
    // The end of a line that a kill has cut short; the journal has the whole of it.
    return [];
  }
}
