import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeOutput, type FakeOutput } from '../../test/support/fake-output.ts';
import { GatewayError } from '../base/errors.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { runProgram } from './command.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { profileCommand } from './profile.ts';

let cwd: string;
let stdout: FakeOutput;
let stderr: FakeOutput;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'dinrail-profile-'));
  [stdout, stderr] = [fakeOutput(), fakeOutput()];
});

afterEach(() => {
  rmSync(cwd, { recursive: true });
});

function write(name: string, text: string): string {
  const file = join(cwd, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** The exit code of `dinrail profile …` as the program has it. */
async function run(...words: string[]): Promise<number> {
  const context = {
    ...{ stdout, stderr, env: {}, cwd, clock: new ManualClock(), version: '1.2.3' },
    ...{ signal: new AbortController().signal, nodeVersion: '24.0.0', pid: 1 },
    packageRoot: join(import.meta.dirname, '../..'),
  };
  try {
    return await runProgram([profileCommand], ['profile', ...words], context);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    stderr.write(`${error.message}\n`);
    return exitCodeOf(error);
  }
}

const METER = `profile: acme/meter
label: Own meter
params: { decimals: { default: 0, choices: [0, 1] } }
points:
  power: { at: hr:0 i16 W, scale: 10^-decimals, label: Power, valid: [0, 100] }
  half: { expr: power / 2, unit: W, label: Half of it }
tests:
  - { name: plain, registers: { 'hr:0': 7 }, expect: { power: 7, half: 3.5 } }
  - { name: scaled, params: { decimals: 1 }, registers: { 'hr:0': 7 }, expect: { power: 0.8 } }
  - { registers: { 'hr:0': 101 }, expect: { power: 101, half: { bad: none } } }
`;

describe('dinrail profile list', () => {
  test('shows the profiles of the program and those of this folder', async () => {
    write('profiles/acme/meter.yaml', METER);
    write('profiles/acme/broken.yaml', 'profile: acme/broken\npoints: { x: nonsense }\n');
    expect(await run('list')).toBe(EXIT.ok);
    const lines = stdout.lines();
    expect(lines[0]).toMatch(/^profile +points +device$/);
    expect(lines).toContainEqual(expect.stringMatching(/^acme\/meter +2 {2}Own meter$/));
    expect(lines).toContainEqual(expect.stringMatching(/^schneider\/pm8000 +25 {2}Schneider/));
    expect(lines).toContainEqual(
      expect.stringMatching(/^acme\/broken +has mistakes: .*profiles\/acme\/broken\.yaml$/),
    );
  });

  test('looks for words in everything that names a device', async () => {
    expect(await run('list', 'ELECTRIC', 'pm82')).toBe(EXIT.ok);
    expect(stdout.lines().slice(1)).toEqual([expect.stringMatching(/^schneider\/pm8000 /)]);
    expect(await run('list', 'toaster')).toBe(EXIT.other);
    expect(stderr.text()).toBe('no profile has toaster in it\n');
  });

  test('is JSON for programs', async () => {
    await run('list', 'eurotherm', '--json');
    expect(JSON.parse(stdout.text())).toMatchObject([
      { id: 'eurotherm/3216', vendor: 'Eurotherm', points: 15, usable: true },
    ]);
  });
});

describe('dinrail profile show', () => {
  test('says what a device with these params has', async () => {
    const file = write('meter.yaml', METER);
    expect(await run('show', file, '--param', 'decimals=1')).toBe(EXIT.ok);
    const text = stdout.text();
    expect(text).toMatch(/^acme\/meter {2}Own meter\n/);
    expect(text).toMatch(/decimals +1 {2}0 1/);
    expect(text).toMatch(/power +hr:0 +i16 +\/10 +W +Power; valid 0 to 100/);
    expect(text).toMatch(/half +power \/ 2 +W +Half of it/);
  });

  test('counts the requests of each group', async () => {
    await run('show', 'schneider/pm8000');
    expect(stdout.text()).toContain('requests  fast every 10s: 1, slow every 1m: 1');
    expect(stdout.text()).toContain('one-based in its list; here as on the wire');
  });

  test('is JSON for programs, with every default filled in', async () => {
    await run('show', 'anzen/bms', '--json');
    const shown = JSON.parse(stdout.text()) as { points: unknown[]; groups: unknown };
    expect(shown.points).toHaveLength(127);
    expect(shown.groups).toEqual({ live: 2000 });
  });

  test.each([
    [['show'], EXIT.usage, 'which profile?'],
    [['show', 'schneider/pm800'], EXIT.config, 'did you mean schneider/pm8000?'],
    [['show', 'eurotherm/3216', '-p', 'decimals=7'], EXIT.usage, 'expected 0, 1, 2'],
    [['show', 'eurotherm/3216', '-p', 'decimal=1'], EXIT.usage, 'did you mean decimals?'],
    [['show', 'eurotherm/3216', '-p', 'decimals'], EXIT.usage, 'write name=value'],
    [['show', 'eurotherm/3216', '-p', 'decimals=x'], EXIT.usage, 'expected a number'],
  ])('%j ends with %i and says "%s"', async (words, code, text) => {
    expect(await run(...words)).toBe(code);
    expect(stderr.text()).toContain(text);
  });
});

describe('dinrail profile lint', () => {
  test('points at the line of what could be better', async () => {
    const file = write('meter.yaml', METER.replace(', label: Power', ''));
    expect(await run('lint', file)).toBe(EXIT.ok);
    expect(stdout.text()).toContain('meter.yaml:5:3  note   point "power" has no label');
  });

  test('has nothing to remark on a good one', async () => {
    expect(await run('lint', 'eurotherm/3216')).toBe(EXIT.ok);
    expect(stdout.text()).toMatch(/eurotherm\/3216\.yaml: nothing to remark\n$/);
  });

  test('calls a mistake an error, and looks at the others all the same', async () => {
    const file = write('broken.yaml', 'profile: acme/broken\npoints: { x: hr:0 flot }\n');
    expect(await run('lint', file, 'pv/esp32-8reg')).toBe(EXIT.config);
    expect(stdout.text()).toContain('broken.yaml:2:19  error');
    expect(stdout.text()).toContain('esp32-8reg.yaml: nothing to remark');
  });
});

describe('dinrail profile test', () => {
  test('holds every profile there is to its own tests', async () => {
    expect(await run('test')).toBe(EXIT.ok);
    expect(stdout.text()).toContain('anzen/bms  3 tests hold\n');
    expect(stdout.lines().every((line) => line.endsWith(' hold'))).toBe(true);
  });

  test('says what came out otherwise', async () => {
    expect(await run('test', write('meter.yaml', METER))).toBe(EXIT.differs);
    expect(stdout.lines()).toEqual([
      'acme/meter  3 tests do not all hold',
      '  scaled',
      '    power is 0.7, expected 0.8',
      '  test 3',
      '    power is not known (out-of-range), expected 101',
      '    half is not known (needs power), expected none (none)',
    ]);
  });

  test('tries the others when one has a mistake', async () => {
    const file = write('broken.yaml', 'profile: acme/broken\npoints: { x: nonsense }\n');
    expect(await run('test', file, 'pv/esp32-8reg')).toBe(EXIT.config);
    expect(stdout.text()).toBe('pv/esp32-8reg  3 tests hold\n');
  });
});

test('a word that is no action is refused with the one that was meant', async () => {
  expect(await run('tset')).toBe(EXIT.usage);
  expect(stderr.text()).toBe('dinrail profile has no "tset", did you mean test?\n');
});
