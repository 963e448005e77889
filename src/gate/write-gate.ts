import type { Clock } from '../base/clock.ts';
import { GatewayError, describeError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { parseNetworks } from '../base/network-list.ts';
import {
  LEASE_KEEPER,
  admitValue,
  batchProblem,
  shapeProblem,
  type Admission,
} from './admission.ts';
import { jsonValue, type AuditedAttempt } from './audit-line.ts';
import { AUDIT_LIMITS, AuditLog, type AuditLimits } from './audit-log.ts';
import type { DevicePort } from './device-port.ts';
import { DeviceTurns } from './device-turns.ts';
import type { GateFiles } from './gate-files.ts';
import { GateRecords } from './gate-records.ts';
import { StateFile, type LeaseEntry, type LockEntry } from './gate-state.ts';
import { Leases } from './leases.ts';
import { MaintenanceLocks, WHOLE_GATEWAY } from './maintenance.ts';
import type { GateView } from './readiness.ts';
import { askedOf, attemptOf, keyOf, recover } from './recovery.ts';
import { RegisterWrites, type RegisterWish, type Unlock } from './register-writes.ts';
import { RememberedResults } from './remembered-results.ts';
import { refused, type Ending } from './verdict.ts';
import { wearBudgets, wearReport, type WearReport } from './wear.ts';
import {
  isRefusal,
  refusal,
  type Refusal,
  type Requester,
  type WriteRequest,
  type WriteResult,
} from './write-request.ts';
import { WriteTurn, type Attempt } from './write-turn.ts';
import { GATE_LIMITS, NO_WRITES, type GateLimits, type GateSetup } from './gate-setup.ts';

export interface GateParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly files: GateFiles;
  readonly view: GateView;
  /** The way to a device; undefined when there is none now. */
  readonly portOf: (device: string) => DevicePort | undefined;
  readonly limits?: GateLimits;
  readonly auditLimits?: AuditLimits;
  /** Told of every attempt when it has ended, refused ones too. */
  readonly onResult?: (request: Pick<WriteRequest, 'point' | 'who'>, result: WriteResult) => void;
}

export interface GateStatus {
  /** `opening` and `damaged` refuse everything; `damage` says what to do. */
  readonly state: 'opening' | 'open' | 'damaged' | 'closed';
  readonly damage?: string;
  readonly writes: 'off' | 'on';
  readonly leases: ReadonlyMap<string, LeaseEntry>;
  readonly forgottenKeys: number;
  /** The end of the audit; note it elsewhere to see later that nothing was cut off. */
  readonly audit: { readonly sequence: number; readonly hash: string };
}

/** A request and what the audit keeps of it. */
interface Wish {
  readonly request: WriteRequest;
  readonly audited: AuditedAttempt;
}

const STOPPED = refusal('batch-stopped', 'another write of the same batch did not go through');
/** Outcomes behind which a batch goes on. */
const IS_THERE: ReadonlySet<string> = new Set(['confirmed', 'unchanged']);

/**
 * The one place through which every write goes. Rules are asked from the cheapest to the dearest; what the
 * device has is read just before the frame, the intent and the wear are on the disk before it, and the
 * result is read back. Nothing is sent twice, and nothing is sent again after a restart.
 */
export class WriteGate {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #portOf: GateParts['portOf'];
  readonly #limits: GateLimits;
  readonly #onResult: GateParts['onResult'];
  readonly #audit: AuditLog;
  readonly #file: StateFile;
  readonly #records: GateRecords;
  readonly #leases: Leases;
  readonly #locks: MaintenanceLocks;
  readonly #registers: RegisterWrites;
  readonly #turns: DeviceTurns;
  readonly #results: RememberedResults;
  readonly #turn: WriteTurn;
  /** What each device is busy with, so that a lock can wait for it. */
  readonly #serving = new Map<string, Promise<unknown>>();
  readonly #idPrefix: string;
  #ids = 0;
  #state: GateStatus['state'] = 'opening';
  #damage: string | undefined;
  #setup = NO_WRITES;
  #budgets = wearBudgets([]);
  #allowsAddress = whoFrom(NO_WRITES.from);

  constructor({ clock, logger, files, view, portOf, ...options }: GateParts) {
    const { limits = GATE_LIMITS, auditLimits = AUDIT_LIMITS } = options;
    this.#clock = clock;
    this.#logger = logger;
    this.#portOf = portOf;
    this.#limits = limits;
    this.#onResult = options.onResult;
    this.#audit = new AuditLog(files, clock, auditLimits);
    this.#file = new StateFile(files);
    this.#records = new GateRecords(this.#audit, this.#file);
    this.#leases = new Leases(
      clock,
      () => this.#file.state,
      (point) => void this.#writeSafeValue(point),
    );
    this.#registers = new RegisterWrites(clock, this.#records);
    this.#locks = new MaintenanceLocks({
      ...{ clock, records: this.#records },
      problem: (who) => this.#addressProblem(who),
      hasDevice: (device) =>
        [...this.#setup.points.values()].some((gated) => gated.device === device),
    });
    this.#turn = new WriteTurn({
      ...{ clock, view, records: this.#records, leases: this.#leases },
      permissionProblem: (attempt) => this.#permissionProblem(attempt),
      budgets: () => this.#budgets,
    });
    this.#turns = new DeviceTurns(clock, limits.queue);
    this.#results = new RememberedResults(clock, limits.keys, limits.keyMs);
    this.#idPrefix = clock.wallMicros().toString(36);
  }

  /** Replaces what may be written. Throws InvalidRequestError when an allowed address is none. */
  configure(setup: GateSetup): void {
    this.#allowsAddress = whoFrom(setup.from);
    this.#budgets = wearBudgets(setup.points.values());
    this.#setup = setup;
  }

  /**
   * Finds out what was before this start. A damaged file closes the gate and not the gateway: every
   * request is refused with what to do.
   */
  async open(): Promise<void> {
    try {
      await this.#file.load();
      const { records, tornBytes } = await this.#audit.open();
      const { interrupted, lastFrames, keyed } = recover(records);
      const [now, wall] = [this.#clock.now(), this.#clock.wallMicros()];
      const agoMs = (at: number): number => Math.max(0, (wall - at) / 1000);
      for (const [point, at] of lastFrames) this.#turn.restoreLastFrame(point, now - agoMs(at));
      for (const { key, asked, result } of keyed) {
        this.#results.restore(key, asked, result, agoMs(result.at));
      }
      this.#state = 'open';
      await this.#noteStart(tornBytes);
      for (const entry of interrupted) await this.#audit.append(entry);
    } catch (error) {
      if (!(error instanceof GatewayError || isFileError(error))) throw error;
      // A full disk is found out at every write anew; what makes no sense stays that way.
      if (this.#state !== 'open') [this.#state, this.#damage] = ['damaged', describeError(error)];
      this.#logger.error('writing is not possible', { error: describeError(error) });
    }
    if (this.#state === 'open') this.#leases.restore();
  }

  async #noteStart(tornBytes: number): Promise<void> {
    const torn = tornBytes === 0 ? '' : `; cut off a line that was not whole, ${tornBytes} bytes`;
    await this.#audit.append({ kind: 'note', topic: 'start', message: `the gate opens${torn}` });
  }

  /** Never rejects for what a request or a device does. */
  async write(request: WriteRequest): Promise<WriteResult> {
    const id = this.#nextId();
    const audited = attemptOf(id, request, jsonValue(request.value));
    const { idempotencyKey } = request;
    if (idempotencyKey === undefined) return this.#attempt(request, audited);
    const [key, asked] = [keyOf(audited), askedOf(audited)];
    const known = this.#results.find(key, asked);
    if (known === 'reused') {
      const message = 'this idempotency key was used for another write; take a new one';
      return this.#end({ audited }, refused(refusal('key-reused', message)));
    }
    if (known !== undefined) return known;
    const result = this.#attempt(request, audited);
    this.#results.add(key, asked, result);
    return result;
  }

  /** The same for registers that no point names; see RegisterWrites for who may. */
  async writeRegisters(wish: RegisterWish): Promise<WriteResult> {
    return this.write(this.#registers.request(wish));
  }

  /** Lets somebody write such registers for ten minutes. Gives what went wrong. */
  async unlockRegisters(who: Requester, why: string): Promise<Refusal | undefined> {
    return this.#addressProblem(who) ?? this.#registers.unlock(who, why);
  }

  async lockRegisters(who: Requester): Promise<Refusal | undefined> {
    return this.#registers.lock(who);
  }

  unlocks(): readonly Unlock[] {
    return this.#registers.list();
  }

  #permission(request: WriteRequest): Pick<Admission, 'gated' | 'rules'> | Refusal {
    return this.#registers.permission(this.#setup, this.#allowsAddress, request);
  }

  #nextId(): string {
    this.#ids += 1;
    return `${this.#idPrefix}-${this.#ids}`;
  }

  /**
   * Several points of one device, in order, with no other writer in between: the text first, the flag that
   * says it is whole last. Nothing is sent when one of them is refused at once, and nothing behind the first
   * that the device has not taken; those end with `batch-stopped`. Not undone: what was sent before.
   */
  async writeAll(requests: readonly WriteRequest[]): Promise<readonly WriteResult[]> {
    const wishes = requests.map((request) => {
      return { request, audited: attemptOf(this.#nextId(), request, jsonValue(request.value)) };
    });
    const problem = batchProblem(requests, this.#setup);
    if (problem === undefined) return this.#run(wishes);
    return this.#endAll(wishes, () => problem);
  }

  async #attempt(request: WriteRequest, audited: AuditedAttempt): Promise<WriteResult> {
    const [result] = await this.#run([{ request, audited }]);
    return result as WriteResult;
  }

  /** All of one device. */
  async #run(wishes: readonly Wish[]): Promise<readonly WriteResult[]> {
    const prepared = wishes.map((wish) => this.#prepare(wish));
    const attempts = prepared.filter((attempt): attempt is Attempt => !isRefusal(attempt));
    if (attempts.length < prepared.length) {
      return this.#endAll(wishes, (index) => {
        const attempt = prepared[index];
        return attempt !== undefined && isRefusal(attempt) ? attempt : STOPPED;
      });
    }
    const device = attempts[0]?.gated.device ?? '';
    const notAfter = Math.min(...attempts.map((attempt) => attempt.notAfter));
    const turn = await this.#turns.take(device, notAfter);
    if (typeof turn === 'string') {
      return this.#endAll(attempts, () => this.#waitProblem(turn, device));
    }
    const results: WriteResult[] = [];
    try {
      for (const attempt of attempts) {
        const isStopped = results.some(({ outcome }) => !IS_THERE.has(outcome));
        const ending = isStopped ? refused(STOPPED) : await this.#serve(device, attempt);
        results.push(await this.#end(attempt, ending));
      }
    } finally {
      this.#serving.delete(device);
      turn();
    }
    return results;
  }

  async #serve(device: string, attempt: Attempt): Promise<Ending> {
    const served = this.#turn.serve(attempt);
    this.#serving.set(device, served);
    return served;
  }

  #prepare({ request, audited }: Wish): Attempt | Refusal {
    const notAfter = this.#clock.now() + (request.ttlMs ?? this.#limits.ttlMs);
    const admission = this.#admit(request);
    if (isRefusal(admission)) return admission;
    const { value, gated } = admission;
    const port = this.#portOf(gated.device);
    if (port === undefined) {
      return refusal('device-down', `there is no way to ${gated.device} now`);
    }
    const withValue = { ...audited, value: jsonValue(value) };
    return { ...admission, ...{ request, notAfter, port, audited: withValue } };
  }

  #waitProblem(turn: 'full' | 'expired', device: string): Refusal {
    return turn === 'expired'
      ? refusal('expired', `it waited too long behind other writes to ${device}`)
      : refusal('queue-full', `${this.#limits.queue} writes wait for ${device} already`);
  }

  /** What can be said without the device. */
  #admit(request: WriteRequest): Admission | Refusal {
    const problem = this.#stateProblem() ?? shapeProblem(request, this.#limits);
    if (problem !== undefined) return problem;
    const permitted = this.#permission(request);
    if (isRefusal(permitted)) return permitted;
    const locked = this.#locks.problem(permitted.gated.device);
    if (locked !== undefined) return locked;
    const admitted = admitValue(permitted, request.value);
    return isRefusal(admitted) ? admitted : { ...permitted, ...admitted };
  }

  #stateProblem(): Refusal | undefined {
    if (this.#state === 'open') return undefined;
    if (this.#state !== 'damaged') return refusal('closed', `the gate is ${this.#state}`);
    return refusal('state-damaged', this.#damage ?? 'the gate cannot open');
  }

  async #endAll(
    wishes: readonly (Pick<Attempt, 'audited'> & Partial<Pick<Attempt, 'value'>>)[],
    problemOf: (index: number) => Refusal,
  ): Promise<readonly WriteResult[]> {
    return Promise.all(
      wishes.map(async (wish, index) => this.#end(wish, refused(problemOf(index)))),
    );
  }

  /** Writes the result into the audit. A result that finds no room leaves its intent, which says enough. */
  async #end(
    { audited, value }: Pick<Attempt, 'audited'> & Partial<Pick<Attempt, 'value'>>,
    ending: Ending,
  ): Promise<WriteResult> {
    const { old, readback, ...rest } = ending;
    const record = {
      ...audited,
      kind: 'result',
      ...rest,
      ...(old !== undefined && { old: jsonValue(old) }),
      ...(readback !== undefined && { readback: jsonValue(readback) }),
    } as const;
    // Nothing is written behind a damaged end, which is evidence, nor before the end was looked for.
    const isOpen = this.#state === 'open' || this.#state === 'closed';
    const problem = isOpen ? await this.#records.append(record) : this.#stateProblem();
    if (problem !== undefined) {
      this.#logger.error('the audit misses a result', { id: audited.id, error: problem.message });
    }
    const at = this.#clock.wallMicros();
    const result = { ...ending, ...(value !== undefined && { value }), at, id: audited.id };
    this.#onResult?.(audited, result);
    return result;
  }

  /** May it still be written, by the setup and the locks of this moment? */
  #permissionProblem({ request, gated }: Attempt): Refusal | undefined {
    const permitted = this.#permission(request);
    if (isRefusal(permitted)) return permitted;
    // A reload has replaced the point: the frame was made by rules that no longer hold.
    if (permitted.gated !== gated) {
      return refusal('closed', 'the configuration has changed; ask again');
    }
    return this.#stateProblem() ?? this.#locks.problem(gated.device);
  }

  /** Renews a lease without a frame. `ms`: how long from now; default the longest. */
  async renew(point: string, who: Requester, ms?: number): Promise<WriteResult> {
    const lease = ms === undefined ? {} : { leaseMs: ms };
    const request: WriteRequest = { point, value: 'renew', who, ...lease };
    const audited = attemptOf(this.#nextId(), request, 'renew');
    const problem = await this.#renewProblem(request);
    if (problem !== undefined) return this.#end({ audited }, refused(problem));
    const message = `the lease of ${point} was renewed`;
    // Renewals come every few seconds, and would crowd the writes out of the audit.
    const at = this.#clock.wallMicros();
    return { outcome: 'unchanged', code: 'renewed', message, at, id: audited.id };
  }

  async #renewProblem(request: WriteRequest): Promise<Refusal | undefined> {
    const { point, who, leaseMs } = request;
    const problem = this.#stateProblem() ?? shapeProblem(request, this.#limits);
    if (problem !== undefined) return problem;
    const permitted = this.#permission(request);
    if (isRefusal(permitted)) return permitted;
    const { lease } = permitted.rules;
    if (
      lease === undefined ||
      this.#leases.find(point) === undefined ||
      this.#leases.isDue(point)
    ) {
      return refusal(
        'no-lease',
        `${point} has no lease that could be renewed; write the value again`,
      );
    }
    const undo = this.#leases.hold(point, who.name, leaseMs ?? lease.maxMs);
    const unsaved = await this.#records.save();
    if (unsaved !== undefined) undo();
    return unsaved;
  }

  async #writeSafeValue(point: string): Promise<void> {
    const lease = this.#setup.points.get(point)?.rules?.lease;
    if (lease === undefined) {
      this.#logger.error('a lease is over and its point has no safe value any more', { point });
      this.#leases.tryLater(point);
      return;
    }
    const holder = this.#leases.find(point)?.holder ?? '';
    const result = await this.write({
      point,
      value: lease.safeValue,
      who: LEASE_KEEPER,
      reason: `not renewed in time by ${holder}`,
    });
    if (result.outcome === 'confirmed' || result.outcome === 'unchanged') return;
    this.#logger.error('a safe value is not written yet', { point, error: result.message });
    this.#leases.tryLater(point);
  }

  /** As `MaintenanceLocks.lock`; when it resolves, nothing is on its way to the device any more. */
  async lock(
    scope: string,
    who: Requester,
    why: string,
    until?: number,
  ): Promise<Refusal | undefined> {
    const result = await this.#locks.lock(scope, who, why, until);
    const busy = [...this.#serving].filter(([name]) => scope === WHOLE_GATEWAY || scope === name);
    await Promise.allSettled(busy.map(async ([, served]) => served));
    return result;
  }

  /** Who has locked unlocks, or an admin. Gives what went wrong. */
  async unlock(scope: string, who: Requester): Promise<Refusal | undefined> {
    return this.#locks.unlock(scope, who);
  }

  /** Notes what somebody did that is no write, where there is an audit to note it in. */
  async note(topic: string, message: string, who: Requester): Promise<Refusal | undefined> {
    const problem = this.#stateProblem();
    return problem ?? this.#records.append({ kind: 'note', topic, message, who });
  }

  #addressProblem(who: Requester): Refusal | undefined {
    if (this.#allowsAddress(who.from)) return this.#stateProblem();
    return refusal('address', `this cannot be done from ${who.from}`);
  }

  /** The locks that hold now, by device or `*`. */
  locks(): ReadonlyMap<string, LockEntry> {
    return this.#locks.list();
  }

  /** What is left of the life of a point's registers; undefined where it has no budget. */
  wear(point: string): WearReport | undefined {
    const gated = this.#setup.points.get(point);
    if (gated === undefined) return undefined;
    return wearReport(this.#file.state, this.#budgets, gated, this.#clock.wallMicros());
  }

  status(): GateStatus {
    return {
      state: this.#state,
      ...(this.#damage !== undefined && { damage: this.#damage }),
      writes: this.#setup.writes,
      leases: new Map(Object.entries(this.#file.state.leases)),
      forgottenKeys: this.#results.forgotten,
      audit: this.#audit.head,
    };
  }

  /** Refuses everything from now on; resolves when what was under way has ended. Leases stay on the disk. */
  async close(): Promise<void> {
    if (this.#state !== 'damaged') this.#state = 'closed';
    this.#leases.close();
    await this.#turns.idle();
  }
}

/** May a write come from here? `local` is whoever is at this machine. */
function whoFrom(networks: readonly string[]): (from: string) => boolean {
  const list = parseNetworks(networks);
  return (from) => list.isAllowed(from === 'local' ? '127.0.0.1' : from);
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'code' in error;
}
