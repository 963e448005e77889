import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import type { Point } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import { plantRecord } from '../../test/support/journal-records.ts';
import { MemoryDisk } from '../../test/support/memory-disk.ts';
import type { Journal, NewRecord } from './journal.ts';
import { openJournal } from './open-journal.ts';
import { verifyJournal } from './verify.ts';

const FOLDER = '/journal';
const SEED = { seed: 20_260_101 };

const micros = fc.oneof(
  fc.integer({ min: 1_700_000_000_000_000, max: 1_800_000_000_000_000 }),
  fc.maxSafeInteger(),
  // No whole microseconds; -0 is no time of its own.
  fc.double({ noNaN: true }).map((time) => time + 0),
);
const point: fc.Arbitrary<Point> = fc.record(
  {
    id: fc.string(),
    device: fc.string(),
    name: fc.string({ unit: 'binary' }),
    address: fc.constant('hr:5'),
    type: fc.constant('u16'),
    label: fc.string(),
    unit: fc.string(),
    decimals: fc.nat(6),
    quantity: fc.string(),
    kind: fc.constantFrom('gauge', 'counter', 'state', 'text', 'time'),
    category: fc.string(),
    enum: fc
      .array(fc.tuple(fc.integer(), fc.string()), { maxLength: 3 })
      .map((pairs) => new Map(pairs)),
    writable: fc.boolean(),
    everyMs: fc.nat(),
    tags: fc.dictionary(fc.stringMatching(/^[a-z]+$/), fc.string(), { noNullPrototype: true }),
    range: fc.record(
      { low: fc.integer(), high: fc.integer() },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  {
    requiredKeys: ['id', 'device', 'name', 'address', 'type', 'kind', 'writable', 'everyMs'],
    noNullPrototype: true,
  },
);
const value = fc.oneof(
  fc.double(),
  fc.float(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.integer({ min: -1e6, max: 1e6 }).map((whole) => whole / 10),
  fc.integer().map((whole) => whole / 1000),
  fc.bigInt(),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.boolean(),
  fc.string({ unit: 'binary' }),
  // Lone halves of characters, as a device may send them.
  fc.array(fc.integer({ min: 0xd700, max: 0xe000 })).map((units) => String.fromCharCode(...units)),
);
const sample: fc.Arbitrary<Sample> = fc.record(
  {
    point,
    value,
    quality: fc.constantFrom('good', 'stale', 'bad'),
    cause: fc.string(),
    at: micros,
    requestedAt: micros,
    goodAt: micros,
  },
  { requiredKeys: ['point', 'quality', 'at', 'requestedAt'], noNullPrototype: true },
);

test('any sample comes back exactly as it was', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(sample, { maxLength: 5 }), { maxLength: 8 }),
      async (all) => {
        const disk = new MemoryDisk();
        const journal = await openJournal({ folder: FOLDER, clock: new ManualClock(), disk });
        for (const samples of all) journal.append({ kind: 'samples', samples });
        await journal.sync();
        const { records } = await journal.read(0, { samples: 1000 });
        expect(records).toStrictEqual(
          all.map((samples, sequence) => ({ kind: 'samples', samples, epoch: 1, sequence })),
        );
      },
    ),
    { ...SEED, numRuns: 300 },
  );
});

/** What a journal is, without a disk. */
interface Model {
  readonly appended: NewRecord[];
  epochs: number[];
  durable: number;
}

interface Real {
  disk: MemoryDisk;
  readonly clock: ManualClock;
  journal: Journal;
}

async function open({ disk, clock }: Pick<Real, 'disk' | 'clock'>): Promise<Journal> {
  return openJournal({ folder: FOLDER, clock, disk, limits: { segmentBytes: 700 } });
}

/** Everything after a start that the model does not say: how much of what was not synced is there. */
function adopt(model: Model, { journal }: Real): void {
  expect(journal.head).toBeGreaterThanOrEqual(model.durable);
  expect(journal.head).toBeLessThanOrEqual(model.appended.length);
  model.appended.length = journal.head;
  model.epochs.length = journal.head;
  model.durable = journal.head;
}

const STEPS = {
  async append(model: Model, { journal, clock }: Real, size: number) {
    for (let count = 0; count <= size % 9; count += 1) {
      const record = plantRecord(model.appended.length + size, clock.wallMicros());
      expect(journal.append(record)).toBe(model.appended.length);
      model.appended.push(record);
      model.epochs.push(journal.status().epoch);
    }
  },
  async sync(model: Model, { journal }: Real) {
    await journal.sync();
    model.durable = model.appended.length;
    expect(journal.durable).toBe(model.durable);
  },
  async wait(model: Model, { journal, clock }: Real, size: number) {
    await clock.run(size * 10);
    if (size >= 10) model.durable = model.appended.length;
    expect(journal.durable).toBeGreaterThanOrEqual(model.durable);
    model.durable = journal.durable;
  },
  async read(model: Model, { journal }: Real, size: number) {
    const from = Math.min(model.durable, size * 3);
    const { records, next, lost } = await journal.read(from, { samples: 1 + (size % 40) });
    model.durable = journal.durable;
    expect(lost).toBe(0);
    expect(next).toBe(from + records.length);
    expect(records.length > 0).toBe(from < model.durable);
    expect(records).toEqual(
      records.map((_, index) => ({
        ...model.appended[from + index],
        epoch: model.epochs[from + index],
        sequence: from + index,
      })),
    );
  },
  async stepBack(_model: Model, { journal, clock }: Real, size: number) {
    const { epoch } = journal.status();
    clock.stepWall(-1_000_000 * (size + 1));
    expect(journal.status().epoch).toBe(epoch);
  },
  async restart(model: Model, real: Real) {
    await real.journal.close();
    model.durable = model.appended.length;
    real.journal = await open(real);
    adopt(model, real);
  },
  async kill(model: Model, real: Real) {
    real.disk = real.disk.afterKill();
    real.journal = await open(real);
    adopt(model, real);
  },
  async powerCut(model: Model, real: Real, size: number) {
    real.disk = real.disk.afterPowerCut((size % 10) / 10);
    real.journal = await open(real);
    adopt(model, real);
  },
} as const;

test('whatever happens in whatever order, it is a list on a disk', async () => {
  const names = Object.keys(STEPS) as (keyof typeof STEPS)[];
  // Appending and reading are most of a life.
  const step = fc.constantFrom(...names, 'append', 'append', 'append', 'read', 'sync');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(step, fc.nat(60)), { minLength: 10, maxLength: 60 }),
      async (steps) => {
        const start = { disk: new MemoryDisk(), clock: new ManualClock() };
        const real: Real = { ...start, journal: await open(start) };
        const model: Model = { appended: [], epochs: [], durable: 0 };
        for (const [name, size] of steps) await STEPS[name](model, real, size);
        await real.journal.close();
        const report = await verifyJournal(FOLDER, real.disk);
        expect(report).toMatchObject({ ok: true, records: model.appended.length, lost: 0 });
      },
    ),
    { ...SEED, numRuns: 200 },
  );
});
