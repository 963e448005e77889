import { join } from 'node:path';
import { describeError } from '../base/errors.ts';
import type { SiteConfig } from '../config/site-config.ts';
import type { Engine } from '../engine/engine.ts';
import type { GateSetup, GatedPoint } from '../gate/gate-setup.ts';
import type { WriteDoor } from '../gate/write-door.ts';
import type { WriteGate } from '../gate/write-gate.ts';
import type { Requester, WriteRequest, WriteResult } from '../gate/write-request.ts';
import type { GatewayHost } from './gateway.ts';

/**
 * The gate of a site, for every door. It opens when a configuration first allows writes: before, and
 * where it cannot be opened, each wish is refused with what to do.
 */
export class Writing implements WriteDoor {
  readonly #engine: Engine;
  readonly #host: GatewayHost;
  #gate: WriteGate | undefined;
  #problem = 'this gateway writes nothing; set writes in its site file';
  #refused = 0;

  constructor(engine: Engine, host: GatewayHost) {
    this.#engine = engine;
    this.#host = host;
  }

  /** The gate itself, once it is there. */
  get gate(): WriteGate | undefined {
    return this.#gate;
  }

  /** Makes these the rules. Never fails: a gate that cannot open says so to whoever wants to write. */
  async apply(config: SiteConfig): Promise<void> {
    const setup = gateSetup(config);
    this.#gate?.configure(setup);
    if (this.#gate !== undefined || setup.writes === 'off' || config.data === undefined) return;
    try {
      const gate = await this.#make(join(config.data, 'gate'));
      gate.configure(setup);
      await gate.open();
      this.#gate = gate;
    } catch (error) {
      this.#problem = `nothing can be written: ${describeError(error)}`;
      this.#host.logger.error(this.#problem);
    }
  }

  async #make(folder: string): Promise<WriteGate> {
    // What is not used takes no memory.
    const { WriteGate } = await import('../gate/write-gate.ts');
    const { gateFolder } = await import('../gate/gate-files.ts');
    const { clock, logger } = this.#host;
    return new WriteGate({
      ...{ clock, logger, view: this.#engine, files: await gateFolder(folder) },
      portOf: (device) => this.#engine.port(device),
    });
  }

  async write(request: WriteRequest): Promise<WriteResult> {
    return this.#gate?.write(request) ?? Promise.resolve(this.#refusal());
  }

  async writeAll(requests: readonly WriteRequest[]): Promise<readonly WriteResult[]> {
    if (this.#gate !== undefined) return this.#gate.writeAll(requests);
    return Promise.resolve(requests.map(() => this.#refusal()));
  }

  async renew(point: string, who: Requester, ms?: number): Promise<WriteResult> {
    return this.#gate?.renew(point, who, ms) ?? Promise.resolve(this.#refusal());
  }

  /** Takes no more wishes; resolves when what was on its way has ended. */
  async close(): Promise<void> {
    await this.#gate?.close();
  }

  #refusal(): WriteResult {
    this.#refused += 1;
    return {
      ...{ outcome: 'refused', code: 'writes-off', message: this.#problem },
      ...{ at: this.#host.clock.wallMicros(), id: `off-${this.#refused}` },
    };
  }
}

/** What a site lets be written. */
export function gateSetup({ writes, devices }: SiteConfig): GateSetup {
  const points = new Map<string, GatedPoint>();
  for (const { name, points: polled, unpolled, writable } of devices) {
    for (const point of [...polled.map((it) => it.point), ...unpolled]) {
      const [id, rules] = [`${name}.${point.name}`, writable.get(point.name)];
      points.set(id, { id, device: name, point, ...(rules !== undefined && { rules }) });
    }
  }
  return {
    writes: writes.isOn ? 'on' : 'off',
    from: writes.from,
    devices: new Set(devices.filter(({ writable }) => writable.size > 0).map(({ name }) => name)),
    points,
  };
}
