import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { loadSite } from '../config/load-site.ts';
import type { SiteConfig } from '../config/site-config.ts';
import type { CliContext } from './context.ts';
import { Reloader } from './reload.ts';

let folder: string;
let file: string;
let printed: string;
let logged: string[];
let reloaded: string[];
/** Names of sites that the gateway cannot take over. */
let impossible: Set<string>;
let reloader: Reloader;
let isJammed: boolean;

const text = (name: string): string =>
  `version: 1\nname: ${name}\ndata: kept\ndevices:\n  a: { at: tcp://10.0.0.5, points: { p: "hr:1" } }\n`;

async function load(): Promise<SiteConfig> {
  const { site } = await loadSite(file, { env: {}, profilesDirs: [] });
  if (site === undefined) throw new Error('the site is wrong');
  return site;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-reload-'));
  file = join(folder, 'gateway.yaml');
  [printed, logged, reloaded, impossible] = ['', [], [], new Set()];
  isJammed = false;
  writeFileSync(file, text('one'));
  const context = {
    ...{ env: {}, clock: new ManualClock(), packageRoot: folder },
    stderr: {
      write(more: string) {
        if (isJammed) throw new Error('nobody takes it');
        printed += more;
      },
      isTerminal: false,
    },
  } as unknown as CliContext;
  const log = (message: string): void => void logged.push(message);
  const gateway = {
    async reload({ name }: SiteConfig) {
      reloaded.push(name);
      if (impossible.has(name)) throw new Error('the port is taken');
    },
  };
  reloader = new Reloader(...([context, { file, site: await load(), gateway }] as const), {
    debug: log,
    info: log,
    warn: log,
    error: log,
  });
});
afterEach(() => {
  reloader.stop();
  rmSync(folder, { recursive: true });
});

const versions = (): readonly string[] =>
  readdirSync(join(folder, 'kept', 'config-history')).filter((name) => name.endsWith('.yaml'));

test('what is applied runs, and is kept with who and why', async () => {
  writeFileSync(file, text('two'));
  const by = { who: 'mei', reason: 'another name' };
  expect(await reloader.reload('mei changed it', by)).toHaveProperty('site.name', 'two');
  expect([reloader.site.name, reloaded]).toEqual(['two', ['two']]);
  const [version = ''] = versions();
  const note = join(folder, 'kept', 'config-history', version.replace('.yaml', '.json'));
  expect(JSON.parse(readFileSync(note, 'utf8'))).toEqual(by);
});

test('a file with errors changes nothing, and its text is in no log', async () => {
  writeFileSync(file, `${text('two')}secrets: hunter2\n`);
  expect(await reloader.reload('SIGHUP')).toEqual({ reason: 'the file has errors' });
  expect([reloader.site.name, reloaded]).toEqual(['one', []]);
  expect(printed).toContain('secrets');
  expect(logged.join()).not.toContain('hunter2');
});

test('what the gateway cannot take over is taken back, says why, and later changes are applied', async () => {
  impossible.add('two');
  writeFileSync(file, text('two'));
  expect(await reloader.reload('SIGHUP')).toEqual({ reason: 'the port is taken' });
  expect([reloader.site.name, reloaded]).toEqual(['one', ['two', 'one']]);
  expect(logged.at(-1)).toBe('SIGHUP: not applied, what runs goes on: the port is taken');
  writeFileSync(file, text('three'));
  expect(await reloader.reload('SIGHUP')).toHaveProperty('site.name', 'three');
  expect(versions()).toHaveLength(1);
});

test('two at once are applied one after the other', async () => {
  writeFileSync(file, text('two'));
  const both = await Promise.all([reloader.reload('one'), reloader.reload('other')]);
  expect(both).toHaveLength(2);
  expect(reloaded).toEqual(['two', 'two']);
});

test('whatever goes wrong in one change, the next one is applied', async () => {
  isJammed = true;
  writeFileSync(file, `${text('two')}secrets: 1\n`);
  expect(await reloader.reload('SIGHUP')).toEqual({ reason: 'nobody takes it' });
  isJammed = false;
  writeFileSync(file, text('three'));
  expect(await reloader.reload('SIGHUP')).toHaveProperty('site.name', 'three');
});
