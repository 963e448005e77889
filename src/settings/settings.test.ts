import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import type { ConfigOutcome, ConfigRefusal } from '../api/config-control.ts';
import { loadSite } from '../config/load-site.ts';
import type { SiteConfig } from '../config/site-config.ts';
import { Settings, type Reloaded, type SettingsOptions } from './settings.ts';
import type { ChangedBy } from './versions.ts';

const SITE = `version: 1
data: kept
lines:
  hall: tcp://10.0.0.5   # the long cable
devices:
  meter1: { line: hall, unit: 1, profile: acme/meter }
  meter2: { line: hall, unit: 2, points: { power: "hr:1" } }
`;
const PROFILE = `profile: acme/meter
points:
  power: hr:10 u16 W
`;

const MEI = { who: 'mei', from: '10.0.0.9' };

let folder: string;
let file: string;
let running: SiteConfig;
/** What a reload comes to. */
let reloaded: () => Promise<Reloaded>;
let applied: (readonly [string, ChangedBy])[];
let settings: Settings;

async function load(): Promise<SiteConfig> {
  const { site, issues } = await loadSite(file, { env: {}, profilesDirs: [] });
  if (site === undefined) throw new Error(JSON.stringify(issues));
  return site;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-settings-'));
  file = join(folder, 'gateway.yaml');
  put('gateway.yaml', SITE);
  put('profiles/acme/meter.yaml', PROFILE);
  running = await load();
  applied = [];
  reloaded = async () => ({ site: (running = await load()) });
  settings = opened();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function opened(more: Partial<SettingsOptions> = {}): Settings {
  const options = { file, env: {}, profilesDirs: [], clock: new ManualClock() };
  const result = new Settings({ ...options, ...more });
  result.attach({
    config: () => running,
    problemsOf: ({ devices }) => (devices.length > 2 ? ['line hall cannot carry it'] : []),
    async apply(why, by) {
      applied.push([why, by]);
      return reloaded();
    },
    test: async (_, device) => ({
      ok: { points: [], requests: 1, ms: 1, line: 'own', more: 0, problem: device },
    }),
  });
  return result;
}

function put(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

const onDisk = (): string => readFileSync(file, 'utf8');

function ok<T>(outcome: ConfigOutcome<T>): T {
  if ('problem' in outcome) throw new Error(JSON.stringify(outcome));
  return outcome.ok;
}

function refused(outcome: ConfigOutcome<unknown>): readonly [number, string] {
  const { problem } = outcome as ConfigRefusal;
  return [problem.status, problem.code];
}

async function etag(name = 'gateway.yaml'): Promise<string> {
  return ok(await settings.files()).files.find((one) => one.name === name)?.etag ?? '';
}

describe('the files', () => {
  test('are the site file and the profiles beside it, with their texts as they are written', async () => {
    put('gateway.yaml', SITE.replace('10.0.0.5', '${HOST:-10.0.0.5}'));
    const { files, mayChange } = ok(await settings.files());
    expect(files.map(({ name, kind }) => [name, kind])).toEqual([
      ['gateway.yaml', 'site'],
      ['profiles/acme/meter.yaml', 'profile'],
    ]);
    expect(files[0]?.text).toContain('${HOST:-10.0.0.5}');
    expect(mayChange).toBe(true);
  });

  test('outside of the folder are none of ours, wherever a link leads', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'dinrail-elsewhere-'));
    writeFileSync(join(elsewhere, 'meter.yaml'), PROFILE);
    rmSync(join(folder, 'profiles/acme/meter.yaml'));
    symlinkSync(join(elsewhere, 'meter.yaml'), join(folder, 'profiles/acme/meter.yaml'));
    expect(ok(await settings.files()).files.map(({ name }) => name)).toEqual(['gateway.yaml']);
    rmSync(elsewhere, { recursive: true });
  });

  test.each([
    '../gateway.yaml',
    '/etc/passwd',
    './gateway.yaml',
    'profiles/../gateway.yaml',
    'kept/config-history/2026-01-01T00-00-00.000Z.yaml',
    '.env',
    '',
    '__proto__',
  ])('the name %j is refused everywhere', async (name) => {
    const at = await etag();
    const ask = { name, text: SITE, ifMatch: at, ...MEI };
    expect(refused(await settings.put(ask))).toEqual([404, 'no-such-file']);
    expect(refused(await settings.check(ask))).toEqual([404, 'no-such-file']);
    expect(refused(await settings.test({ ...ask, device: 'x' }))).toEqual([404, 'no-such-file']);
    expect(refused(await settings.versions(name))).toEqual([404, 'no-such-file']);
    expect(refused(await settings.version('x', name))).toEqual([404, 'no-such-file']);
  });

  test.each([
    ['EACCES', 'chown'],
    ['EROFS', 'ReadWritePaths'],
  ])('that the system refuses to write with %s say why, and what to do', async (code, fix) => {
    const refusalOf = async (path: string): Promise<string | undefined> =>
      path === folder ? code : undefined;
    settings = opened({ refusalOf });
    const { mayChange, why } = ok(await settings.files());
    expect([mayChange, why]).toEqual([false, expect.stringContaining(fix)]);
    const ask = { text: `${SITE}# more\n`, ifMatch: await etag(), ...MEI };
    expect(refused(await settings.put(ask))).toEqual([409, 'read-only']);
    expect(readFileSync(file, 'utf8')).toBe(SITE);
  });
});

describe('a text is tried', () => {
  test('its mistakes have a place, a path and a hint', async () => {
    const { problems, changes } = ok(
      await settings.check({ text: SITE.replace('line: hall, unit: 2', 'line: hal, unit: 2') }),
    );
    expect(problems).toMatchObject([
      { severity: 'error', file: 'gateway.yaml', line: 7, path: ['devices', 'meter2', 'line'] },
    ]);
    expect(problems[0]?.hint).toContain('hall');
    expect(changes).toBeUndefined();
  });

  test('what it would change is told by name', async () => {
    const text = SITE.replace('unit: 2', 'unit: 3') + 'sinks:\n  out: { type: console }\n';
    const { changes, diff, outline } = ok(await settings.check({ text }));
    expect(changes).toMatchObject({
      lines: { started: ['hall'], stopped: ['hall'], kept: [] },
      devices: { added: [], changed: ['meter2'], removed: [] },
      sinks: { added: ['out'] },
      others: [],
    });
    expect(diff.filter(({ kind }) => kind !== 'same')).toHaveLength(4);
    expect(outline?.fields?.map(([name]) => name)).toContain('sinks');
  });

  test('a site that cannot run is a mistake of the file', async () => {
    const { problems } = ok(
      await settings.check({
        text: `${SITE}  meter3: { line: hall, unit: 3, points: { p: "hr:1" } }\n`,
      }),
    );
    expect(problems).toEqual([
      { severity: 'error', message: 'line hall cannot carry it', file: 'gateway.yaml' },
    ]);
  });

  test('a profile is tried within the site', async () => {
    const name = 'profiles/acme/meter.yaml';
    const wrong = ok(await settings.check({ name, text: PROFILE.replace('u16', 'u17') }));
    expect(wrong.problems).toMatchObject([
      { file: name, line: 3, path: ['points', 'power'], severity: 'error' },
    ]);
    const right = ok(await settings.check({ name, text: PROFILE.replace('u16', 'u32') }));
    expect(right.changes?.devices.changed).toEqual(['meter1']);
  });

  test('nothing is kept, and nothing applied', async () => {
    await settings.check({ text: SITE.replace('unit: 2', 'unit: 3') });
    expect(ok(await settings.test({ text: SITE, device: 'meter1' })).problem).toBe('meter1');
    expect([onDisk(), applied]).toEqual([SITE, []]);
    expect(readdirSync(folder).sort()).toEqual(['gateway.yaml', 'profiles']);
  });
});

describe('a change', () => {
  const next = SITE.replace('unit: 2', 'unit: 3');

  test('is on the disk and in what runs, with who and why', async () => {
    const put = { text: next, ifMatch: await etag(), ...MEI, reason: 'moved' };
    const { files, applied: changes } = ok(await settings.put(put));
    expect(onDisk()).toBe(next);
    expect(files[0]?.text).toBe(next);
    expect(changes.devices.changed).toEqual(['meter2']);
    expect(applied).toEqual([['mei changed gateway.yaml', { who: 'mei', reason: 'moved' }]]);
    expect(ok(await settings.versions()).map(({ isCurrent }) => isCurrent)).toEqual([false]);
    const [version] = ok(await settings.versions());
    expect(ok(await settings.version(version?.id ?? ''))).toBe(SITE);
  });

  test('of two at once is made by one', async () => {
    const ifMatch = await etag();
    const texts = [next, SITE.replace('unit: 2', 'unit: 4')];
    const outcomes = await Promise.all(
      texts.map(async (text) => settings.put({ text, ifMatch, ...MEI })),
    );
    expect(outcomes.map((outcome) => ('ok' in outcome ? 'ok' : refused(outcome)[0]))).toEqual([
      'ok',
      412,
    ]);
    expect(onDisk()).toBe(next);
  });

  test('is refused when an editor was faster', async () => {
    const ifMatch = await etag();
    put('gateway.yaml', `# by hand\n${SITE}`);
    expect(refused(await settings.put({ text: next, ifMatch, ...MEI }))).toEqual([
      412,
      'changed-meanwhile',
    ]);
    expect(onDisk()).toBe(`# by hand\n${SITE}`);
  });

  test('with a mistake is refused with its place', async () => {
    const outcome = await settings.put({
      ...{ text: SITE.replace('line: hall', 'line: hal'), ifMatch: await etag(), ...MEI },
    });
    expect(refused(outcome)).toEqual([422, 'config']);
    expect((outcome as ConfigRefusal).problems?.[0]).toMatchObject({ line: 6 });
    expect([onDisk(), applied]).toEqual([SITE, []]);
  });

  test('that could not be applied is taken back, and the versions have what there was', async () => {
    put('gateway.yaml', `# never applied\n${SITE}`);
    reloaded = async () => ({ reason: 'the port is taken' });
    const outcome = await settings.put({ text: next, ifMatch: await etag(), ...MEI });
    expect(refused(outcome)).toEqual([422, 'not-applied']);
    expect((outcome as ConfigRefusal).problem.detail).toContain('the port is taken');
    expect(onDisk()).toBe(`# never applied\n${SITE}`);
    expect(ok(await settings.versions())).toMatchObject([{ isCurrent: true }]);
  });

  test('with a mark of the order of bytes is taken back as well', async () => {
    reloaded = async () => ({ reason: 'the port is taken' });
    const put = { text: `\uFEFF${next}`, ifMatch: await etag(), ...MEI };
    expect(refused(await settings.put(put))).toEqual([422, 'not-applied']);
    expect(onDisk()).toBe(SITE);
  });

  test('of a profile has versions of its own', async () => {
    const name = 'profiles/acme/meter.yaml';
    const text = PROFILE.replace('u16', 'u32');
    const put = { name, text, ifMatch: await etag(name), ...MEI, reason: 'two registers' };
    expect(ok(await settings.put(put)).applied.devices.changed).toEqual(['meter1']);
    expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
    const versions = ok(await settings.versions(name));
    expect(versions).toMatchObject([
      { who: 'mei', reason: 'two registers', isCurrent: true },
      { isCurrent: false },
    ]);
    expect(ok(await settings.version(versions[1]?.id ?? '', name))).toBe(PROFILE);
    expect(ok(await settings.versions())).toEqual([]);
  });

  test('is refused while the disk keeps no version of what was there', async () => {
    put('kept', 'a file where a folder should be');
    const put2 = { text: next, ifMatch: await etag(), ...MEI };
    expect(refused(await settings.put(put2))).toEqual([503, 'not-kept']);
    expect(onDisk()).toBe(SITE);
  });

  test('more than a few at once are not queued', async () => {
    const ifMatch = await etag();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, async () => settings.put({ text: next, ifMatch, ...MEI })),
    );
    expect(
      outcomes.filter((outcome) => 'problem' in outcome && outcome.problem.code === 'busy'),
    ).toHaveLength(4);
  });
});

test('versions are not read for more than a few at once', async () => {
  const outcomes = await Promise.all(Array.from({ length: 8 }, async () => settings.versions()));
  expect(outcomes.filter((outcome) => 'problem' in outcome).map(refused)).toEqual(
    Array.from({ length: 4 }, () => [503, 'busy']),
  );
});

test('who comes before the gateway runs waits for it', async () => {
  const early = new Settings({ file, env: {}, profilesDirs: [], clock: new ManualClock() });
  const checked = early.check({ text: SITE.replace('unit: 2', 'unit: 3') });
  early.attach({
    ...{ config: () => running, problemsOf: () => [], apply: async () => reloaded() },
    test: async () => ({ ok: { points: [], requests: 0, ms: 0, line: 'own', more: 0 } }),
  });
  expect(ok(await checked).changes?.devices.changed).toEqual(['meter2']);
});
