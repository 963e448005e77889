import { beforeEach, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { hiRule, PlainAlarms } from '../../test/support/plain-alarms.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { DeltaEvent, SnapshotEvent } from './contract.ts';
import { EventHub, type EventClient } from './event-hub.ts';

type Said = Partial<SnapshotEvent & DeltaEvent>;

class Client implements EventClient {
  writableLength = 0;
  readonly #said: Said[] = [];

  write(text: string): void {
    this.#said.push(JSON.parse(text.replace(/^event: \w+\ndata: /, '')) as Said);
  }

  end(): void {
    // Nothing holds on to it.
  }

  /** The alarms that were told since the last look: `f.a.hi active-unacknowledged`. */
  heard(): readonly string[] {
    const alarms = this.#said.splice(0).flatMap((said) => said.alarms ?? []);
    return alarms.map(({ id, state }) => `${id} ${state}`);
  }

  /** How many alarms each of the last messages told of; undefined where it had no word about them. */
  counts(): readonly (number | undefined)[] {
    return this.#said.splice(0).map((said) => said.alarms?.length);
  }
}

let clock: ManualClock;
let site: FakeSite;
let alarms: PlainAlarms;
let hub: EventHub;

beforeEach(() => {
  clock = new ManualClock();
  site = new FakeSite(clock);
  site.usePoints([sitePoint('f.a'), sitePoint('f.b')]);
  alarms = new PlainAlarms(site, clock, [hiRule('f.a', 100), hiRule('f.b', 100)]);
  hub = new EventHub({ site, clock, version: '1', maxClients: 4, alarms });
});

function join(): Client {
  const client = new Client();
  hub.add(client);
  return client;
}

/** One that has heard the snapshot and the first delta. */
function joinEarly(): Client {
  const client = join();
  clock.advance(1_000);
  client.heard();
  return client;
}

test('a snapshot holds all alarms that are not normal', () => {
  expect(join().heard()).toEqual([]);
  site.answer({ 'f.a': 120 });
  alarms.shelve('f.b.hi', { forMs: 60_000, by: 'ann', reason: 'repair' });
  clock.advance(1_000);
  expect(join().heard()).toEqual(['f.a.hi active-unacknowledged', 'f.b.hi shelved']);
});

test('a gateway that watches for nothing has no word about alarms', () => {
  hub = new EventHub({ site, clock, version: '1', maxClients: 1 });
  const client = join();
  clock.advance(1_000);
  expect(client.counts()).toEqual([undefined, undefined]);
});

test('one without open alarms says so, and its deltas have no word of them', () => {
  const client = join();
  clock.advance(2_000);
  expect(client.counts()).toEqual([0, undefined, undefined]);
});

test('deltas tell each change once, and the end', () => {
  const client = joinEarly();
  site.answer({ 'f.a': 120 });
  clock.advance(200);
  expect(client.heard()).toEqual(['f.a.hi active-unacknowledged']);
  alarms.acknowledge('f.a.hi', 'ann');
  clock.advance(200);
  expect(client.heard()).toEqual(['f.a.hi active-acknowledged']);
  clock.advance(3_000);
  expect(client.heard()).toEqual([]);
  site.answer({ 'f.a': 20 });
  clock.advance(200);
  expect(client.heard()).toEqual(['f.a.hi normal']);
  clock.advance(3_000);
  expect(client.heard()).toEqual([]);
});

test('an alarm that a snapshot told and that ends before the first delta is told as over', () => {
  site.answer({ 'f.a': 120 });
  alarms.acknowledge('f.a.hi', 'ann');
  const client = join();
  expect(client.heard()).toEqual(['f.a.hi active-acknowledged']);
  site.answer({ 'f.a': 20 });
  clock.advance(200);
  expect(client.heard()).toEqual(['f.a.hi normal']);
});

test('a snapshot for one who comes in between takes no alarm away from the others', () => {
  const early = joinEarly();
  site.answer({ 'f.a': 120 });
  expect(join().heard()).toEqual(['f.a.hi active-unacknowledged']);
  clock.advance(200);
  expect(early.heard()).toEqual(['f.a.hi active-unacknowledged']);
});

test('an alarm that comes and goes within one delta is told to nobody', () => {
  const client = joinEarly();
  site.answer({ 'f.a': 120 });
  alarms.acknowledge('f.a.hi', 'ann');
  site.answer({ 'f.a': 20 });
  clock.advance(2_000);
  expect(client.heard()).toEqual([]);
});

test('an alarm whose rule a reload takes away is over', () => {
  site.answer({ 'f.a': 120 });
  const client = joinEarly();
  alarms.apply([hiRule('f.b', 100)]);
  clock.advance(1_000);
  expect(client.heard()).toEqual(['f.a.hi normal']);
  clock.advance(2_000);
  expect(client.heard()).toEqual([]);
});

test('whoever was behind knows of the end from its next snapshot', () => {
  const client = joinEarly();
  site.answer({ 'f.a': 120 });
  alarms.acknowledge('f.a.hi', 'ann');
  client.writableLength = 65_537;
  clock.advance(1_000);
  site.answer({ 'f.a': 20 });
  clock.advance(1_000);
  client.writableLength = 0;
  clock.advance(1_000);
  expect(client.counts()).toEqual([0]);
});
