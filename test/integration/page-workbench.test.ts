/** Somebody finds out what the registers of a device mean, gives them names, and writes one that has none. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp, type ModbusServer } from '../../src/server/listen-tcp.ts';
import { plainImage } from '../../src/server/unit-tables.ts';
import { axeRemarks, PageBench, visit } from '../support/page-bench.ts';
import { missing } from '../support/peers.ts';
import { startProgram, type Program } from '../support/program.ts';

const WEB = join(import.meta.dirname, '../../web');

function siteText(port: number): string {
  return [
    'version: 1',
    'name: furnace-pi',
    'writes: local',
    'web: { listen: 127.0.0.1:0, local: admin }',
    'devices:',
    '  furnace1:',
    `    at: tcp://127.0.0.1:${port}`,
    '    every: 200ms # as fast as it answers',
    '    points:',
    '      pv: hr:1 u16 °C',
    '      setpoint: { at: "hr:2 u16 rw °C", write: { min: 0, max: 1200 } }',
    '    writes: [setpoint]',
    '',
  ].join('\n');
}

describe.skipIf(missing('chromium'))('the workbench', () => {
  const tables = plainImage({ holding: 100, writable: true });
  let folder: string;
  let file: string;
  let device: ModbusServer;
  let program: Program;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dinrail-workbench-'));
    const webRoot = join(folder, 'web');
    await build({
      ...{ root: WEB, configFile: join(WEB, 'vite.config.ts'), logLevel: 'silent' },
      build: { outDir: webRoot },
    });
    tables.holding.setRegisters(1, [750, 700]);
    tables.holding.setRegisters(20, [0xf156, 0x4278]);
    device = await listenTcp({ port: 0, units: new Map([[1, tables]]), clock: systemClock });
    file = join(folder, 'gateway.yaml');
    await writeFile(file, siteText(device.port));
    program = startProgram(['run', file]);
    const [, url = ''] = await program.said(/(http:\/\/127\.0\.0\.1:\d+\/)/);
    browser = await PageBench.browser();
    const context = await browser.newContext({
      ...{ locale: 'en-US', viewport: { width: 1366, height: 850 } },
    });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', ({ message }) => complaints.push(message));
    // The page of this source, whatever was built before: the API is that of the program.
    await page.route(
      (address) => !address.pathname.startsWith('/api/'),
      async (route) => {
        const { pathname } = new URL(route.request().url());
        await route.fulfill({ path: join(webRoot, pathname === '/' ? 'index.html' : pathname) });
      },
    );
    await page.goto(`${url}#/workbench`);
    await page.locator('.lamp-live').waitFor();
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await program.end('SIGTERM');
    await device.close();
    await rm(folder, { recursive: true });
  });

  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const cell = (address: number) => page.locator(`.bench-grid [data-at='${address}']`);
  const detail = () => page.getByRole('complementary', { name: 'What was chosen' });

  test('shows registers in tens, with the names of those that are known', async () => {
    // It begins with what is known.
    expect(await page.getByLabel('First').inputValue()).toBe('1');
    expect(await page.getByLabel('How many', { exact: true }).inputValue()).toBe('2');
    await page.getByLabel('First').fill('0');
    await page.getByLabel('How many', { exact: true }).fill('40');
    await button('Read').click();
    await expect.poll(async () => cell(1).innerText()).toBe('750\npv');
    expect(await cell(2).innerText()).toBe('700\nsetpoint');
    expect(await page.locator('.bench-grid tbody tr').count()).toBe(4);
    await page.getByLabel('Addresses count').selectOption('from 1');
    await page.locator('.bench-grid tbody th').first().getByText('1', { exact: true }).waitFor();
    await page.getByLabel('Addresses count').selectOption('from 0, as on the wire');
  });

  test('reads again by itself, and what changed stands out for three seconds', async () => {
    await page.getByLabel('Repeat').selectOption('every 1 s');
    tables.holding.setRegisters(25, [7]);
    await page.locator(`.is-changed[data-at='25']`).waitFor();
    await page.getByLabel('Repeat').selectOption('once');
    await page.locator(`.is-changed[data-at='25']`).waitFor({ state: 'detached' });
  });

  test('says what chosen registers may mean, in every order', async () => {
    await cell(20).click();
    await page.keyboard.press('Shift+ArrowRight');
    await detail().getByRole('heading', { name: 'hr:20–21' }).waitFor();
    const row = detail().locator('.meanings tr', { hasText: 'f32' });
    await expect.poll(async () => row.locator('td').nth(1).innerText()).toContain('62.23568');
    expect(await row.locator('.is-likely').count()).toBe(1);
    await row.getByRole('button', { name: '62.23568' }).click();
    await expect.poll(async () => cell(20).innerText()).toContain('62.23568');
  });

  test('makes a point of them: the change is shown first, then it is polled', async () => {
    await page.getByText('Name this …').click();
    await page.getByLabel('Name of the point').fill('flow');
    expect(await page.getByLabel('Type', { exact: true }).inputValue()).toBe('f32@CDAB');
    await page.getByLabel('Unit of measure').fill('l/min');
    await button('Show the change …').click();
    await page.locator('.diff-added').getByText('flow: hr:20 f32@CDAB l/min').waitFor();
    expect(await readFile(file, 'utf8')).not.toContain('flow');
    await button('Apply: poll furnace1.flow').click();
    await page.getByText('furnace1.flow is polled.').waitFor();
    expect(await readFile(file, 'utf8')).toContain('every: 200ms # as fast as it answers');
    await visit(page, 'points');
    await page.locator(`[data-point='furnace1.flow']`).getByText('62.2').waitFor();
    await visit(page, 'workbench?start=0&count=40');
    await button('Read').click();
    await expect.poll(async () => cell(20).innerText()).toContain('flow');
  });

  test('writes nothing that has a name, and nothing while it is locked', async () => {
    await cell(2).click();
    await detail().getByText('This belongs to furnace1.setpoint').waitFor();
    const refused = await page.evaluate<string>(`fetch('api/v1/workbench/write', {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ device: 'furnace1', start: 30, words: [1] }),
    }).then(async (answer) => answer.status + ' ' + (await answer.json()).code)`);
    expect(refused).toBe('403 locked');
    expect(tables.holding.get(30)).toBe(0);
  });

  test('writes a register without a name once somebody has said why; it stands in the audit', async () => {
    await cell(30).click();
    await page.getByLabel('Why', { exact: true }).fill('finding the pump speed');
    await button('Unlock for ten minutes').click();
    await detail().getByText('Writing is unlocked until').waitFor();
    await page.getByLabel('1 word, decimal or 0x…').fill('0x1092');
    await detail().getByText('Sends function 6, hr:30: 0x1092.').waitFor();
    await button('Write hr:30').click();
    await detail().locator('.write-result[data-outcome="confirmed"]').waitFor();
    expect(tables.holding.get(30)).toBe(0x1092);
    await button('Lock').click();
    await detail().getByText('Registers without a name have no limits.').waitFor();
    const audit = await page.evaluate<string>(
      `fetch('api/v1/audit').then(async (answer) => JSON.stringify(await answer.json()))`,
    );
    for (const word of ['furnace1.hr:30', 'finding the pump speed', '"1092"', 'workbench']) {
      expect(audit).toContain(word);
    }
  });

  test('finds out which registers there are', async () => {
    await page.getByLabel('First').fill('90');
    await page.getByLabel('First').press('Enter');
    await expect.poll(async () => cell(90).count()).toBe(0);
    await page.getByText('not all of it is there').waitFor();
    await page.getByLabel('How many from 90 on').fill('30');
    await button('Begin').click();
    await page.getByRole('button', { name: '90 – 99' }).waitFor();
    await button('Stop').click();
    await page.getByText('stopped', { exact: true }).waitFor();
    await page.getByRole('button', { name: '90 – 99' }).click();
    await cell(99).waitFor();
  });

  test.each(['light', 'dark'] as const)('everybody can use it, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await cell(95).click();
    await page.getByText('Name this …').click();
    expect(await axeRemarks(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
