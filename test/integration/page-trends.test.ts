/** Trends, alarms and sinks in a browser, over a history and a site that a test makes. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Access } from '../../src/api/access.ts';
import { startApi, type Api } from '../../src/api/server.ts';
import { silentLogger } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import type { SinkControl, SinkStatus } from '../../src/delivery/sink-status.ts';
import type { History } from '../../src/history/history.ts';
import { directLink } from '../../src/history/direct-link.ts';
import { openHistory } from '../../src/history/open-history.ts';
import type { Outage } from '../../src/outage/outage.ts';
import type { Sample } from '../../src/telemetry/sample.ts';
import { FakeSite, sitePoint } from '../support/fake-site.ts';
import { axeRemarks, PageBench, visit } from '../support/page-bench.ts';
import { missing } from '../support/peers.ts';
import { hiRule, PlainAlarms } from '../support/plain-alarms.ts';

const WEB = join(import.meta.dirname, '../../web');
const MINUTE = 60_000_000;
const NOW = systemClock.wallMicros();
const PLENTY = { bytes: 500e6, ageMs: 90 * 86_400_000 };

/** Five minutes that end now: the temperature was known but for the fourth minute before the end. */
function past(): readonly Sample[] {
  const samples: Sample[] = [];
  const good = (id: string, at: number, value: number): Sample => ({
    ...{ point: sitePoint(id), value, quality: 'good', at, requestedAt: at, goodAt: at },
  });
  // Set an hour ago, and never since.
  samples.push(good('furnace.sp', NOW - 60 * MINUTE, 750));
  for (let second = 300; second > 0; second -= 5) {
    const at = NOW - second * 1_000_000;
    if (second < 240 && second >= 180) continue;
    samples.push(good('furnace.pv', at, 700 + second / 10));
    if (second === 240) {
      const lost = at + 1_000_000;
      samples.push({ point: sitePoint('furnace.pv'), quality: 'bad', at: lost, requestedAt: lost });
    }
  }
  return samples.sort((a, b) => a.at - b.at);
}

const OUTAGE: Outage = {
  ...{ point: 'furnace.pv', reason: 'device-silent', durationMs: 60_000, settledMs: 0 },
  before: { value: 724, at: NOW - 4 * MINUTE },
  after: { value: 718, at: NOW - 3 * MINUTE },
};

const waiting: SinkStatus = {
  ...{ name: 'influx', type: 'influx', state: 'failing', waiting: 1204, waitingBytes: 2_500_000 },
  ...{ error: 'http://plant refuses the connection', errorAt: NOW, rate: 0, minutes: [3, 0, 0] },
  ...{ delivered: 3, rejected: 1, lost: 0, quarantined: 1, held: 0 },
};

/** Shares of the width at which a colour is seen in the first drawing. */
const COLUMNS = (colour: string): string => `(() => {
  const canvas = document.querySelector('.chart canvas');
  const [r, g, b] = getComputedStyle(document.documentElement)
    .getPropertyValue('${colour}').match(/[0-9a-f]{2}/g).map((two) => parseInt(two, 16));
  const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const found = new Set();
  for (let at = 0; at < data.length; at += 4) {
    const near = Math.abs(data[at] - r) + Math.abs(data[at + 1] - g) + Math.abs(data[at + 2] - b);
    if (near < 24 && data[at + 3] > 200) found.add((at / 4) % width);
  }
  const plot = canvas.parentElement.querySelector('.u-over');
  const left = plot.offsetLeft * devicePixelRatio;
  const across = plot.clientWidth * devicePixelRatio;
  return [...found].map((x) => (x - left) / across).filter((share) => share > 0 && share < 1);
})()`;

describe.skipIf(missing('chromium'))('what was', () => {
  let folder: string;
  let browser: Browser;
  let history: History;
  let api: Api;
  let page: Page;
  const site = new FakeSite(systemClock, 'furnace-pi');
  const access = new Access();
  const dropped: string[] = [];
  let alarms: PlainAlarms;

  const sinks: SinkControl = {
    status: () => [waiting],
    test: async () => 'InfluxDB takes writes',
    pause: () => undefined,
    resume: () => undefined,
    drop: (name, by) => dropped.push(`${name} by ${by}`) * waiting.waiting,
    newest: () => 'furnace,device=furnace pv=701.5 1772186249412',
    quarantine: () => [{ id: 3, point: 'furnace.pv', value: '7', at: NOW, reason: 'wrong type' }],
    destinations: () => [],
    retry: () => 1,
    discard: () => 1,
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dinrail-trends-'));
    const webRoot = join(folder, 'web');
    await build({
      ...{ root: WEB, configFile: join(WEB, 'vite.config.ts'), logLevel: 'silent' },
      build: { outDir: webRoot },
    });
    site.usePoints([
      sitePoint('furnace.pv', { label: 'Temperature', unit: '°C', decimals: 1 }),
      sitePoint('furnace.sp', { label: 'Setpoint', unit: '°C', decimals: 0, writable: true }),
      sitePoint('furnace.op', { label: 'Output', unit: '%', decimals: 0 }),
    ]);
    site.useDevice({ name: 'furnace' });
    alarms = new PlainAlarms(site, systemClock, [
      hiRule('furnace.pv', 740, { text: 'Furnace too hot' }),
      hiRule('furnace.op', 90, { text: 'Output high', priority: 'low' }),
    ]);
    site.answer({ 'furnace.pv': 750, 'furnace.sp': 750, 'furnace.op': 95 });
    const runsSince = NOW - 90 * MINUTE;
    const common = { clock: systemClock, logger: silentLogger };
    history = openHistory({ ...common, folder, limits: PLENTY, link: directLink, runsSince });
    history.record(past());
    access.use([], 'admin');
    api = await startApi({
      ...{ ...common, site, webRoot, version: '1', history, alarms, sinks, access },
      outages: { list: () => [OUTAGE] },
      listen: { host: '127.0.0.1', port: 0 },
    });
    browser = await PageBench.browser();
    page = await (await browser.newContext({ locale: 'en-US' })).newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(api.url);
    await page.locator('.lamp-live').waitFor();
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await api.close();
    await history.close();
    await rm(folder, { recursive: true });
  });

  describe('on the trends', () => {
    const PENS = 'trends?pens=furnace.pv,furnace.sp&range=5m';

    beforeEach(async () => {
      await visit(page, 'overview');
      await visit(page, PENS);
      await page.locator('.chart canvas').waitFor();
      await expect
        .poll(async () => page.evaluate<number[]>(COLUMNS('--trend-2')))
        .not.toHaveLength(0);
    });

    test('a value that has not changed for an hour is drawn all the way', async () => {
      const seen = await page.evaluate<number[]>(COLUMNS('--trend-2'));
      for (const share of [0.02, 0.3, 0.5, 0.9]) {
        expect(seen.some((one) => Math.abs(one - share) < 0.01)).toBe(true);
      }
    });

    test('a gap stays a gap', async () => {
      const seen = await page.evaluate<number[]>(COLUMNS('--trend-1'));
      // A minute of five, some seconds after it was drawn.
      expect(seen.filter((share) => share > 0.24 && share < 0.34)).toEqual([]);
      expect(seen.some((share) => share > 0.05 && share < 0.15)).toBe(true);
      expect(seen.some((share) => share > 0.5 && share < 0.6)).toBe(true);
      await page.getByText('value not known or in doubt').waitFor();
    });

    test('what happened has a flag with words, for the mouse and for the keyboard', async () => {
      const flags = page.locator('.flags button');
      await expect.poll(async () => flags.count()).toBe(2);
      const [outage, alarm] = [flags.first(), flags.last()];
      expect(await alarm.textContent()).toMatch(/Furnace too hot: raised/);
      await outage.hover();
      await page.locator('.flag-words', { hasText: 'The device was silent' }).waitFor();
      await page.mouse.move(0, 0);
      await alarm.focus();
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Tab');
      expect(await page.locator('.flag-words:visible').innerText()).toContain('Furnace too hot');
    });

    test('the crosshair is one for all drawings, and goes with the keyboard', async () => {
      await visit(page, `${PENS.replace('furnace.sp', 'furnace.sp,furnace.op')}&layout=apart`);
      await expect.poll(async () => page.locator('.chart').count()).toBe(2);
      await page.locator('.chart').first().focus();
      await page.keyboard.press('Shift+End');
      await page.keyboard.press('Shift+ArrowLeft');
      await expect
        .poll(async () => page.locator('.panes [role=status]').innerText())
        .toMatch(/Temperature .*; Setpoint 750/);
      const places = await page.evaluate<string[]>(
        `[...document.querySelectorAll('.chart .u-cursor-x')].map((one) => one.style.transform)`,
      );
      expect(places).toHaveLength(2);
      expect(new Set(places).size).toBe(1);
      expect(await page.locator('.pen-then').nth(1).innerText()).toMatch(/750 °C/);
    });

    test('keys move and zoom, and the address remembers it', async () => {
      await page.locator('.chart').first().focus();
      await page.keyboard.press('ArrowLeft');
      await expect.poll(() => page.url()).toContain('from=');
      const length = (): number => {
        const query = new URLSearchParams(page.url().split('?')[1]);
        return Number(query.get('to')) - Number(query.get('from'));
      };
      expect(length()).toBe(300_000);
      await page.keyboard.press('+');
      await expect.poll(length).toBeLessThan(300_000);
      expect(page.url()).toContain('pens=furnace.pv');
      await page.getByRole('button', { name: 'Follow now' }).click();
      await expect.poll(() => page.url()).not.toContain('from=');
    });

    test('a table says the same, and files can be saved', async () => {
      await page.getByText('As a table').click();
      const rows = page.locator('.trend-table tbody tr');
      const cells = await rows.locator('td:last-child').allInnerTexts();
      expect(new Set(cells)).toEqual(new Set(['750']));
      expect(await rows.locator('td:nth-child(2)').allInnerTexts()).toContain('—');
      expect(await axeRemarks(page)).toEqual([]);
      const saved = async (name: string): Promise<Buffer> => {
        const [file] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name }).click(),
        ]);
        return readFile(await file.path());
      };
      const csv = (await saved('Save CSV')).toString();
      expect(csv.split('\r\n')[0]).toBe('time,furnace.pv (°C),furnace.sp (°C)');
      expect(csv).toMatch(/Z,,750\r\n/);
      expect((await saved('Save PNG')).subarray(1, 4).toString()).toBe('PNG');
    });
  });

  describe('on the alarms', () => {
    test('says what it was and is, and shelving needs a time and a reason', async () => {
      await visit(page, 'alarms');
      const row = page.locator('.alarm-table tbody tr', { hasText: 'Furnace too hot' });
      expect(await row.innerText()).toMatch(/750 \(limit 740\)/);
      await page.getByText('2 alarms in 24 hours').waitFor();
      expect(await axeRemarks(page)).toEqual([]);
      await row.getByRole('button', { name: 'Shelve…' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Shelve' }).click();
      await dialog.getByText('nobody remembers it later').waitFor();
      await dialog.getByLabel('Why').fill('sensor is replaced');
      expect(await axeRemarks(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Shelve' }).click();
      await row.getByText('sensor is replaced').waitFor();
      await row.getByRole('button', { name: 'Unshelve' }).click();
      await row.getByText('active, not acknowledged').waitFor();
    });

    test('all that the filter shows are acknowledged at once, with a comment, after a question', async () => {
      await visit(page, 'alarms');
      await page.getByRole('button', { name: 'Acknowledge all 2…' }).click();
      await page.getByLabel('Comment, if any').fill('on my way');
      await page.getByRole('button', { name: 'Acknowledge 2 alarms' }).click();
      await expect.poll(async () => page.getByText('on my way').count()).toBe(2);
      expect(alarms.list().map(({ state }) => state)).toEqual([
        ...['active-acknowledged', 'active-acknowledged'],
      ]);
      await visit(page, 'alarms?tab=journal&priority=low');
      await page.locator('td', { hasText: 'on my way' }).waitFor();
      const texts = await page.locator('tbody th').allInnerTexts();
      expect(texts.length).toBeGreaterThan(1);
      expect(texts.every((text) => text.includes('Output high'))).toBe(true);
      expect(await axeRemarks(page)).toEqual([]);
    });
  });

  describe('on the sinks', () => {
    test('shows what waits, what the error means and the newest record as it was sent', async () => {
      await visit(page, 'sinks');
      await page.getByText('1204 · ~2.5 MB').waitFor();
      await page.getByText('is the receiver running?').waitFor();
      await page.getByText('Newest record, as sent').click();
      await page.getByText('furnace,device=furnace pv=701.5').waitFor();
      await page.getByRole('button', { name: 'Send test' }).click();
      await page.getByText('InfluxDB takes writes').waitFor();
      expect(await axeRemarks(page)).toEqual([]);
    });

    test('what waits is dropped only by whoever types the name of the sink', async () => {
      await visit(page, 'sinks');
      await page.getByRole('button', { name: 'Drop what waits…' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('1204 records wait').waitFor();
      expect(await axeRemarks(page)).toEqual([]);
      const button = dialog.getByRole('button', { name: 'Drop what waits' });
      expect(await button.isDisabled()).toBe(true);
      await dialog.getByLabel('Type influx to confirm').fill('influx');
      await button.click();
      await page.getByText('1204 records dropped.').waitFor();
      expect(dropped).toEqual(['influx by local']);
    });

    test('and not by an operator', async () => {
      access.use([], 'operator');
      await page.reload();
      await page.locator('.lamp-live').waitFor();
      await visit(page, 'sinks');
      const drop = page.getByRole('button', { name: 'Drop what waits…' });
      expect(await drop.isDisabled()).toBe(true);
      expect(await drop.getAttribute('title')).toContain('admin');
    });
  });
});
