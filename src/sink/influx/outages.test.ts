import { describe, expect, test } from 'vitest';
import { SinkUnavailableError } from '../../base/errors.ts';
import type { Sink } from '../../telemetry/sink.ts';
import { InfluxFixture, rising, TOKEN } from '../../../test/support/influx-fixture.ts';
import {
  answers,
  drips,
  hangs,
  losesAcknowledgement,
  resets,
  resetsInMidBody,
  slow,
  takes,
  withholdsAcknowledgement,
  type Reaction,
} from '../../../test/support/influx-outages.ts';

const fixture = new InfluxFixture();

/** What a write failed with. The time is up as soon as a server that stays `silent` has the request. */
async function failure(
  sink: Sink,
  silent: boolean,
  batch = rising(3),
): Promise<SinkUnavailableError> {
  const heard = fixture.server.heard();
  const failed = fixture.write(sink, batch).then(
    () => undefined,
    (error: unknown) => error,
  );
  await heard;
  if (silent) await fixture.clock.step();
  const error = await failed;
  expect(error).toBeInstanceOf(SinkUnavailableError);
  return error as SinkUnavailableError;
}

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
    const sink = await fixture.opened();
    fixture.server.script.push(reaction);
    const { message } = await failure(sink, words.source.startsWith('did not answer'));
    expect(message).toMatch(words);
    expect(message).toContain('127.0.0.1');
    expect(message).not.toContain(TOKEN);
    fixture.server.otherwise = takes;
    expect(await fixture.write(sink, rising(3))).toEqual({ rejected: [] });
    expect(fixture.server.stored).toEqual(new Set(fixture.server.requests.at(-1)?.lines));
    expect(fixture.server.stored.size).toBe(3);
  });

  test('is not there', async () => {
    const sink = await fixture.opened();
    await fixture.server.stop();
    await expect(fixture.write(sink, rising(1))).rejects.toThrow(
      `${fixture.server.url} refuses the connection`,
    );
  });

  test('is named without the user that the url may hold', async () => {
    const url = fixture.server.url.replace('//', '//me:hunter2@');
    fixture.server.script.push(answers(500));
    const { message } = await failure(await fixture.opened({ url }), false);
    expect(message).toBe(`${fixture.server.url} answers 500`);
  });

  test('has another name than the network knows', async () => {
    const sink = await fixture.opened({ url: 'http://influx.invalid:8086' });
    await expect(fixture.write(sink, rising(1))).rejects.toThrow(
      /influx\.invalid:8086 has a name that (is not known here|cannot be looked up now)/,
    );
  });

  test('answers with more than anybody would read', async () => {
    const sink = await fixture.opened();
    fixture.server.script.push((response) => {
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
    const sink = await fixture.opened();
    const headers: Record<string, string> = value === undefined ? {} : { 'retry-after': value };
    for (const status of [429, 503]) {
      fixture.server.script.push(answers(status, '', headers));
      await expect(fixture.write(sink, rising(1))).rejects.toMatchObject({ retryAfterMs });
    }
  });
});

test('an idle connection that the server has closed is not a failure', async () => {
  const sink = await fixture.opened();
  await fixture.write(sink, rising(1));
  fixture.server.script.push(resets);
  expect(await fixture.write(sink, rising(3))).toEqual({ rejected: [] });
  expect(fixture.server.stored.size).toBe(3);
});

test('requests get shorter while they do not come through, and longer again afterwards', async () => {
  const sink = await fixture.opened();
  const sizes = (): number[] => fixture.server.requests.splice(0).map(({ lines }) => lines.length);
  fixture.server.script.push(resets, resets);
  await failure(sink, false, rising(4_000));
  await failure(sink, false, rising(4_000));
  expect(sizes()).toEqual([4_000, 2_500]);
  await fixture.write(sink, rising(4_000));
  expect(sizes()).toEqual([1_250, 1_250, 1_250, 250]);
  await fixture.write(sink, rising(4_000));
  expect(sizes()).toEqual([4_000]);
});

test('a slow answer is waited for', async () => {
  const sink = await fixture.opened();
  fixture.server.script.push(slow);
  expect((await fixture.write(sink, rising(1))).rejected[0]?.reason).toMatch(
    /unable to parse 'dinrail/,
  );
});
