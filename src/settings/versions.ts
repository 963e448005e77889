import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFile } from './write-file.ts';

/** Versions of one file that are kept; the oldest go. */
const KEPT = 50;
const ID = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/;

/** Who changed a file through the gateway, and why. */
export interface ChangedBy {
  readonly who: string;
  readonly reason?: string;
}

export interface Version {
  /** Its moment, such as `2026-01-31T12-00-00.000Z`; sorts as text. */
  readonly id: string;
  readonly text: string;
  readonly by?: ChangedBy;
}

/** Where versions are kept of a site that keeps nothing else. */
export function dataBeside(file: string): string {
  return join(dirname(file), 'dinrail-data');
}

/** Where the versions of a file are: those of the site file, or of one beside it by its name. */
export function versionsFolder(data: string, name?: string): string {
  const all = join(data, 'config-history');
  return name === undefined ? all : join(all, name);
}

/**
 * The texts that a file had when it was applied, each in a file that only the program can read, with who
 * and why beside it.
 */
export class Versions {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps a text, unless it is the newest already; the disk has it then. `micros`: when, since 1970. */
  async keep(text: string, micros: number, by?: ChangedBy): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const ids = await this.#ids();
    const last = ids.at(-1);
    if (last !== undefined && (await this.text(last)) === text) return;
    const id = idAt(laterThan(last, micros / 1000));
    if (by !== undefined) await makeFile(this.#path(id, 'json'), JSON.stringify(by));
    await makeFile(this.#path(id, 'yaml'), text);
    for (const old of ids.slice(0, Math.max(0, ids.length + 1 - KEPT))) {
      await rm(this.#path(old, 'yaml'), { force: true });
      await rm(this.#path(old, 'json'), { force: true });
    }
  }

  /** All that there are, the newest first. */
  async list(): Promise<readonly Version[]> {
    const versions: Version[] = [];
    for (const id of (await this.#ids()).toReversed()) {
      const text = await this.text(id);
      const by = await this.#by(id);
      if (text !== undefined) versions.push({ id, text, ...(by !== undefined && { by }) });
    }
    return versions;
  }

  /** Undefined where there is no such version. */
  async text(id: string): Promise<string | undefined> {
    if (!ID.test(id)) return undefined;
    return readFile(this.#path(id, 'yaml'), 'utf8').catch(() => undefined);
  }

  async #by(id: string): Promise<ChangedBy | undefined> {
    try {
      const text = await readFile(this.#path(id, 'json'), 'utf8');
      const { who, reason } = JSON.parse(text) as Partial<Record<keyof ChangedBy, unknown>>;
      if (typeof who !== 'string') return undefined;
      return { who, ...(typeof reason === 'string' && { reason }) };
    } catch {
      return undefined;
    }
  }

  /** The oldest first. */
  async #ids(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names
      .filter((name) => name.endsWith('.yaml') && ID.test(name.slice(0, -5)))
      .map((name) => name.slice(0, -5))
      .sort();
  }

  #path(id: string, kind: 'yaml' | 'json'): string {
    return join(this.#folder, `${id}.${kind}`);
  }
}

function idAt(ms: number): string {
  return new Date(ms).toISOString().replaceAll(':', '-');
}

/** Where the calendar was set back, a version comes behind those that are there all the same. */
function laterThan(last: string | undefined, ms: number): number {
  return last === undefined ? ms : Math.max(ms, Date.parse(versionTime(last)) + 1);
}

/** When a version was kept, ISO 8601. */
export function versionTime(id: string): string {
  const [day = '', time = ''] = id.split('T');
  return `${day}T${time.replaceAll('-', ':')}`;
}
