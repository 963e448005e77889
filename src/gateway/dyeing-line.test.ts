import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeClient } from '../../test/support/fake-client.ts';
import { sleep, type Clock } from '../base/clock.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { RequestOptions } from '../client/client.ts';
import type { AddressRange } from '../codec/pdu/address-range.ts';
import type { PduCodec } from '../codec/pdu/pdu-codec.ts';
import { loadSite } from '../config/load-site.ts';
import { Engine } from '../engine/engine.ts';
import { lineSetups } from './lines.ts';
import { planSite } from './line-plan.ts';

const ROOT = join(import.meta.dirname, '../..');
const EVERY_MS = 5_000;
/** One character of 9600 8E1, in milliseconds; question, answer and the silences between. */
const CHARACTER_MS = 11 / 9.6;
const OVERHEAD = 8 + 5 + 7;

/** Machines that answer every register with 0, at the speed of their line, unless they are unplugged. */
class HallLine extends FakeClient {
  readonly unplugged = new Set<number>();
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock) {
    super(clock);
    this.#clock = clock;
  }

  override async request<Request, Response>(
    codec: PduCodec<Request, Response>,
    unitId: number,
    request: Request,
    options: RequestOptions = {},
  ): Promise<Response> {
    // A real line is taken while it waits; what is asked meanwhile waits too.
    const mine = this.#last.then(async () => {
      const { start, count } = request as AddressRange;
      const registers = Array.from({ length: count }, (_, index) => [start + index, 0] as const);
      const unit = this.unit(unitId, Object.fromEntries(registers));
      if (this.unplugged.has(unitId)) unit.behaviour = 'silent';
      else await sleep(this.#clock, (OVERHEAD + 2 * count) * CHARACTER_MS);
      return super.request(codec, unitId, request, options);
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

async function example() {
  const file = join(ROOT, 'examples/dyeing/gateway.yaml');
  const { site } = await loadSite(file, { env: {}, profilesDirs: [join(ROOT, 'profiles')] });
  return site!;
}

test('of three machines on a line one is unplugged, and the others keep their interval', async () => {
  const clock = new ManualClock();
  const line = new HallLine(clock);
  const setup = lineSetups(await example(), clock).find(({ name }) => name === 'rs485')!;
  setup.client.close();
  const engine = new Engine('hall', [{ ...setup, client: line }], clock, silentLogger);
  engine.start();
  await clock.run(30_000);
  expect(engine.devices().map(({ state }) => state)).toEqual(['good', 'good', 'good']);

  line.unplugged.add(2);
  await clock.run(30_000);
  expect(engine.devices().map(({ state }) => state)).toEqual(['good', 'silent', 'good']);
  const from = clock.now();
  await clock.run(300_000);
  for (const unit of [1, 3]) {
    const asked = line.asked.filter((read) => read.unit === unit && read.start === 32_768);
    const times = asked.map(({ at }) => at).filter((at) => at >= from);
    const intervals = times.slice(1).map((at, index) => at - times[index]!);
    expect(intervals).toHaveLength(59);
    expect(Math.min(...intervals)).toBeGreaterThanOrEqual(0.9 * EVERY_MS);
    expect(Math.max(...intervals)).toBeLessThanOrEqual(1.1 * EVERY_MS);
  }
  // It is still looked for.
  expect(line.asked.filter(({ unit, at }) => unit === 2 && at >= from).length).toBeGreaterThan(3);

  line.unplugged.clear();
  await clock.run(70_000);
  expect(engine.devices().map(({ state }) => state)).toEqual(['good', 'good', 'good']);
  engine.stop();
});

test('a cycle takes a third of the requests of the scripts, which ask 28 times', async () => {
  const plans = planSite(await example());
  const requests = plans.flatMap(({ cycles }) =>
    cycles.map(({ device, requests: count }) => [device, count] as const),
  );
  expect(Object.fromEntries(requests)).toEqual({ mc1: 9, mc6: 9, mc2: 9, mc3: 6, mc4: 9 });
});
