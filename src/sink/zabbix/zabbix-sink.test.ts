import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../../test/support/fake-site.ts';
import { answer, fakeTrapper, type FakeTrapper } from '../../../test/support/fake-trapper.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { SinkUnavailableError } from '../../base/errors.ts';
import type { Value } from '../../telemetry/point.ts';
import type { Quality, Sample } from '../../telemetry/sample.ts';
import type { Delivery, Sink } from '../../telemetry/sink.ts';
import { zabbixSink, type ZabbixSinkOptions } from './zabbix-sink.ts';

const signal = new AbortController().signal;
let trapper: FakeTrapper;
let clock: ManualClock;
let site: FakeSite;

beforeEach(async () => {
  trapper = await fakeTrapper();
  clock = new ManualClock();
  site = new FakeSite(clock, 'plant');
});

afterEach(async () => trapper.close());

async function openSink(options: Partial<ZabbixSinkOptions> = {}): Promise<Sink> {
  const address = { host: '127.0.0.1', port: trapper.port, discoveryKey: '' };
  const sink = zabbixSink({ ...address, ...options }, { clock });
  await sink.open(site, signal);
  return sink;
}

function reading(id: string, value: Value | undefined, quality: Quality = 'good'): Sample {
  const at = clock.wallMicros();
  const known = value === undefined ? {} : { value };
  return { point: sitePoint(id), ...known, quality, at, requestedAt: at };
}

const key = (id: string): string => `dinrail.value[${id.replace('.', ',')}]`;

/** Makes items of these points on the host `plant`. */
function know(...ids: readonly string[]): void {
  for (const id of ids) trapper.known.add(`plant ${key(id)}`);
}

const sent = (): readonly string[][] =>
  trapper.packets.map((packet) => packet.map(({ key: sentKey, value }) => `${sentKey}=${value}`));

const deferredIds = ({ deferred = [] }: Delivery): readonly string[] =>
  deferred.map(({ sample }) => sample.point.id);

describe('a value', () => {
  test('is sent with the second and nanosecond of its reading', async () => {
    know('f.pv');
    clock.stepWall(123_456);
    const delivery = await (await openSink()).write([reading('f.pv', 749.6)], signal, 'live');
    expect(delivery).toEqual({ rejected: [], deferred: [] });
    expect(trapper.packets).toEqual([
      [{ host: 'plant', key: key('f.pv'), value: '749.6', clock: 1_767_225_600, ns: 123_456_000 }],
    ]);
  });

  test.each<[string, Sample['value'], Quality]>([
    ['is not known', undefined, 'bad'],
    ['was not confirmed', 749.6, 'stale'],
  ])('that %s is not sent at all', async (_, value, quality) => {
    const sink = await openSink();
    const delivery = await sink.write([reading('f.pv', value, quality)], signal, 'live');
    expect(delivery).toEqual({ rejected: [], deferred: [] });
    expect(trapper.packets).toEqual([]);
  });

  test('that is no number is refused for good, never sent', async () => {
    const batch = [reading('f.pv', Number.NaN)];
    const { rejected } = await (await openSink()).write(batch, signal, 'live');
    expect(rejected).toEqual([{ sample: batch[0], reason: 'NaN is no number' }]);
    expect(trapper.packets).toEqual([]);
  });

  test('goes to the host and key that were asked for', async () => {
    trapper.known.add('plant/f modbus.pv');
    const sink = await openSink({ zabbixHost: '{site}/{device}', key: 'modbus.{point}' });
    expect(deferredIds(await sink.write([reading('f.pv', 1)], signal, 'live'))).toEqual([]);
  });
});

test.each([
  [true, 3],
  [false, 1],
])('packets are compressed: %s', async (compress, flags) => {
  know('f.pv');
  await (await openSink({ compress })).write([reading('f.pv', 1)], signal, 'live');
  expect(trapper.received[4]).toBe(flags);
});

test('no packet carries more than 1000 values', async () => {
  know('f.pv');
  const batch = Array.from({ length: 2500 }, (_, index) => reading('f.pv', index));
  await (await openSink()).write(batch, signal, 'live');
  expect(trapper.packets.map(({ length }) => length)).toEqual([1000, 1000, 500]);
});

describe('the quality', () => {
  test('is sent where a key was given, for values that are not known too', async () => {
    know('f.pv');
    trapper.known.add('plant q[f,pv]');
    const sink = await openSink({ qualityKey: 'q[{device},{point}]' });
    await sink.write([reading('f.pv', 1), reading('f.pv', undefined, 'bad')], signal, 'live');
    expect(sent()).toEqual([['q[f,pv]=good', `${key('f.pv')}=1`, 'q[f,pv]=bad']]);
  });

  test('does not bring back a value that was taken', async () => {
    know('f.pv');
    const sink = await openSink({ qualityKey: 'q[{device},{point}]' });
    const batch = [reading('f.pv', 1), reading('f.pv', undefined, 'bad')];
    const { deferred } = await sink.write(batch, signal, 'live');
    expect(deferred?.map(({ sample }) => sample)).toEqual([batch[1]]);
  });
});

describe('a key that the server does not know', () => {
  const ids = ['f.a', 'f.b', 'f.c', 'f.d', 'f.e'];

  test('is found among those it knows, with all its values', async () => {
    know('f.a', 'f.b', 'f.d', 'f.e');
    const batch = [...ids, ...ids].map((id) => reading(id, 1));
    const delivery = await (await openSink()).write(batch, signal, 'live');
    expect(deferredIds(delivery)).toEqual(['f.c', 'f.c']);
    expect(delivery.deferred?.[0]?.reason).toBe(
      'host plant has no trapper item dinrail.value[f,c], or the server does not know of it yet',
    );
  });

  test('is deferred without further questions when the server knows none', async () => {
    const delivery = await (
      await openSink()
    ).write(
      ids.map((id) => reading(id, 1)),
      signal,
      'live',
    );
    expect(deferredIds(delivery)).toEqual(ids);
    expect(trapper.packets).toHaveLength(1);
  });

  test('goes in a packet of its own from then on, so that the others are sent once', async () => {
    know('f.a', 'f.b', 'f.d', 'f.e');
    const sink = await openSink();
    const batch = ids.map((id) => reading(id, 1));
    await sink.write(batch, signal, 'live');
    trapper.packets.length = 0;
    await sink.write(batch, signal, 'live');
    expect(sent()).toEqual([
      ['f.a', 'f.b', 'f.d', 'f.e'].map((id) => `${key(id)}=1`),
      [`${key('f.c')}=1`],
    ]);
  });

  test('is taken as soon as the server knows it', async () => {
    const sink = await openSink();
    await sink.write([reading('f.a', 1)], signal, 'live');
    know('f.a', 'f.b');
    expect(await sink.write([reading('f.a', 1)], signal, 'live')).toEqual({
      ...{ rejected: [], deferred: [] },
    });
    trapper.packets.length = 0;
    await sink.write([reading('f.a', 1), reading('f.b', 1)], signal, 'live');
    expect(trapper.packets).toHaveLength(1);
  });

  test('costs no more than a bounded number of questions, and nothing is lost on the way', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => `f.p${index}`);
    know(...many.filter((_, index) => index % 2 === 0));
    const sink = await openSink();
    let left: readonly Sample[] = many.map((id) => reading(id, 1));
    const unknown = left.filter((_, index) => index % 2 === 1);
    const { deferred = [] } = await sink.write(left, signal, 'live');
    expect(trapper.packets.length).toBeLessThanOrEqual(101);
    const kept = new Set(deferred.map(({ sample }) => sample));
    expect(unknown.every((sample) => kept.has(sample))).toBe(true);
    // Each time fewer of those that it takes are offered in vain.
    for (let time = 0; time < 20 && left.length > 500; time += 1) {
      left = ((await sink.write(left, signal, 'live')).deferred ?? []).map(({ sample }) => sample);
    }
    expect(new Set(left)).toEqual(new Set(unknown));
  });
});

describe('the discovery', () => {
  const discoveryKey = 'dinrail.discovery';
  const discoveries = (): number =>
    trapper.packets.filter((packet) => packet[0]?.key === discoveryKey).length;

  beforeEach(() => {
    site.usePoints([sitePoint('f.pv', { label: 'Temperature' }), sitePoint('g.pv')]);
    site.useDevice({ name: 'f', label: 'Furnace' });
    know('f.pv', 'g.pv');
    trapper.known.add(`plant ${discoveryKey}`);
  });

  test('comes before the first values, and again when its time has come', async () => {
    const sink = await openSink({ discoveryKey, discoveryEveryMs: 600_000 });
    expect(trapper.packets).toEqual([]);
    await sink.write([reading('f.pv', 1)], signal, 'live');
    expect(trapper.packets.map(([first]) => first?.key)).toEqual([discoveryKey, key('f.pv')]);
    const rows = JSON.parse(trapper.packets[0]?.[0]?.value ?? '') as Record<string, string>[];
    expect(rows.map((row) => row['{#DEVICE.LABEL}'])).toEqual(['Furnace', 'g']);

    clock.advance(599_999);
    await sink.write([reading('f.pv', 2)], signal, 'live');
    expect(discoveries()).toBe(1);
    clock.advance(1);
    await sink.write([reading('f.pv', 3)], signal, 'live');
    expect(discoveries()).toBe(2);
  });

  test('comes at once when there is a new point', async () => {
    const sink = await openSink({ discoveryKey });
    await sink.write([reading('f.pv', 1)], signal, 'live');
    site.usePoints([...site.points(), sitePoint('f.sp')]);
    await sink.write([reading('f.sp', 1)], signal, 'live');
    await sink.write([reading('f.sp', 1)], signal, 'live');
    expect(discoveries()).toBe(2);
  });

  test('tells each host of its own devices', async () => {
    const sink = await openSink({ discoveryKey, zabbixHost: '{device}' });
    await sink.write([reading('f.pv', 1)], signal, 'live');
    const documents = trapper.packets[0]?.map(({ host, value }) => [
      host,
      (JSON.parse(value) as Record<string, string>[]).map((row) => row['{#DEVICE}']),
    ]);
    expect(documents).toEqual([
      ['f', ['f']],
      ['g', ['g']],
    ]);
  });

  test('that the server does not take holds nothing up, and is offered again after a minute', async () => {
    trapper.known.delete(`plant ${discoveryKey}`);
    const sink = await openSink({ discoveryKey });
    expect(deferredIds(await sink.write([reading('f.pv', 1)], signal, 'live'))).toEqual([]);
    clock.advance(60_000);
    await sink.write([reading('f.pv', 1)], signal, 'live');
    expect(discoveries()).toBe(2);
  });
});

describe('a server that is not well makes the sink unavailable, in words', () => {
  const reset = (socket: Socket): void => void socket.resetAndDestroy();
  test.each<[string, (socket: Socket) => void, string]>([
    ['refuses', (socket) => socket.end(answer('failed', 'no')), 'answers failed: no'],
    ['closes', (socket) => socket.end(), 'closed the connection without an answer'],
    ['breaks off', reset, 'broke off'],
    [
      'ends its answer too early',
      (socket) => socket.end(answer('success', 'processed: 1; failed: 0').subarray(0, 20)),
      'ended its answer after 20 bytes',
    ],
    ['is a web server', (socket) => socket.end('HTTP/1.1 400 Bad'), 'does not speak the Zabbix'],
    ['says nothing of counts', (socket) => socket.end(answer('success', '')), 'does not say what'],
    [
      'counts something else',
      (socket) => socket.end(answer('success', 'processed: 7; failed: 0; total: 7')),
      'got 1 values and speaks of processed: 7',
    ],
  ])('%s', async (_, instead, message) => {
    trapper.instead = instead;
    const written = (await openSink()).write([reading('f.pv', 1)], signal, 'live');
    await expect(written).rejects.toThrow(SinkUnavailableError);
    await expect(written).rejects.toThrow(message);
  });

  test('answers no more', async () => {
    const written = new Promise<void>((resolve) => (trapper.instead = () => resolve()));
    const outcome = (await openSink()).write([reading('f.pv', 1)], signal, 'live');
    outcome.catch(() => undefined);
    await written;
    clock.advance(10_000);
    await expect(outcome).rejects.toThrow('does not answer in 10000 ms');
  });

  test('is not there', async () => {
    await trapper.close();
    const outcome = (await openSink()).write([reading('f.pv', 1)], signal, 'live');
    await expect(outcome).rejects.toThrow('refuses connections: nothing listens there');
    trapper = await fakeTrapper();
  });
});

test('a sink that is stopped in the middle ends its connection', async () => {
  const stop = new AbortController();
  const written = new Promise<Socket>((resolve) => (trapper.instead = resolve));
  const outcome = (await openSink()).write([reading('f.pv', 1)], stop.signal, 'live');
  outcome.catch(() => undefined);
  const socket = await written;
  stop.abort(new Error('stopping'));
  await expect(outcome).rejects.toThrow('stopping');
  await new Promise((resolve) => socket.once('close', resolve));
  expect(clock.nextAlarm()).toBe(Infinity);
});

test('a try leaves nothing behind and says who answered', async () => {
  const sink = await openSink();
  expect(await sink.test?.(signal)).toContain('is a Zabbix server or proxy and takes values');
  expect(trapper.packets).toEqual([[]]);
});

test.each(['', 'abc', 'xyz', '00'.repeat(15)])(
  'the key "%s" is no pre-shared key',
  async (keyHex) => {
    const sink = await openSink({ psk: { identity: 'plant', keyHex } });
    await expect(sink.test?.(signal)).rejects.toThrow('not made of 32 or more hexadecimal digits');
  },
);
