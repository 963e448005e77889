/** A whole gateway, its page in a browser, and somebody who logs in and works with it. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utcIso } from '../../src/base/time-format.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { loadSite } from '../../src/config/load-site.ts';
import { startGateway, type Gateway } from '../../src/gateway/gateway.ts';
import { listenTcp, type ModbusServer } from '../../src/server/listen-tcp.ts';
import { plainImage } from '../../src/server/unit-tables.ts';
import { missing } from '../support/peers.ts';

const WEB = join(import.meta.dirname, '../../web');
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PASSWORD = 'correct horse battery';
const SCREENS = ['overview', 'devices', 'points', 'alarms', 'trends', 'traffic', 'writes', 'sinks'];

function siteText(port: number): string {
  return [
    'version: 1',
    'name: furnace-pi',
    'writes: local',
    'web: { listen: 127.0.0.1:0, login: always }',
    'devices:',
    '  furnace1:',
    `    at: tcp://127.0.0.1:${port}`,
    '    every: 200ms',
    '    points:',
    '      pv: "hr:1 i16 °C"',
    '      setpoint: { at: "hr:2 i16 rw °C", write: { min: 0, max: 1200, maxChange: 400 } }',
    '      block_1: "hr:10 u16 V"',
    '      block_2: "hr:11 u16 V"',
    '      block_3: "hr:12 u16 V"',
    '      block_4: "hr:13 u16 V"',
    '    writes: [setpoint]',
    'alarms:',
    '  too_hot: { when: furnace1.pv > 800, priority: urgent, text: The furnace is too hot }',
    'sinks:',
    '  log: { type: jsonl, path: samples.jsonl }',
  ].join('\n');
}

describe.skipIf(missing('chromium'))('the page of a whole gateway', () => {
  const tables = plainImage({ holding: 100, writable: true });
  const log: string[] = [];
  let folder: string;
  let device: ModbusServer;
  let gateway: Gateway;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dinrail-screens-'));
    const webRoot = join(folder, 'web');
    await build({
      ...{ root: WEB, configFile: join(WEB, 'vite.config.ts'), logLevel: 'silent' },
      build: { outDir: webRoot },
    });
    tables.holding.setRegisters(1, [750, 750]);
    tables.holding.setRegisters(10, [13, 13, 13, 12]);
    device = await listenTcp({ port: 0, units: new Map([[1, tables]]), clock: systemClock });
    const file = join(folder, 'gateway.yaml');
    await writeFile(file, siteText(device.port));
    const { site, issues } = await loadSite(file, { env: {}, profilesDirs: [] });
    if (site === undefined) throw new Error(JSON.stringify(issues));
    const logger = (message: string): void => void log.push(message);
    gateway = await startGateway(site, {
      ...{ clock: systemClock, stdout: process.stdout, formatTime: utcIso, version: '1', webRoot },
      exit: () => undefined,
      logger: { debug: logger, info: logger, warn: logger, error: logger },
    });
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox'],
    });
    page = await (await browser.newContext({ locale: 'en-US' })).newPage();
    page.setDefaultTimeout(20_000);
    complaints = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await device.close();
    await rm(folder, { recursive: true });
  });

  async function visit(screen: string): Promise<void> {
    await page.evaluate(`location.hash = '#/${screen}'`);
    await page.locator(`.nav a[href='#/${screen}'][aria-current]`).waitFor();
  }

  async function fill(name: string, password: string): Promise<void> {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill(password);
  }

  test('a stranger sees no value; the link of the log makes the first user', async () => {
    await page.goto(gateway.url ?? '');
    await page.getByLabel('Password').waitFor();
    expect(await page.locator('body').innerText()).not.toContain('furnace');
    const [, link = ''] = /open this once to make the first user: (\S+)/.exec(log.join('\n')) ?? [];
    await page.goto(link);
    await page.reload();
    await fill('ana', PASSWORD);
    await page.getByRole('button', { name: 'Make' }).click();
    await page.locator('.lamp-live').waitFor();
    expect(await page.locator('h1').innerText()).toBe('furnace-pi');
  });

  test('whoever logs out has to log in again, with the right password', async () => {
    await page.getByRole('button', { name: 'Log out' }).click();
    await fill('ana', 'wrong horse battery');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('name or password is wrong').waitFor();
    await fill('ana', PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('.lamp-live').waitFor();
  });

  test.each(SCREENS)('everybody can use the screen %s: axe has no remark', async (screen) => {
    await visit(screen);
    await page.evaluate(readFileSync(AXE, 'utf8'));
    const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
      'axe.run()',
    );
    const remarks = found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
    expect(remarks).toEqual([]);
  });

  test('a write goes through its three ticks to the device, and a value out of range does not', async () => {
    await page.evaluate(`location.hash = '#/points?point=furnace1.setpoint'`);
    await page.getByRole('button', { name: 'Write …' }).click();
    await page.getByLabel('New value °C').fill('1300');
    await page.getByText('Only from 0 to 1200 °C.').waitFor();
    expect(await page.getByRole('button', { name: /^Write 1300/ }).isDisabled()).toBe(true);
    await page.getByLabel('New value °C').fill('800');
    await page.getByRole('button', { name: 'Write 800 °C' }).click();
    await page.locator('.write-result[data-outcome="confirmed"]').waitFor();
    expect(await page.locator('.ticks .is-done').allInnerTexts()).toHaveLength(3);
    expect(tables.holding.get(2)).toBe(800);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await visit('writes');
    await expect.poll(async () => page.locator('main').innerText()).toContain('confirmed');
  });

  test('an alarm comes to whoever looks, and is acknowledged by name', async () => {
    await visit('overview');
    tables.holding.setRegisters(1, [850]);
    const attention = page.locator('.attention');
    await attention.getByText('The furnace is too hot').waitFor();
    await attention.getByRole('button', { name: 'Acknowledge: The furnace is too hot' }).click();
    await attention.getByText('The device answers. 1 alarm that somebody knows of.').waitFor();
    tables.holding.setRegisters(1, [750]);
    await attention.getByText('The device answers. No alarm.').waitFor();
    tables.holding.setRegisters(1, [850]);
    await attention.getByText('The furnace is too hot').waitFor();
    await visit('alarms');
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('active, acknowledged').waitFor();
    tables.holding.setRegisters(1, [750]);
    await page.getByText('No alarm.').waitFor();
  });

  test('a frame is explained byte by byte', async () => {
    await visit('traffic');
    await page.locator('.frame-row button.link').first().click();
    await page.locator('.faceplate').getByText('function', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
  });

  test('what is alike stands in a matrix', async () => {
    await page.evaluate(`location.hash = '#/devices/furnace1?tab=matrix'`);
    await expect.poll(async () => page.locator('.matrix .cell').count()).toBe(4);
  });

  test('the page speaks the language that is chosen, and remembers it', async () => {
    await visit('overview');
    await page.getByLabel('Language').selectOption('ru');
    await page.locator('.nav').getByText('Обзор').waitFor();
    await page.reload();
    await page.locator('.nav').getByText('Обзор').waitFor();
    await page.getByLabel('Язык').selectOption('en');
  });

  test('nothing went wrong in the browser', () => {
    expect(complaints).toEqual([]);
  });
});
