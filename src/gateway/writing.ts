import { join } from 'node:path';
import { InvalidRequestError, describeError } from '../base/errors.ts';
import { SparingLog } from '../base/sparing-log.ts';
import type { DeviceConfig, SiteConfig } from '../config/site-config.ts';
import type { Engine } from '../engine/engine.ts';
import type { AuditRecord } from '../gate/audit-line.ts';
import type { AuditFilter } from '../gate/audit-read.ts';
import type { GateFiles } from '../gate/gate-files.ts';
import {
  NO_WRITES,
  type GateSetup,
  type GatedPoint,
  type GatedPoints,
} from '../gate/gate-setup.ts';
import type {
  WritablePoint,
  WriteControl,
  WriteCount,
  WritingStatus,
} from '../gate/write-control.ts';
import type { RegisterDoor, RegisterWish, Unlock } from '../gate/register-writes.ts';
import { registersId } from '../gate/registers-id.ts';
import type { WritePreview } from '../gate/preview.ts';
import type { WriteGate } from '../gate/write-gate.ts';
import {
  refusal,
  type Refusal,
  type Requester,
  type WriteOutcome,
  type WriteRequest,
  type WriteResult,
} from '../gate/write-request.ts';
import type { RegisterPoint } from '../profile/point.ts';
import { parseValueText } from '../profile/value-text.ts';
import type { SiteEvent } from '../telemetry/event.ts';
import type { Value } from '../telemetry/point.ts';
import type { GatewayHost } from './gateway.ts';
import { writeEvent } from './write-event.ts';

const OFF = 'this gateway writes nothing; set writes in its site file';

/** The gate while it is open, and where it keeps its records. */
interface Opened {
  readonly gate: WriteGate;
  readonly files: GateFiles;
}

/**
 * The gate of a site, for every door. It opens when a configuration first allows writes: before, and
 * where it cannot be opened, each wish is refused with what to do.
 */
export class Writing implements WriteControl, RegisterDoor {
  readonly #engine: Engine;
  readonly #host: GatewayHost;
  readonly #tell: (event: SiteEvent) => unknown;
  readonly #counts = new Map<string, Map<WriteOutcome, number>>();
  readonly #log: SparingLog;
  #opened: Opened | undefined;
  #setup = NO_WRITES;
  #problem = OFF;
  #refused = 0;

  /** `tell` hears of every attempt at a point that there is. */
  constructor(engine: Engine, host: GatewayHost, tell: (event: SiteEvent) => unknown) {
    this.#engine = engine;
    this.#tell = tell;
    this.#host = host;
    this.#log = new SparingLog(host.logger, host.clock);
  }

  /** Makes these the rules. Never fails: a gate that cannot open says so to whoever wants to write. */
  async apply(config: SiteConfig): Promise<void> {
    this.#setup = gateSetup(config);
    if (this.#opened !== undefined) {
      this.#opened.gate.configure(this.#setup);
      return;
    }
    if (this.#setup.writes === 'off' || config.data === undefined) return;
    try {
      this.#opened = await this.#open(join(config.data, 'gate'));
    } catch (error) {
      this.#problem = `nothing can be written: ${describeError(error)}`;
      this.#host.logger.error(this.#problem);
    }
  }

  async #open(folder: string): Promise<Opened> {
    // What is not used takes no memory.
    const { WriteGate } = await import('../gate/write-gate.ts');
    const { gateFolder } = await import('../gate/gate-files.ts');
    const { clock, logger } = this.#host;
    const files = await gateFolder(folder);
    const gate = new WriteGate({
      ...{ clock, logger, files, view: this.#engine },
      portOf: (device) => this.#engine.port(device),
      onResult: ({ point, who }, result) => {
        this.#count(point, result.outcome);
        const gated = this.#setup.points.get(point);
        if (gated !== undefined) this.#tell(writeEvent(gated, who, result));
      },
    });
    gate.configure(this.#setup);
    await gate.open();
    return { gate, files };
  }

  async write(request: WriteRequest): Promise<WriteResult> {
    const { gate } = this.#opened ?? {};
    return gate === undefined ? this.#refuse(request) : gate.write(request);
  }

  async writeAll(requests: readonly WriteRequest[]): Promise<readonly WriteResult[]> {
    const { gate } = this.#opened ?? {};
    return gate === undefined
      ? requests.map((request) => this.#refuse(request))
      : gate.writeAll(requests);
  }

  async renew(point: string, who: Requester, ms?: number): Promise<WriteResult> {
    const { gate } = this.#opened ?? {};
    return gate === undefined ? this.#refuse({ point, who }) : gate.renew(point, who, ms);
  }

  typed(point: string, text: string): Value {
    const known = this.#setup.points.get(point)?.point;
    if (known === undefined) return text;
    try {
      return parseValueText(known, text);
    } catch (error) {
      if (!(error instanceof InvalidRequestError)) throw error;
      return text;
    }
  }

  async preview(point: string, value: Value): Promise<WritePreview | Refusal> {
    const { previewWrite } = await import('../gate/preview.ts');
    return previewWrite(this.#setup.points.get(point), value);
  }

  status(): WritingStatus {
    const { gate } = this.#opened ?? {};
    const { from, points, writes } = this.#setup;
    const { state = 'off', damage, audit, leases } = gate?.status() ?? {};
    const problem = gate === undefined ? this.#problem : writes === 'off' ? OFF : damage;
    return {
      state: writes === 'off' ? 'off' : state,
      ...(problem !== undefined && { problem }),
      from,
      points: [...points.values()].flatMap(({ rules, ...point }): WritablePoint[] => {
        if (rules === undefined) return [];
        const [wear, lease] = [gate?.wear(point.id), leases?.get(point.id)];
        return [{ ...point, rules, ...(wear && { wear }), ...(lease && { lease }) }];
      }),
      locks: gate?.locks() ?? new Map(),
      ...(audit !== undefined && { audit }),
    };
  }

  counts(): readonly WriteCount[] {
    return [...this.#counts].flatMap(([device, byOutcome]) =>
      [...byOutcome].map(([outcome, count]) => ({ device, outcome, count })),
    );
  }

  async writeRegisters(wish: RegisterWish): Promise<WriteResult> {
    const { gate } = this.#opened ?? {};
    const { device, who } = wish;
    const id = registersId(wish);
    if (gate === undefined) return this.#refuse({ point: id, who });
    const result = await gate.writeRegisters(wish);
    this.#tell(writeEvent({ device, id }, who, result));
    return result;
  }

  async unlockRegisters(who: Requester, why: string): Promise<Refusal | undefined> {
    return this.#opened?.gate.unlockRegisters(who, why) ?? refusal('writes-off', this.#problem);
  }

  async lockRegisters(who: Requester): Promise<Refusal | undefined> {
    return this.#opened?.gate.lockRegisters(who);
  }

  unlocks(): readonly Unlock[] {
    return this.#opened?.gate.unlocks() ?? [];
  }

  registersProblem(device: string): Refusal | undefined {
    const { state, problem = OFF } = this.status();
    if (state === 'off' || state === 'damaged') return refusal('writes-off', problem);
    if (this.#setup.devices.has(device)) return undefined;
    return refusal('device-off', `nothing is written to ${device}; set writes at the device`);
  }

  async lock(
    scope: string,
    who: Requester,
    why: string,
    until?: number,
  ): Promise<Refusal | undefined> {
    return this.#opened?.gate.lock(scope, who, why, until) ?? refusal('writes-off', this.#problem);
  }

  async unlock(scope: string, who: Requester): Promise<Refusal | undefined> {
    return this.#opened?.gate.unlock(scope, who) ?? refusal('writes-off', this.#problem);
  }

  async audit(filter: AuditFilter): Promise<readonly AuditRecord[]> {
    if (this.#opened === undefined) return [];
    const { listAudit } = await import('../gate/audit-read.ts');
    return listAudit(this.#opened.files, filter);
  }

  /** For the audit, where there is one: what somebody did besides writing. */
  async note(topic: string, message: string, who: Omit<Requester, 'door'>): Promise<void> {
    await this.#opened?.gate.note(topic, message, { ...who, door: 'api' });
  }

  /** Takes no more wishes; resolves when what was on its way has ended. */
  async close(): Promise<void> {
    await this.#opened?.gate.close();
  }

  /** Without a gate there is no audit: the log has the try. */
  #refuse({ point, who }: Pick<WriteRequest, 'point' | 'who'>): WriteResult {
    const { name, from, door } = who;
    this.#log.warn(`${from} ${door} ${point}`, 'a write was refused: writing is off', {
      ...{ point, name, from, door },
    });
    this.#refused += 1;
    this.#count(point, 'refused');
    return {
      ...{ outcome: 'refused', code: 'writes-off', message: this.#problem },
      ...{ at: this.#host.clock.wallMicros(), id: `off-${this.#refused}` },
    };
  }

  /** Points that do not exist are counted together: their names are anything. */
  #count(point: string, outcome: WriteOutcome): void {
    const { points, devices } = this.#setup;
    const [name = ''] = point.split('.');
    const device = points.get(point)?.device ?? (devices.has(name) ? name : '');
    const counts = this.#counts.get(device) ?? new Map<WriteOutcome, number>();
    this.#counts.set(device, counts.set(outcome, (counts.get(outcome) ?? 0) + 1));
  }
}

/** What a site lets be written. */
export function gateSetup({ writes, devices }: SiteConfig): GateSetup {
  return {
    writes: writes.isOn ? 'on' : 'off',
    from: writes.from,
    places: new Map(devices.map(({ name, line, unit }) => [name, `${line} ${unit}`])),
    devices: new Set(devices.filter(({ writable }) => writable.size > 0).map(({ name }) => name)),
    points: new SitePoints(devices),
  };
}

/** Made when they are asked for: most points are never written, and a site may have thousands. */
class SitePoints implements GatedPoints {
  readonly #devices: ReadonlyMap<string, DeviceConfig>;
  readonly #made = new Map<string, GatedPoint>();

  constructor(devices: readonly DeviceConfig[]) {
    this.#devices = new Map(devices.map((device) => [device.name, device]));
  }

  get(id: string): GatedPoint | undefined {
    const known = this.#made.get(id);
    if (known !== undefined) return known;
    // A name of a device has no dot in it.
    const [device] = id.split('.', 1);
    const config = this.#devices.get(device ?? '');
    if (config === undefined) return undefined;
    const point = registerPoints(config).find(({ name }) => id === `${config.name}.${name}`);
    if (point === undefined) return undefined;
    const made = gatedPoint(id, config, point);
    this.#made.set(id, made);
    return made;
  }

  *values(): Iterable<GatedPoint> {
    for (const device of this.#devices.values()) {
      for (const point of registerPoints(device)) {
        const id = `${device.name}.${point.name}`;
        yield this.#made.get(id) ?? gatedPoint(id, device, point);
      }
    }
  }
}

function registerPoints({ points, unpolled }: DeviceConfig): readonly RegisterPoint[] {
  return [...points.map(({ point }) => point), ...unpolled];
}

function gatedPoint(
  id: string,
  { name: device, writable }: DeviceConfig,
  point: RegisterPoint,
): GatedPoint {
  const rules = writable.get(point.name);
  return { id, device, point, ...(rules !== undefined && { rules }) };
}
