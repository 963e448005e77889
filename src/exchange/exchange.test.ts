import { describe, expect, test } from 'vitest';
import { batchPull, finishRule } from '../../test/support/exchange-flows.ts';
import { ExchangeWorld, slotPoints } from '../../test/support/exchange-world.ts';
import type { PullSetup } from './flow-setup.ts';
import { DAMAGED_FILE, LOG_FILE } from './exchange-log.ts';

const SLOTS = 3;
type Offer = Readonly<Record<string, unknown>> | undefined;

/** A world whose server offers something until it is confirmed. */
class Offering {
  readonly world = new ExchangeWorld();
  offer: Offer;
  /** How a confirmation is answered. */
  status = 200;
  readonly pull: PullSetup = batchPull(SLOTS);

  constructor(offer: Offer) {
    this.offer = offer;
    this.world.server = ({ method }) => {
      if (method === 'POST') {
        if (this.status === 200) this.offer = undefined;
        return { status: this.status, body: '' };
      }
      const data = this.offer === undefined ? {} : { 1: { status: true, ...this.offer } };
      return { status: 200, body: JSON.stringify({ status: true, data }) };
    };
  }

  async start(): Promise<void> {
    await this.world.start([this.pull], slotPoints(SLOTS));
  }

  get states(): readonly string[] {
    return this.world.life!.service.runs().map(({ state }) => state);
  }

  get confirmations(): number {
    return this.world.posts('/confirm/1').length;
  }

  get written(): readonly number[] {
    return this.world.device.frames.map(({ address }) => address);
  }
}

describe('an offer', () => {
  test('with good and bad names writes the good ones and is not confirmed', async () => {
    const it = new Offering({ batch1: 'FIFTEEN LETTERS', batch2: 'GOOD', batch3: 'MÜLLER' });
    await it.start();
    await it.world.poll(6);
    expect(it.written).toEqual([20, 101]);
    expect([it.states, it.confirmations]).toEqual([['dead'], 0]);
    const [run] = it.world.life!.service.runs();
    expect(run?.steps.map(({ state, death }) => death ?? state)).toEqual([
      ...['refused', 'done', 'refused', 'blocked'],
    ]);
    // The same offer again is no news; another one is.
    it.offer = { batch1: 'SHORT', batch2: 'GOOD', batch3: 'MULLER' };
    await it.world.poll(4);
    expect([it.states, it.confirmations]).toEqual([['replaced', 'done'], 1]);
    expect(it.written).toEqual([20, 101, 10, 100, 30, 102]);
  });

  test('that is empty is confirmed, and one that is missing is none', async () => {
    const it = new Offering({ batch1: '', batch2: null });
    await it.start();
    await it.world.poll(4);
    expect([it.states, it.confirmations, it.written]).toEqual([['done'], 1, []]);
  });

  test('of values that the machine has already sends nothing', async () => {
    const it = new Offering({ batch1: 'SAME' });
    await it.start();
    await it.world.poll(2);
    it.offer = { batch1: 'SAME' };
    await it.world.poll(4);
    expect([it.states, it.confirmations, it.written]).toEqual([['done', 'done'], 2, [10, 100]]);
  });

  test('takes the place of an older one that could not be written', async () => {
    const it = new Offering({ batch1: 'OLD', batch2: 'OLD2' });
    it.world.device.readFault = 'timeout';
    await it.start();
    await it.world.poll(4);
    expect([it.states, it.written]).toEqual([['waiting'], []]);
    it.offer = { batch1: 'NEW' };
    await it.world.poll(4);
    it.world.device.readFault = undefined;
    await it.world.poll(16);
    expect([it.states, it.written]).toEqual([
      ['replaced', 'done'],
      [10, 100],
    ]);
    expect(it.world.device.words[10]).toBe(0x454e);
  });

  test('whose time was over is begun again when it is offered again', async () => {
    const it = new Offering({ batch1: 'LATE' });
    it.world.device.readFault = 'timeout';
    await it.start();
    await it.world.poll(1);
    it.world.clock.stepWall(601_000_000);
    const offer = it.offer;
    it.offer = undefined;
    await it.world.poll(14);
    expect([it.states, it.confirmations]).toEqual([['dead'], 0]);
    it.world.device.readFault = undefined;
    await it.world.poll(2);
    expect(it.written).toEqual([]);
    it.offer = offer;
    await it.world.poll(6);
    expect([it.states, it.confirmations, it.written]).toEqual([['done'], 1, [10, 100]]);
  });

  test('that is read back as something else is not confirmed', async () => {
    const it = new Offering({ batch1: 'LOST' });
    it.world.device.keepsOld = true;
    await it.start();
    await it.world.poll(3);
    expect([it.states, it.confirmations]).toEqual([['waiting'], 0]);
  });

  test('is confirmed again with the same key until the server has it', async () => {
    const it = new Offering({ batch1: 'ONE' });
    it.status = 503;
    await it.start();
    await it.world.poll(3);
    it.status = 200;
    await it.world.poll(13);
    expect(it.states).toEqual(['done']);
    const keys = it.world.posts('/confirm/1').map(({ headers }) => headers['idempotency-key']);
    expect(keys.length).toBeGreaterThan(1);
    expect(new Set(keys).size).toBe(1);
    expect(it.written).toEqual([10, 100]);
  });
});

describe('a rule', () => {
  async function finished(status: number): Promise<ExchangeWorld> {
    const world = new ExchangeWorld();
    world.server = ({ url }) => ({ status: url.endsWith('/finish') ? status : 200, body: 'no' });
    await world.start([finishRule()], []);
    await world.poll(2);
    world.values['process'] = 305;
    await world.poll(1);
    return world;
  }

  test('sends its call with body, key and headers, and the second without a body', async () => {
    const world = await finished(200);
    const [finish, trigger] = world.asked;
    expect(finish).toMatchObject({ body: '{"batch": "BATCH123"}', timeoutMs: 10_000 });
    expect(finish?.headers).toEqual({
      'content-type': 'application/json',
      'x-key': 's',
      'idempotency-key': expect.stringMatching(/^finished\/mc1\/2026-\S+Z\/1$/) as string,
    });
    expect(trigger?.body).toBeUndefined();
    expect(world.asked).toHaveLength(2);
  });

  test.each([
    [500, 'waiting'],
    [400, 'dead'],
    [302, 'dead'],
  ])('makes the second call whatever the first one gets: %i', async (status, state) => {
    const world = await finished(status);
    expect(world.posts('/trigger')).toHaveLength(1);
    const runs = world.life!.service.runs();
    expect(runs.map((run) => run.state)).toEqual([state]);
    expect(runs[0]?.steps[1]?.state).toBe('done');
  });

  test('takes the name of a reading ago where the machine has forgotten it already', async () => {
    const world = new ExchangeWorld();
    await world.start([finishRule()], []);
    await world.poll(2);
    Object.assign(world.values, { process: 305, batch: '' });
    await world.poll(1);
    expect(world.posts('/finish').map(({ body }) => body)).toEqual(['{"batch": "BATCH123"}']);
  });

  test('says an empty name where there was none for long', async () => {
    const world = new ExchangeWorld();
    world.values['batch'] = '';
    await world.start([finishRule()], []);
    await world.poll(3);
    world.values['process'] = 305;
    await world.poll(1);
    expect(world.posts('/finish').map(({ body }) => body)).toEqual(['{"batch": ""}']);
  });

  test('fires once for a finish while the program was away, and never for a restart', async () => {
    const world = new ExchangeWorld();
    await world.start([finishRule()], []);
    await world.poll(2);
    world.life?.kill();
    world.values['process'] = 305;
    for (let restart = 0; restart < 3; restart += 1) {
      await world.start([finishRule()], []);
      await world.poll(2);
    }
    expect(world.posts('/finish')).toHaveLength(1);
  });

  test('is tried again by hand, with the same key', async () => {
    const world = await finished(400);
    const { service } = world.life!;
    const [run] = service.runs();
    world.server = () => ({ status: 200, body: '' });
    expect(await service.retry(run!.id)).toBe(1);
    await world.poll(1);
    expect(service.runs().map(({ state }) => state)).toEqual(['done']);
    expect(await service.retry(run!.id)).toBe('nothing of it is dead');
    expect(await service.retry('x')).toBe('there is no such run');
    const keys = world.posts('/finish').map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(1);
  });

  test('replays nothing when its time is over', async () => {
    const world = await finished(503);
    world.life?.kill();
    world.clock.stepWall(2 * 86_400_000_000);
    const before = world.asked.length;
    await world.start([finishRule()], []);
    await world.poll(2);
    expect(world.asked).toHaveLength(before);
    expect(world.life!.service.runs().map(({ state }) => state)).toEqual(['dead']);
  });
});

test('a stop waits for the step under way, which is then known to be done', async () => {
  const world = new ExchangeWorld();
  await world.start([finishRule()], []);
  await world.poll(2);
  let answer: () => void = () => undefined;
  world.server = () => ({ status: 200, body: '' });
  world.hold = new Promise((resolve) => (answer = resolve));
  world.values['process'] = 305;
  await world.poll(1);
  let isStopped = false;
  const stopped = world.life!.service.stop().then(() => (isStopped = true));
  await world.clock.run(1_000);
  expect([world.asked.length, isStopped]).toEqual([1, false]);
  answer();
  await stopped;
  world.hold = undefined;
  await world.start([finishRule()], []);
  await world.poll(2);
  expect([world.posts('/finish').length, world.posts('/trigger').length]).toEqual([1, 1]);
});

describe('the log', () => {
  test('that was cut anywhere opens, and the offer is written and confirmed', async () => {
    const whole = new Offering({ batch1: 'ONE', batch2: 'TWO' });
    await whole.start();
    await whole.world.poll(1);
    const bytes = (await whole.world.exchangeDisk.read(LOG_FILE))!;
    for (let cut = 0; cut <= bytes.length; cut += 37) {
      const it = new Offering({ batch1: 'ONE', batch2: 'TWO' });
      it.world.exchangeDisk.files.set(LOG_FILE, [bytes.slice(0, cut)]);
      await it.start();
      await it.world.poll(3);
      expect([cut, it.confirmations > 0, it.states.at(-1)]).toEqual([cut, true, 'done']);
    }
  });

  test('that was damaged is put aside, and what can be read of it is taken', async () => {
    const world = new ExchangeWorld();
    await world.start([finishRule()], []);
    await world.poll(2);
    const text = world.exchangeDisk.text(LOG_FILE);
    world.exchangeDisk.files.set(LOG_FILE, [Buffer.from(`x${text}${text}`)]);
    await world.start([finishRule()], []);
    expect(world.life!.service.counters().log.damaged).toBe(1);
    expect(world.exchangeDisk.text(DAMAGED_FILE)).toContain('trigger');
    world.values['process'] = 305;
    await world.poll(1);
    expect(world.posts('/finish')).toHaveLength(1);
  });

  test('that the disk refuses holds everything up, and loses nothing', async () => {
    const world = new ExchangeWorld();
    await world.start([finishRule()], []);
    await world.poll(2);
    world.exchangeDisk.tearAt = 10;
    world.values['process'] = 305;
    await world.poll(2);
    expect(world.asked).toHaveLength(0);
    expect(world.life!.service.counters().log.error).toMatch(/no space/);
    world.exchangeDisk.tearAt = undefined;
    await world.poll(8);
    expect(world.posts('/finish')).toHaveLength(1);
    expect(world.life!.service.counters().log.error).toBeUndefined();
  });
});
