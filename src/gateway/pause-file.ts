import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { diskFiles, replaceFile } from '../delivery/sink-files.ts';
import type { PauseNote } from '../telemetry/polling.ts';

const FILE = 'paused.json';
/** More than a site has devices; what is beyond was never written by us. */
const MAX_DEVICES = 10_000;

type Kept = Pick<PauseNote, 'who' | 'why' | 'at'>;

/** Which devices are not asked, beyond this run. Written when somebody pauses or resumes one, at once and whole. */
export class PauseFile {
  readonly #folder: string;
  readonly #logger: Logger;

  constructor(folder: string, logger: Logger) {
    this.#folder = folder;
    this.#logger = logger;
  }

  /** A file that makes no sense costs a warning: then everything is asked. */
  load(): Map<string, PauseNote> {
    try {
      const text = readFileSync(join(this.#folder, FILE), 'utf8');
      const { devices } = JSON.parse(text) as { readonly devices: Readonly<Record<string, Kept>> };
      return new Map(
        Object.entries(devices)
          .filter(([, note]) => isKept(note))
          .slice(0, MAX_DEVICES)
          .map(([name, { who, why, at }]) => [name, { who, why, at, isKept: true }]),
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.#logger.warn(`${FILE} cannot be read, every device is asked: ${describeError(error)}`);
      }
      return new Map();
    }
  }

  /** False, with a line in the log, when the disk does not take it. A slow disk holds up no poll. */
  async save(pauses: ReadonlyMap<string, PauseNote>): Promise<boolean> {
    const devices = Object.fromEntries(
      [...pauses].map(([name, { who, why, at }]) => [name, { who, why, at } satisfies Kept]),
    );
    const text = `${JSON.stringify({ version: 1, devices }, undefined, 2)}\n`;
    try {
      await replaceFile(diskFiles, join(this.#folder, FILE), text);
      return true;
    } catch (error) {
      this.#logger.warn(`which devices are paused is not kept: ${describeError(error)}`);
      return false;
    }
  }
}

function isKept(note: unknown): note is Kept {
  if (typeof note !== 'object' || note === null) return false;
  const { who, why, at } = note as Partial<Record<keyof Kept, unknown>>;
  return typeof who === 'string' && typeof why === 'string' && typeof at === 'number';
}
