import { expect, test } from 'vitest';
import { DeliveryBench, Receiver } from '../../test/support/delivery-bench.ts';
import { SinkUnavailableError, UsageError } from '../base/errors.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { Journal } from '../journal/journal.ts';
import { LateJournal } from '../journal/late-journal.ts';
import { memoryJournal } from '../journal/memory-journal.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Delivery } from '../telemetry/sink.ts';
import { parseCursor } from './cursor-file.ts';
import { KeptSamples } from './kept.ts';
import { memorySinkFiles, type SinkFiles } from './sink-files.ts';

/** Counts the moments at which the program may be killed, and kills it at one of them. */
class Killer {
  #left: number;
  isDead = false;

  constructor(moment: number) {
    this.#left = moment;
  }

  /** Returns while the program lives; for ever silent afterwards. */
  async moment(): Promise<void> {
    if (this.#left === 0) this.isDead = true;
    this.#left -= 1;
    if (this.isDead) await new Promise<never>(() => undefined);
  }
}

/** Files that may be cut at any moment: empty, half written, or written and not renamed. */
function mortalFiles(contents: Map<string, string>, killer: Killer): SinkFiles {
  const files = memorySinkFiles(contents);
  return {
    ...files,
    async write(path, text) {
      await killer.moment();
      await files.write(path, '');
      await killer.moment();
      await files.write(path, text.slice(0, text.length / 2));
      await killer.moment();
      await files.write(path, text);
      await killer.moment();
    },
    async append(path, text) {
      const before = contents.get(path) ?? '';
      await killer.moment();
      await files.write(path, before + text.slice(0, text.length / 2));
      await killer.moment();
      await files.write(path, before + text);
      await killer.moment();
    },
    async rename(from, to) {
      await killer.moment();
      await files.rename(from, to);
      await killer.moment();
    },
  };
}

const POISON = 3;
const EARLY = [6, 7];
const RECORDS = 80;

/** A receiver of every mood: an outage, a part, one sample for good and some for now refused. */
function moody(receiver: Receiver, killer: Killer): Receiver['react'] {
  let writes = 0;
  return async (batch) => {
    await killer.moment();
    writes += 1;
    if (writes === 4 || writes === 5) throw new SinkUnavailableError('500');
    const delivery: Delivery =
      writes === 7 ? { rejected: [], rest: batch.slice(1) } : refuse(batch, writes < 24);
    receiver.take(batch, delivery);
    await killer.moment();
    // It has been taken already, but for what this names.
    return { ...delivery, rest: delivery.rest ?? [] };
  };
}

function refuse(batch: readonly Sample[], isEarly: boolean): Delivery {
  const refusals = (values: readonly number[], reason: string): Delivery['rejected'] =>
    batch
      .filter(({ value }) => values.includes(Number(value)))
      .map((sample) => ({ sample, reason }));
  return {
    rejected: refusals([POISON], 'conflict'),
    deferred: isEarly ? refusals(EARLY, 'unknown') : [],
  };
}

/** What the files of this moment allow to be sent once more. */
function allowedTwice(contents: ReadonlyMap<string, string>): (name: string) => boolean {
  const saved = parseCursor(contents.get('sinks/main.cursor') ?? '');
  const kept = new KeptSamples('test');
  kept.load(contents.get('sinks/main.kept') ?? '');
  const held = kept
    .heldBetween(0, Infinity, Infinity)
    .map(({ sample }) => `${sample.point.name}@${String(sample.value)}`);
  return (name) => {
    const sequence = Number(name.split('@')[1]);
    if (saved === undefined || sequence >= saved.live || held.includes(name)) return true;
    return saved.ranges.some(({ from, to }) => sequence >= from && sequence < to);
  };
}

class DeadReceiver extends Receiver {
  // The double in `react` has taken it already.
  override take(): void {
    return undefined;
  }
}

async function livesUntil(moment: number): Promise<boolean> {
  const killer = new Killer(moment);
  const contents = new Map<string, string>();
  const clock = new ManualClock();
  const journal = memoryJournal({ clock });
  const receiver = new Receiver();
  const first = new DeadReceiver();
  first.react = moody(receiver, killer);
  const files = mortalFiles(contents, killer);
  const before = new DeliveryBench({ clock, journal, receiver: first, files });
  const options = { batchSamples: 6 };
  // A program killed while it starts never comes so far as to say so.
  void before.board.apply([before.setup({ options })]);
  await before.run(0);
  const names: string[] = [];
  for (let round = 0; round < RECORDS / 2 && !killer.isDead; round += 1) {
    names.push(...before.record(2));
    await before.run(700);
  }
  if (!killer.isDead) await before.run(2_000);
  const isKilled = killer.isDead;
  // From here on the first program does nothing any more, whatever the clock says.
  killer.isDead = true;
  await before.settle();

  const may = allowedTwice(contents);
  const hasCursor = contents.has('sinks/main.cursor');
  const taken = [...receiver.taken];
  receiver.react = (batch) => refuse(batch, false);
  const after = new DeliveryBench({
    ...{ clock: before.clock, journal, receiver },
    files: memorySinkFiles(contents),
  });
  await after.start({ options });
  await after.run(60_000);

  const poison = names.filter((name) => name.endsWith(`@${POISON}`));
  const due = hasCursor ? names.filter((name) => !poison.includes(name)) : [];
  expect(receiver.taken).toEqual(expect.arrayContaining(due));
  if (hasCursor) {
    expect(after.board.quarantine('main').map(({ point, value }) => `${point}@${value}`)).toEqual(
      poison.map((name) => `d.${name}`),
    );
  }
  const twice = receiver.taken.slice(taken.length).filter((name) => taken.includes(name));
  expect(twice.filter((name) => !may(name))).toEqual([]);
  expect(new Set(receiver.taken.slice(taken.length)).size).toBe(
    receiver.taken.length - taken.length,
  );
  return isKilled;
}

test('killed at any moment: nothing is lost, and only what the files did not know yet comes twice', async () => {
  let moments = 0;
  while (await livesUntil(moments)) moments += 1;
  expect(moments).toBeGreaterThan(200);
}, 30_000);

test.each([
  ['is empty', ''],
  ['is cut', '{"version":1,"type":"test","li'],
  ['is of another journal', '{"version":1,"type":"test","live":900,"ranges":[],"paused":false}'],
])('a cursor that %s: the sink begins with the oldest, with a warning', async (_, text) => {
  const bench = new DeliveryBench({
    files: memorySinkFiles(new Map([['sinks/main.cursor', text]])),
  });
  const names = bench.record(3);
  await bench.start();
  await bench.run(1_000);
  expect(bench.receiver.taken).toEqual(names);
  expect(bench.warnings.join()).toMatch(/begins with the oldest/);
});

test('a cursor that cannot be read: the sink begins with the oldest, with a warning', async () => {
  const files: SinkFiles = {
    ...memorySinkFiles(),
    read: async () => Promise.reject(new Error('EIO')),
  };
  const bench = new DeliveryBench({ files });
  const names = bench.record(3);
  await bench.start();
  await bench.run(1_000);
  expect(bench.receiver.taken).toEqual(names);
  expect(bench.warnings).toEqual(['the sink begins anew: EIO']);
});

test('a disk that takes nothing: the delivery goes on, and the state is kept when it can be', async () => {
  const contents = new Map<string, string>();
  const good = memorySinkFiles(contents);
  let isFull = false;
  const files: SinkFiles = {
    ...good,
    write: async (path, text) =>
      isFull ? Promise.reject(new Error('ENOSPC')) : good.write(path, text),
  };
  const bench = new DeliveryBench({ files });
  await bench.start();
  isFull = true;
  bench.receiver.react = (batch) => refuse(batch, false);
  const names = bench.record(4);
  await bench.run(10_000);
  expect(bench.receiver.taken).toEqual(names.slice(0, 6));
  expect(bench.warnings).toEqual(['the state of the sink is not kept: ENOSPC']);
  isFull = false;
  await bench.run(10_000);
  expect(parseCursor(contents.get('sinks/main.cursor') ?? '')?.live).toBe(4);
  expect(contents.get('sinks/main.kept')).toContain('conflict');
});

test('a journal that can be opened only later: the sink waits for it, and keeps its cursor', async () => {
  const bench = new DeliveryBench();
  await bench.start();
  bench.record(3);
  await bench.run(2_000);
  await bench.stop();
  const names = bench.record(2);
  let isWell = false;
  const { clock, files, receiver } = bench;
  const open = async (): Promise<Journal> => {
    if (!isWell) throw new UsageError('no such device');
    return bench.journal;
  };
  const journal = new LateJournal(open, new UsageError('no such device'), clock, bench.logger);
  const next = new DeliveryBench({ clock, files, receiver, journal });
  receiver.taken.length = 0;
  await next.start();
  await next.run(5_000);
  expect(receiver.taken).toEqual([]);
  isWell = true;
  await next.run(120_000);
  expect(receiver.taken).toEqual(names);
  expect(next.status()).toMatchObject({ waiting: 0, lost: 0 });
});
