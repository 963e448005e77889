import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../../test/support/fake-site.ts';
import { SinkUnavailableError } from '../../base/errors.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { eventRecord, eventSample, type SiteEvent } from '../../telemetry/event.ts';
import type { Sample } from '../../telemetry/sample.ts';
import type { Delivery, Sink } from '../../telemetry/sink.ts';
import { SIGNATURE_HEADER, webhookSink, type WebhookOptions } from './webhook-sink.ts';

const AT = 1_772_188_649_412_000;

interface Posted {
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Reaction = (response: ServerResponse) => void;

const answers =
  (status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Reaction =>
  (response) =>
    response.writeHead(status, headers).end(body);
const takes = answers(204);
const resets: Reaction = (response) => response.socket?.resetAndDestroy();
const hangs: Reaction = () => undefined;

let server: ReturnType<typeof createServer>;
let posted: Posted[];
let script: Reaction[];
let heard: () => void;
let clock: ManualClock;
let sink: Sink;

beforeEach(async () => {
  [posted, script, heard] = [[], [], () => undefined];
  clock = new ManualClock();
  server = createServer((request, response) => {
    void text(request).then((body) => {
      posted.push({ url: request.url, headers: request.headers, body });
      (script.shift() ?? takes)(response);
      heard();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  sink = await opened();
});
afterEach(async () => {
  await sink.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function opened(over: Partial<WebhookOptions> = {}): Promise<Sink> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?plant=1`;
  const made = webhookSink({ url, headers: {}, timeoutMs: 5_000, ...over }, { clock });
  await made.open(new FakeSite(clock, 'dye house'), new AbortController().signal);
  return made;
}

function event(sequence: number, over: Partial<SiteEvent> = {}): Sample {
  const record = eventRecord({
    ...{ type: 'alarm.raised', at: AT, source: 'furnace1/pv', subject: 'furnace1.pv.hi' },
    data: { priority: 'urgent', value: 1234 },
    ...over,
  });
  const sample = eventSample({ ...record, epoch: 3, sequence });
  if (sample === undefined) throw new Error('no event');
  return sample;
}

async function write(...batch: readonly Sample[]): Promise<Delivery> {
  return sink.write(batch, new AbortController().signal, 'live');
}

async function failure(...batch: readonly Sample[]): Promise<SinkUnavailableError> {
  const error: unknown = await write(...batch).catch((reason: unknown) => reason);
  if (!(error instanceof SinkUnavailableError))
    throw new Error('it did not fail', { cause: error });
  return error;
}

test('an event is one CloudEvent in the structured mode', async () => {
  expect(await write(event(17))).toEqual({ rejected: [] });
  expect(posted[0]?.url).toBe('/hook?plant=1');
  expect(posted[0]?.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
  expect(JSON.parse(posted[0]?.body ?? '')).toEqual({
    ...{ specversion: '1.0', id: `3-17-${AT}`, source: '/dinrail/dye%20house/furnace1/pv' },
    ...{ type: 'dinrail.alarm.raised', subject: 'furnace1.pv.hi' },
    ...{ time: '2026-02-27T10:37:29.412Z', datacontenttype: 'application/json' },
    data: { priority: 'urgent', value: 1234 },
  });
});

test('an event keeps the name that its author gave it', async () => {
  await write(event(1, { type: 'rule.batch_finished', id: 'dye01/B7', source: 'dye01' }));
  expect(JSON.parse(posted[0]?.body ?? '')).toMatchObject({
    ...{
      id: 'dye01/B7',
      type: 'dinrail.rule.batch_finished',
      source: '/dinrail/dye%20house/dye01',
    },
  });
});

test('a reading is an event as well, with a name of its own', async () => {
  const point = sitePoint('m.a', { unit: 'V' });
  await write({ point, value: 2n ** 60n, quality: 'good', at: AT, requestedAt: AT });
  expect(JSON.parse(posted[0]?.body ?? '')).toMatchObject({
    ...{ id: `m.a/${AT}`, type: 'dinrail.value.changed', source: '/dinrail/dye%20house/m' },
    ...{ subject: 'a', data: { value: '1152921504606846976', exact: true, unit: 'V' } },
  });
});

test('a body is signed with the secret, and carries the headers that were given', async () => {
  sink = await opened({ secret: 's3cret', headers: { authorization: 'Bearer x' } });
  await write(event(1));
  const { headers = {}, body = '' } = posted[0] ?? {};
  const hex = createHmac('sha256', 's3cret').update(body).digest('hex');
  expect(headers[SIGNATURE_HEADER]).toBe(`sha256=${hex}`);
  expect(headers.authorization).toBe('Bearer x');
});

test.each<[string, Reaction, message: RegExp, retryAfterMs: number | undefined]>([
  ['500', answers(500), /answers 500$/, undefined],
  ['503 with a pause', answers(503, { 'retry-after': '7' }), /answers 503$/, 7_000],
  ['429 with a pause', answers(429, { 'retry-after': '30' }), /answers 429$/, 30_000],
  ['401', answers(401), /refuses who asks \(401\): check its headers/, undefined],
  ['404', answers(404), /nothing at this path \(404\)/, undefined],
  [
    'a redirect',
    answers(308, { location: 'http://evil/x?key=1' }),
    /sends on to http:\/\/evil\/x \(308\)/,
    undefined,
  ],
  ['a broken connection', resets, /broke the connection off/, undefined],
  [
    'garbage',
    (response) => void response.socket?.end('what?\r\n\r\n'),
    /does not speak HTTP/,
    undefined,
  ],
])('%s: the event is offered again', async (_, reaction, message, retryAfterMs) => {
  script.push(reaction);
  const error = await failure(event(1), event(2));
  expect(error.message).toMatch(message);
  expect(error.retryAfterMs).toBe(retryAfterMs);
  // A redirect is not followed, and nobody goes on behind a failure.
  expect(posted).toHaveLength(1);
});

test('a receiver that hangs is given up', async () => {
  script.push(hangs);
  const reached = new Promise<void>((resolve) => (heard = resolve));
  const failed = failure(event(1));
  await reached;
  await clock.run(5_000);
  expect((await failed).message).toMatch(/did not answer within 5000 ms/);
});

test('a receiver that is not there is said to be so', async () => {
  sink = await opened({ url: 'http://127.0.0.1:1/hook' });
  expect((await failure(event(1))).message).toMatch(/refuses the connection/);
});

test('an event that it refuses is set apart, and the others go on', async () => {
  const batch = [event(1), event(2), event(3)];
  script.push(takes, answers(422, {}, 'no  such\nalarm'), takes);
  const delivery = await write(...batch);
  expect(delivery).toEqual({ rejected: [{ sample: batch[1], reason: '422: no such alarm' }] });
  expect(posted).toHaveLength(3);
});

test('what was not taken is handed back, and is not offered before the pause is over', async () => {
  const batch = [event(1), event(2), event(3)];
  script.push(takes, answers(429, { 'retry-after': '30' }));
  const { rest = [] } = await write(...batch);
  expect(rest).toEqual(batch.slice(1));
  expect((await failure(...rest)).retryAfterMs).toBe(30_000);
  expect(posted).toHaveLength(2);
  await clock.run(30_000);
  expect(await write(...rest)).toEqual({ rejected: [] });
  expect(posted.map(({ body }) => (JSON.parse(body) as { id: string }).id)).toEqual([
    ...[`3-1-${AT}`, `3-2-${AT}`, `3-2-${AT}`, `3-3-${AT}`],
  ]);
});

test('a slow receiver gets the rest in another batch', async () => {
  script.push((response) => {
    void clock.run(11_000);
    takes(response);
  });
  sink = await opened({ timeoutMs: 60_000 });
  const batch = [event(1), event(2)];
  expect(await write(...batch)).toEqual({ rejected: [], rest: batch.slice(1) });
});
