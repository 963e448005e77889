import type { Clock } from '../base/clock.ts';
import { GatewayError, OverloadError } from '../base/errors.ts';
import {
  CHAIN_START,
  sealLine,
  type AuditEntry,
  type AuditRecord,
  type ChainHead,
} from './audit-line.ts';
import { auditFileName, auditFiles, followChain, recordsOf, textOf } from './audit-read.ts';
import type { GateFiles } from './gate-files.ts';

export interface AuditLimits {
  /** A file that has grown to this is followed by a new one. */
  readonly fileBytes: number;
  /** Files that are kept; the oldest beyond are removed. */
  readonly files: number;
  /** Records that may wait for the disk. */
  readonly waiting: number;
}

export const AUDIT_LIMITS: AuditLimits = { fileBytes: 10_000_000, files: 50, waiting: 256 };

/** The disk does not take the audit; nothing may be written to a device until it does. */
export class AuditError extends GatewayError {
  readonly code = 'audit';
}

interface Waiting {
  readonly entry: AuditEntry;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What the end of the audit says of the time before this start. */
export interface AuditTail {
  readonly records: readonly AuditRecord[];
  /** Bytes of a line that was not whole, and is cut off. */
  readonly tornBytes: number;
}

/**
 * Who wrote what, line after line, each sealed with the one before. Records that come while the disk is
 * busy share its next turn. What the disk refused is cut off before anything else is appended.
 */
export class AuditLog {
  readonly #files: GateFiles;
  readonly #clock: Clock;
  readonly #limits: AuditLimits;
  #head = CHAIN_START;
  #file: string | undefined;
  #bytes = 0;
  #isDirty = false;
  #waiting: Waiting[] = [];
  #running = false;
  /** Records for which there was no room, since the last that was kept. */
  #unrecorded = 0;

  constructor(files: GateFiles, clock: Clock, limits: AuditLimits = AUDIT_LIMITS) {
    this.#files = files;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Where the chain stands. */
  get head(): ChainHead {
    return this.#head;
  }

  /**
   * Finds the end of what is there. Throws AuditError when the last file is not sound: whoever has
   * changed it has to be found, and the file put aside, before anything is written again.
   */
  async open(): Promise<AuditTail> {
    const names = (await auditFiles(this.#files)).slice(-2);
    const records: AuditRecord[] = [];
    let [head, tornBytes]: [ChainHead | undefined, number] = [undefined, 0];
    for (const [index, name] of names.entries()) {
      const text = await textOf(this.#files, name);
      const part = followChain(text, head);
      const isTorn = part.fault?.isTorn === true && index === names.length - 1;
      if (part.fault !== undefined && !isTorn) {
        throw new AuditError(`${name}, line ${part.fault.line}: ${part.fault.message}`);
      }
      head = part.head;
      records.push(...recordsOf(text));
      [this.#file, this.#bytes] = [name, part.bytes];
      tornBytes = Buffer.byteLength(text) - part.bytes;
    }
    this.#head = head ?? CHAIN_START;
    this.#isDirty = tornBytes > 0;
    // A file whose header is torn begins anew under its own name.
    if (this.#bytes === 0) this.#file = undefined;
    if (this.#file === undefined && names.length > 0) await this.#files.remove(names.at(-1) ?? '');
    return { records, tornBytes };
  }

  /** Resolves when the record is on the disk. Rejects with OverloadError or AuditError. */
  async append(entry: AuditEntry): Promise<void> {
    if (this.#waiting.length >= this.#limits.waiting) {
      this.#unrecorded += 1;
      throw new OverloadError(`${this.#limits.waiting} records wait for the disk already`);
    }
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      const turn = this.#waiting.splice(0);
      try {
        await this.#write(turn.map(({ entry }) => entry));
        for (const { resolve } of turn) resolve();
      } catch (cause) {
        const error = cause instanceof GatewayError ? cause : wrapped(cause);
        for (const { reject } of turn) reject(error);
      }
    }
    this.#running = false;
  }

  async #write(entries: readonly AuditEntry[]): Promise<void> {
    if (this.#isDirty && this.#file !== undefined) {
      await this.#files.truncate(this.#file, this.#bytes);
      this.#isDirty = false;
    }
    const [file, isNew] = this.#nextFile();
    const lines: string[] = [];
    let head = this.#head;
    const seal = (record: Parameters<typeof sealLine>[0]): void => {
      const { line, hash } = sealLine(record, head.hash);
      lines.push(line);
      head = { sequence: head.sequence + 1, hash };
    };
    const at = this.#clock.wallMicros();
    if (isNew) seal({ kind: 'file', sequence: head.sequence, at, previous: head.hash });
    const unrecorded = this.#unrecorded;
    for (const entry of [...noteOf(unrecorded), ...entries]) {
      seal({ sequence: head.sequence, at, ...entry });
    }
    const bytes = new TextEncoder().encode(lines.join(''));
    if (isNew) [this.#file, this.#bytes] = [file, 0];
    this.#isDirty = true;
    await this.#files.append(file, bytes);
    this.#isDirty = false;
    this.#bytes += bytes.length;
    this.#head = head;
    this.#unrecorded -= unrecorded;
    if (isNew) await this.#removeOldest();
  }

  #nextFile(): readonly [name: string, isNew: boolean] {
    if (this.#file === undefined || this.#bytes >= this.#limits.fileBytes) {
      return [auditFileName(this.#head.sequence), true];
    }
    return [this.#file, this.#bytes === 0];
  }

  async #removeOldest(): Promise<void> {
    const names = await auditFiles(this.#files);
    const excess = names.slice(0, Math.max(0, names.length - this.#limits.files));
    for (const name of excess) await this.#files.remove(name);
  }
}

function noteOf(unrecorded: number): readonly AuditEntry[] {
  if (unrecorded === 0) return [];
  const message = `${unrecorded} refused attempts came too fast for the disk and are not recorded`;
  return [{ kind: 'note', topic: 'unrecorded', message }];
}

function wrapped(cause: unknown): unknown {
  if (!(cause instanceof Error) || !('code' in cause)) return cause;
  return new AuditError('the audit cannot be written', { cause });
}
