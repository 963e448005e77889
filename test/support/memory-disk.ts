import type { Disk, DiskFile } from '../../src/journal/disk.ts';

interface Content {
  /** What readers see. */
  bytes: Uint8Array;
  /** What is there after a power cut. */
  safe: Uint8Array;
  /** Its name is there after a power cut. */
  isNamed: boolean;
}

/** The process is gone: nothing that was under way happens any more. */
export class CrashError extends Error {}

export function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/**
 * A disk in memory that can be told to fail, and to crash. It keeps apart what was written and what
 * survives a power cut.
 */
export class MemoryDisk implements Disk {
  readonly files = new Map<string, Content>();
  /** Writes, syncs, new files and removals until now. */
  operations = 0;
  /** The operation during which everything ends; of a write, a part is done. */
  crashAt = Infinity;
  /** How much of the write that crashes is done, 0..1. */
  torn = 0.5;
  /** `ENOSPC` and the like, for every change. */
  failing: string | undefined;
  /** Says that it has synced, and has not. */
  isLying = false;
  /** Ranges of bytes that cannot be read. */
  unreadable: { readonly from: number; readonly to: number } | undefined;

  async makeFolder(_folder: string): Promise<void> {
    this.#refuse();
  }

  async list(folder: string): Promise<readonly string[]> {
    return [...this.files.keys()]
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1));
  }

  async size(path: string): Promise<number> {
    return this.#content(path).bytes.length;
  }

  async remove(path: string): Promise<void> {
    this.#refuse();
    this.#operation();
    this.files.delete(path);
  }

  async syncFolder(folder: string): Promise<void> {
    this.#refuse();
    this.#operation();
    if (this.isLying) return;
    for (const [path, content] of this.files) {
      if (path.startsWith(`${folder}/`)) content.isNamed = true;
    }
  }

  async open(path: string, mode: 'read' | 'write'): Promise<DiskFile> {
    if (mode === 'write' && !this.files.has(path)) {
      this.#refuse();
      this.#operation();
      this.files.set(path, { bytes: new Uint8Array(0), safe: new Uint8Array(0), isNamed: false });
    }
    const content = this.#content(path);
    return {
      read: async (into, position) => {
        const bad = this.unreadable;
        if (bad !== undefined && position < bad.to && position + into.length > bad.from) {
          throw failure('EIO');
        }
        const bytes = content.bytes.subarray(position, position + into.length);
        into.set(bytes);
        return bytes.length;
      },
      write: async (bytes, position) => {
        this.#refuse();
        if (this.operations + 1 >= this.crashAt) {
          put(content, bytes.subarray(0, Math.floor(bytes.length * this.torn)), position);
        }
        this.#operation();
        put(content, bytes, position);
      },
      sync: async () => {
        this.#refuse();
        this.#operation();
        if (!this.isLying) content.safe = content.bytes.slice();
      },
      close: async () => undefined,
    };
  }

  /** What the next process finds when this one was killed. */
  afterKill(): MemoryDisk {
    return this.#copy(({ bytes }) => bytes);
  }

  /** What the next start finds when the power was cut: only what was synced, and part of the rest. */
  afterPowerCut(kept = 0): MemoryDisk {
    return this.#copy(({ bytes, safe, isNamed }) => {
      if (!isNamed) return undefined;
      const extra = Math.floor(Math.max(0, bytes.length - safe.length) * kept);
      const rest = new Uint8Array(safe.length + extra);
      rest.set(safe);
      rest.set(bytes.subarray(safe.length, safe.length + extra), safe.length);
      return rest;
    });
  }

  #copy(what: (content: Content) => Uint8Array | undefined): MemoryDisk {
    const copy = new MemoryDisk();
    for (const [path, content] of this.files) {
      const bytes = what(content)?.slice();
      if (bytes !== undefined) copy.files.set(path, { bytes, safe: bytes.slice(), isNamed: true });
    }
    return copy;
  }

  #content(path: string): Content {
    const content = this.files.get(path);
    if (content === undefined) throw failure('ENOENT');
    return content;
  }

  #refuse(): void {
    if (this.failing !== undefined) throw failure(this.failing);
  }

  #operation(): void {
    this.operations += 1;
    if (this.operations >= this.crashAt) throw new CrashError('crashed');
  }
}

function put(content: Content, bytes: Uint8Array, position: number): void {
  const length = Math.max(content.bytes.length, position + bytes.length);
  if (length > content.bytes.length) {
    const grown = new Uint8Array(length);
    grown.set(content.bytes);
    content.bytes = grown;
  }
  content.bytes.set(bytes, position);
}
