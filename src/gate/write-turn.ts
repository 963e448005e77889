import { sleep, type Clock } from '../base/clock.ts';
import { GatewayError, describeError } from '../base/errors.ts';
import type { Value } from '../telemetry/point.ts';
import { LEASE_KEEPER, type Admission } from './admission.ts';
import { jsonValue, type AuditedAttempt } from './audit-line.ts';
import type { DevicePort, ReadBack, SendResult } from './device-port.ts';
import type { GateRecords } from './gate-records.ts';
import type { Leases } from './leases.ts';
import { deviceProblem, interlockProblem, type GateView } from './readiness.ts';
import { changeProblem, maxChangeOf } from './value-limits.ts';
import { wantedValue } from './wanted-value.ts';
import { certainEnding, endingAfter, refused, type Ending } from './verdict.ts';
import { countWear, wearProblem, type WearBudgets } from './wear.ts';
import { refusal, type Refusal, type WriteRequest } from './write-request.ts';

/** One request on its way. */
export interface Attempt extends Admission {
  readonly request: WriteRequest;
  readonly audited: AuditedAttempt;
  /** On the clock's scale. */
  readonly notAfter: number;
  readonly port: DevicePort;
}

export interface TurnParts {
  readonly clock: Clock;
  readonly view: GateView;
  readonly records: GateRecords;
  readonly leases: Leases;
  /** Asked again just before the frame: may this still be written, by the setup and the locks of now? */
  readonly permissionProblem: (attempt: Attempt) => Refusal | undefined;
  readonly budgets: () => WearBudgets;
}

/** What is counted before a frame leaves, and how it is taken back. */
interface Ahead {
  readonly undoWear: () => void;
  readonly undoLease: () => void;
  /** Brings it to the disk, where there is anything to bring. */
  readonly save: () => Promise<Refusal | undefined>;
}

/** What happens to a request while it has the device for itself. */
export class WriteTurn {
  readonly #clock: Clock;
  readonly #view: GateView;
  readonly #records: GateRecords;
  readonly #leases: Leases;
  readonly #permissionProblem: TurnParts['permissionProblem'];
  readonly #budgets: TurnParts['budgets'];
  /** When the last frame went to a point, on the clock's scale. */
  readonly #lastFrames = new Map<string, number>();

  constructor({ clock, view, records, leases, permissionProblem, budgets }: TurnParts) {
    this.#clock = clock;
    this.#view = view;
    this.#records = records;
    this.#leases = leases;
    this.#permissionProblem = permissionProblem;
    this.#budgets = budgets;
  }

  /** Remembers a frame of before this start, so that the least interval outlives a restart. */
  restoreLastFrame(point: string, at: number): void {
    this.#lastFrames.set(point, at);
  }

  /** The turn is ours: looks, writes, looks again. */
  async serve(attempt: Attempt): Promise<Ending> {
    const problem = this.#readinessProblem(attempt);
    if (problem !== undefined) return refused(problem);
    const present = await this.#present(attempt);
    if (typeof present === 'object') return refused(present);
    const { value, gated, rules } = attempt;
    if (gated.point.access !== 'wo' && present === value) return this.#unchanged(attempt);
    const late =
      changeProblem(gated.point, rules, value, present) ??
      this.#rateProblem(attempt) ??
      wearProblem(this.#records.state, this.#budgets(), gated, this.#clock.wallMicros());
    if (late !== undefined) return refused(late, present);
    const ending = await this.#send(attempt, present);
    return { ...ending, ...(present !== undefined && { old: present }) };
  }

  /** What may have changed while the request waited. */
  #readinessProblem(attempt: Attempt): Refusal | undefined {
    const { gated, rules, notAfter, request } = attempt;
    if (this.#clock.now() >= notAfter) {
      return refusal('expired', 'it was not sent in the time that it had');
    }
    if (request.who === LEASE_KEEPER && !this.#leases.isDue(gated.id)) {
      return refusal('lease-renewed', `the lease of ${gated.id} was renewed`);
    }
    const wall = this.#clock.wallMicros();
    return (
      this.#permissionProblem(attempt) ??
      deviceProblem(this.#view, gated, rules, wall) ??
      interlockProblem(this.#view, gated, rules, wall)
    );
  }

  /** What the device has now: the rail may be a poll behind. */
  async #present({ gated, rules, port }: Attempt): Promise<Value | undefined | Refusal> {
    const { point, id } = gated;
    if (point.access !== 'wo') {
      const back = await readOnce(async () => port.readBack(point));
      if ('value' in back) return back.value;
      return refusal(
        'present-unknown',
        `${id} could not be read (${back.cause}), so nothing is sent`,
      );
    }
    if (maxChangeOf(point, rules) === undefined || rules.changeFrom === undefined) return undefined;
    const sample = this.#view.sample(rules.changeFrom);
    return sample?.quality === 'good' ? sample.value : undefined;
  }

  async #unchanged(attempt: Attempt): Promise<Ending> {
    const { rules, value, request } = attempt;
    const { id } = attempt.gated;
    const message = `${id} is ${String(value)} already; nothing was sent`;
    const ending: Ending = { outcome: 'unchanged', code: 'equal', message, old: value };
    const { lease } = rules;
    if (lease === undefined) return ending;
    if (isSafe(attempt)) {
      await this.#endLease(id);
      return ending;
    }
    const undo = this.#leases.hold(id, request.who.name, request.leaseMs ?? lease.maxMs);
    const problem = await this.#records.save();
    if (problem === undefined) return ending;
    undo();
    return refused(problem, value);
  }

  #rateProblem({ gated, rules: { minIntervalMs } }: Attempt): Refusal | undefined {
    const last = this.#lastFrames.get(gated.id);
    if (minIntervalMs === undefined || last === undefined) return undefined;
    const left = last + minIntervalMs - this.#clock.now();
    if (left <= 0) return undefined;
    return refusal('rate', `${gated.id} was written just now; try again in ${Math.ceil(left)} ms`);
  }

  /** Intent, wear and lease on the disk; then the frame; then what the device says. */
  async #send(attempt: Attempt, old: Value | undefined): Promise<Ending> {
    const { audited, frame, gated, port, notAfter } = attempt;
    const before = old === undefined ? {} : { old: jsonValue(old) };
    const problem = await this.#records.append({ ...audited, kind: 'intent', frame, ...before });
    if (problem !== undefined) return refused(problem);
    const { undoWear, undoLease, save } = this.#countAhead(attempt);
    const unsaved = (await save()) ?? this.#readinessProblem(attempt);
    if (unsaved !== undefined) {
      undoWear();
      undoLease();
      // Where the disk refuses this too, one frame too many is counted until the next save.
      await save();
      return refused(unsaved);
    }
    const lastFrame = this.#lastFrames.get(gated.id);
    this.#lastFrames.set(gated.id, this.#clock.now());
    const sent = await sendOnce(async () => port.write(gated.point, frame, notAfter));
    const certain = certainEnding(sent);
    if (certain === undefined) return this.#verify(attempt, sent);
    undoLease();
    if (sent.kind === 'not-sent') {
      undoWear();
      if (lastFrame === undefined) this.#lastFrames.delete(gated.id);
      else this.#lastFrames.set(gated.id, lastFrame);
    }
    await save();
    return certain;
  }

  /** Counts the frame and begins the lease, in memory. */
  #countAhead(attempt: Attempt): Ahead {
    const { gated, rules, request } = attempt;
    const { state } = this.#records;
    const wall = this.#clock.wallMicros();
    const undoWear = countWear(state, this.#budgets(), gated, wall);
    const { lease } = rules;
    const undoLease =
      lease === undefined || isSafe(attempt)
        ? undefined
        : this.#leases.hold(gated.id, request.who.name, request.leaseMs ?? lease.maxMs);
    const isStateless = undoWear === undefined && undoLease === undefined;
    return {
      undoWear: undoWear ?? NOTHING,
      undoLease: undoLease ?? NOTHING,
      save: async () => (isStateless ? undefined : this.#records.save()),
    };
  }

  async #verify(attempt: Attempt, sent: SendResult): Promise<Ending> {
    const { rules, port, value } = attempt;
    const { point, id } = attempt.gated;
    if (rules.settleMs !== undefined) await sleep(this.#clock, rules.settleMs);
    const back =
      point.access === 'wo'
        ? { cause: 'write only' }
        : await readOnce(async () => port.readBack(point));
    const ending = endingAfter(point, value, sent, back);
    if ('value' in back) port.confirmed(point, back.value, this.#clock.wallMicros());
    if (ending.outcome === 'confirmed' && isSafe(attempt)) await this.#endLease(id);
    return ending;
  }

  /** The safe value is there: nobody needs to renew any more. */
  async #endLease(id: string): Promise<void> {
    // Where the disk refuses, the lease is found again after a restart, and the value is there already.
    if (this.#leases.remove(id)) await this.#records.save();
  }
}

/** Is it the value that needs no lease? */
function isSafe({ gated, rules: { lease }, value }: Attempt): boolean {
  if (lease === undefined) return false;
  const safe = wantedValue(gated.point, lease.safeValue);
  return 'value' in safe && safe.value === value;
}

const NOTHING = (): void => undefined;

/** A port that fails in its own words has perhaps sent something. */
async function sendOnce(send: () => Promise<SendResult>): Promise<SendResult> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { kind: 'unknown', reason: describeError(error) };
  }
}

async function readOnce(read: () => Promise<ReadBack>): Promise<ReadBack> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { cause: describeError(error) };
  }
}
