import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { DeviceConfig } from '../config/site-config.ts';
import type { BlockMemory } from '../engine/setup.ts';
import { formatAddress } from '../profile/format.ts';
import type { PlannedRead } from '../profile/read-plan.ts';

const FILE = 'refused-blocks.json';
/** Blocks per device that are worth remembering; a device that refuses more has another problem. */
const MAX_BLOCKS = 500;

interface Stored {
  readonly version: 1;
  /** By device: whom it is about, and its blocks as `hr:3+10`. */
  readonly devices: Readonly<Record<string, { readonly about: string; readonly blocks: string[] }>>;
}

/**
 * Remembers on disk which blocks each device has refused, so that a restart does not find them out
 * again. What is remembered of a device is dropped when its line, unit or profile becomes another.
 *
 * A block is found out once in the life of a device, so writing at once and whole is cheap. A file
 * that cannot be read or written costs a warning and some refused requests, nothing else.
 */
export class RefusedBlocks {
  readonly #folder: string;
  readonly #logger: Logger;
  readonly #devices: Record<string, { readonly about: string; readonly blocks: string[] }>;

  constructor(folder: string, logger: Logger) {
    this.#folder = folder;
    this.#logger = logger;
    this.#devices = this.#load();
  }

  of({ name, line, unit, profile = '' }: DeviceConfig): BlockMemory {
    const about = `${line} ${unit} ${profile}`.trim();
    const known = this.#devices[name];
    const entry = known?.about === about ? known : { about, blocks: [] };
    this.#devices[name] = entry;
    return {
      has: (read) => entry.blocks.includes(blockName(read)),
      add: (read) => {
        if (entry.blocks.length >= MAX_BLOCKS || entry.blocks.includes(blockName(read))) return;
        entry.blocks.push(blockName(read));
        this.#save();
      },
    };
  }

  #load(): Record<string, { about: string; blocks: string[] }> {
    try {
      const stored = JSON.parse(readFileSync(join(this.#folder, FILE), 'utf8')) as Stored;
      return { ...stored.devices };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.#logger.warn(`${FILE} is begun anew: ${describeError(error)}`);
      }
      return {};
    }
  }

  #save(): void {
    const stored: Stored = { version: 1, devices: this.#devices };
    const path = join(this.#folder, FILE);
    try {
      mkdirSync(this.#folder, { recursive: true });
      // Written beside and renamed: a power cut leaves the old file or the new one.
      writeFileSync(`${path}.new`, `${JSON.stringify(stored, undefined, 2)}\n`);
      renameSync(`${path}.new`, path);
    } catch (error) {
      this.#logger.warn(`refused blocks are not remembered: ${describeError(error)}`);
    }
  }
}

function blockName({ table, start, count }: PlannedRead): string {
  return `${formatAddress({ table, address: start })}+${count}`;
}
