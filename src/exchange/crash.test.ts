import { expect, test } from 'vitest';
import { ExchangeWorld, slotPoints } from '../../test/support/exchange-world.ts';
import { batchPull, finishRule } from '../../test/support/exchange-flows.ts';
import type { HttpAnswer, HttpQuestion } from './ports.ts';

const NAMES = ['BATCH123', 'B2', 'FOURTEENSIGNS-', 'x', 'TTI-002600', '7', 'LAST'];
const SLOTS = NAMES.length;

/** Runs a flow once for each boundary it has, killed there; `run` gives what was passed without a kill. */
async function atEveryBoundary(run: (killAt: number) => Promise<ExchangeWorld>): Promise<number> {
  let killAt = 1;
  for (; ; killAt += 1) {
    const world = await run(killAt);
    if (world.passed < killAt) return killAt - 1;
  }
}

test('a finish is posted with one identity, wherever the program is killed', async () => {
  const points = await atEveryBoundary(async (killAt) => {
    const world = new ExchangeWorld();
    await world.start([finishRule()], []);
    await world.poll(2);
    world.values['process'] = 305;
    const before = world.passed;
    world.killAt = before + killAt;
    await world.poll(2);
    const reached = world.passed - before;
    await world.start([finishRule()], []);
    await world.poll(4);
    await world.start([finishRule()], []);
    await world.poll(4);

    const [finishes, triggers] = [world.posts('/finish'), world.posts('/trigger')];
    const where = `killed at boundary ${killAt}`;
    expect(finishes.length, where).toBeGreaterThanOrEqual(1);
    expect(new Set(finishes.map(({ body }) => body)), where).toEqual(
      new Set(['{"batch": "BATCH123"}']),
    );
    expect(
      triggers.every(({ body }) => body === undefined),
      where,
    ).toBe(true);
    for (const posts of [finishes, triggers]) {
      const keys = new Set(posts.map(({ headers }) => headers['idempotency-key']));
      expect(keys.size, where).toBe(1);
      expect(posts.length, where).toBeLessThanOrEqual(2);
    }
    return Object.assign(world, { passed: reached });
  });
  expect(points).toBeGreaterThanOrEqual(14);
});

test.each<[string, (world: ExchangeWorld) => void]>([
  ['a sound machine', () => undefined],
  ['a machine whose answers are lost now and then', loseAnswers],
])(
  'an offer is written and then confirmed, wherever the program is killed: %s',
  async (_, spoil) => {
    const points = await atEveryBoundary(async (killAt) => {
      const world = new ExchangeWorld();
      const office = new Office(world);
      spoil(world);
      world.killAt = killAt;
      await world.start([batchPull(SLOTS)], slotPoints(SLOTS));
      await world.poll(4);
      const reached = world.passed;
      await world.start([batchPull(SLOTS)], slotPoints(SLOTS));
      for (let round = 0; round < 16 && !office.isTaken; round += 1) await world.poll();
      await world.poll(2);

      const where = `killed at boundary ${killAt}`;
      expect(office.isTaken, where).toBe(true);
      expect(office.problems, where).toEqual([]);
      const frames = new Map<number, Set<string>>();
      for (const frame of world.device.frames) {
        const said = JSON.stringify(frame);
        frames.set(frame.address, (frames.get(frame.address) ?? new Set()).add(said));
      }
      expect(
        [...frames.values()].every(({ size }) => size === 1),
        where,
      ).toBe(true);
      expect(frames.size, where).toBe(2 * SLOTS);
      return Object.assign(world, { passed: reached });
    });
    expect(points).toBeGreaterThanOrEqual(180);
  },
);

/** Every third frame is done, and its answer lost on the way. */
function loseAnswers({ device }: ExchangeWorld): void {
  let frames = 0;
  const write = device.write.bind(device);
  device.write = async (point, frame) => {
    const result = await write(point, frame);
    frames += 1;
    return frames % 3 === 0 ? { kind: 'unknown', reason: 'no answer' } : result;
  };
}

/** Offers its batches until they are confirmed, and looks into the machine then. */
class Office {
  isTaken = false;
  readonly problems: string[] = [];
  readonly #world: ExchangeWorld;

  constructor(world: ExchangeWorld) {
    this.#world = world;
    world.server = (question) => this.#answer(question);
  }

  #answer({ method, url }: HttpQuestion): HttpAnswer {
    if (method === 'POST') {
      this.isTaken = true;
      for (const [index, name] of NAMES.entries()) {
        const text = this.#text(10 + index * 10);
        if (text !== name.padEnd(14)) this.problems.push(`confirmed ${name}, written "${text}"`);
        if (this.#world.device.words[100 + index] !== 1) this.problems.push(`no status ${name}`);
      }
      return { status: url.endsWith('/confirm/1') ? 200 : 404, body: '' };
    }
    const record = Object.fromEntries(NAMES.map((name, index) => [`batch${index + 1}`, name]));
    const data = this.isTaken ? {} : { 1: { status: true, ...record } };
    return { status: 200, body: JSON.stringify({ status: true, data }) };
  }

  #text(address: number): string {
    const words = this.#world.device.words.slice(address, address + 7);
    return [...words].map((word) => String.fromCharCode(word & 0xff, word >> 8)).join('');
  }
}
