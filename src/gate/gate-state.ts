import { GatewayError } from '../base/errors.ts';
import type { GateFiles } from './gate-files.ts';

/** Frames to one register. */
export interface WearCount {
  /** Since it is counted. */
  total: number;
  /** The day of UTC, `2026-02-27`, and the frames of it. */
  day: string;
  today: number;
  /** When counting began, microseconds since 1970. */
  since: number;
}

/** A value that somebody has to renew. */
export interface LeaseEntry {
  /** Who holds it. */
  readonly holder: string;
  /** How long it holds after each renewal, milliseconds. */
  readonly ms: number;
  /** When it is over, microseconds since 1970. */
  readonly dueAt: number;
}

/** Somebody works on the machine: nothing is written. */
export interface LockEntry {
  readonly who: string;
  readonly why: string;
  /** Microseconds since 1970; absent: until somebody takes it away. */
  readonly until?: number;
}

/** What the gate must know again after a restart. */
export interface GateState {
  /** By device and register: `furnace1 hr:2`. */
  readonly wear: Record<string, WearCount>;
  /** By point. */
  readonly leases: Record<string, LeaseEntry>;
  /** By device, or `*` for the gateway. */
  readonly locks: Record<string, LockEntry>;
}

/** The disk does not take the state of the gate. */
export class StateError extends GatewayError {
  readonly code = 'gate-state';
}

export const STATE_FILE = 'state.json';

/** The state in memory, and the file that is replaced as a whole by each save. */
export class StateFile {
  readonly #files: GateFiles;
  #state: GateState = { wear: {}, leases: {}, locks: {} };
  #saving: Promise<void> = Promise.resolve();
  #nextSave: Promise<void> | undefined;

  constructor(files: GateFiles) {
    this.#files = files;
  }

  /** Reads what was saved. Throws StateError when the file makes no sense; an absent one is empty. */
  async load(): Promise<void> {
    const bytes = await this.#files.read(STATE_FILE);
    if (bytes === undefined) return;
    try {
      this.#state = checked(JSON.parse(new TextDecoder().decode(bytes)));
    } catch (cause) {
      throw new StateError(
        `${STATE_FILE} is damaged; bring back a copy, or remove it and count wear anew`,
        { cause },
      );
    }
  }

  get state(): GateState {
    return this.#state;
  }

  /** Resolves when the state as it is now, or later, is on the disk. Saves that wait share one. */
  async save(): Promise<void> {
    this.#nextSave ??= this.#startSave();
    await this.#nextSave;
  }

  async #startSave(): Promise<void> {
    await this.#saving.catch(() => undefined);
    this.#nextSave = undefined;
    this.#saving = this.#replace();
    await this.#saving;
  }

  async #replace(): Promise<void> {
    const text = JSON.stringify({ version: 1, ...this.#state });
    try {
      await this.#files.replace(STATE_FILE, new TextEncoder().encode(`${text}\n`));
    } catch (cause) {
      if (!(cause instanceof Error) || !('code' in cause)) throw cause;
      throw new StateError(`${STATE_FILE} cannot be written`, { cause });
    }
  }
}

function checked(value: unknown): GateState {
  const { version, wear, leases, locks } = value as Partial<GateState> & { version?: unknown };
  if (version !== 1) throw new Error(`version is ${String(version)}, expected 1`);
  for (const part of [wear, leases, locks]) {
    if (typeof part !== 'object') throw new Error('a part is missing');
  }
  const state = { wear, leases, locks } as GateState;
  for (const { total, today, since } of Object.values(state.wear)) {
    if (![total, today, since].every(isCount)) throw new Error('a count of wear is no number');
  }
  for (const { ms, dueAt } of Object.values(state.leases)) {
    if (![ms, dueAt].every(isCount)) throw new Error('the time of a lease is no number');
  }
  return state;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
