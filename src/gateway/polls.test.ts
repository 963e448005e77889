import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { SiteEvent } from '../telemetry/event.ts';
import type { PauseNote } from '../telemetry/polling.ts';
import { Polls } from './polls.ts';

const EVE = { name: 'eve', role: 'operator', from: 'local' } as const;

let folder: string;
let clock: ManualClock;
let tried: string[];
let noted: string[];
let told: SiteEvent[];
let paused: ReadonlyMap<string, PauseNote>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-polls-'));
  clock = new ManualClock();
  [tried, noted, told, paused] = [[], [], [], new Map()];
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function polls(data?: string): Polls {
  return new Polls(
    {
      engine: {
        devices: () => [{ name: 'a' }, { name: 'heard' }],
        pause: (pauses) => {
          paused = pauses;
        },
        polled: (name) =>
          name !== 'a'
            ? undefined
            : {
                paused: paused.get('a'),
                report: () => ({ answerTimes: [], requests: [] }),
                tryNow: async () => void tried.push(name),
                pause: () => undefined,
                resume: () => undefined,
              },
      },
      ...{ clock, logger: silentLogger },
      tell: (event) => told.push(event),
      note: async (topic, message, { name }) => void noted.push(`${name} ${topic} ${message}`),
    },
    data,
  );
}

describe('a pause', () => {
  test('outlives a restart, with who and why, and is in the audit', async () => {
    expect(await polls(folder).pause('a', EVE, ' cabling ')).toBeUndefined();
    expect(noted).toEqual(['eve pause a: cabling']);
    paused = new Map();
    polls(folder).restore();
    expect(paused.get('a')).toMatchObject({ who: 'eve', why: 'cabling', isKept: true });
  });

  test('without a folder says that it ends with the program', async () => {
    await polls().pause('a', EVE, 'cabling');
    expect(paused.get('a')?.isKept).toBe(false);
  });

  test('that the disk does not take holds, and says that it ends with the program', async () => {
    writeFileSync(join(folder, 'file'), '');
    await polls(join(folder, 'file')).pause('a', EVE, 'cabling');
    expect(paused.get('a')?.isKept).toBe(false);
  });

  test('holds at once, and the disk is waited for beside the polls', async () => {
    const pausing = polls(folder).pause('a', EVE, 'cabling');
    expect(paused.get('a')?.why).toBe('cabling');
    expect(existsSync(join(folder, 'paused.json'))).toBe(false);
    await pausing;
    expect(existsSync(join(folder, 'paused.json'))).toBe(true);
  });

  test('that is over before the disk has taken it is over for good', async () => {
    const all = polls(folder);
    await Promise.all([all.pause('a', EVE, 'cabling'), all.resume('a', EVE)]);
    polls(folder).restore();
    expect(paused.size).toBe(0);
  });

  test('is over for good when somebody resumes', async () => {
    const first = polls(folder);
    await first.pause('a', EVE, 'cabling');
    await first.resume('a', EVE);
    expect(noted).toEqual(['eve pause a: cabling', 'eve resume a']);
    const who = { name: 'eve', role: 'operator', from: 'local' };
    expect(told).toMatchObject([
      { type: 'device.paused', source: 'a', data: { why: 'cabling', who } },
      { type: 'device.resumed', source: 'a', data: { who } },
    ]);
    polls(folder).restore();
    expect(paused.size).toBe(0);
  });

  test('of a file that makes no sense is none', () => {
    writeFileSync(join(folder, 'paused.json'), '{"devices":{"a":{"who":1}}}');
    polls(folder).restore();
    expect(paused.size).toBe(0);
    writeFileSync(join(folder, 'paused.json'), 'nonsense');
    polls(folder).restore();
    expect(paused.size).toBe(0);
  });
});

test.each([
  ['a device that is not there', 'nobody', 'cabling', 'unknown-device'],
  ['one that speaks by itself', 'heard', 'cabling', 'not-polled'],
  ['a pause without a reason', 'a', '  ', 'no-reason'],
])('%s is refused', async (_, device, why, code) => {
  expect((await polls(folder).pause(device, EVE, why))?.code).toBe(code);
  expect(paused.size).toBe(0);
});

test('a device is asked out of turn once in five seconds, and not while it is paused', async () => {
  const all = polls(folder);
  expect(await all.tryNow('a', EVE)).toBeUndefined();
  expect((await all.tryNow('a', EVE))?.code).toBe('too-soon');
  await clock.run(5_000);
  expect(await all.tryNow('a', EVE)).toBeUndefined();
  expect(tried).toEqual(['a', 'a']);
  await all.pause('a', EVE, 'cabling');
  await clock.run(5_000);
  expect((await all.tryNow('a', EVE))?.code).toBe('paused');
});
