import { describe, expect, test } from 'vitest';
import { memoryFiles } from '../../test/support/memory-files.ts';
import { loadSite } from './load-site.ts';
import type { SiteConfig } from './site-config.ts';

const PROFILE = `profile: acme/m
params: { decimals: { default: 0 } }
points:
  blocks: hr:0 u16
  pv: { at: hr:1 i16 °C, scale: 10^-decimals, category: heat }
  sp: { at: hr:2 i16 °C, scale: 10^-decimals }
  'block_{n}': { at: hr:3 u16, repeat: { count: 2, countFrom: blocks } }
  deviation: { expr: pv - sp, category: heat }
  share: { expr: deviation / sp }
`;

async function load(device: string, sink = 'include: ["*"]'): Promise<SiteConfig> {
  const files = memoryFiles({
    '/s/site.yaml':
      `version: 1\ndevices:\n  m: { at: tcp://a, profile: acme/m, ${device} }\n` +
      `sinks:\n  s: { type: console, ${sink} }\n`,
    '/s/profiles/acme/m.yaml': PROFILE,
  });
  const loaded = await loadSite('/s/site.yaml', { env: {}, profilesDirs: [], files });
  expect(loaded.issues).toEqual([]);
  return loaded.site ?? expect.unreachable('no site');
}

async function names(device: string): Promise<readonly string[]> {
  const [config] = (await load(device)).devices;
  const { points = [], computed = [] } = config ?? {};
  return [...points.map(({ point }) => point), ...computed].map(({ name }) => name);
}

const ALL = ['blocks', 'pv', 'sp', 'block_1', 'block_2', 'deviation', 'share'];

describe('the points of a device', () => {
  test.each([
    ['', ALL],
    // What is asked for brings what it needs, through any number of steps.
    ['only: [share]', ['pv', 'sp', 'deviation', 'share']],
    ['only: [block_2]', ['blocks', 'block_2']],
    ['only: [pv]', ['pv']],
    // From what is left out nothing follows.
    ['except: [sp]', ['blocks', 'pv', 'block_1', 'block_2']],
    ['except: [share]', ALL.filter((name) => name !== 'share')],
    ['except: [deviation]', ALL.filter((name) => name !== 'share' && name !== 'deviation')],
  ])('with "%s" are %j', async (device, expected) => {
    expect(await names(device)).toEqual(expected);
  });

  test('have the params of the device', async () => {
    const scales = async (device: string): Promise<readonly number[] | undefined> =>
      (await load(device)).devices[0]?.points.map(({ point }) => point.scale.divide);
    expect(await scales('params: { decimals: 2 }')).toEqual([1, 100, 100, 1, 1]);
    expect(await scales('')).toEqual([1, 1, 1, 1, 1]);
  });

  test('stand behind what they need, even where the device replaces what the profile computes', async () => {
    const points = 'points: { twice: { expr: pv * 2 }, deviation: { expr: twice - sp } }';
    const computed = (await load(points)).devices[0]?.computed.map(({ name, text }) => [
      name,
      text,
    ]);
    expect(computed).toEqual([
      ['twice', 'pv * 2'],
      ['deviation', 'twice - sp'],
      ['share', 'deviation / sp'],
    ]);
  });

  test('that are computed go to sinks as all others do', async () => {
    const { sinks } = await load('', 'include: ["@heat", "*.share"]');
    expect([...(sinks[0]?.points ?? [])]).toEqual(['m.pv', 'm.deviation', 'm.share']);
  });
});
