/** Somebody edits the configuration of a running gateway on its page: as a form and as text. */
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp, type ModbusServer } from '../../src/server/listen-tcp.ts';
import { plainImage } from '../../src/server/unit-tables.ts';
import { missing } from '../support/peers.ts';
import { startProgram, type Program } from '../support/program.ts';

const WEB = join(import.meta.dirname, '../../web');
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

function siteText(port: number): string {
  return [
    'version: 1',
    'name: furnace-pi',
    'web: { listen: 127.0.0.1:0, local: admin }',
    '',
    '# One furnace, for now.',
    'devices:',
    '  furnace1:',
    `    at: tcp://127.0.0.1:${port}`,
    '    every: 200ms # as fast as it answers',
    '    points:',
    '      pv: hr:1 u16 °C',
    'sinks:',
    '  log: { type: jsonl, path: samples.jsonl } # for the archive',
    '',
  ].join('\n');
}

describe.skipIf(missing('chromium'))('the settings screen', () => {
  let folder: string;
  let file: string;
  let before: string;
  let device: ModbusServer;
  let program: Program;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dinrail-settings-'));
    const webRoot = join(folder, 'web');
    await build({
      ...{ root: WEB, configFile: join(WEB, 'vite.config.ts'), logLevel: 'silent' },
      build: { outDir: webRoot },
    });
    const tables = plainImage({ holding: 100, writable: false });
    tables.holding.setRegisters(1, [750, 42]);
    device = await listenTcp({ port: 0, units: new Map([[1, tables]]), clock: systemClock });
    file = join(folder, 'gateway.yaml');
    before = siteText(device.port);
    await writeFile(file, before);
    program = startProgram(['run', file]);
    const [, url = ''] = await program.said(/(http:\/\/127\.0\.0\.1:\d+\/)/);
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox'],
    });
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
    await page.goto(`${url}#/settings?device=furnace1`);
    await page.getByText('no mistake found').waitFor();
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await program.end('SIGTERM');
    await device.close();
    await rm(folder, { recursive: true });
  });

  const editor = () => page.getByLabel('Text of gateway.yaml');
  const textOf = async (): Promise<string> => editor().inputValue();
  const button = (name: string | RegExp) => page.getByRole('button', { name });

  test('an edit in the form is one in the text: comments survive, and so does the rest', async () => {
    await page.getByLabel('Read every').fill('250ms');
    await page.keyboard.press('Enter');
    await expect.poll(textOf).toBe(before.replace('every: 200ms', 'every: 250ms'));
    await button('Undo').click();
    await expect.poll(textOf).toBe(before);
  });

  test('a mistake in the text shows its line and what to do, and cannot be applied', async () => {
    await editor().fill(before.replace('every: 200ms', 'evry: 200ms'));
    await page.locator('.problems').getByText('did you mean "every"?').waitFor();
    await page.locator('.problems').getByRole('button', { name: 'line 9' }).click();
    await expect
      .poll(async () => page.evaluate('document.activeElement.selectionStart'))
      .toBe(before.indexOf('every:'));
    await button(/^Review/).click();
    await page.getByText('1 mistake must be mended first.').waitFor();
    expect(await button(/^Apply$/).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await button('Discard').click();
    await page.getByText('no mistake found').waitFor();
  });

  test('a new point is tested before it is applied, and its value is live afterwards', async () => {
    await page.locator('details.nested > summary', { hasText: 'points' }).click();
    const adder = page.getByRole('form', { name: 'Add to: Points' });
    await adder.getByLabel('Name').fill('output');
    await adder.getByLabel('Value').fill('hr:2 u16 %');
    await adder.getByRole('button', { name: 'Add' }).click();
    await expect.poll(textOf).toContain('      output: hr:2 u16 %\n');
    await button('Test furnace1').click();
    await button('Read now').click();
    await expect.poll(async () => page.locator('.test-result').innerText()).toContain('42 %');
    await page.keyboard.press('Escape');
    await button(/^Review/).click();
    await page.locator('.diff-added').getByText('output: hr:2 u16 %').waitFor();
    await page.locator('.changes').getByText('furnace1').waitFor();
    await page.getByLabel('Reason').fill('the output as well');
    await button(/^Apply$/).click();
    await page.getByText('Applied. This happened:').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('As applied').waitFor();
    expect(await readFile(file, 'utf8')).toContain('every: 200ms # as fast as it answers');
    await page.evaluate(`location.hash = '#/points'`);
    await page.locator(`[data-point='furnace1.output']`).getByText('42').waitFor();
    await page.evaluate(`location.hash = '#/settings'`);
  });

  test('an old version becomes a draft, and is applied like any other', async () => {
    await button('Versions').click();
    await page.getByRole('cell', { name: 'the output as well' }).waitFor();
    await button(/^Compare/)
      .first()
      .click();
    await page.locator('.diff-removed').getByText('output: hr:2 u16 %').waitFor();
    await button('Take into the draft').click();
    await button(/^Apply$/).click();
    await page.getByText('Applied. This happened:').waitFor();
    await page.keyboard.press('Escape');
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  test('when somebody else was faster the draft stays, and both can be put together', async () => {
    await page.getByLabel('Label').fill('Tube furnace');
    await page.keyboard.press('Enter');
    await page.getByText('Changed, not applied yet').waitFor();
    await writeFile(file, before.replace('for the archive', 'for the auditors'));
    await button(/^Review/).click();
    await button(/^Apply$/).click();
    await page.getByText('they can be put together').waitFor();
    await button('Put both together').click();
    await expect.poll(textOf).toContain('for the auditors');
    expect(await textOf()).toContain('label: Tube furnace');
    await button(/^Review/).click();
    await button(/^Apply$/).click();
    await page.getByText('Applied. This happened:').waitFor();
    await page.keyboard.press('Escape');
    expect(await readFile(file, 'utf8')).toContain('label: Tube furnace');
  });

  test.each(['light', 'dark'] as const)(
    'everybody can use it, %s: axe has no remark',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await editor().fill(before.replace('every: 200ms', 'evry: 200ms'));
      await page.locator('.problems').waitFor();
      await page.evaluate(readFileSync(AXE, 'utf8'));
      const found = await page.evaluate<{
        violations: { id: string; nodes: { html: string }[] }[];
      }>('axe.run()');
      expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
      await button('Discard').click();
    },
  );

  test('Tab indents, and leaves the text after Escape', async () => {
    await editor().focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Tab');
    expect(await textOf()).toMatch(/^ {2}version/);
    await page.keyboard.press('Control+z');
    expect(await textOf()).toMatch(/^version/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.tagName')).not.toBe('TEXTAREA');
  });

  test('without the gateway nothing can be applied, and the draft stays', async () => {
    await editor().fill(`${await textOf()}# a note\n`);
    await page.getByText('no mistake found').waitFor();
    await program.end('SIGTERM');
    await page.locator('.lamp-lost').waitFor();
    await button(/^Review/).click();
    await page.getByText('no connection to the gateway: nothing can be applied').waitFor();
    expect(await button(/^Apply$/).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.getByLabel('Label').isDisabled()).toBe(true);
    expect(await textOf()).toContain('# a note');
    expect(complaints).toEqual([]);
  });
});
