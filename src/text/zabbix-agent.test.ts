import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { UsageError } from '../base/errors.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { encodeZabbixFrame, ZabbixDeframer } from '../base/zabbix-frame.ts';
import { startZabbixAgent, type ZabbixAgent, type ZabbixAgentOptions } from './zabbix-agent.ts';

let clock: ManualClock;
let site: FakeSite;
let agent: ZabbixAgent;

beforeEach(async () => {
  clock = new ManualClock();
  site = new FakeSite(clock, 'plant');
  site.usePoints(['f.pv', 'f.alarm', 'f.never', 'f.nan'].map((id) => sitePoint(id)));
  site.answer({ 'f.pv': 749.6, 'f.alarm': true, 'f.nan': Number.NaN });
  agent = await start();
});

afterEach(async () => agent.close());

async function start(over: Partial<ZabbixAgentOptions> = {}): Promise<ZabbixAgent> {
  return startZabbixAgent({ site, clock, listen: { port: 0 }, version: '7.0.1', ...over });
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const framed = (text: string): Uint8Array => encodeZabbixFrame(utf8(text), 'plain');

function dial({ port }: ZabbixAgent = agent): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  return socket;
}

/** What the agent says before it ends the connection; empty when it says nothing. */
async function answerTo(socket: Socket): Promise<string> {
  const deframer = new ZabbixDeframer(1 << 20);
  socket.on('data', (chunk: Buffer) => deframer.push(chunk));
  await once(socket, 'close');
  return new TextDecoder().decode(deframer.next());
}

async function ask(request: Uint8Array): Promise<string> {
  const socket = dial();
  socket.write(request);
  return answerTo(socket);
}

test.each([
  ['agent.ping', '1'],
  ['agent.version', '7.0.1'],
  ['agent.hostname', 'plant'],
  ['dinrail.value[f,pv]', '749.6'],
  ['dinrail.value["f", "alarm"]', '1'],
  ['dinrail.quality[f,pv]', 'good'],
  ['dinrail.quality[f,never]', 'bad'],
  ['dinrail.age[f,pv]', '0.000'],
])('%s is %s, framed or as a line', async (key, value) => {
  expect(await ask(framed(key))).toBe(value);
  expect(await ask(encodeZabbixFrame(utf8(key), 'compressed'))).toBe(value);
  expect(await ask(utf8(`${key}\n`))).toBe(value);
  expect(await ask(utf8(`${key}\r\n`))).toBe(value);
  expect(agent.counters).toMatchObject({ answered: 4, unsupported: 0 });
});

test.each([
  ['dinrail.value[f,never]', 'The value of f.never is not known: bad (not-read-yet).'],
  ['dinrail.value[f,nan]', 'The value of f.nan is not known: good.'],
  ['dinrail.value[f,other]', 'There is no point f.other.'],
  ['dinrail.value[f]', 'Expected two parameters: device and point.'],
  ['dinrail.value[f,pv,avg]', 'Expected two parameters: device and point.'],
  ['dinrail.age[f,never]', 'f.never was never read: —.'],
  ['agent.ping[x]', 'This key has no parameters.'],
  ['system.run[reboot]', 'Unsupported item key: system.run'],
  ['constructor', 'Unsupported item key: constructor'],
  ['__proto__[f,pv]', 'Unsupported item key: __proto__'],
  ['[', 'Invalid item key format.'],
])('%s has no value: %s', async (key, reason) => {
  expect(await ask(framed(key))).toBe(`ZBX_NOTSUPPORTED\0${reason}`);
  expect(agent.counters).toMatchObject({ answered: 0, unsupported: 1 });
});

test.each([
  ['stale', 'stale (timeout)'],
  ['bad', 'bad (timeout)'],
] as const)('a value that is %s is never given as if it were read now', async (quality, shown) => {
  site.fail(['f.pv'], quality, 'timeout');
  clock.advance(90_000);
  expect(await ask(framed('dinrail.value[f,pv]'))).toBe(
    `ZBX_NOTSUPPORTED\0The value of f.pv is not known: ${shown}.`,
  );
  expect(await ask(framed('dinrail.quality[f,pv]'))).toBe(quality);
  expect(await ask(framed('dinrail.age[f,pv]'))).toBe('90.000');
});

test('the discovery has every point', async () => {
  const rows = JSON.parse(await ask(framed('dinrail.discovery'))) as Record<string, string>[];
  expect(rows.map((row) => row['{#POINT}'])).toEqual(['pv', 'alarm', 'never', 'nan']);
});

describe('a server of 7.0', () => {
  const checks = (...keys: readonly unknown[]): Uint8Array =>
    framed(
      JSON.stringify({
        request: 'passive checks',
        data: keys.map((key) => ({ key, timeout: 3 })),
      }),
    );

  test('gets JSON, with an error in place of a value that is not known', async () => {
    const answer = await ask(checks('dinrail.value[f,pv]', 'dinrail.value[f,never]'));
    expect(JSON.parse(answer)).toEqual({
      version: '7.0.1',
      variant: 2,
      data: [
        { value: '749.6' },
        { error: 'The value of f.never is not known: bad (not-read-yet).' },
      ],
    });
  });

  test.each([
    ['no JSON', framed('{')],
    ['another request', framed('{"request":"active checks","data":[]}')],
    ['no list', framed('{"request":"passive checks","data":{}}')],
    ['entries that are no objects', framed('{"request":"passive checks","data":[null,1]}')],
    ['keys that are no text', checks(7)],
    ['more checks than a server asks for', checks(...Array<string>(17).fill('agent.ping'))],
  ])('is told so when it sends %s', async (_, request) => {
    expect(await ask(request)).toBe('ZBX_NOTSUPPORTED\0Invalid item key format.');
  });
});

test('a request may come in pieces, and may be ended by the end of the connection', async () => {
  const whole = dial();
  for (const byte of framed('agent.ping')) {
    whole.write(Uint8Array.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await answerTo(whole)).toBe('1');
  const halfOpen = dial();
  halfOpen.end('agent.ping');
  expect(await answerTo(halfOpen)).toBe('1');
});

test('only the first request of a connection is answered', async () => {
  expect(await ask(Uint8Array.of(...framed('agent.ping'), ...framed('agent.ping')))).toBe('1');
  expect(agent.counters.answered).toBe(1);
});

test.each<[string, Uint8Array]>([
  ['a line without end', new Uint8Array(4097).fill(0x61)],
  ['a long line', utf8(`${'a'.repeat(4097)}\n`)],
  ['a frame that is too long', framed('a'.repeat(4097))],
  ['a frame that inflates beyond the limit', encodeZabbixFrame(new Uint8Array(9999), 'compressed')],
  ['a large packet', Uint8Array.of(0x5a, 0x42, 0x58, 0x44, 5, ...new Uint8Array(16))],
])('%s ends the connection, and is counted', async (_, request) => {
  expect(await ask(request)).toBe('');
  expect(agent.counters).toMatchObject({ malformed: 1, answered: 0, unsupported: 0 });
  expect(await ask(framed('agent.ping'))).toBe('1');
});

test('one that ends in the middle of a request gets nothing', async () => {
  const socket = dial();
  socket.end(framed('agent.ping').subarray(0, 15));
  expect(await answerTo(socket)).toBe('');
  expect(agent.counters.malformed).toBe(1);
});

test('one that says nothing for three seconds is sent away', async () => {
  const socket = dial();
  const answer = answerTo(socket);
  socket.write('agent.pi');
  await vi.waitFor(() => expect(agent.counters.connects).toBe(1));
  clock.advance(2_999);
  expect(agent.counters.late).toBe(0);
  clock.advance(1);
  expect(await answer).toBe('');
  expect(agent.counters.late).toBe(1);
});

test('no more connections than the limit are open, and others are served when one is gone', async () => {
  const small = await start({ limits: { connections: 2 } });
  const idle = [dial(small), dial(small)];
  await vi.waitFor(() => expect(small.counters.connects).toBe(2));
  expect(await answerTo(dial(small))).toBe('');
  expect(small.counters.crowded).toBe(1);
  idle[0]?.destroy();
  await vi.waitFor(async () => {
    const socket = dial(small);
    socket.write('agent.ping\n');
    expect(await answerTo(socket)).toBe('1');
  });
  await small.close();
});

test('who is not on the list gets no answer, and is counted', async () => {
  const guarded = await start({ listen: { host: '0.0.0.0', port: 0 }, allow: ['192.0.2.0/24'] });
  const socket = dial(guarded);
  socket.write('agent.ping\n');
  expect(await answerTo(socket)).toBe('');
  expect(guarded.counters).toMatchObject({ refused: 1, connects: 0, answered: 0 });
  await guarded.close();
});

test('nobody listens for more than this computer without a list of who may ask', async () => {
  await expect(start({ listen: { host: '0.0.0.0', port: 0 } })).rejects.toThrow(UsageError);
});

test('a port that is taken is told', async () => {
  await expect(start({ listen: { port: agent.port } })).rejects.toThrow(
    `cannot listen on 127.0.0.1 port ${agent.port}`,
  );
});

test('closing ends open connections and leaves no alarm', async () => {
  const other = await start();
  const socket = dial(other);
  await vi.waitFor(() => expect(other.counters.connects).toBe(1));
  const closed = answerTo(socket);
  await other.close();
  expect(await closed).toBe('');
  expect(clock.nextAlarm()).toBe(Infinity);
});

test('no bytes bring it down', async () => {
  const heads = fc.constantFrom([], [...utf8('ZBXD')], [...framed('{"request":').subarray(0, 9)]);
  await fc.assert(
    fc.asyncProperty(heads, fc.uint8Array({ maxLength: 80 }), async (head, rest) => {
      const socket = dial();
      socket.end(Uint8Array.of(...head, ...rest));
      await answerTo(socket);
    }),
    { seed: 55, numRuns: 150 },
  );
  expect(await ask(framed('agent.ping'))).toBe('1');
});
