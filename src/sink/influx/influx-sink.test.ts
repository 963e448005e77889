import { describe, expect, test } from 'vitest';
import { SinkUnavailableError } from '../../base/errors.ts';
import { influxSink } from './influx-sink.ts';
import { InfluxFixture, rising, RISING_FROM, TOKEN } from '../../../test/support/influx-fixture.ts';
import { answers, hangs } from '../../../test/support/influx-outages.ts';

const fixture = new InfluxFixture();

describe('a write', () => {
  test('carries lines, organisation, bucket, precision and token', async () => {
    const sink = await fixture.opened();
    expect(await fixture.write(sink, rising(2))).toEqual({ rejected: [] });
    expect(fixture.server.requests).toMatchObject([
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

  test('names no organisation and no token where there is none', async () => {
    const v2 = { url: fixture.server.url, api: 'v2', org: '', bucket: 'plant' } as const;
    const sink = influxSink(v2, { clock: fixture.clock });
    await fixture.write(sink, rising(1));
    await sink.close();
    const [request] = fixture.server.requests;
    expect(request?.url).toBe('/api/v2/write?bucket=plant&precision=ms');
    expect(request?.headers.authorization).toBeUndefined();
  });

  test('to version 1 carries database, policy and user, and no password in the address', async () => {
    const v1 = { api: 'v1', database: 'pl ant', username: 'me', password: 'hunter2' } as const;
    const sink = await fixture.opened({ ...v1, retentionPolicy: 'week', precision: 'us' });
    await fixture.write(sink, rising(1));
    const basic = Buffer.from('me:hunter2').toString('base64');
    expect(fixture.server.requests).toMatchObject([
      {
        url: '/write?db=pl+ant&precision=u&rp=week',
        headers: { authorization: `Basic ${basic}` },
        lines: [`dinrail,device=oven,site=works pv=0 ${RISING_FROM}`],
      },
    ]);
  });

  test('goes below the path that the url has', async () => {
    await fixture.write(await fixture.opened({ url: `${fixture.server.url}/influx/` }), rising(1));
    expect(fixture.server.requests[0]?.url).toMatch(/^\/influx\/api\/v2\/write\?/);
  });

  test.each([
    [true, 'gzip'],
    [false, undefined],
  ])('of many lines with gzip: %s', async (gzip, encoding) => {
    const sink = await fixture.opened({ gzip });
    await fixture.write(sink, rising(100));
    expect(fixture.server.requests[0]?.headers['content-encoding']).toBe(encoding);
    expect(fixture.server.stored.size).toBe(100);
  });

  test('uses the same connection as the one before', async () => {
    const sink = await fixture.opened();
    await fixture.write(sink, rising(1));
    await fixture.write(sink, rising(2));
    expect(fixture.server.connections).toBe(1);
  });

  test('is cut into requests of the batch size', async () => {
    const sink = await fixture.opened({ batchSize: 4 });
    expect(await fixture.write(sink, rising(10))).toEqual({ rejected: [] });
    expect(fixture.server.requests.map(({ lines }) => lines.length)).toEqual([4, 4, 2]);
  });

  test('of nothing asks nothing', async () => {
    expect(await fixture.write(await fixture.opened(), [])).toEqual({ rejected: [] });
    expect(fixture.server.requests).toEqual([]);
  });

  test('of a text with a line break stays one line', async () => {
    const sink = await fixture.opened();
    const [sample] = rising(1);
    await fixture.write(sink, [{ ...sample!, value: 'a\nb' }]);
    expect(fixture.server.requests[0]?.lines.join('\n')).toMatch(/ pv="a\nb" \d+$/);
  });
});

describe('stopping', () => {
  test('ends a request that hangs', async () => {
    const sink = await fixture.opened();
    fixture.server.script.push(hangs);
    const heard = fixture.server.heard();
    const failed = expect(fixture.write(sink, rising(1))).rejects.toThrow(SinkUnavailableError);
    await heard;
    fixture.abort.abort();
    await failed;
    expect(fixture.clock.nextAlarm()).toBe(Infinity);
  });

  test('before the request sends nothing', async () => {
    const sink = await fixture.opened();
    fixture.abort.abort();
    await expect(fixture.write(sink, rising(1))).rejects.toThrow(SinkUnavailableError);
    expect(fixture.server.requests).toEqual([]);
  });
});

describe('what has no form in the line protocol', () => {
  test('is rejected without asking the server', async () => {
    const sink = await fixture.opened();
    const [first, second] = rising(2);
    const batch = [{ ...first!, value: NaN }, second!];
    const { rejected } = await fixture.write(sink, batch);
    expect(rejected).toEqual([
      { sample: batch[0], reason: 'NaN has no form in the line protocol' },
    ]);
    expect(fixture.server.stored.size).toBe(1);
  });

  test('is not told while the server is away, as the batch comes again', async () => {
    const sink = await fixture.opened();
    fixture.server.script.push(answers(503));
    await expect(
      fixture.write(sink, [{ ...rising(1)[0]!, value: NaN }, ...rising(1)]),
    ).rejects.toThrow();
  });
});

describe('the test', () => {
  test('pings, writes nothing, and says what it found', async () => {
    const headers = { 'x-influxdb-version': 'v2.7.1', 'x-influxdb-build': 'OSS' };
    fixture.server.script.push(answers(204, '', headers));
    expect(await (await fixture.opened()).test?.(fixture.abort.signal)).toBe(
      `InfluxDB OSS v2.7.1 at ${fixture.server.url} takes writes to the bucket "plant"`,
    );
    expect(fixture.server.requests).toMatchObject(
      [
        { method: 'GET', url: '/ping' },
        { method: 'POST', url: /^\/api\/v2\/write/, lines: [] },
      ].map((request) => ({ ...request, url: expect.any(String) as string })),
    );
    expect(fixture.server.stored.size).toBe(0);
  });

  test('knows that version 2 finds an empty write too short', async () => {
    fixture.server.script.push(answers(204));
    fixture.server.script.push(
      answers(400, { code: 'invalid', message: 'writing requires points' }),
    );
    expect(await (await fixture.opened()).test?.(fixture.abort.signal)).toMatch(
      /^a server that speaks InfluxDB at /,
    );
  });

  test('fails in words when the token may not write', async () => {
    fixture.server.script.push(answers(204), answers(401, { message: 'unauthorized access' }));
    await expect((await fixture.opened()).test?.(fixture.abort.signal)).rejects.toThrow(
      /refuses the token/,
    );
  });

  test('is not content with a web page', async () => {
    fixture.server.otherwise = answers(200, '<html>');
    await expect((await fixture.opened()).test?.(fixture.abort.signal)).rejects.toThrow(
      /as no InfluxDB does/,
    );
  });
});
