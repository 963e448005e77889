import type { Clock } from '../../src/base/clock.ts';
import type { Point, Value } from '../../src/telemetry/point.ts';
import type { Sample } from '../../src/telemetry/sample.ts';
import type { DeviceStatus, LineStatus, Site, SiteListener } from '../../src/telemetry/site.ts';

/** A site without devices: a test says what its points are worth and how its devices are. */
export class FakeSite implements Site {
  readonly name: string;
  readonly #clock: Clock;
  readonly #listeners = new Set<SiteListener>();
  readonly #samples = new Map<string, Sample>();
  readonly #devices = new Map<string, DeviceStatus>();
  readonly #lines = new Map<string, LineStatus>();
  #points: readonly Point[] = [];

  constructor(clock: Clock, name = 'test-site') {
    this.#clock = clock;
    this.name = name;
  }

  /** Replaces the points, as a reload does; none of them was read yet. */
  usePoints(points: readonly Point[]): void {
    this.#points = points;
    this.#samples.clear();
    for (const point of points) this.#samples.set(point.id, this.#unread(point));
  }

  useDevice(status: Partial<DeviceStatus> & { name: string }): void {
    const known = this.#devices.get(status.name);
    const fresh = {
      line: 'bus',
      unit: 1,
      state: 'good',
      polls: 0,
      failures: 0,
      skipped: 0,
    } as const;
    this.#devices.set(status.name, { ...(known ?? fresh), ...status });
  }

  useLine(status: Partial<LineStatus> & { name: string }): void {
    const known = this.#lines.get(status.name);
    const counters = { requests: 0, answers: 0, exceptions: 0, timeouts: 0, damaged: 0 };
    const fresh = {
      url: 'tcp://127.0.0.1:502',
      devices: 1,
      load: 0,
      ...counters,
      late: 0,
      foreign: 0,
    };
    this.#lines.set(status.name, { ...(known ?? fresh), ...status });
  }

  /** One good answer that brought these values. */
  answer(values: Readonly<Record<string, Value>>): void {
    const at = this.#clock.wallMicros();
    const changed: Sample[] = [];
    const points: Point[] = [];
    for (const [id, value] of Object.entries(values)) {
      const before = this.#known(id);
      points.push(before.point);
      const sample: Sample = {
        ...{ point: before.point, value, quality: 'good' as const },
        ...{ at, requestedAt: at, goodAt: at },
      };
      this.#samples.set(id, sample);
      if (before.quality !== 'good' || before.value !== value) changed.push(sample);
    }
    this.#tell(changed, points, at);
  }

  /** One failure: `stale` keeps the last value, `bad` knows none. */
  fail(ids: readonly string[], quality: 'stale' | 'bad', cause: string): void {
    const at = this.#clock.wallMicros();
    const changed = ids.map((id) => {
      const { value, ...before } = this.#known(id);
      const keep = quality === 'stale' && value !== undefined;
      const sample: Sample = { ...before, ...(keep && { value }), quality, cause, at };
      this.#samples.set(id, sample);
      return sample;
    });
    this.#tell(changed, [], at);
  }

  points(): readonly Point[] {
    return this.#points;
  }

  devices(): readonly DeviceStatus[] {
    return [...this.#devices.values()];
  }

  lines(): readonly LineStatus[] {
    return [...this.#lines.values()];
  }

  sample(id: string): Sample | undefined {
    return this.#samples.get(id);
  }

  snapshot(): readonly Sample[] {
    return [...this.#samples.values()];
  }

  subscribe(listener: SiteListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** How many listen now. */
  get listeners(): number {
    return this.#listeners.size;
  }

  #tell(changed: readonly Sample[], points: readonly Point[], at: number): void {
    for (const listener of this.#listeners) listener(changed, { points, at });
  }

  #known(id: string): Sample {
    const sample = this.#samples.get(id);
    if (sample === undefined) throw new RangeError(`the fake site has no point ${id}`);
    return sample;
  }

  #unread(point: Point): Sample {
    const at = this.#clock.wallMicros();
    return { point, quality: 'bad', cause: 'not-read-yet', at, requestedAt: at };
  }
}

/** A gauge `device.name`, or what `over` makes of it. */
export function sitePoint(id: string, over: Partial<Point> = {}): Point {
  const [device = '', name = ''] = id.split('.');
  return {
    ...{ id, device, name, address: 'hr:1', type: 'u16', kind: 'gauge' },
    ...{ writable: false, everyMs: 1_000 },
    ...over,
  };
}
