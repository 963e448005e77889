import { silentLogger } from '../../src/base/log.ts';
import { ManualClock } from '../../src/base/manual-clock.ts';
import type { FlowSetup } from '../../src/exchange/flow-setup.ts';
import type { HttpAnswer, HttpProblem, HttpQuestion } from '../../src/exchange/ports.ts';
import { ExchangeService } from '../../src/exchange/service.ts';
import { memoryJournal } from '../../src/journal/memory-journal.ts';
import type { RegisterPoint } from '../../src/profile/point.ts';
import type { Value } from '../../src/telemetry/point.ts';
import { FakeSite, sitePoint } from './fake-site.ts';
import { GateBench, MemoryFolder, BenchDevice, type BenchPoint } from './gate-bench.ts';
import { registerPoint } from './points.ts';

/** A text of 14 characters in 7 registers, the first one in the low byte. */
const NAME: Partial<RegisterPoint> = {
  ...{ type: 'str', size: 14, order: 'BADC', count: 7, kind: 'text', access: 'rw' },
  text: { encoding: 'ascii', pad: 'space' },
};

export function slotPoints(count: number): readonly BenchPoint[] {
  const device = 'mc1';
  return Array.from({ length: count }, (_, index): BenchPoint[] => [
    {
      ...{ device, rules: {} },
      point: registerPoint({ ...NAME, name: `batch${index + 1}`, address: 10 + index * 10 }),
    },
    {
      ...{ device, rules: { min: 0, max: 1 } },
      point: registerPoint({ name: `status${index + 1}`, address: 100 + index, access: 'rw' }),
    },
  ]).flat();
}

/** Answers questions; may be slow, wrong or away. */
export type Server = (question: HttpQuestion) => HttpAnswer | HttpProblem;

/**
 * What outlives a kill: the disk, the machine and the server. A life is a program that runs in it; when it is
 * killed, whatever it waits for never comes, and nothing of it happens any more.
 */
export class ExchangeWorld {
  readonly clock = new ManualClock();
  readonly exchangeDisk = new MemoryFolder();
  readonly gateDisk = new MemoryFolder();
  readonly device = new BenchDevice();
  readonly asked: HttpQuestion[] = [];
  readonly values: Record<string, Value> = { process: 260, batch: 'BATCH123', machine_on: 1 };
  readonly journal = memoryJournal({ clock: this.clock, samples: 1_000 });
  /** Waited for before the server answers. */
  hold: Promise<void> | undefined;
  server: Server = () => ({ status: 200, body: '' });
  life: Life | undefined;
  /** Boundaries that were passed; the life that passes number `killAt` is killed there. */
  passed = 0;
  killAt = Infinity;

  async start(flows: readonly FlowSetup[], points: readonly BenchPoint[]): Promise<Life> {
    this.life?.kill();
    this.life = new Life(this, points);
    await this.life.start(flows);
    return this.life;
  }

  /** Lets the poll of five seconds happen and everything that follows from it. */
  async poll(rounds = 1): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      this.life?.answer();
      for (let step = 0; step < 10; step += 1) await this.clock.run(500);
    }
  }

  posts(path: string): readonly HttpQuestion[] {
    return this.asked.filter(({ method, url }) => method === 'POST' && url.endsWith(path));
  }
}

export class Life {
  readonly site: FakeSite;
  readonly service: ExchangeService;
  readonly #world: ExchangeWorld;
  readonly #bench: GateBench;
  readonly #clock: LivingClock;
  isDead = false;

  constructor(world: ExchangeWorld, points: readonly BenchPoint[]) {
    this.#world = world;
    this.#clock = new LivingClock(world.clock, () => this.isDead);
    this.site = new FakeSite(world.clock);
    this.site.usePoints(
      Object.keys(world.values).map((name) => sitePoint(`mc1.${name}`, { everyMs: 5_000 })),
    );
    const device = this.#living(world.device, ['write', 'readBack']);
    this.#bench = new GateBench(points, {
      clock: this.#clock,
      files: this.#living(world.gateDisk, ['append', 'replace', 'truncate']),
      portOf: () => device,
      view: {
        devices: () => [
          {
            ...{ name: 'mc1', line: 'l', unit: 1, polls: 1, failures: 0, skipped: 0 },
            ...{ state: 'good' as const, lastAnswerAt: world.clock.wallMicros() },
          },
        ],
        sample: (id) => {
          const gated = this.#bench.setup.points.get(id);
          const at = world.clock.wallMicros();
          const value = gated && world.device.valueOf(gated.point);
          const point = sitePoint(id);
          return {
            point,
            quality: 'good',
            at,
            requestedAt: at,
            ...(value !== undefined && { value }),
          };
        },
      },
    });
    const who = { name: 'exchange', role: 'operator', from: 'local', door: 'exchange' } as const;
    this.service = new ExchangeService({
      ...{ site: this.site, journal: world.journal, clock: this.#clock, logger: silentLogger },
      files: this.#living(world.exchangeDisk, ['append', 'replace', 'truncate']),
      http: this.#living(
        {
          ask: async (question: HttpQuestion) => {
            world.asked.push(question);
            await world.hold;
            return world.server(question);
          },
        },
        ['ask'],
      ),
      writer: {
        write: async ({ writes, reason }) => {
          const results = await this.#bench.gate.writeAll(
            writes.map(({ point, value }) => ({ point, value, who, reason })),
          );
          return results.map((result, index) => ({ ...result, point: writes[index]!.point }));
        },
      },
      events: this.#living({ emit: async () => Promise.resolve() }, ['emit']),
    });
  }

  async start(flows: readonly FlowSetup[]): Promise<void> {
    const opened = this.#bench.gate.open().then(async () => this.service.open(flows));
    // A life that is killed while it opens never gets anywhere.
    await Promise.race([opened, this.#died]);
  }

  answer(): void {
    if (this.isDead) return;
    this.site.answer(
      Object.fromEntries(
        Object.entries(this.#world.values).map(([name, value]) => [`mc1.${name}`, value]),
      ),
    );
  }

  #die: () => void = () => undefined;
  readonly #died = new Promise<void>((resolve) => (this.#die = resolve));

  kill(): void {
    this.isDead = true;
    this.#die();
  }

  /** A boundary of a step: here the program may end. */
  async #pass(): Promise<void> {
    this.#world.passed += 1;
    if (this.#world.passed === this.#world.killAt) this.kill();
    if (this.isDead) await new Promise(() => undefined);
  }

  /** The same object, with a boundary before and behind what some of its methods do. */
  #living<T extends object>(target: T, names: readonly (keyof T)[]): T {
    return new Proxy(target, {
      get: (object, key: string) => {
        const value: unknown = Reflect.get(object, key);
        if (typeof value !== 'function') return value;
        const method = value.bind(object) as (...args: unknown[]) => Promise<unknown>;
        if (!names.includes(key as keyof T)) return method;
        return async (...args: unknown[]) => {
          await this.#pass();
          const result = await method(...args);
          await this.#pass();
          return result;
        };
      },
    });
  }
}

/** The clock of the world, as long as the life lasts. */
class LivingClock extends ManualClock {
  readonly #clock: ManualClock;
  readonly #isDead: () => boolean;

  constructor(clock: ManualClock, isDead: () => boolean) {
    super();
    this.#clock = clock;
    this.#isDead = isDead;
  }

  override now(): number {
    return this.#clock.now();
  }

  override wallMicros(): number {
    return this.#clock.wallMicros();
  }

  override alarm(at: number, callback: () => void): () => void {
    return this.#clock.alarm(at, () => {
      if (!this.#isDead()) callback();
    });
  }
}
