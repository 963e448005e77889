/** Devices, points and traffic of a whole gateway in a browser: what people do there who look for a fault. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utcIso } from '../../src/base/time-format.ts';
import { silentLogger } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { loadSite } from '../../src/config/load-site.ts';
import { startGateway, type Gateway } from '../../src/gateway/gateway.ts';
import { listenTcp, type ModbusServer } from '../../src/server/listen-tcp.ts';
import { plainImage } from '../../src/server/unit-tables.ts';
import { missing } from '../support/peers.ts';

const WEB = join(import.meta.dirname, '../../web');
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PLACES = [
  ...['devices/bms?tab=matrix', 'devices/bms?tab=requests', 'devices/bms?tab=trends'],
  ...['devices/bms?tab=writes', 'points?point=bms.setpoint', 'traffic'],
];

function siteText(port: number): string {
  const blocks = [1, 2, 3, 4].map((n) => `      block_${n}: "hr:${9 + n} u16 V"`);
  return [
    ...['version: 1', 'name: store', 'writes: local', 'web: { listen: 127.0.0.1:0 }'],
    ...['lines:', `  bus: tcp://127.0.0.1:${port}`],
    ...['devices:', '  bms:', '    line: bus', '    label: Battery', '    every: 200ms'],
    ...['    tags: { room: B12 }', '    points:', ...blocks],
    '      setpoint: { at: "hr:2 i16 rw °C", write: { min: 0, max: 1200, maxChange: 400 } }',
    ...['    writes: [setpoint]', '  meter:', '    line: bus', '    unit: 2', '    every: 200ms'],
    ...['    points: { power: "hr:1 u16 W" }', 'sinks:', '  log: { type: jsonl, path: s.jsonl }'],
  ].join('\n');
}

describe.skipIf(missing('chromium'))('devices on the page', () => {
  const battery = plainImage({ holding: 100, writable: true });
  const meter = plainImage({ holding: 100 });
  let folder: string;
  let device: ModbusServer;
  let gateway: Gateway;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dinrail-devices-'));
    const webRoot = join(folder, 'web');
    await build({
      ...{ root: WEB, configFile: join(WEB, 'vite.config.ts'), logLevel: 'silent' },
      build: { outDir: webRoot },
    });
    battery.holding.setRegisters(2, [750]);
    battery.holding.setRegisters(10, [13, 13, 13, 12]);
    meter.holding.setRegisters(1, [42]);
    const units = new Map([
      [1, battery],
      [2, meter],
    ]);
    device = await listenTcp({ port: 0, units, clock: systemClock });
    const file = join(folder, 'gateway.yaml');
    await writeFile(file, siteText(device.port));
    const { site, issues } = await loadSite(file, { env: {}, profilesDirs: [] });
    if (site === undefined) throw new Error(JSON.stringify(issues));
    gateway = await startGateway(site, {
      ...{ clock: systemClock, stdout: process.stdout, formatTime: utcIso, version: '1', webRoot },
      ...{ exit: () => undefined, logger: silentLogger },
    });
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox'],
    });
    const context = await browser.newContext({ locale: 'en-US', acceptDownloads: true });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    complaints = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto(gateway.url ?? '');
    await page.locator('.lamp-live').waitFor();
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await device.close();
    await rm(folder, { recursive: true });
    expect(complaints).toEqual([]);
  });

  async function visit(place: string): Promise<void> {
    await page.evaluate(`location.hash = '#/${place}'`);
  }

  const main = async (): Promise<string> => page.locator('main').innerText();

  test('a device says how it answers, and its plan what is asked', async () => {
    await visit('devices/bms');
    await page.getByText(/^95 % within/).waitFor();
    expect(await main()).toMatch(/Answered\s+100 % of \d+/);
    await page.getByRole('link', { name: 'Requests' }).click();
    const row = page.locator('.requests tbody tr').filter({ hasText: 'hr:2' });
    // Seven registers are read through, which is cheaper than to ask twice.
    expect(await row.locator('td').nth(0).innerText()).toBe('12');
    expect(await row.locator('td').nth(3).innerText()).toBe('7');
    await row.getByText('5 points').click();
    await row.getByText(/block_1, block_2, block_3, block_4/).waitFor();
  });

  test('a device is paused with a reason, which everybody sees, and resumed', async () => {
    await visit('devices/meter');
    await page.getByRole('button', { name: 'Pause …' }).click();
    const go = page.getByRole('button', { name: 'Pause meter' });
    expect(await go.isDisabled()).toBe(true);
    await page.getByLabel(/^Why/).fill('cabling work');
    await go.click();
    await page.locator('.device-head .state').getByText('paused').waitFor();
    await visit('overview');
    await page.locator('.attention').getByText('meter is paused').waitFor();
    expect(await page.locator('.attention').innerText()).toContain('local: cabling work');
    const asked = gateway.site.devices().find(({ name }) => name === 'meter')?.polls;
    await visit('points?find=meter');
    await page.locator('[data-point="meter.power"]').getByText('paused').waitFor();
    expect(gateway.site.devices().find(({ name }) => name === 'meter')?.polls).toBe(asked);
    await visit('devices/meter');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause …' }).waitFor();
    await expect.poll(() => gateway.site.sample('meter.power')?.quality).toBe('good');
  });

  test('a matrix is walked with the keyboard, and a cell says how far it is from the others', async () => {
    await visit('devices/bms?tab=matrix');
    const cells = page.locator('.matrix .cell button');
    await cells.first().focus();
    await page.keyboard.press('End');
    await page
      .locator('.matrix-pointed')
      .getByText('block_4: 12 V, −1 V from the median')
      .waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.faceplate').getByText('bms.block_4').waitFor();
    await page.keyboard.press('Escape');
  });

  test('points are found by tag, their columns chosen, and what is shown is saved', async () => {
    await visit('points?cols=device,unit');
    await page.getByRole('searchbox').fill('#room=B12 block_4');
    await expect.poll(async () => page.locator('.points-head .quiet').innerText()).toBe('1 of 6');
    expect(await page.locator('.row-head').innerText()).toMatch(/^Point\s+Value\s+Unit\s+Device$/);
    await page.getByText('Columns', { exact: true }).click();
    await page.getByLabel('Address').check();
    await expect.poll(() => page.url()).toContain('cols=unit%2Cdevice%2Caddress');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save CSV' }).click();
    const csv = readFileSync(await (await saved).path(), 'utf8');
    expect(csv).toBe(
      'point,label,value,text,unit,device,address\r\nbms.block_4,,12,,V,bms,hr:13\r\n',
    );
    await page.getByRole('searchbox').fill('');
  });

  test('a point says where it is sent and what others call it', async () => {
    await visit('points?point=bms.block_1');
    const face = page.locator('.faceplate');
    await face.getByText(/s\.jsonl$/).waitFor();
    expect(await face.getByRole('button', { name: 'Zabbix' }).getAttribute('title')).toBe(
      'dinrail.value[bms,block_1]',
    );
    expect(await face.getByRole('button', { name: 'PromQL' }).getAttribute('title')).toBe(
      'dinrail_voltage_volts{device="bms",point="block_1"}',
    );
    await page.keyboard.press('Escape');
  });

  test('before a write one sees how far it goes and what will be sent', async () => {
    await visit('points?point=bms.setpoint');
    await page.getByRole('button', { name: 'Write …' }).click();
    const box = page.getByLabel('New value °C');
    await box.fill('749');
    await box.press('ArrowUp');
    await page.getByRole('button', { name: '1 more' }).click();
    expect(await box.inputValue()).toBe('751');
    await page.getByText('Changes by +1 °C').waitFor();
    await page.getByText('06 00 02 02 EF').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
  });

  test('traffic is filtered by what the address says, explained, and saved as lines of JSON', async () => {
    await visit('traffic?unit=2&fn=3');
    await page.locator('.frame-row button.link').first().waitFor();
    const units = await page.locator('.rows .frame-row > :nth-child(4)').allInnerTexts();
    expect(new Set(units.map((text) => text.replace(/\D/g, '')))).toEqual(new Set(['2']));
    await page.locator('.uses-bar').waitFor();
    expect(await page.locator('.uses-bar').getAttribute('aria-label')).toContain('waiting');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.locator('.frame-row button.link').nth(1).click();
    const face = page.locator('.faceplate');
    await face.getByRole('row', { name: /function/ }).focus();
    expect(await face.locator('.frame-hex .is-pointed').innerText()).toMatch(/^03/);
    const row = face.getByRole('button', { name: 'row of a test' });
    expect(await row.getAttribute('title')).toMatch(/^\['read holding 1 \+1', '.+', '.+'\],$/);
    await page.keyboard.press('Escape');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save JSONL' }).click();
    const lines = readFileSync(await (await saved).path(), 'utf8')
      .trim()
      .split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ unit: 2, function: 3, line: 'bus' });
    await page.getByRole('button', { name: 'Go on' }).click();
  });

  test.each(PLACES)('everybody can use %s, at 360 px too', async (place) => {
    await visit(place);
    await page.locator('main .panel').first().waitFor();
    await page.setViewportSize({ width: 360, height: 700 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.setViewportSize({ width: 1366, height: 800 });
    await page.evaluate(readFileSync(AXE, 'utf8'));
    const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
      'axe.run()',
    );
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
    await page.keyboard.press('Escape');
  });
});
