import { beforeEach, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { DeltaEvent, SnapshotEvent } from './contract.ts';
import { EventHub, type EventClient } from './event-hub.ts';

interface Received {
  readonly event: string;
  readonly data: Partial<SnapshotEvent & DeltaEvent>;
}

class FakeClient implements EventClient {
  writableLength = 0;
  ended = false;
  readonly received: Received[] = [];

  write(text: string): void {
    const [, event = '', data = ''] = /^event: (\w+)\ndata: (.*)\n\n$/.exec(text) ?? [];
    this.received.push({ event, data: JSON.parse(data) as Received['data'] });
  }

  end(): void {
    this.ended = true;
  }

  take(): Received[] {
    return this.received.splice(0);
  }
}

let clock: ManualClock;
let site: FakeSite;
let hub: EventHub;

beforeEach(() => {
  clock = new ManualClock();
  site = new FakeSite(clock);
  site.usePoints(['m.a', 'm.b', 'm.c', 'n.a'].map((id) => sitePoint(id)));
  site.useDevice({ name: 'm' });
  site.useLine({ name: 'bus' });
  hub = new EventHub({ site, clock, version: '1.2.3', maxClients: 2 });
});

function join(): FakeClient {
  const client = new FakeClient();
  hub.add(client);
  return client;
}

test('a client begins with everything there is', () => {
  site.answer({ 'm.a': 1 });
  const [first, ...rest] = join().take();
  expect(rest).toEqual([]);
  expect(first?.event).toBe('snapshot');
  expect(first?.data).toMatchObject({
    name: 'test-site',
    version: '1.2.3',
    points: [{ device: 'm', name: 'a', address: 'hr:1' }, {}, {}, {}],
    values: [
      { device: 'm', point: 'a', value: 1, quality: 'good' },
      { value: null, quality: 'bad', cause: 'not-read-yet' },
      {},
      {},
    ],
    devices: [{ name: 'm', state: 'good' }],
    lines: [{ name: 'bus' }],
  });
});

test('many changes within 200 ms become one delta with the newest value of each point', () => {
  const client = join();
  client.take();
  for (let value = 1; value <= 50; value += 1) site.answer({ 'm.a': value, 'm.b': value });
  expect(client.take()).toEqual([]);
  clock.advance(200);
  const [delta, ...rest] = client.take();
  expect(rest).toEqual([]);
  expect(delta?.data.values?.map(({ point, value }) => [point, value])).toEqual([
    ['a', 50],
    ['b', 50],
  ]);
});

test('a client hears at most five deltas of changes per second, and one beat', () => {
  const client = join();
  client.take();
  for (let ms = 0; ms < 1000; ms += 10) {
    site.answer({ 'm.a': ms });
    clock.advance(10);
  }
  expect(client.take().length).toBeLessThanOrEqual(6);
});

test('a client hears something every second, if only the time', () => {
  const client = join();
  clock.advance(1_000);
  client.take();
  clock.advance(3_000);
  expect(client.take().map(({ event, data }) => [event, Object.keys(data)])).toEqual([
    ['delta', ['time']],
    ['delta', ['time']],
    ['delta', ['time']],
  ]);
});

test('what was confirmed without a change is told in runs of neighbours', () => {
  site.answer({ 'm.a': 1, 'm.b': 2, 'm.c': 3, 'n.a': 4 });
  const client = join();
  client.take();
  clock.advance(10);
  site.answer({ 'm.a': 1, 'm.b': 2, 'n.a': 4 });
  clock.advance(200);
  const at = 1_767_225_600_010;
  const [delta] = client.take();
  expect(delta?.data.values).toBeUndefined();
  expect(delta?.data.fresh).toEqual([
    [at, 0, 1],
    [at, 3, 3],
  ]);
});

test('the state of a device is told when it changed', () => {
  const client = join();
  clock.advance(1_000);
  client.take();
  site.useDevice({ name: 'm', state: 'silent', error: 'no answer within 1000 ms' });
  clock.advance(1_000);
  expect(client.take()[0]?.data.devices).toMatchObject([{ name: 'm', state: 'silent' }]);
  clock.advance(1_000);
  expect(client.take()[0]?.data.devices).toBeUndefined();
});

test('other points after a reload are told to everybody in a snapshot', () => {
  const client = join();
  client.take();
  site.usePoints([sitePoint('x.y')]);
  clock.advance(1_000);
  expect(client.take()).toMatchObject([
    { event: 'snapshot', data: { points: [{ device: 'x', name: 'y' }] } },
  ]);
});

test('a slow client gets no growing queue: deltas pass it by, then a snapshot makes up for them', () => {
  const [slow, quick] = [join(), join()];
  slow.take();
  quick.take();
  slow.writableLength = 65_537;
  for (let value = 1; value <= 10; value += 1) {
    site.answer({ 'm.a': value });
    clock.advance(200);
  }
  expect(slow.take()).toEqual([]);
  expect(quick.take().length).toBeGreaterThanOrEqual(10);
  expect(hub.counters.skipped).toBeGreaterThanOrEqual(10);

  slow.writableLength = 10; // not all of it read yet: still nothing
  clock.advance(1_000);
  expect(slow.take()).toEqual([]);

  slow.writableLength = 0;
  clock.advance(1_000);
  expect(slow.take()).toMatchObject([
    { event: 'snapshot', data: { values: [{ value: 10 }, {}, {}, {}] } },
  ]);
  expect(hub.counters.resynced).toBe(1);
  clock.advance(1_000);
  expect(slow.take()).toMatchObject([{ event: 'delta' }]);
});

test('a client that reads nothing for half a minute is cut off, and counted', () => {
  const stuck = join();
  stuck.writableLength = 1_000_000;
  clock.advance(29_000);
  expect(stuck.ended).toBe(false);
  clock.advance(3_000);
  expect(stuck.ended).toBe(true);
  expect(hub.counters).toMatchObject({ clients: 0, dropped: 1 });
});

test('a snapshot that comes before a delta of the same change misses nothing', () => {
  join();
  site.answer({ 'm.a': 1 });
  const late = join();
  site.answer({ 'm.b': 2 });
  clock.advance(200);
  const values = late.take().flatMap(({ data }) => data.values ?? []);
  expect(values.findLast(({ point }) => point === 'a')?.value).toBe(1);
  expect(values.findLast(({ point }) => point === 'b')?.value).toBe(2);
});

test('places are limited, and a refusal is counted', () => {
  join();
  expect(hub.hasPlace()).toBe(true);
  join();
  expect(hub.hasPlace()).toBe(false);
  expect(hub.counters).toMatchObject({ clients: 2, refused: 1 });
});

test('without clients nothing is listened to and no alarm is set', () => {
  const client = join();
  expect(site.listeners).toBe(1);
  site.answer({ 'm.a': 1 });
  hub.remove(client);
  hub.remove(client);
  expect(site.listeners).toBe(0);
  expect(clock.nextAlarm()).toBe(Infinity);
});

test('closing ends every stream', () => {
  const clients = [join(), join()];
  hub.close();
  expect(clients.map(({ ended }) => ended)).toEqual([true, true]);
  expect(hub.counters.clients).toBe(0);
});
