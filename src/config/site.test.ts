import { describe, expect, test } from 'vitest';
import { memoryFiles } from '../../test/support/memory-files.ts';
import { loadSite } from './load-site.ts';
import type { DeviceConfig, SiteConfig } from './site-config.ts';

const PROFILE = `profile: acme/m
limits: { registers: 40, gap: 3, pause: 20ms, timeout: 300ms }
groups: { fast: 2s, rare: once }
points:
  f: { at: hr:0 u16 V, group: fast, category: mains }
  r: { at: hr:1 u16 V, group: rare }
  o: { at: hr:2 u16 V, group: on-demand }
  w: hr:3 u16 wo V
  plain: hr:4 u16 V
`;

async function load(text: string): Promise<SiteConfig> {
  const files = memoryFiles({
    '/etc/plant/site.yaml': `version: 1\n${text}`,
    '/etc/plant/profiles/acme/m.yaml': PROFILE,
  });
  const loaded = await loadSite('/etc/plant/site.yaml', { env: {}, profilesDirs: [], files });
  expect(loaded.issues.filter(({ severity }) => severity === 'error')).toEqual([]);
  return loaded.site ?? expect.unreachable('no site');
}

async function device(text: string, rest = ''): Promise<DeviceConfig> {
  const { devices } = await load(`devices:\n  m: { ${text} }\n${rest}`);
  return devices[0] ?? expect.unreachable('no device');
}

const at = 'at: tcp://a';

describe('without a word about it', () => {
  test('a device has unit 1, one second, one retry, ten seconds and the whole protocol', async () => {
    const { name, unit, timeoutMs, retries, plan, points } = await device(
      `${at}, points: { v: hr:0 }`,
    );
    expect({ name, unit, timeoutMs, retries }).toEqual({
      ...{ name: 'm', unit: 1, timeoutMs: 1000, retries: 1 },
    });
    expect(plan).toEqual({ strategy: 'auto', registers: 125, bits: 2000, gap: 'auto' });
    expect(points).toMatchObject([{ everyMs: 10_000, staleMs: 30_000 }]);
  });

  test('the page is on this machine alone, and the site is named after its file', async () => {
    const { name, web, data, sinks } = await load(`devices: { m: { ${at}, points: { v: hr:0 } } }`);
    expect({ name, web, data, sinks }).toEqual({
      ...{
        name: 'site',
        web: {
          listen: { host: '127.0.0.1', port: 8502 },
          login: false,
          local: 'operator',
          tokens: [],
        },
        sinks: [],
      },
      data: undefined,
    });
  });
});

describe('the page', () => {
  test.each([
    ['none', undefined],
    ['9000', { host: '127.0.0.1', port: 9000 }],
    ['0.0.0.0:0', { host: '0.0.0.0', port: 0 }],
    ['"[::]:8502"', { host: '::', port: 8502 }],
    ['gateway.lab:80', { host: 'gateway.lab', port: 80 }],
  ])('listens on %s', async (listen, expected) => {
    const { web } = await load(`web: { listen: ${listen} }`);
    expect(web.listen).toEqual(expected);
  });
});

describe('how often a point is read', () => {
  const profile = `${at}, profile: acme/m`;
  test.each([
    ['f', 'the profile says for its group', profile, '', 2000],
    ['f', 'the device says for the group', `${profile}, groups: { fast: 1s }`, '', 1000],
    ['f', 'the group says, whatever the device says', `${profile}, every: 7s`, '', 2000],
    ['plain', 'the device says', `${profile}, every: 7s`, 'defaults: { every: 9s }', 7000],
    ['plain', 'the defaults say', profile, 'defaults: { every: 9s }', 9000],
    ['plain', 'ten seconds, where nothing is said', profile, '', 10_000],
    ['r', 'once, which is again every hour', profile, '', 3_600_000],
    [
      'r',
      'the device says for a group that was once',
      `${profile}, groups: { rare: 1m }`,
      '',
      60_000,
    ],
  ])('%s: what %s', async (name, _, text, rest, everyMs) => {
    const { points } = await device(text, rest);
    expect(points.find(({ point }) => point.name === name)?.everyMs).toBe(everyMs);
  });

  test('points that are only written or on demand are not polled', async () => {
    const { points, unpolled } = await device(profile);
    expect(points.map(({ point }) => point.name)).toEqual(['f', 'r', 'plain']);
    expect(unpolled.map(({ name }) => name)).toEqual(['o', 'w']);
  });
});

describe('how long to wait for an answer', () => {
  const line = 'lines: { l: { at: tcp://a, timeout: 400ms } }';
  test.each([
    ['the device', 'line: l, profile: acme/m, timeout: 200ms', line, 200],
    ['the line', 'line: l, profile: acme/m', line, 400],
    ['the profile', `${at}, profile: acme/m`, 'defaults: { timeout: 3s }', 300],
    ['the defaults', `${at}, points: { v: hr:0 }`, 'defaults: { timeout: 3s }', 3000],
  ])('says %s', async (_, text, rest, timeoutMs) => {
    expect((await device(text, rest)).timeoutMs).toBe(timeoutMs);
  });
});

test.each([
  ['three times its interval', `${at}, every: 2s, points: { v: hr:0 }`, '', 6000],
  ['the defaults', `${at}, points: { v: hr:0 }`, 'defaults: { stale: 1m }', 60_000],
  ['the device', `${at}, stale: 5s, points: { v: hr:0 }`, 'defaults: { stale: 1m }', 5000],
])('a value is stale after what %s says', async (_, text, rest, staleMs) => {
  expect((await device(text, rest)).points[0]?.staleMs).toBe(staleMs);
});

describe('the plan', () => {
  test.each([
    ['of the profile', '', { strategy: 'auto', registers: 40, bits: 2000, gap: 3 }],
    ['of the device', 'limits: { registers: 9, gap: 0 }', { registers: 9, gap: 0 }],
    ['of the device, by cost', 'limits: { gap: auto }', { registers: 40, gap: 'auto' }],
    // Forty registers suit a device asked exactly; greedy has its own block.
    ['of a greedy device', 'plan: greedy', { strategy: 'greedy', registers: 100 }],
  ])('is that %s', async (_, text, plan) => {
    const { plan: resolved } = await device(`${at}, profile: acme/m, ${text}`);
    expect(resolved).toMatchObject(plan);
  });
});

describe('points', () => {
  const names = async (text: string): Promise<readonly string[]> => {
    const { points } = await device(`${at}, profile: acme/m, ${text}`);
    return points.map(({ point }) => point.name);
  };

  test('are chosen by name and by pattern', async () => {
    expect(await names('only: [f, p*]')).toEqual(['f', 'plain']);
    expect(await names("except: ['*']  , points: { x: hr:9 }, only: [f]").catch(() => 'none')).toBe(
      'none',
    );
    expect(await names('except: [f, r]')).toEqual(['plain']);
  });

  test('of the device replace those of the profile by name', async () => {
    const { points } = await device(`${at}, profile: acme/m, points: { f: hr:9 i16, x: hr:8 }`);
    expect(points.map(({ point: { name, address, type } }) => [name, address, type])).toEqual([
      ['r', 1, 'u16'],
      ['plain', 4, 'u16'],
      ['f', 9, 'i16'],
      ['x', 8, 'u16'],
    ]);
  });

  test('count and are ordered as the device says', async () => {
    const { points } = await device(
      `${at}, addressing: one-based, order: CDAB, points: { v: 3000 f32 V }`,
    );
    expect(points[0]?.point).toMatchObject({ address: 2999, order: 'CDAB' });
  });
});

describe('lines', () => {
  const two = (a: string, b: string): string =>
    `devices:\n  a: { ${a}, points: { v: hr:0 } }\n  b: { ${b}, unit: 2, points: { v: hr:0 } }\n`;

  test.each([
    ['tcp://h', 'tcp://H:502', 'tcp://h:502'],
    ['serial:/dev/ttyS0', 'serial:/dev/ttyS0 9600 8N1', 'serial:/dev/ttyS0 9600 8N1'],
  ])('%s and %s are one', async (first, second, name) => {
    const { lines, devices } = await load(two(`at: ${first}`, `at: ${second}`));
    expect(lines.map((line) => [line.name, line.endpoint, line.inFlight])).toEqual([
      [name, name, 1],
    ]);
    expect(devices.map(({ line }) => line)).toEqual([name, name]);
  });

  test('with a name take the devices that name their endpoint', async () => {
    const { devices, lines } = await load(
      `lines: { l: { at: tcp://h, inFlight: 4, pause: 5ms } }\n${two('line: l', 'at: tcp://h')}`,
    );
    expect(devices.map(({ line }) => line)).toEqual(['l', 'l']);
    expect(lines).toMatchObject([{ name: 'l', kind: 'tcp', inFlight: 4, pauseMs: 5 }]);
  });

  test('pause as long as their most patient device needs, where they say nothing', async () => {
    const { lines } = await load(
      `devices:\n  m: { ${at}, profile: acme/m }\n  n: { ${at}, unit: 2, points: { v: hr:0 } }\n`,
    );
    expect(lines.map(({ pauseMs }) => pauseMs)).toEqual([20]);
  });
});

describe('sinks', () => {
  const SITE = `devices:
  oven: { at: tcp://a, profile: acme/m, only: [f, r], tags: { room: B12 } }
  meter: { at: tcp://b, points: { v: hr:0, w: hr:1 } }
sinks:
  s: `;

  test.each([
    ['everything', '{ type: console }', 'meter.v meter.w oven.f oven.r'],
    ['points of a device', '{ type: console, include: [oven.*] }', 'oven.f oven.r'],
    ['a device', '{ type: console, include: [ov*] }', 'oven.f oven.r'],
    ['one point of many devices', "{ type: console, include: ['*.v'] }", 'meter.v'],
    ['a category', "{ type: console, include: ['@mains'] }", 'oven.f'],
    ['a tag', "{ type: console, include: ['#room=B*'] }", 'oven.f oven.r'],
    ['all but some', "{ type: console, exclude: [meter, '*.r'] }", 'oven.f'],
  ])('get %s', async (_, text, ids) => {
    const { sinks } = await load(`${SITE}${text}`);
    expect([...(sinks[0]?.points ?? [])].sort().join(' ')).toBe(ids);
  });

  test('write lines to a console, and files beside the site or in its data folder', async () => {
    const { sinks } = await load(`${SITE}{ type: console }\n  f: { type: jsonl, path: x.jsonl }`);
    expect(sinks).toMatchObject([
      { name: 's', type: 'console', format: 'line' },
      { name: 'f', type: 'jsonl', path: '/etc/plant/x.jsonl' },
    ]);
    const kept = await load(`data: kept\n${SITE}{ type: jsonl, path: x.jsonl }`);
    expect(kept.data).toBe('/etc/plant/kept');
    expect(kept.sinks).toMatchObject([{ path: '/etc/plant/kept/x.jsonl' }]);
  });
});
