import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApi, type Api } from '../../src/api/server.ts';
import type { Clock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { FakeSite, sitePoint } from '../support/fake-site.ts';
import { missing } from '../support/peers.ts';

const WEB = join(import.meta.dirname, '../../web');
/** Nothing but what the test itself asks for: no updates, no sync, no first-run page. */
const QUIET = [
  ...['--no-sandbox', '--headless', '--disable-gpu', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Notes in `touched` which cells change from now on: `furnace.pv cell-value`. */
const WATCH_ROWS = `
  globalThis.touched = new Set();
  new MutationObserver((records) => {
    for (const { target } of records) {
      const element = target.nodeType === 1 ? target : target.parentElement;
      const row = element.closest('.row')?.dataset.point ?? 'no row';
      const cell = element.closest('[role=cell], [role=rowheader]')?.className.split(' ')[0];
      touched.add(row + ' ' + cell);
    }
  }).observe(document.querySelector('.rows'), { subtree: true, childList: true, characterData: true });
`;

/** A clock whose alarms can be withheld: the connection stays open and nothing is said any more. */
let held = false;
const clock: Clock = {
  ...systemClock,
  alarm: (at, callback) =>
    systemClock.alarm(at, () => {
      if (!held) callback();
    }),
};

describe.skipIf(missing('chromium'))('the page in a browser', () => {
  let webRoot: string;
  let browser: Browser;
  let site: FakeSite;
  let api: Api;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    webRoot = await mkdtemp(join(tmpdir(), 'dinrail-page-'));
    await build({
      ...{ root: WEB, configFile: join(WEB, 'vite.config.ts'), logLevel: 'silent' },
      build: { outDir: webRoot },
    });
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: QUIET });
  });

  afterAll(async () => {
    await browser.close();
    await rm(webRoot, { recursive: true });
  });

  beforeEach(async () => {
    held = false;
    site = new FakeSite(clock, 'furnace-pi');
    site.usePoints([
      sitePoint('furnace.pv', { label: 'Process value', unit: '°C', decimals: 1 }),
      sitePoint('furnace.sp', { label: 'Setpoint', unit: '°C', decimals: 0 }),
      sitePoint('furnace.total', { unit: 'Wh', type: 'u64' }),
      sitePoint('meter.mode', { enum: new Map([[2, 'hold']]) }),
    ]);
    for (const name of ['furnace', 'meter']) site.useDevice({ name, lastAnswerAt: now() });
    site.useLine({ name: 'bus', load: 0.34 });
    site.answer({ 'furnace.pv': 749.6, 'furnace.sp': 750, 'furnace.total': 2n ** 60n });
    site.answer({ 'meter.mode': 2 });
    api = await serve(0);
    await openPage({});
  });

  afterEach(async () => {
    const seen = complaints;
    await page.context().close();
    await api.close();
    // A browser says itself that nobody answers; everything else would be a fault of the page.
    expect(seen.filter((line) => !line.includes('ERR_CONNECTION_REFUSED'))).toEqual([]);
  });

  async function serve(port: number): Promise<Api> {
    const common = { site, clock, logger: silentLogger, version: '1.2.3', webRoot };
    return startApi({ ...common, listen: { host: '127.0.0.1', port } });
  }

  async function openPage(options: Parameters<Browser['newContext']>[0]): Promise<void> {
    complaints = [];
    const context = await browser.newContext({ locale: 'en-US', ...options });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto(`${api.url}#/points`);
    await page.locator('.lamp-live').waitFor();
  }

  /** Goes to another screen, as a click on its name does. */
  async function visit(screen: string): Promise<void> {
    await page.evaluate(`location.hash = '#/${screen}'`);
    await page.locator(`.nav a[href='#/${screen}'][aria-current]`).waitFor();
  }

  const row = (id: string) => page.locator(`[data-point="${id}"]`);
  const cell = (id: string, kind: string) => row(id).locator(`.cell-${kind}`);
  const text = async (selector: string) => page.locator(selector).innerText();

  test('shows every point with its unit, decimals, quality, address and type', async () => {
    expect(await text('h1')).toBe('furnace-pi');
    expect(await cell('furnace.pv', 'value').innerText()).toBe('749.6');
    expect(await cell('furnace.pv', 'unit').innerText()).toBe('°C');
    expect(await cell('furnace.pv', 'quality').innerText()).toBe('good');
    expect(await cell('furnace.pv', 'address').innerText()).toBe('hr:1');
    expect(await cell('furnace.sp', 'value').innerText()).toBe('750');
    expect(await cell('furnace.total', 'value').innerText()).toBe('1152921504606846976');
    expect(await cell('meter.mode', 'value').innerText()).toBe('hold');
    await visit('overview');
    expect(await text('.attention')).toBe('All 2 devices answer.');
    expect(await text('.lines li')).toContain('34 %');
    expect(await page.title()).toBe('furnace-pi · dinrail');
  });

  test('a changed value changes by itself, and no other cell is drawn again', async () => {
    await page.evaluate(WATCH_ROWS);
    site.answer({ 'furnace.pv': 751.2 });
    await expect.poll(async () => cell('furnace.pv', 'value').innerText()).toBe('751.2');
    const touched = await page.evaluate<string[]>('[...touched]');
    expect(touched).toContain('furnace.pv cell-value');
    // Ages count on; of what another row says, nothing is touched.
    expect(touched.filter((cell) => !/^furnace.pv|cell-age$/.test(cell))).toEqual([]);
  });

  test('a bad value is a dash with its cause and the time it was last good, never a number', async () => {
    site.fail(['furnace.pv'], 'bad', 'exception-2');
    await expect.poll(async () => cell('furnace.pv', 'value').innerText()).toBe('—');
    expect(await cell('furnace.pv', 'quality').innerText()).toContain(
      'device has no such address (2)',
    );
    expect(await cell('furnace.pv', 'age').innerText()).toMatch(/^last good \d\d:\d\d:\d\d$/);
    await visit('overview');
    expect(await text('.tile:has-text("furnace") .hero')).toContain('—');
    expect(await text('.attention')).toContain('furnace: Process value has no value');
    expect(await page.locator('body').innerText()).not.toContain('749.6');
  });

  test('a stale value is struck and says since when', async () => {
    site.fail(['furnace.pv'], 'stale', 'timeout');
    await expect.poll(async () => cell('furnace.pv', 'value').locator('s').count()).toBe(1);
    expect(await cell('furnace.pv', 'value').locator('s').innerText()).toBe('749.6');
    expect(await cell('furnace.pv', 'quality').innerText()).toBe('stale: no answer in time');
  });

  test('a device that does not answer stands first, in words and with a shape', async () => {
    await visit('overview');
    site.useDevice({ name: 'meter', state: 'silent', error: 'no answer within 1000 ms' });
    await expect.poll(async () => text('.attention')).toContain('meter does not answer');
    expect(await page.locator('.tile').first().innerText()).toContain('not answering');
    expect(await page.locator('.tile').first().locator('.mark').getAttribute('aria-label')).toBe(
      'high',
    );
  });

  test('points of another configuration replace the old ones', async () => {
    site.usePoints([sitePoint('furnace.new', { label: 'New point' })]);
    await expect.poll(async () => page.locator('.cell-point').allInnerTexts()).toHaveLength(2);
    expect(await cell('furnace.new', 'quality').innerText()).toBe('bad: not read yet');
  });

  describe.each([
    ['is gone', async () => api.close(), async () => void (api = await serve(api.port))],
    [
      'says nothing on an open connection',
      async () => void (held = true),
      async () => {
        held = false;
        await api.close();
        api = await serve(api.port);
      },
    ],
  ])('when the gateway %s', (_, breakIt, mendIt) => {
    test('the page says so within 3 s, shows nothing as current, and recovers by itself', async () => {
      await breakIt();
      const broken = performance.now();
      await page.locator('.lamp-lost').waitFor();
      // Three seconds, and what a busy machine takes to draw them.
      expect(performance.now() - broken).toBeLessThan(5_000);
      expect(await text('.lamp')).toMatch(/no connection to gateway, values are \d s old/);
      expect(await cell('furnace.pv', 'quality').innerText()).toBe('was good');
      await visit('overview');
      expect(await text('.attention')).not.toContain('answer');
      await visit('points');
      const decoration = await page.evaluate(
        `getComputedStyle(document.querySelector('.row .digits')).textDecorationLine`,
      );
      expect(decoration).toBe('line-through');

      site.answer({ 'furnace.pv': 700 });
      await mendIt();
      await page.locator('.lamp-live').waitFor();
      await expect.poll(async () => cell('furnace.pv', 'value').innerText()).toBe('700.0');
      expect(await cell('furnace.pv', 'quality').innerText()).toBe('good');
    });
  });

  test('of thousands of points only those in sight are drawn', async () => {
    site.usePoints(Array.from({ length: 3_000 }, (_, index) => sitePoint(`furnace.p${index}`)));
    await expect.poll(async () => text('.points-head .quiet')).toBe('3000');
    expect(await page.locator('.row').count()).toBeLessThan(100);
    await page.evaluate('scrollTo(0, document.body.scrollHeight)');
    await row('furnace.p2999').waitFor();
    expect(await page.locator('.row').count()).toBeLessThan(100);
    site.answer({ 'furnace.p2999': 41 });
    await expect.poll(async () => cell('furnace.p2999', 'value').innerText()).toBe('41');
  });

  test('a slash leads to the search, which narrows the table; Escape widens it', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('furnace sp');
    await expect.poll(async () => text('.points-head .quiet')).toBe('1 of 4');
    expect(await page.locator('.cell-point').allInnerTexts()).toHaveLength(2);
    await page.keyboard.press('Escape');
    await expect.poll(async () => text('.points-head .quiet')).toBe('4');
    await page.keyboard.type('bad');
    await page.getByText('No point fits the search.').waitFor();
    site.fail(['furnace.sp'], 'bad', 'timeout');
    await expect.poll(async () => text('.points-head .quiet')).toBe('1 of 4');
  });

  test('the theme follows the system until somebody chooses', async () => {
    const theme = async () => page.locator('html').getAttribute('data-theme');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(theme).toBe('dark');
    await page.getByRole('button', { name: 'Light theme' }).click();
    expect(await theme()).toBe('light');
    await page.reload();
    await page.locator('.lamp-live').waitFor();
    expect(await theme()).toBe('light');
  });

  test.each([360, 768, 1366, 3840])('nothing sticks out of a window %i px wide', async (width) => {
    site.useDevice({ name: 'meter', state: 'silent', error: 'no answer within 1000 ms' });
    site.useLine({ name: 'bus', url: `rtu:///dev/serial/by-id/${'usb-'.repeat(20)}`, load: 0.9 });
    site.fail(['meter.mode'], 'bad', 'exception-11');
    await page.setViewportSize({ width, height: 800 });
    for (const screen of ['overview', 'devices', 'points']) {
      await visit(screen);
      expect(await page.evaluate('document.documentElement.scrollWidth'), screen).toBe(width);
    }
  });

  test('every control has a name and is large enough for a finger', async () => {
    for (const control of await page.locator('button:not(.link), input, select, .nav a').all()) {
      expect((await control.boundingBox())?.height).toBeGreaterThanOrEqual(40);
    }
    await page.getByRole('searchbox', { name: 'Search points' }).waitFor();
    await page.getByRole('button', { name: /theme/ }).waitFor();
    expect(await page.getByRole('table', { name: 'Points' }).getAttribute('aria-rowcount')).toBe(
      '7',
    );
  });
});

function now(): number {
  return clock.wallMicros();
}
