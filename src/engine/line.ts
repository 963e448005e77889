import type { Cancel, Clock } from '../base/clock.ts';
import {
  ClosedError,
  ModbusExceptionError,
  OverloadError,
  countsAgainstHealth,
  describeError,
} from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { LoadMeter } from '../base/load-meter.ts';
import type { DevicePort } from '../gate/device-port.ts';
import type { DeviceStatus, LineStatus, PlanNeed } from '../telemetry/site.ts';
import type { BenchLine } from '../workbench/bench-line.ts';
import { deriveComputed } from './derived.ts';
import { devicePoints } from './device-points.ts';
import { Device, type DeviceJob } from './device.ts';
import { LinePort } from './line-port.ts';
import { LineWindow } from './line-window.ts';
import { Rail } from './rail.ts';
import { SPLITTING_EXCEPTIONS, causeOf } from './planned-read.ts';
import { Guests, type RunTurn } from './guests.ts';
import type { ReadGroup } from './read-group.ts';
import { tick } from './schedule.ts';
import type { LineSetup } from './setup.ts';
import type { PolledDevice, Source } from './source.ts';
import { TurnQueue, type Grant, type Turn } from './turn-queue.ts';

/**
 * Polls everything behind one endpoint.
 *
 * Theory of operation. `look` runs when something is due: it starts rounds, probes silent devices, lets
 * values age and sets the next alarm. Rounds that are due wait in the turn queue, each at most once;
 * every turn is one transaction, and a round with more reads goes to the back of the queue, so that a device with
 * many reads cannot keep the others waiting. A read that fails ends its round: asking the rest of a
 * device that does not answer would cost every neighbour a timeout more.
 */
export class Line implements Source {
  readonly name: string;
  /** As its setup had it. */
  readonly fingerprint: string | undefined;
  /** The newest samples of everything behind this line. */
  readonly rail: Rail;
  readonly devices: readonly Device[];
  readonly #setup: LineSetup;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #jobs: readonly DeviceJob[];
  readonly #ready: TurnQueue;
  readonly #load: LoadMeter;
  readonly #window: LineWindow;
  /** Resolved when the question that somebody wanted asked has its answer. */
  readonly #trying = new Map<Device, Promise<void>>();
  readonly #longestTurnMs: number;
  readonly #ports = new Map<Device, LinePort>();
  readonly #guests: Guests;
  #active = 0;
  /** When it will look again, and when a turn last began or ended. */
  #lookAt = Infinity;
  #movedAt = 0;
  #cancelAlarm: Cancel = () => undefined;
  #running = false;

  constructor(setup: LineSetup, clock: Clock, logger: Logger) {
    this.name = setup.name;
    this.fingerprint = setup.fingerprint;
    this.rail = new Rail(setup.devices.flatMap(devicePoints), clock.wallMicros());
    for (const device of setup.devices) deriveComputed(this.rail, device);
    this.#setup = setup;
    this.#clock = clock;
    this.#logger = logger;
    this.devices = setup.devices.map(
      (device) => new Device(device, this.rail, clock, setup.wireMs),
    );
    this.#ready = new TurnQueue(setup.inFlight === 1 && setup.devices.length > 1);
    this.#jobs = this.devices.flatMap(({ jobs }) => jobs);
    this.#load = new LoadMeter(() => setup.client.counters.busyMs, clock);
    this.#window = new LineWindow(() => setup.client.counters);
    this.#longestTurnMs = longestTurnMs(setup);
    this.#guests = new Guests({
      ...{ setup, devices: this.devices, clock },
      isOpen: () => this.#running,
      answered: (device) => {
        this.#answered(device);
      },
      pump: () => {
        this.#pump();
      },
    });
  }

  start(): void {
    this.#running = true;
    const now = this.#clock.now();
    for (const job of this.#jobs) job.dueAt = now;
    this.#look();
  }

  /** Starts nothing more, and ends what is under way. */
  stop(): void {
    this.#running = false;
    this.#cancelAlarm();
    this.#ready.clear();
    this.#guests.close();
    this.#setup.client.close();
  }

  standstillMs(now: number): number {
    if (!this.#running) return 0;
    // A turn that outlasts every timeout that it may have will never end.
    const turnEndsBy = this.#active === 0 ? Infinity : this.#movedAt + this.#longestTurnMs;
    return Math.max(0, now - Math.min(this.#lookAt, turnEndsBy));
  }

  status(): LineStatus {
    const {
      busyMs: _,
      connects: __,
      connectFailures: ___,
      ...counters
    } = this.#setup.client.counters;
    const load = this.#load.share();
    return {
      name: this.name,
      url: this.#setup.client.url,
      ...{ devices: this.devices.length, load, ...counters },
      recent: this.#window.status(this.#clock.now()),
      ...(load > BUSY && { plan: this.#need() }),
    };
  }

  /** What the plan takes in each of the shortest intervals. */
  #need(): PlanNeed {
    const everyMs = Math.min(...this.#jobs.map(({ periodMs }) => periodMs));
    const isWireTimed = this.#setup.wireMs !== undefined;
    const share = this.devices.reduce((sum, device) => sum + device.load(isWireTimed), 0);
    return { needMs: share * everyMs, everyMs };
  }

  deviceStatus(): readonly DeviceStatus[] {
    return this.devices.map((device) => device.status(this.name));
  }

  port(name: string): DevicePort | undefined {
    const device = this.devices.find(({ setup }) => setup.name === name);
    if (device === undefined) return undefined;
    const known = this.#ports.get(device);
    if (known !== undefined) return known;
    const port = new LinePort({
      ...{ client: this.#setup.client, device, clock: this.#clock },
      isOpen: () => this.#running,
      answered: () => {
        this.#answered(device);
      },
      hasMoreDue: () => {
        this.#look();
      },
    });
    this.#ports.set(device, port);
    return port;
  }

  bench(): BenchLine {
    return this.#guests;
  }

  polled(name: string): PolledDevice | undefined {
    const device = this.devices.find(({ setup }) => setup.name === name);
    if (device === undefined) return undefined;
    return {
      paused: device.paused,
      report: () => device.report(this.#setup.wireMs !== undefined),
      tryNow: async () => this.#tryNow(device),
      pause: (note) => device.hold(note),
      resume: () => {
        device.paused = undefined;
        device.health.tryAt(this.#clock.now());
        for (const job of device.jobs) if (!job.running) job.dueAt = this.#clock.now();
        this.#look();
      },
    };
  }

  /** One question, ahead of the others; the rest follows when it is answered. */
  async #tryNow(device: Device): Promise<void> {
    const known = this.#trying.get(device);
    if (known !== undefined) return known;
    const group = device.probe;
    if (group === undefined || !this.#running) return;
    const asked = new Promise<void>((resolve) => {
      this.#ready.pushFirst({ kind: 'probe', device, group, done: resolve });
    }).finally(() => this.#trying.delete(device));
    this.#trying.set(device, asked);
    this.#pump();
    return asked;
  }

  #look(): void {
    if (!this.#running) return;
    const now = this.#clock.now();
    const { start, wakeAt } = tick(this.#jobs, now);
    for (const job of start) {
      const { health, paused } = job.device;
      if (health.state !== 'silent' && paused === undefined) this.#begin(job);
    }
    let next = wakeAt;
    for (const device of this.devices) {
      this.#probeWhenDue(device, now);
      if (!device.probing && device.paused === undefined)
        next = Math.min(next, device.health.nextTryAt);
      next = Math.min(next, device.age(now));
    }
    this.#load.look();
    this.#window.look(now);
    this.#cancelAlarm();
    this.#lookAt = next;
    this.#cancelAlarm = this.#clock.alarm(next, () => this.#look());
    this.#pump();
  }

  #begin(job: DeviceJob): void {
    job.running = true;
    job.next = 0;
    this.#ready.push({ kind: 'round', job }, this.#clock.now());
  }

  #probeWhenDue(device: Device, now: number): void {
    if (device.probing || device.paused !== undefined || device.health.nextTryAt > now) return;
    const group = device.probe;
    if (group === undefined) return;
    device.probing = true;
    this.#ready.push({ kind: 'probe', device, group }, now);
  }

  #pump(): void {
    while (this.#active < this.#setup.inFlight) {
      const run = this.#nextTurn(this.#clock.now());
      if (run === undefined) {
        this.#guests.wait(this.#clock.now());
        return;
      }
      this.#active += 1;
      this.#movedAt = this.#clock.now();
      void run().finally(() => {
        this.#active -= 1;
        this.#movedAt = this.#clock.now();
        this.#pump();
      });
    }
  }

  /** Polls first, as the plan has them; whoever looks at the line besides has what they leave. */
  #nextTurn(now: number): RunTurn | undefined {
    const overdue = this.#guests.takeOverdue(now);
    if (overdue !== undefined) return overdue;
    const certainAt = this.#nextCertainAt();
    const grant = this.#ready.take(now, certainAt);
    if (grant !== undefined) return async () => this.#take(grant);
    return this.#guests.take(now, this.#setup.inFlight === 1 ? certainAt : Infinity);
  }

  /** When the next question to a device that answers is due. */
  #nextCertainAt(): number {
    let next = Infinity;
    for (const { device, dueAt } of this.#jobs) {
      if (device.health.state === 'good' && device.paused === undefined) {
        next = Math.min(next, dueAt);
      }
    }
    return next;
  }

  async #take(grant: Grant): Promise<void> {
    const { turn } = grant;
    if (turn.kind === 'probe') return this.#probe(turn, grant);
    const { job } = turn;
    const isPaused = job.device.paused !== undefined;
    const group = isPaused ? undefined : nextGroup(job, this.#clock.now());
    const goOn = group !== undefined && (await this.#read(job.device, group, job, grant));
    if (goOn && job.next < job.groups.length && this.#running) {
      this.#ready.push(turn, this.#clock.now());
    } else {
      job.running = false;
    }
  }

  async #probe({ device, group, done }: Turn & { kind: 'probe' }, grant: Grant): Promise<void> {
    try {
      if (device.paused === undefined) await this.#read(device, group, undefined, grant);
    } finally {
      // Whoever wanted to know has a question of their own; that of the schedule may still wait.
      if (done === undefined) device.probing = false;
      done?.();
    }
    if (device.health.state === 'good' && device.paused === undefined) this.#resume(device);
    else this.#look();
  }

  /** A device is back: everything it has is asked now, and stays on its grid afterwards. */
  #resume(device: Device): void {
    for (const job of device.jobs) if (!job.running && this.#running) this.#begin(job);
    this.#look();
  }

  /** One transaction. False: the round must end here. */
  async #read(
    device: Device,
    group: ReadGroup,
    job: DeviceJob | undefined,
    { timeoutMs, retries }: Grant,
  ): Promise<boolean> {
    const askedAt = this.#clock.now();
    const asked = device.ask();
    const { requestedAt } = asked;
    try {
      const data = await this.#setup.client.request(group.codec, device.setup.unit, group.range, {
        timeoutMs,
        retries,
      });
      const now = this.#clock.now();
      const isMoreDue = device.commit(group, data, asked, now - askedAt);
      this.#window.answered(now, now - askedAt);
      this.#answered(device);
      // It was paused while it answered.
      if (device.paused !== undefined) device.hold(device.paused);
      if (isMoreDue) this.#look();
      return true;
    } catch (error) {
      if (!this.#running || error instanceof ClosedError) return false;
      // Paused while it was asked: perhaps it has been taken off the line. Its values say so already.
      if (device.paused !== undefined && countsAgainstHealth(error)) return false;
      if (error instanceof ModbusExceptionError) {
        this.#answered(device);
        this.#refused(device, group, job, error, requestedAt);
        return true;
      }
      if (error instanceof OverloadError) {
        device.fail([group], causeOf(error), requestedAt);
        return true;
      }
      // Anything that is no failure of a device is a fault of ours and must not be polled over.
      if (!countsAgainstHealth(error)) throw error;
      this.#failed(device, error, job, requestedAt);
      return false;
    }
  }

  #answered(device: Device): void {
    if (!device.health.answered()) return;
    this.#logger.info('answers', { device: device.setup.name, line: this.name });
  }

  #refused(
    device: Device,
    group: ReadGroup,
    job: DeviceJob | undefined,
    error: ModbusExceptionError,
    requestedAt: number,
  ): void {
    const { table, start, count } = group.read;
    const where = { device: device.setup.name, table, start, count };
    const known = group.freshness === 'bad';
    if (
      job !== undefined &&
      SPLITTING_EXCEPTIONS.has(error.exception) &&
      device.split(job, group)
    ) {
      job.next -= 1;
      this.#logger.info(`${error.message}: asking in smaller blocks`, where);
      return;
    }
    if (!known) this.#logger.warn(error.message, where);
    device.refuse(group, causeOf(error), requestedAt);
  }

  #failed(device: Device, error: unknown, job: DeviceJob | undefined, requestedAt: number): void {
    const now = this.#clock.now();
    const silent = device.health.failed(now, describeError(error));
    const groups = silent
      ? device.jobs.flatMap((other) => other.groups)
      : (job?.groups.slice(job.next - 1) ?? []);
    device.fail(groups, causeOf(error), requestedAt);
    if (!silent) return;
    this.#logger.warn(`does not answer: ${describeError(error)}`, {
      device: device.setup.name,
      line: this.name,
    });
    this.#look();
  }
}

/** Above this a line has no slack left for a device that is slow once. */
const BUSY = 0.8;

/** What a turn may take beyond its timeouts: a connection, a port that is opened, pauses, in milliseconds. */
const TURN_SLACK_MS = 10_000;

/** No turn of a line takes longer than this, whatever its devices do. */
function longestTurnMs({ devices }: LineSetup): number {
  const waits = devices.map(({ timeoutMs, retries }) => timeoutMs * (retries + 1));
  return TURN_SLACK_MS + 2 * Math.max(0, ...waits);
}

/** The next read of a round; what the device refuses is passed over while it need not be asked again. */
function nextGroup(job: DeviceJob, now: number): ReadGroup | undefined {
  for (;;) {
    const group = job.groups[job.next];
    job.next += 1;
    if (group === undefined || group.refusedUntil <= now) return group;
  }
}
