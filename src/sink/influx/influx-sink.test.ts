import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SinkUnavailableError } from '../../base/errors.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import type { Sample } from '../../telemetry/sample.ts';
import type { Delivery, Sink } from '../../telemetry/sink.ts';
import { FakeSite, sitePoint } from '../../../test/support/fake-site.ts';
import {
  answers,
  drips,
  hangs,
  losesAcknowledgement,
  PlayedInflux,
  refusesWhole,
  resets,
  resetsInMidBody,
  slow,
  takes,
  takesAtMost,
  withholdsAcknowledgement,
  writesTheRest,
  type Reaction,
} from '../../../test/support/influx-outages.ts';
import { influxSink } from './influx-sink.ts';
import type { InfluxOptions } from './options.ts';

const AT = 1_772_188_649_412_000;
const TOKEN = 'se+cret/==';

let clock: ManualClock;
let server: PlayedInflux;
let abort: AbortController;
const sinks: Sink[] = [];

beforeEach(async () => {
  clock = new ManualClock();
  server = await PlayedInflux.start();
  abort = new AbortController();
});

afterEach(async () => {
  for (const sink of sinks.splice(0)) await sink.close();
  await server.stop();
});

async function opened(over: Partial<InfluxOptions> = {}): Promise<Sink> {
  const v2 = { url: server.url, api: 'v2', org: 'acme', bucket: 'plant', token: TOKEN } as const;
  const sink = influxSink({ ...v2, ...over } as InfluxOptions, { clock });
  await sink.open(new FakeSite(clock, 'works'), abort.signal);
  sinks.push(sink);
  return sink;
}

/** One sample each second, each on a line of its own. */
function samples(count: number): Sample[] {
  const point = sitePoint('oven.pv');
  return Array.from({ length: count }, (_, n) => {
    const at = AT + n * 1_000_000;
    return { point, value: n, quality: 'good', at, requestedAt: at, goodAt: at };
  });
}

async function write(sink: Sink, batch: readonly Sample[]): Promise<Delivery> {
  return await sink.write(batch, abort.signal, 'live');
}

/** What a write failed with. The time is up as soon as a server that stays `silent` has the request. */
async function failure(
  sink: Sink,
  silent: boolean,
  batch = samples(3),
): Promise<SinkUnavailableError> {
  const heard = server.heard();
  const failed = write(sink, batch).then(
    () => undefined,
    (error: unknown) => error,
  );
  await heard;
  if (silent) await clock.step();
  const error = await failed;
  expect(error).toBeInstanceOf(SinkUnavailableError);
  return error as SinkUnavailableError;
}

describe('a write', () => {
  test('carries lines, organisation, bucket, precision and token', async () => {
    const sink = await opened();
    expect(await write(sink, samples(2))).toEqual({ rejected: [] });
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        url: '/api/v2/write?org=acme&bucket=plant&precision=ms',
        headers: { authorization: `Token ${TOKEN}`, 'content-type': 'text/plain; charset=utf-8' },
        lines: [
          'dinrail,device=oven,site=works pv=0 1772188649412',
          'dinrail,device=oven,site=works pv=1 1772188650412',
        ],
      },
    ]);
  });

  test('to version 1 carries database, policy and user, and no password in the address', async () => {
    const v1 = { api: 'v1', database: 'pl ant', username: 'me', password: 'hunter2' } as const;
    const sink = await opened({ ...v1, retentionPolicy: 'week', precision: 'us' });
    await write(sink, samples(1));
    const basic = Buffer.from('me:hunter2').toString('base64');
    expect(server.requests).toMatchObject([
      {
        url: '/write?db=pl+ant&precision=u&rp=week',
        headers: { authorization: `Basic ${basic}` },
        lines: [`dinrail,device=oven,site=works pv=0 ${AT}`],
      },
    ]);
  });

  test('goes below the path that the url has', async () => {
    await write(await opened({ url: `${server.url}/influx/` }), samples(1));
    expect(server.requests[0]?.url).toMatch(/^\/influx\/api\/v2\/write\?/);
  });

  test.each([
    [true, 'gzip'],
    [false, undefined],
  ])('of many lines with gzip: %s', async (gzip, encoding) => {
    const sink = await opened({ gzip });
    await write(sink, samples(100));
    expect(server.requests[0]?.headers['content-encoding']).toBe(encoding);
    expect(server.stored.size).toBe(100);
  });

  test('uses the same connection as the one before', async () => {
    const sink = await opened();
    await write(sink, samples(1));
    await write(sink, samples(2));
    expect(server.connections).toBe(1);
  });

  test('is cut into requests of the batch size', async () => {
    const sink = await opened({ batchSize: 4 });
    expect(await write(sink, samples(10))).toEqual({ rejected: [] });
    expect(server.requests.map(({ lines }) => lines.length)).toEqual([4, 4, 2]);
  });

  test('of nothing asks nothing', async () => {
    expect(await write(await opened(), [])).toEqual({ rejected: [] });
    expect(server.requests).toEqual([]);
  });

  test('of a text with a line break stays one line', async () => {
    const sink = await opened();
    const [sample] = samples(1);
    await write(sink, [{ ...sample!, value: 'a\nb' }]);
    expect(server.requests[0]?.lines.join('\n')).toMatch(/ pv="a\nb" \d+$/);
  });
});

describe('nothing is taken, and the same batch can be offered again, when the server', () => {
  test.each<[what: string, reaction: Reaction, words: RegExp]>([
    ['answers 500', answers(500, { error: 'engine is closed' }), /answers 500: engine is closed$/],
    ['answers 503', answers(503), /answers 503$/],
    ['answers 429', answers(429, { message: 'too many writes' }), /answers 429: too many writes$/],
    ['hangs', hangs, /did not answer within 10000 ms$/],
    ['resets the connection', resets, /broke the connection off before it had answered$/],
    ['resets in mid-body', resetsInMidBody, /broke the connection off before it had answered$/],
    ['drips an answer', drips, /did not answer within 10000 ms$/],
    ['loses the acknowledgement', losesAcknowledgement, /broke the connection off/],
    ['withholds the acknowledgement', withholdsAcknowledgement, /did not answer within 10000 ms$/],
    [
      'answers with a web page',
      answers(200, '<!DOCTYPE html><h1>Sign in</h1>', { 'content-type': 'text/html' }),
      /answers as no InfluxDB does \(200: a web page\)/,
    ],
    ['answers 200 with something', answers(200, 'OK'), /answers as no InfluxDB does \(200: OK\)/],
    ['answers 202', answers(202), /answers as no InfluxDB does \(202\)/],
    ['answers 502 with a web page', answers(502, '<html>'), /answers 502: a web page$/],
    ['answers 400 with a web page', answers(400, '<html>'), /answers 400: a web page$/],
    ['answers 400 without a word', answers(400), /answers 400$/],
    [
      'sends on',
      answers(307, '', { location: 'https://influx.example/api/v2/write?bucket=plant' }),
      /sends on to https:\/\/influx\.example\/api\/v2\/write \(307\): give that address as url$/,
    ],
    [
      'refuses the token',
      answers(401, { code: 'unauthorized', message: `no such token: ${TOKEN}` }),
      /refuses the token \(401: no such token: \*\*\*\): check it, and that it may write to the bucket "plant"$/,
    ],
    ['forbids the write', answers(403, { message: 'read only' }), /refuses the token \(403/],
    [
      'does not know the bucket',
      answers(404, { code: 'not found', message: 'bucket "plant" not found' }),
      /has no bucket "plant" \(404: bucket "plant" not found\): make it, or correct the name$/,
    ],
    [
      'is no InfluxDB',
      answers(404, '404 page not found'),
      /no place to write to .*check url and api/,
    ],
    [
      'refuses even an empty request',
      (response, played, lines) => {
        played.otherwise = answers(400, { error: 'database is required' });
        played.otherwise(response, played, lines);
      },
      /refuses all writes: database is required$/,
    ],
  ])('%s', async (_, reaction, words) => {
    const sink = await opened();
    server.script.push(reaction);
    const { message } = await failure(sink, words.source.startsWith('did not answer'));
    expect(message).toMatch(words);
    expect(message).toContain('127.0.0.1');
    expect(message).not.toContain(TOKEN);
    server.otherwise = takes;
    expect(await write(sink, samples(3))).toEqual({ rejected: [] });
    expect(server.stored).toEqual(new Set(server.requests.at(-1)?.lines));
    expect(server.stored.size).toBe(3);
  });

  test('is not there', async () => {
    const sink = await opened();
    await server.stop();
    await expect(write(sink, samples(1))).rejects.toThrow(`${server.url} refuses the connection`);
    server = await PlayedInflux.start();
  });

  test('has another name than the network knows', async () => {
    const sink = await opened({ url: 'http://influx.invalid:8086' });
    await expect(write(sink, samples(1))).rejects.toThrow(
      /influx\.invalid:8086 has a name that (is not known here|cannot be looked up now)/,
    );
  });

  test('answers with more than anybody would read', async () => {
    const sink = await opened();
    server.script.push((response) => {
      response.writeHead(500);
      response.on('error', () => undefined);
      const flood = (): void => {
        if (!response.destroyed) response.write('x'.repeat(65_536), flood);
      };
      flood();
    });
    const { message } = await failure(sink, false);
    expect(message).toMatch(/answers 500: x{300}…$/);
  });
});

describe('a server that wants to be left alone is asked again', () => {
  test.each([
    ['after the seconds it names', '7', 7_000],
    ['at the date it names', 'Thu, 01 Jan 2026 00:01:30 GMT', 90_000],
    ['at once when the date is over', 'Thu, 01 Jan 2015 00:00:00 GMT', 0],
    ['after an hour at most', '86400', 3_600_000],
    ['when we like, after words', 'soon', undefined],
    ['when we like, without a word', undefined, undefined],
  ])('%s', async (_, value, retryAfterMs) => {
    const sink = await opened();
    const headers: Record<string, string> = value === undefined ? {} : { 'retry-after': value };
    for (const status of [429, 503]) {
      server.script.push(answers(status, '', headers));
      await expect(write(sink, samples(1))).rejects.toMatchObject({ retryAfterMs });
    }
  });
});

test('an idle connection that the server has closed is not a failure', async () => {
  const sink = await opened();
  await write(sink, samples(1));
  server.script.push(resets);
  expect(await write(sink, samples(3))).toEqual({ rejected: [] });
  expect(server.stored.size).toBe(3);
});

test('requests get shorter while they do not come through, and longer again afterwards', async () => {
  const sink = await opened();
  const sizes = (): number[] => server.requests.splice(0).map(({ lines }) => lines.length);
  server.script.push(resets, resets);
  await failure(sink, false, samples(4_000));
  await failure(sink, false, samples(4_000));
  expect(sizes()).toEqual([4_000, 2_500]);
  await write(sink, samples(4_000));
  expect(sizes()).toEqual([1_250, 1_250, 1_250, 250]);
  await write(sink, samples(4_000));
  expect(sizes()).toEqual([4_000]);
});

test('a slow answer is waited for', async () => {
  const sink = await opened();
  server.script.push(slow);
  expect((await write(sink, samples(1))).rejected[0]?.reason).toMatch(/unable to parse 'dinrail/);
});

describe('stopping', () => {
  test('ends a request that hangs', async () => {
    const sink = await opened();
    server.script.push(hangs);
    const heard = server.heard();
    const failed = expect(write(sink, samples(1))).rejects.toThrow(SinkUnavailableError);
    await heard;
    abort.abort();
    await failed;
    expect(clock.nextAlarm()).toBe(Infinity);
  });

  test('before the request sends nothing', async () => {
    const sink = await opened();
    abort.abort();
    await expect(write(sink, samples(1))).rejects.toThrow(SinkUnavailableError);
    expect(server.requests).toEqual([]);
  });
});

describe('the server goes away after a part was taken:', () => {
  test('the part that was not is handed back in order', async () => {
    const sink = await opened({ batchSize: 2 });
    const batch = samples(7);
    server.script.push(takes, answers(503, '', { 'retry-after': '7' }));
    expect(await write(sink, batch)).toEqual({ rejected: [], rest: batch.slice(2) });
    expect(server.requests).toHaveLength(2);
  });

  test('also in the middle of the search for a bad line', async () => {
    const sink = await opened();
    const batch = samples(8);
    const poison = refusesWhole((line) => line.includes('pv=1 '));
    server.script.push(poison, poison, poison, poison, poison, answers(500));
    const { rejected, rest } = await write(sink, batch);
    expect(rejected.map(({ sample }) => sample)).toEqual([batch[1]]);
    expect(rest).toEqual(batch.slice(2));
  });
});

describe.each<[what: string, play: (isBad: (line: string) => boolean) => Reaction]>([
  ['refuses the whole batch', refusesWhole],
  ['writes the rest', writesTheRest],
])('a bad line, when the server %s,', (_, play) => {
  const value = (line: string): number => Number(/ pv=(\d+) /.exec(line)?.[1]);

  test.each([
    ['first', [0]],
    ['last', [99]],
    ['in the middle', [41]],
    ['one of several', [3, 4, 50, 51, 52, 90]],
    ['every one', Array.from({ length: 100 }, (_unused, n) => n)],
  ])('is set apart with the reason and the others arrive: %s', async (_where, bad) => {
    const sink = await opened();
    const batch = samples(100);
    server.otherwise = play((line) => bad.includes(value(line)));
    const { rejected, rest } = await write(sink, batch);
    expect(rest).toBeUndefined();
    expect(rejected.map(({ sample }) => sample)).toEqual(bad.map((n) => batch[n]));
    expect(rejected[0]?.reason).toMatch(/unable to parse '.*': bad timestamp|field type conflict/);
    expect([...server.stored].map(value).sort((a, b) => a - b)).toEqual(
      batch.flatMap((_sample, n) => (bad.includes(n) ? [] : [n])),
    );
  });

  test('loses only its bad field', async () => {
    const sink = await opened();
    const batch = ['a', 'b', 'pv', 'c'].map((name, index): Sample => {
      return { ...samples(1)[0]!, point: sitePoint(`oven.${name}`), value: index };
    });
    server.otherwise = play((line) => line.includes('pv='));
    const { rejected } = await write(sink, batch);
    expect(rejected).toMatchObject([{ sample: batch[2] }]);
    expect([...server.stored].join(' ')).toMatch(/ a=0 .* b=1 .* c=3 /);
  });
});

test('a search that would take too long leaves the rest for the next turn', async () => {
  const sink = await opened();
  const batch = samples(2_000);
  server.otherwise = refusesWhole(() => true);
  const { rejected, rest = [] } = await write(sink, batch);
  expect(rejected.length).toBeGreaterThan(200);
  expect([...rejected.map(({ sample }) => sample), ...rest]).toEqual(batch);
  expect(server.requests.length).toBeLessThan(510);
});

describe('a batch that is too large', () => {
  test('is halved until it fits', async () => {
    const sink = await opened();
    server.otherwise = takesAtMost(3);
    expect(await write(sink, samples(10))).toEqual({ rejected: [] });
    expect(server.stored.size).toBe(10);
  });

  test('even as a single line is rejected', async () => {
    const sink = await opened();
    server.otherwise = takesAtMost(0);
    const batch = samples(2);
    expect((await write(sink, batch)).rejected).toEqual(
      batch.map((sample) => ({ sample, reason: 'too large: Request Entity Too Large' })),
    );
  });
});

describe('what has no form in the line protocol', () => {
  test('is rejected without asking the server', async () => {
    const sink = await opened();
    const [first, second] = samples(2);
    const batch = [{ ...first!, value: NaN }, second!];
    const { rejected } = await write(sink, batch);
    expect(rejected).toEqual([
      { sample: batch[0], reason: 'NaN has no form in the line protocol' },
    ]);
    expect(server.stored.size).toBe(1);
  });

  test('is not told while the server is away, as the batch comes again', async () => {
    const sink = await opened();
    server.script.push(answers(503));
    await expect(write(sink, [{ ...samples(1)[0]!, value: NaN }, ...samples(1)])).rejects.toThrow();
  });
});

describe('the test', () => {
  test('pings, writes nothing, and says what it found', async () => {
    const headers = { 'x-influxdb-version': 'v2.7.1', 'x-influxdb-build': 'OSS' };
    server.script.push(answers(204, '', headers));
    expect(await (await opened()).test?.(abort.signal)).toBe(
      `InfluxDB OSS v2.7.1 at ${server.url} takes writes to the bucket "plant"`,
    );
    expect(server.requests).toMatchObject(
      [
        { method: 'GET', url: '/ping' },
        { method: 'POST', url: /^\/api\/v2\/write/, lines: [] },
      ].map((request) => ({ ...request, url: expect.any(String) as string })),
    );
    expect(server.stored.size).toBe(0);
  });

  test('knows that version 2 finds an empty write too short', async () => {
    server.script.push(answers(204));
    server.script.push(answers(400, { code: 'invalid', message: 'writing requires points' }));
    expect(await (await opened()).test?.(abort.signal)).toMatch(
      /^a server that speaks InfluxDB at /,
    );
  });

  test('fails in words when the token may not write', async () => {
    server.script.push(answers(204), answers(401, { message: 'unauthorized access' }));
    await expect((await opened()).test?.(abort.signal)).rejects.toThrow(/refuses the token/);
  });

  test('is not content with a web page', async () => {
    server.otherwise = answers(200, '<html>');
    await expect((await opened()).test?.(abort.signal)).rejects.toThrow(/as no InfluxDB does/);
  });
});
