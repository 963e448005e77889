import { expect, test } from 'vitest';
import { GateBench, Killed, setpoint } from '../../test/support/gate-bench.ts';
import { listAudit, verifyAudit } from './audit-read.ts';
import { STATE_FILE } from './gate-state.ts';

const POINTS = [
  setpoint({ wear: { cycles: 1_000 } }),
  setpoint({}, { name: 'free', address: 9 }),
  setpoint({ lease: { safeValue: 20, maxMs: 10_000 } }, { name: 'held', address: 11 }),
];
/** Small files, so that kills meet their rotation as well. */
const AUDIT = { auditLimits: { fileBytes: 1_500, files: 4, waiting: 256 } };

/** How the disk is left by a kill: without the operation, with a part of it, with all of it. */
type Cut = 'before' | 'torn' | 'after';

/** Counts everything that a kill can come before or after, and kills at one of them. */
class Killer {
  readonly #bench: GateBench;
  readonly #at: number;
  readonly #cut: Cut;
  steps = 0;
  hasKilled = false;

  constructor(bench: GateBench, at: number, cut: Cut) {
    this.#bench = bench;
    [this.#at, this.#cut] = [at, cut];
    bench.folder.before = (operation) => {
      this.#step('before');
      const isTorn = this.steps === this.#at && this.#cut === 'torn';
      if (isTorn && operation !== 'append') this.#kill();
      if (isTorn) bench.folder.tearAt = 25;
      if (isTorn) this.hasKilled = true;
    };
    bench.folder.tear = () => new Killed();
    bench.folder.after = () => this.#isNow('after') && this.#kill();
    bench.device.before = (what) => {
      if (what === 'frame') this.#step('before');
      // A frame cannot be torn: it leaves or it does not.
      if (what === 'frame' && this.#isNow('torn')) this.#kill();
      if (what === 'answer' && this.#isNow('after')) this.#kill();
    };
  }

  #step(cut: Cut): void {
    if (this.hasKilled) throw new Killed();
    this.steps += 1;
    if (this.#isNow(cut)) this.#kill();
  }

  #isNow(cut: Cut): boolean {
    return this.steps === this.#at && this.#cut === cut;
  }

  #kill(): never {
    this.hasKilled = true;
    throw new Killed();
  }

  /** The end of the dead program. */
  async bury(): Promise<void> {
    this.hasKilled = true;
    await this.#bench.clock.run(0);
    await this.#bench.gate.close();
    this.#bench.folder.before = this.#bench.folder.after = () => undefined;
    this.#bench.device.before = () => undefined;
    this.#bench.folder.tearAt = undefined;
  }
}

/** Writes until it is killed, or to the end. True: killed. */
async function work(bench: GateBench, killer: Killer, first: number): Promise<boolean> {
  try {
    if (first > 0) await bench.restart();
    for (let value = first + 1; value <= first + 4; value += 1) {
      await bench.write(value);
      await bench.write(value, { point: 'furnace.free' });
      await bench.write(100 + value, { point: 'furnace.held' });
    }
    return false;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    return true;
  } finally {
    await killer.bury();
  }
}

/** Frames to the register with a budget. */
function wornFrames(bench: GateBench): number {
  return bench.device.frames.filter(({ address }) => address === 2).length;
}

function countedOnDisk(bench: GateBench): number {
  const text = bench.folder.text(STATE_FILE);
  const { wear } = JSON.parse(text || '{"wear":{}}') as {
    wear: Record<string, { total: number } | undefined>;
  };
  return wear['furnace hr:2']?.total ?? 0;
}

async function expectSound(bench: GateBench, kills: number, label: string): Promise<void> {
  const framesBefore = bench.device.frames.length;
  const counted = countedOnDisk(bench);
  expect(counted, `${label}: never fewer than on the wire`).toBeGreaterThanOrEqual(
    wornFrames(bench),
  );
  expect(counted, `${label}: one more per kill`).toBeLessThanOrEqual(wornFrames(bench) + kills);

  await bench.restart();
  await bench.clock.run(3_600_000);
  const later = bench.device.frames.slice(framesBefore);
  const isSafe = later.every(
    (frame) => frame.address === 11 && 'word' in frame && frame.word === 20,
  );
  expect(isSafe, `${label}: nothing is replayed, only safe values are written`).toBe(true);
  expect([0, 20], `${label}: no leased value outlives its lease`).toContain(bench.device.words[11]);
  const { state, fault } = await verifyAudit(bench.folder);
  expect(state, `${label}: ${fault?.message ?? ''}`).toBe('sound');
  const records = await listAudit(bench.folder, { limit: 1_000 });
  const intents = records.filter(({ kind }) => kind === 'intent');
  const results = new Set(records.map((record) => record.kind === 'result' && record.id));
  for (const frame of bench.device.frames) {
    const hasIntent = intents.some(
      (record) => record.kind === 'intent' && same(record.frame, frame),
    );
    expect(hasIntent, `${label}: ${JSON.stringify(frame)} has an intent`).toBe(true);
  }
  for (const intent of intents) {
    const id = intent.kind === 'intent' && intent.id;
    expect(results.has(id), `${label}: every intent has an end`).toBe(true);
  }
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

const CUTS: readonly Cut[] = ['before', 'torn', 'after'];

test.each(CUTS)('killed %s any step, the audit and the wear are right', async (cut) => {
  let steps = 0;
  for (let at = 1; at <= steps + 1; at += 1) {
    const bench = new GateBench(POINTS, { auditLimits: { ...AUDIT.auditLimits, files: 50 } });
    const killer = new Killer(bench, at, cut);
    let wasKilled = true;
    try {
      await bench.gate.open();
      wasKilled = await work(bench, killer, 0);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      await killer.bury();
    }
    steps = Math.max(steps, killer.steps);
    expect(wasKilled).toBe(at <= steps);
    await expectSound(bench, wasKilled ? 1 : 0, `${cut} step ${at}`);
  }
  expect(steps, 'the kill came to the frames and the rotation').toBeGreaterThan(25);
});

test('killed again and again, the wear is never fewer, and one more per kill at most', async () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  for (let life = 0; life < 30; life += 1) {
    const bench = await GateBench.open(POINTS, {
      auditLimits: { ...AUDIT.auditLimits, files: 50 },
    });
    let kills = 0;
    for (let round = 1; round <= 5; round += 1) {
      const killer = new Killer(bench, 1 + random(28), CUTS[random(3)]!);
      if (await work(bench, killer, round * 10)) kills += 1;
    }
    await expectSound(bench, kills, `life ${life}`);
  }
});
