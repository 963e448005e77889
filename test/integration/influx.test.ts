import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SinkUnavailableError } from '../../src/base/errors.ts';
import { ManualClock } from '../../src/base/manual-clock.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { influxSink } from '../../src/sink/influx/influx-sink.ts';
import type { InfluxOptions } from '../../src/sink/influx/options.ts';
import type { Point, Value } from '../../src/telemetry/point.ts';
import type { Sample } from '../../src/telemetry/sample.ts';
import type { Sink } from '../../src/telemetry/sink.ts';
import { FakeSite, sitePoint } from '../support/fake-site.ts';
import {
  influxQuery,
  startInfluxd,
  startVictoriaMetrics,
  type InfluxRow,
  type SeriesServer,
} from '../support/influxd.ts';
import { missing } from '../support/peers.ts';

const AT = 1_772_188_649_412_000;
const never = new AbortController().signal;

function reading(point: Point, value: Value, at = AT): Sample {
  return { point, value, quality: 'good', at, requestedAt: at - 9_000, goodAt: at };
}

async function opened(options: InfluxOptions): Promise<Sink> {
  const sink = influxSink(options, { clock: systemClock });
  await sink.open(new FakeSite(new ManualClock(), 'plant'), never);
  return sink;
}

describe.skipIf(missing('influxd'))('InfluxDB 1.6', () => {
  let server: SeriesServer;
  let sink: Sink;

  const toPlant = (over: Partial<InfluxOptions> = {}): InfluxOptions =>
    ({ url: server.url, api: 'v1', database: 'plant', ...over }) as InfluxOptions;
  const rows = async (query: string, options = {}): Promise<readonly InfluxRow[]> =>
    influxQuery(server.url, query, options);

  beforeAll(async () => {
    server = await startInfluxd();
  });
  afterAll(async () => server.remove());
  beforeEach(async () => {
    await rows('DROP DATABASE plant');
    await rows('CREATE DATABASE plant');
    sink = await opened(toPlant());
    return async () => sink.close();
  });

  test.each<[what: string, value: Value, over?: Partial<Point>]>([
    ['a float', 749.6],
    ['a float of 17 digits', 49.97999954223633],
    ['the smallest double', 5e-324],
    ['the largest double', 1.7976931348623157e308],
    ['a small negative number', -0.001],
    ['a whole number as a float', 42],
    ['a wide integer', 9_007_199_254_740_993n],
    ['the lowest integer of 64 bits', -(2n ** 63n)],
    ['the highest integer of 64 bits', 2n ** 63n - 1n],
    ['true', true],
    ['false', false],
    ['a text', 'BATCH 123'],
    ['an empty text', ''],
    ['a text with quotes and backslashes', 'a "quoted" \\ back\\\\slash \\" end\\'],
    ['a text of other alphabets', 'Ölpumpe 温度 🔥 çelik'],
    ['a text of several lines', 'first\nsecond\r\n\tthird'],
    ['a text that looks like fields', ' x=1,y=2i #\'"'],
  ])('%s comes back as it was', async (_, value, over) => {
    const point = sitePoint('furnace1.pv', { category: 'heat', ...over });
    expect(await sink.write([reading(point, value)], never, 'live')).toEqual({ rejected: [] });
    expect(await rows('SELECT pv FROM heat')).toEqual([{ time: AT / 1_000, pv: value }]);
  });

  test.each([
    'with space',
    'a,b=c d',
    'back\\slash',
    'back\\,comma',
    'back\\ space',
    'back\\=equals',
    '\\\\two',
    '"quoted"',
    "it's",
    'Höhe 温',
    '#1',
    'true',
    '1i',
  ])('a tag that says %j comes back as it was', async (text) => {
    const point = sitePoint('furnace1.pv', { tags: { where: text } });
    await sink.write([reading(point, 1.5)], never, 'live');
    expect(await rows('SELECT * FROM dinrail')).toMatchObject([{ pv: 1.5, where: text }]);
  });

  test.each([
    ['with space', 'with space'],
    ['a,b=c d', 'a,b=c d'],
    ['back\\slash', 'back\\slash'],
    ['back\\,comma\\ space\\=equals', 'back,comma space=equals'],
    ['"quoted"', '"quoted"'],
    ['Höhe 温', 'Höhe 温'],
    ['1 #1', '1 #1'],
  ])('the names %j are %j for a measurement, a tag and a field', async (text, name) => {
    const other = await opened(toPlant({ measurement: text, tags: { [text]: 'x' } }));
    await other.write([reading(sitePoint(`a.${text}`, { name: text }), 1.5)], never, 'live');
    const found = await rows('SHOW MEASUREMENTS');
    expect(found).toEqual([{ name }]);
    expect(await rows('SHOW TAG KEYS')).toEqual([{ tagKey: name }]);
    expect(await rows('SHOW FIELD KEYS')).toEqual([{ fieldKey: name, fieldType: 'float' }]);
    expect(await rows('SELECT * FROM /.*/')).toHaveLength(1);
    await other.close();
  });

  test('what has no form in a tag is changed and never breaks the line', async () => {
    const tags = { a: 'ends with \\', b: 'two\nlines', c: '', d: '\\', 'k=\\': 'v' };
    const point = sitePoint('furnace1.pv', { tags });
    await sink.write([reading(point, 1.5)], never, 'live');
    expect(await rows('SELECT * FROM dinrail')).toEqual([
      {
        ...{ time: AT / 1_000, pv: 1.5, device: 'furnace1', site: 'plant' },
        ...{ a: 'ends with ', b: 'two\\nlines', 'k=': 'v' },
      },
    ]);
  });

  test('what a device says at one moment is one point with a state and its name', async () => {
    const state = sitePoint('furnace1.state', { kind: 'state', enum: new Map([[5, 'heating']]) });
    const batch = [reading(sitePoint('furnace1.pv'), 749.6), reading(state, 5)];
    await sink.write(batch, never, 'live');
    expect(await rows('SELECT * FROM dinrail')).toEqual([
      {
        ...{ time: AT / 1_000, device: 'furnace1', site: 'plant' },
        ...{ pv: 749.6, state: 5, state_text: 'heating' },
      },
    ]);
  });

  test('a bad sample leaves its quality and no value, and NaN leaves nothing', async () => {
    const pv = sitePoint('furnace1.pv');
    const bad: Sample = { point: pv, quality: 'bad', cause: 'timeout', at: AT, requestedAt: AT };
    const nan = reading(pv, NaN, AT + 1_000);
    const { rejected } = await sink.write([bad, nan], never, 'live');
    expect(rejected).toEqual([{ sample: nan, reason: 'NaN has no form in the line protocol' }]);
    expect(await rows('SELECT * FROM dinrail')).toEqual([
      { time: AT / 1_000, device: 'furnace1', site: 'plant', pv_quality: 'bad' },
    ]);
  });

  test.each([
    ['s', 'ns', 1_772_188_649_000_000_000n],
    ['ms', 'ns', 1_772_188_649_412_000_000n],
    ['us', 'ns', 1_772_188_649_412_345_000n],
    ['ns', 'ns', 1_772_188_649_412_345_000n],
  ] as const)('the precision %s is understood', async (precision, epoch, time) => {
    const other = await opened(toPlant({ precision }));
    await other.write([reading(sitePoint('furnace1.pv'), 1.5, AT + 345)], never, 'live');
    expect(await rows('SELECT pv FROM dinrail', { epoch })).toEqual([{ time, pv: 1.5 }]);
    await other.close();
  });

  test('five thousand values arrive, each with its own', async () => {
    const pv = sitePoint('furnace1.pv');
    const batch = Array.from({ length: 5_000 }, (_, n) => reading(pv, n / 7, AT + n * 1_000));
    expect(await sink.write(batch, never, 'backlog')).toEqual({ rejected: [] });
    const found = await rows('SELECT pv FROM dinrail');
    expect(found).toEqual(batch.map(({ at, value }) => ({ time: at / 1_000, pv: value })));
  });

  test('a field that changed its type is rejected with the reason, and everything else is written', async () => {
    const pv = sitePoint('furnace1.pv');
    await sink.write([reading(pv, 1.5)], never, 'live');
    const batch = Array.from({ length: 300 }, (_, n) => {
      const at = AT + (n + 1) * 1_000;
      return [reading(sitePoint('furnace1.sp'), n, at), reading(pv, n % 100 === 7 ? 'hot' : n, at)];
    }).flat();
    const { rejected, rest } = await sink.write(batch, never, 'live');
    expect(rest).toBeUndefined();
    expect(rejected.map(({ sample }) => sample)).toEqual(
      batch.filter(({ value }) => value === 'hot'),
    );
    expect(rejected[0]?.reason).toMatch(/field type conflict: input field "pv".*is type string/);
    expect(await rows('SELECT count(pv) AS pv, count(sp) AS sp FROM dinrail')).toMatchObject([
      { pv: 298, sp: 300 },
    ]);
  });

  test('values older than the retention are rejected with the reason', async () => {
    await rows('CREATE RETENTION POLICY day ON plant DURATION 1d REPLICATION 1');
    const other = await opened(toPlant({ retentionPolicy: 'day' }));
    const now = systemClock.wallMicros();
    const batch = [reading(sitePoint('a.pv'), 1, AT), reading(sitePoint('a.pv'), 2, now)];
    const { rejected } = await other.write(batch, never, 'backlog');
    expect(rejected).toMatchObject([{ sample: batch[0] }]);
    expect(rejected[0]?.reason).toMatch(/beyond retention policy/);
    expect(await rows('SELECT pv FROM plant.day.dinrail')).toMatchObject([{ pv: 2 }]);
    await other.close();
  });

  test('a database that is not there keeps everything and is named', async () => {
    const other = await opened(toPlant({ database: 'elsewhere' }));
    const written = other.write([reading(sitePoint('a.pv'), 1)], never, 'live');
    await expect(written).rejects.toThrow(/has no database "elsewhere".*make it/);
    await expect(other.test?.(never)).rejects.toThrow(SinkUnavailableError);
    await other.close();
  });

  test('an address of another interface keeps everything', async () => {
    const other = await opened({ url: server.url, api: 'v2', org: 'o', bucket: 'plant' });
    const written = other.write([reading(sitePoint('a.pv'), 1)], never, 'live');
    await expect(written).rejects.toThrow(/has no place to write to.*check url and api/);
    await other.close();
  });

  test('the test says what it found and leaves nothing behind', async () => {
    expect(await sink.test?.(never)).toBe(
      `InfluxDB OSS 1.6.7~rc0 at ${server.url} takes writes to the database "plant"`,
    );
    expect(await rows('SHOW MEASUREMENTS')).toEqual([]);
  });

  test('nothing is lost and nothing is doubled when the server is killed and comes back', async () => {
    const pv = sitePoint('furnace1.pv');
    const batches = Array.from({ length: 12 }, (_, n) =>
      Array.from({ length: 50 }, (_, i) => reading(pv, n * 50 + i, AT + (n * 50 + i) * 1_000)),
    );
    let failures = 0;
    for (const [n, batch] of batches.entries()) {
      if (n === 4) await server.kill();
      // As the delivery in front of a sink does it: the same batch until it is taken.
      while (!(await sink.write(batch, never, 'live').then(Boolean, () => false))) {
        failures += 1;
        if (failures === 3) await server.start();
      }
    }
    expect(failures).toBeGreaterThanOrEqual(3);
    const found = await rows('SELECT pv FROM dinrail');
    expect(found.map(({ pv: value }) => value)).toEqual(Array.from({ length: 600 }, (_, n) => n));
  });
});

describe.skipIf(missing('influxd'))('InfluxDB 1.6 with users', () => {
  let server: SeriesServer;
  const target = (username?: string, password?: string): InfluxOptions => ({
    ...{ url: server.url, api: 'v1', database: 'plant' },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  });

  beforeAll(async () => {
    server = await startInfluxd({ auth: true });
    const root = { login: 'root:root' };
    await influxQuery(server.url, `CREATE USER root WITH PASSWORD 'root' WITH ALL PRIVILEGES`);
    for (const query of [
      'CREATE DATABASE plant',
      `CREATE USER writer WITH PASSWORD 'pa:ss wörd'`,
      'GRANT WRITE ON plant TO writer',
      `CREATE USER guest WITH PASSWORD 'hunter2'`,
    ]) {
      await influxQuery(server.url, query, root);
    }
  });
  afterAll(async () => server.remove());

  test('takes writes of a user who may write and nothing else', async () => {
    const sink = await opened(target('writer', 'pa:ss wörd'));
    expect(await sink.test?.(never)).toMatch(/takes writes to the database "plant"$/);
    expect(await sink.write([reading(sitePoint('a.pv'), 1)], never, 'live')).toEqual({
      rejected: [],
    });
    await sink.close();
  });

  test.each([
    [
      'a wrong password',
      'writer',
      'hunter2',
      /refuses the user name or password \(401: .*check it/,
    ],
    [
      'a user without the right',
      'guest',
      'hunter2',
      /refuses the user .*\(403: .*may write to the/,
    ],
    ['no user at all', undefined, undefined, /refuses the user name or password \(401/],
  ])('%s keeps everything', async (_, username, password, words) => {
    const sink = await opened(target(username, password));
    const written = sink.write([reading(sitePoint('a.pv'), 1)], never, 'live');
    const error: unknown = await written.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SinkUnavailableError);
    const { message } = error as SinkUnavailableError;
    expect(message).toMatch(words);
    expect(message).not.toContain('hunter2');
    await expect(sink.test?.(never)).rejects.toThrow(words);
    await sink.close();
  });
});

describe.skipIf(missing('victoriaMetrics'))('VictoriaMetrics', () => {
  let server: SeriesServer;
  beforeAll(async () => {
    server = await startVictoriaMetrics();
  });
  afterAll(async () => server.remove());

  test.each<[api: string, target: InfluxOptions]>([
    ['v2', { url: '', api: 'v2', org: 'o', bucket: 'plant' }],
    ['v1', { url: '', api: 'v1', database: 'plant' }],
  ])('takes %s and gives the values back', async (api, target) => {
    const sink = await opened({ ...target, url: server.url, tags: { where: `über "${api}"` } });
    // It keeps a month: the values have to be of today.
    const now = Math.floor(systemClock.wallMicros() / 1e6) * 1e6 - 60e6;
    const batch = [0, 1, 2].map((n) => {
      return reading(sitePoint('a.pv', { category: 'heat' }), 749.5 + n, now + n * 1e6);
    });
    expect(await sink.write(batch, never, 'live')).toEqual({ rejected: [] });
    expect(await sink.test?.(never)).toMatch(/ takes writes to the (bucket|database) "plant"$/);
    await fetch(`${server.url}/internal/force_flush`);
    const match = `{__name__="heat_pv",where=~".*${api}.*"}`;
    const query = new URLSearchParams({ 'match[]': match }).toString();
    await expect
      .poll(async () => (await fetch(`${server.url}/api/v1/export?${query}`)).json())
      .toMatchObject({
        metric: { __name__: 'heat_pv', where: `über "${api}"` },
        values: [749.5, 750.5, 751.5],
        timestamps: batch.map(({ at }) => at / 1_000),
      });
    await sink.close();
  });
});

describe.skipIf(missing('openssl'))('an encrypted connection', () => {
  let folder: string;
  let server: Server;
  let ca: string;
  let port: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dinrail-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const names = ['-subj', '/CN=influx', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const made = spawnSync('openssl', [
      ...[...kind, '-nodes', '-days', '2', ...names],
      ...['-keyout', key, '-out', cert],
    ]);
    expect(made.status, made.stderr.toString()).toBe(0);
    ca = readFileSync(cert, 'utf8');
    server = createServer({ key: readFileSync(key), cert: ca }, (_, response) => {
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  const v2 = { api: 'v2', org: 'o', bucket: 'plant', token: 't' } as const;
  const batch = [reading(sitePoint('a.pv'), 1)];

  test('is used when the certificate is trusted', async () => {
    const sink = await opened({ ...v2, url: `https://127.0.0.1:${port}`, ca });
    expect(await sink.write(batch, never, 'live')).toEqual({ rejected: [] });
    await sink.close();
  });

  test.each([
    ['nobody has signed it', '127.0.0.1', false],
    ['it is of another host', 'localhost', true],
  ])('is refused when %s', async (_, host, trusted) => {
    const url = `https://${host}:${port}`;
    const sink = await opened({ ...v2, url, ...(trusted && { ca }) });
    await expect(sink.write(batch, never, 'live')).rejects.toThrow(
      `${url} has a certificate that is not trusted`,
    );
    await sink.close();
  });
});
