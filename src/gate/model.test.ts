import { expect, test } from 'vitest';
import { ADMIN, GateBench, OPERATOR, VIEWER } from '../../test/support/gate-bench.ts';
import { registerPoint } from '../../test/support/points.ts';
import { parseExpression } from '../expression/expression.ts';
import type { Value } from '../telemetry/point.ts';

/**
 * A second gate, written from the rules alone and from nothing of the first: which frames must go out,
 * and by which rule each other request is refused. Values are counted in steps of the registers.
 */
const REQUESTS = 100_000;
const DAY_MS = 86_400_000;

interface ModelPoint {
  /** What the device has, in raw steps, or the text. */
  has: number | string;
  lastFrameAt: number;
  total: number;
  day: number;
  today: number;
}

interface World {
  now: number;
  writes: boolean;
  device: boolean;
  isLocked: boolean;
  isAlive: boolean;
  quality: 'good' | 'stale' | 'bad';
  ageMs: number;
  isReadable: boolean;
  ready: 'yes' | 'no' | 'unknown';
}

/** The raw steps that a value means, or the rule it breaks. */
const MEANING: Record<string, (value: Value) => number | string> = {
  temperature(value) {
    if (typeof value === 'string' || typeof value === 'boolean') return 'type';
    if (!Number.isFinite(Number(value))) return 'type';
    const raw = Number(value) * 10;
    if (Math.abs(raw - Math.round(raw)) > 1e-6) return 'not-encodable';
    const tenths = Math.round(raw);
    if (tenths < 0 || tenths > 65_535) return 'not-encodable';
    if (tenths > 1_200) return 'range';
    return tenths % 5 === 0 ? tenths : 'step';
  },
  level(value) {
    if (typeof value === 'string' || typeof value === 'boolean') return 'type';
    if (!Number.isFinite(Number(value))) return 'type';
    if (!Number.isInteger(Number(value))) return 'not-encodable';
    if (value < -32_768 || value > 32_767) return 'not-encodable';
    return value < -100 || value > 100 ? 'range' : Number(value);
  },
  pump(value) {
    if (value === true || value === 1 || value === 1n) return 1;
    return value === false || value === 0 || value === 0n ? 0 : 'type';
  },
  mode(value) {
    if (typeof value === 'string') return { off: 0, run: 1, hold: 5 }[value] ?? 'enum';
    if (typeof value === 'boolean' || !Number.isFinite(Number(value))) return 'type';
    return [0, 1, 5].includes(Number(value)) ? Number(value) : 'enum';
  },
};

function nameRule(value: Value): string | undefined {
  if (typeof value !== 'string') return 'type';
  return /^[ -~]{0,4}$/.test(value) ? undefined : 'not-encodable';
}

function before(world: World, who: string, name: string): string | undefined {
  if (name === 'nothing') return 'unknown-point';
  if (!world.writes) return 'writes-off';
  if (!world.device) return 'device-off';
  if (name === 'closed' || name === 'fixed') return 'not-writable';
  if (who === 'viewer' || (name === 'mode' && who !== 'admin')) return 'role';
  return world.isLocked ? 'maintenance' : undefined;
}

function present(world: World, name: string): string | undefined {
  if (!world.isAlive) return 'device-down';
  if (world.quality !== 'good') return 'quality';
  if (world.ageMs > 10_000) return 'stale';
  if (name === 'pump' && world.ready !== 'yes') {
    return world.ready === 'no' ? 'interlock' : 'interlock-unknown';
  }
  return world.isReadable ? undefined : 'present-unknown';
}

/** What must happen, and the state after it. */
function expected(
  points: Record<string, ModelPoint>,
  world: World,
  { who, name, value }: { who: string; name: string; value: Value },
): string {
  const early = before(world, who, name);
  if (early !== undefined) return early;
  const broken = name === 'name' ? nameRule(value) : undefined;
  if (broken !== undefined) return broken;
  const wanted = name === 'name' ? String(value).trimEnd() : MEANING[name]!(value);
  if (name !== 'name' && typeof wanted === 'string') return wanted;
  const point = points[name]!;
  const notReady = present(world, name);
  if (notReady !== undefined) return notReady;
  if (wanted === point.has) return 'equal';
  const late = budget(point, world, name, wanted);
  if (late !== undefined) return late;
  point.has = wanted;
  point.lastFrameAt = world.now;
  return 'read-back';
}

/** Change, interval and wear; what is allowed is counted. */
function budget(
  point: ModelPoint,
  world: World,
  name: string,
  wanted: number | string,
): string | undefined {
  if (name === 'temperature') {
    if (Math.abs(Number(wanted) - Number(point.has)) > 200) return 'max-change';
    if (world.now - point.lastFrameAt < 500) return 'rate';
  }
  if (name === 'level') {
    const day = Math.floor(world.now / DAY_MS);
    if (day > point.day) [point.day, point.today] = [day, 0];
    if (point.total >= 1_500) return 'wear-life';
    if (point.today >= 40) return 'wear-day';
    point.total += 1;
    point.today += 1;
  }
  return undefined;
}

/** A small generator of numbers with a fixed beginning. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const random = randomFrom(20_260_227);
const among = <T>(items: readonly T[]): T => items[random(items.length)]!;
const NAMES = ['temperature', 'level', 'pump', 'mode', 'name', 'closed', 'fixed', 'nothing'];
const WHO = { admin: ADMIN, operator: OPERATOR, viewer: VIEWER };
const ODD: readonly Value[] = [
  ...[Number.NaN, Infinity, -Infinity, 65_536 + 7, 2 ** 32 + 7, -1, 0.25, 1.05, 1e300],
  ...[true, false, '', 'run', 'RUNNING', '75', 'é漢', 2n ** 64n + 7n, 7n, -7n],
];

function valueFor(name: string, has: number | string): Value {
  if (random(6) === 0) return among(ODD);
  if (name === 'temperature') {
    return random(3) === 0 ? random(14_000) / 10 : (Number(has) + random(90) * 5 - 220) / 10;
  }
  if (name === 'level') return random(230) - 115;
  if (name === 'pump') return among([true, false, 0, 1, 2]);
  if (name === 'mode') return among([0, 1, 5, 2, 'off', 'hold', 'stop']);
  if (name === 'name') return among(['A', 'AB', 'ABCD', 'ABCDE', 'Z ', '']);
  return random(100);
}

function newBench(): GateBench {
  const scope = new Map([['ready', 'number' as const]]);
  const ready = parseExpression('ready == 1', scope, 'boolean').expression!;
  const names = new Map([
    [0, 'off'],
    [1, 'run'],
    [5, 'hold'],
  ]);
  const rw = { access: 'rw' } as const;
  const tenths = { multiply: 1, divide: 10, offset: 0 };
  return new GateBench(
    [
      {
        point: registerPoint({ name: 'temperature', address: 0, scale: tenths, ...rw }),
        rules: { min: 0, max: 120, step: 0.5, maxChange: 20, minIntervalMs: 500 },
      },
      {
        point: registerPoint({ name: 'level', address: 1, type: 'i16', ...rw }),
        rules: { min: -100, max: 100, wear: { cycles: 1_500, perDay: 40 } },
      },
      {
        point: registerPoint({ name: 'pump', table: 'coil', type: 'bool', ...rw }),
        rules: { interlocks: [{ condition: ready }] },
      },
      {
        point: registerPoint({ name: 'mode', address: 3, enum: names, ...rw }),
        rules: { role: 'admin' },
      },
      {
        point: registerPoint({ name: 'name', address: 4, type: 'str', size: 4, count: 2, ...rw }),
        rules: {},
      },
      { point: registerPoint({ name: 'closed', address: 6, ...rw }) },
      { point: registerPoint({ name: 'fixed', address: 7 }), rules: { min: 0, max: 9 } },
    ],
    { auditLimits: { fileBytes: 500_000, files: 2, waiting: 256 } },
  );
}

/** Another state of the world, most of the time a good one. */
function change(world: World): void {
  world.writes = random(30) > 0;
  world.device = random(30) > 0;
  world.isLocked = random(20) === 0;
  world.isAlive = random(15) > 0;
  world.quality = random(12) > 0 ? 'good' : among(['stale', 'bad']);
  world.ageMs = random(12) > 0 ? random(10_001) : 10_001 + random(1e6);
  world.isReadable = random(15) > 0;
  world.ready = among(['yes', 'yes', 'yes', 'no', 'unknown']);
}

async function apply(world: World, bench: GateBench): Promise<void> {
  bench.configure({
    writes: world.writes ? 'on' : 'off',
    devices: new Set(world.device ? ['furnace'] : []),
  });
  if (world.isLocked !== bench.gate.locks().has('furnace')) {
    const problem = world.isLocked
      ? await bench.gate.lock('furnace', ADMIN, 'test')
      : await bench.gate.unlock('furnace', ADMIN);
    expect(problem).toBeUndefined();
  }
  bench.deviceState = world.isAlive ? 'good' : 'failing';
  bench.device.readFault = world.isReadable ? undefined : 'timeout';
  const ready = { yes: { value: 1 }, no: { value: 0 }, unknown: { quality: 'bad' as const } };
  bench.rail.set('furnace.ready', ready[world.ready]);
}

test(`${REQUESTS} requests: none forbidden gets through, none allowed is refused`, async () => {
  const bench = newBench();
  await bench.gate.open();
  const start = bench.clock.wallMicros() / 1000;
  const fresh = { lastFrameAt: -Infinity, total: 0, day: 0, today: 0 };
  const points: Record<string, ModelPoint> = Object.fromEntries(
    ['temperature', 'level', 'pump', 'mode'].map((name) => [name, { ...fresh, has: 0 }]),
  );
  points['name'] = { ...fresh, has: bench.device.valueOf(pointOf(bench, 'name')) as string };
  const world: World = {
    ...{ now: 0, writes: true, device: true, isLocked: false, isAlive: true, quality: 'good' },
    ...{ ageMs: 0, isReadable: true, ready: 'yes' },
  };
  const seen = new Map<string, number>();
  await apply(world, bench);

  for (let request = 0; request < REQUESTS; request += 1) {
    bench.clock.advance(random(500) === 0 ? DAY_MS / 2 : random(400));
    world.now = start + bench.clock.now();
    if (random(10) === 0) {
      change(world);
      await apply(world, bench);
    }
    const name = among(NAMES);
    const who = among(['admin', 'operator', 'operator', 'operator', 'viewer'] as const);
    const value = valueFor(name, points[name]?.has ?? 0);
    const code = expected(points, world, { who, name, value });
    const at = bench.clock.wallMicros() - world.ageMs * 1000;
    bench.rail.set(`furnace.${name}`, { quality: world.quality, at });
    const frames = bench.device.frames.length;

    const result = await bench.write(value, { point: `furnace.${name}`, who: WHO[who] });

    const sent = bench.device.frames.length - frames;
    if (result.code !== code || sent !== (code === 'read-back' ? 1 : 0)) {
      const what = `${request}: ${name} = ${String(value)} by ${who} in ${JSON.stringify(world)}`;
      expect([what, result.code, sent]).toEqual([what, code, code === 'read-back' ? 1 : 0]);
    }
    bench.device.frames.length = 0;
    seen.set(code, (seen.get(code) ?? 0) + 1);
  }

  const rare = [...seen].filter(([, count]) => count < 20);
  expect(rare, 'every rule has refused, and often').toEqual([]);
  expect([...seen.keys()].sort()).toEqual(ALL_CODES);
  expect(seen.get('read-back')).toBeGreaterThan(9_000);
}, 60_000);

function pointOf(bench: GateBench, name: string) {
  return bench.setup.points.get(`furnace.${name}`)!.point;
}

const ALL_CODES = [
  ...['device-down', 'device-off', 'enum', 'equal', 'interlock', 'interlock-unknown'],
  ...['maintenance', 'max-change', 'not-encodable', 'not-writable', 'present-unknown', 'quality'],
  ...['range', 'rate', 'read-back', 'role', 'stale', 'step', 'type', 'unknown-point', 'wear-day'],
  ...['wear-life', 'writes-off'],
];
