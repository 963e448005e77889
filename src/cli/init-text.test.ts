import { describe, expect, test } from 'vitest';
import { fakeOutput } from '../../test/support/fake-output.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { CliContext } from './context.ts';
import { askForSinks, isYes } from './init-dialogue.ts';
import { checkText } from './init-test.ts';
import {
  devicesOfScan,
  parseDevice,
  parseLine,
  parseSink,
  siteName,
  siteText,
} from './init-text.ts';
import type { SitePlan } from './init-text.ts';
import type { ScanResult } from './scan-result.ts';
import { join } from 'node:path';

const NO_LINES = new Map<string, string>();

function plan(over: Partial<SitePlan>): SitePlan {
  return {
    ...{ name: 'plant', writtenAt: '2026-02-27T10:00:00.000+01:00', lines: NO_LINES },
    ...{ devices: [], sinks: [], ...over },
  };
}

function context(): CliContext {
  return {
    ...{ stdout: fakeOutput(), stderr: fakeOutput(), env: {}, cwd: '/', clock: new ManualClock() },
    ...{ signal: new AbortController().signal, version: '1.2.3', nodeVersion: '24.0.0', pid: 1 },
    packageRoot: join(import.meta.dirname, '../..'),
  };
}

describe('a device on the command line', () => {
  test.each([
    ['m=192.168.1.50', { name: 'm', place: 'tcp://192.168.1.50:502', unit: 1 }],
    ['m=tcp://h:1502,schneider/pm8000,7', { name: 'm', place: 'tcp://h:1502', unit: 7, profile: 'schneider/pm8000' }], // prettier-ignore
    ['m=h,7,schneider/pm8000', { name: 'm', place: 'tcp://h:502', unit: 7, profile: 'schneider/pm8000' }], // prettier-ignore
    ['f-1=serial:/dev/ttyUSB0 19200 8E1,2', { name: 'f-1', place: 'serial:/dev/ttyUSB0 19200 8E1', unit: 2 }], // prettier-ignore
    ['b=bus,3', { name: 'b', place: 'bus', unit: 3 }],
  ])('%s', (text, expected) => {
    const lines = new Map([parseLine('bus=/dev/ttyUSB1')]);
    expect(parseDevice(text, lines)).toEqual(expected);
  });

  test.each([
    ['192.168.1.50', /has no name/],
    ['Meter=h', /small letters/],
    ['m=h,1,2', /more than a place/],
    ['m=h,256', /more than a place/],
    ['m=not a host', /is no host/],
  ])('%s is refused', (text, said) => {
    expect(() => parseDevice(text, NO_LINES)).toThrow(said);
  });

  test('a sink is one of those that exist', () => {
    expect(parseSink('jsonl=a.jsonl')).toEqual({ type: 'jsonl', path: 'a.jsonl' });
    expect(() => parseSink('mqtt')).toThrow(/expected console, jsonl/);
  });
});

const SCAN: ScanResult = {
  ...{ version: 1, at: '', target: '/dev/ttyUSB0', probed: 3, total: 3, seconds: 1 },
  ...{ interrupted: false, noise: [] },
  found: ['eurotherm/3216', 'eurotherm/3216', undefined].map((profile, index) => ({
    ...{ endpoint: 'serial:/dev/ttyUSB0 9600 8N1', unit: index + 1, ms: 1 },
    candidates: profile === undefined ? [] : [{ profile, confidence: 'likely' as const, checks: 2 }], // prettier-ignore
  })),
};

test('what a scan found is named for what it is', () => {
  expect(devicesOfScan(SCAN).map(({ name, unit, profile }) => [name, unit, profile])).toEqual([
    ['eurotherm_3216', 1, 'eurotherm/3216'],
    ['eurotherm_3216_2', 2, 'eurotherm/3216'],
    ['device', 3, undefined],
  ]);
});

describe('the file', () => {
  test('is short, and says where to go on', () => {
    const device = parseDevice('main_meter=192.168.1.50,schneider/pm8000', NO_LINES);
    const text = siteText(
      plan({ devices: [device], sinks: [{ type: 'console' }] }),
      'gateway.yaml',
    );
    expect(text).toBe(
      [
        '# Written by "dinrail init" on 2026-02-27; docs/configuration.md explains every key.',
        '# After a change:  dinrail check gateway.yaml     To start:  dinrail run gateway.yaml',
        'version: 1',
        'name: plant',
        'defaults: { every: 10s, timeout: 1s } # how often to read, how long to wait for an answer',
        'devices:',
        '  main_meter:',
        '    at: tcp://192.168.1.50',
        '    unit: 1',
        '    profile: schneider/pm8000',
        'sinks: # where samples go',
        '  screen: { type: console, format: table }',
        '',
      ].join('\n'),
    );
  });

  test('gives devices of one serial port one line', () => {
    const text = siteText(plan({ devices: devicesOfScan(SCAN) }), 'gateway.yaml');
    expect(text).toContain('  bus: serial:/dev/ttyUSB0 9600 8N1\n');
    expect(text.match(/line: bus/g)).toHaveLength(3);
  });

  test.each([
    ['a meter', ['m=192.168.1.50,schneider/pm8000']],
    ['no profile', ['m=h:1502,7']],
    ['an IPv6 address', ['m=[::1]:1502']],
    ['two lines', ['a=/dev/ttyUSB0,1', 'b=/dev/ttyUSB1,1', 'c=rtu+tcp://h:8899,2']],
    ['names that YAML would take for something else', ['on=192.168.1.50', 'null=h', 'y=h,2']],
  ])('is accepted by the check: %s', async (_, devices) => {
    const planned = plan({
      name: siteName('On'),
      devices: devices.map((text) => parseDevice(text, NO_LINES)),
      sinks: [parseSink('console'), parseSink('jsonl=a b: #1.jsonl')],
    });
    const site = await checkText(context(), '/nowhere/gateway.yaml', siteText(planned, 'gateway.yaml')); // prettier-ignore
    expect(site.devices).toHaveLength(devices.length);
  });

  test('is refused by name when a profile is not there', async () => {
    const at = context();
    const device = parseDevice('m=h,schneider/pm9999', NO_LINES);
    await expect(
      checkText(at, '/nowhere/gateway.yaml', siteText(plan({ devices: [device] }), 'gateway.yaml')),
    ).rejects.toThrow(/nothing was written/);
    expect((at.stderr as ReturnType<typeof fakeOutput>).text()).toMatch(/pm9999/);
  });
});

describe('answers', () => {
  test.each([
    ['', ['console']],
    ['both', ['console', 'jsonl']],
    ['none', []],
    [' jsonl ', ['jsonl']],
  ])('"%s" to where values go', async (answer, types) => {
    expect((await askForSinks(async () => answer)).map(({ type }) => type)).toEqual(types);
  });

  test.each([
    ['', 'y', true],
    ['', 'n', false],
    ['Yes', 'n', true],
    ['no', 'y', false],
  ] as const)('"%s" where %s is the default', async (answer, otherwise, expected) => {
    expect(await isYes(async () => answer, 'Really?', otherwise)).toBe(expected);
  });
});
