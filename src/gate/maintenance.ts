import type { Clock } from '../base/clock.ts';
import type { GateRecords } from './gate-records.ts';
import type { LockEntry } from './gate-state.ts';
import { refusal, type Refusal, type Requester } from './write-request.ts';

/** The scope of a lock that holds for every device. */
export const WHOLE_GATEWAY = '*';

export interface MaintenanceParts {
  readonly records: GateRecords;
  readonly clock: Clock;
  /** Why somebody may not operate locks now. */
  readonly problem: (who: Requester) => Refusal | undefined;
  readonly hasDevice: (device: string) => boolean;
}

/**
 * Somebody works on a machine: nothing is written to it, by nobody. A lock holds as soon as it is asked
 * for, even when the disk does not take it.
 */
export class MaintenanceLocks {
  readonly #records: GateRecords;
  readonly #clock: Clock;
  readonly #parts: MaintenanceParts;

  constructor(parts: MaintenanceParts) {
    this.#parts = parts;
    this.#records = parts.records;
    this.#clock = parts.clock;
  }

  /** Those that hold now, by device or `*`. */
  list(): ReadonlyMap<string, LockEntry> {
    const now = this.#clock.wallMicros();
    const locks = Object.entries(this.#records.state.locks);
    return new Map(locks.filter(([, { until }]) => until === undefined || until > now));
  }

  /** Why nothing may be written to a device now. */
  problem(device: string): Refusal | undefined {
    const locks = this.list();
    const lock = locks.get(WHOLE_GATEWAY) ?? locks.get(device);
    if (lock === undefined) return undefined;
    const { who, why, until } = lock;
    const end = until === undefined ? '' : `, until ${new Date(until / 1000).toISOString()}`;
    return refusal('maintenance', `${who} has locked writing: ${why}${end}`);
  }

  /**
   * Locks a device, or `*`, for maintenance, until a time (microseconds since 1970) or until unlocked.
   * Undefined: the lock holds and is on the disk. Where the disk refuses, it holds until the program ends.
   */
  async lock(
    scope: string,
    who: Requester,
    why: string,
    until?: number,
  ): Promise<Refusal | undefined> {
    const problem = this.#parts.problem(who) ?? this.#scopeProblem(scope, until);
    if (problem !== undefined) return problem;
    if (who.role === 'viewer') return refusal('role', 'a lock needs the role operator');
    const held = this.list().get(scope);
    if (held !== undefined && held.who !== who.name && who.role !== 'admin') {
      // Another lock in its place might end before the work of the first does.
      return refusal('role', `${held.who} has locked ${scope} already`);
    }
    const text = why.slice(0, 500);
    this.#records.state.locks[scope] = {
      who: who.name,
      why: text,
      ...(until !== undefined && { until }),
    };
    const saved = await this.#records.save();
    return (
      saved ??
      this.#records.append({ kind: 'note', topic: 'lock', message: `${scope}: ${text}`, who })
    );
  }

  /** A lock with a slip of the pen in it would be trusted, and hold nothing. */
  #scopeProblem(scope: string, until: number | undefined): Refusal | undefined {
    if (scope !== WHOLE_GATEWAY && !this.#parts.hasDevice(scope)) {
      return refusal('invalid-request', `there is no device ${scope.slice(0, 200)} to lock`);
    }
    if (until === undefined || until > this.#clock.wallMicros()) return undefined;
    return refusal('invalid-request', 'the lock would be over already');
  }

  /** Who has locked unlocks, or an admin. Undefined: done. */
  async unlock(scope: string, who: Requester): Promise<Refusal | undefined> {
    const problem = this.#parts.problem(who);
    if (problem !== undefined) return problem;
    const { locks } = this.#records.state;
    const lock = locks[scope];
    if (lock === undefined) return undefined;
    if (who.role !== 'admin' && (who.role === 'viewer' || who.name !== lock.who)) {
      return refusal('role', `${lock.who} has locked ${scope}; only they or an admin unlock it`);
    }
    const noted = await this.#records.append({
      kind: 'note',
      topic: 'unlock',
      message: scope,
      who,
    });
    if (noted !== undefined) return noted;
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the state is a plain object of JSON
    delete locks[scope];
    const saved = await this.#records.save();
    if (saved !== undefined) locks[scope] ??= lock;
    return saved;
  }
}
