/** The page for screen readers, by keyboard alone, at the machine and for whoever sees it for the first time. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeRemarks, PageBench, PLACES, SCREENS, visit } from '../support/page-bench.ts';
import { missing } from '../support/peers.ts';

describe.skipIf(missing('chromium'))('the page, for everybody', () => {
  let bench: PageBench;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    bench = await PageBench.start();
    page = await bench.open({ colorScheme: 'light', reducedMotion: 'reduce' });
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error')
        complaints.push(`${message.text()} ${message.location().url}`);
    });
    await page.locator('.lamp-live').waitFor();
    await page.locator('.attention').getByText('The furnace is too hot').waitFor();
  }, 60_000);

  afterAll(async () => {
    await bench.close();
  });

  test.each(PLACES)('axe has no remark on %s, in light colours and in dark ones', async (place) => {
    await page.setViewportSize({ width: 1366, height: 768 });
    await visit(page, place);
    expect(await axeRemarks(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await page.locator('html[data-theme=dark]').waitFor();
    expect(await axeRemarks(page, ['color-contrast'])).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  });

  describe('by keyboard alone', () => {
    const focused = async () =>
      page.evaluate<string>(
        `document.activeElement.closest('aside, dialog, nav, main, header')?.className + ': ' + document.activeElement.textContent.trim()`,
      );

    test('a table leads to a point and to its write dialog, and Escape back, step by step', async () => {
      await page.setViewportSize({ width: 1366, height: 768 });
      await visit(page, 'points');
      await page.keyboard.press('/');
      await page.keyboard.type('setpoint');
      await page.locator('[data-point="furnace1.setpoint"] .cell-point button').focus();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Write …' }).waitFor();
      expect(await focused()).toContain('faceplate');
      expect(await axeRemarks(page)).toEqual([]);
      await page.getByRole('button', { name: 'Write …' }).focus();
      await page.keyboard.press('Enter');
      await page.getByLabel('New value °C').waitFor();
      expect(await axeRemarks(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
      expect(await focused()).toContain('Write …');
      await page.keyboard.press('Escape');
      await page.locator('.faceplate').waitFor({ state: 'detached' });
      expect(await focused()).toContain('setpoint');
      // The pencil at its value stands next, and leads to the same dialog.
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByLabel('New value °C').waitFor();
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
    });

    test('a question mark shows every key, and they do what they say', async () => {
      await visit(page, 'overview');
      await page.keyboard.press('?');
      const help = page.getByRole('dialog', { name: 'Keys' });
      const words = await help.innerText();
      expect(await axeRemarks(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await help.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Keys' }).click();
      await help.waitFor();
      await page.keyboard.press('Escape');
      for (const screen of SCREENS) {
        const link = await page
          .locator(`.nav a[href="#/${screen}"]`)
          .getAttribute('aria-keyshortcuts');
        const [, letter = ''] = /^g (.)$/.exec(link ?? '') ?? [];
        expect(words.replaceAll('\n', ''), screen).toContain(`g${letter}`);
        await page.keyboard.press('g');
        await page.keyboard.press(letter);
        await page.locator(`main[data-screen="${screen}"]`).waitFor();
        if (screen !== 'op') continue;
        await page.getByText('Leave').waitFor();
        await page.keyboard.press('Escape');
      }
      await page.locator('main[data-screen="overview"]').waitFor();
    });

    test('tab goes through everything on the first screen and comes out at the end', async () => {
      await visit(page, 'overview');
      await page.reload();
      await page.locator('.tile').first().waitFor();
      const count = await page.evaluate<number>(
        `[...document.querySelectorAll('a[href], button:not(:disabled), select')].filter((it) => it.checkVisibility()).length`,
      );
      const seen = new Set<string>();
      for (let step = 0; step < count; step += 1) {
        await page.keyboard.press('Tab');
        seen.add(await page.evaluate<string>(`document.activeElement.outerHTML.slice(0, 200)`));
        const outline = await page.evaluate<string>(
          `getComputedStyle(document.activeElement).outlineStyle`,
        );
        expect(outline).not.toBe('none');
      }
      expect(seen.size).toBe(count);
    });
  });

  describe('the operator view', () => {
    test('changes what may be changed through the same dialog, and nothing where one may only look', async () => {
      await page.setViewportSize({ width: 1366, height: 768 });
      await visit(page, 'op');
      await page.getByRole('button', { name: 'Change setpoint' }).click();
      await page.getByLabel('New value °C').fill('700');
      expect(await axeRemarks(page)).toEqual([]);
      await page.getByRole('button', { name: 'Write 700 °C' }).click();
      await page.locator('.write-result[data-outcome="confirmed"]').waitFor();
      expect(bench.tables.holding.get(2)).toBe(700);
      await page.keyboard.press('Escape');
      await visit(page, 'op?look=only');
      await page.getByRole('button', { name: 'Change setpoint' }).waitFor({ state: 'detached' });
    });

    test('shows one device after the other, and holds when it is told to', async () => {
      await visit(page, 'op?rotate=3s&devices=furnace1,far_away');
      await page.getByText('1 of 2').waitFor();
      expect(await page.locator('.op-tile h2').allInnerTexts()).toEqual(['Tube furnace 1']);
      await page.getByText('2 of 2').waitFor();
      expect(await page.locator('.op-tile h2').allInnerTexts()).toEqual([
        'A pump with a long name in the cellar behind the boiler',
      ]);
      await page.getByRole('button', { name: 'Hold' }).click();
      await page.keyboard.press('ArrowLeft');
      await page.getByText('1 of 2').waitFor();
      // What is wrong stands first, whoever's turn it is.
      await page.locator('.attention').getByText('The furnace is too hot').waitFor();
      await page.getByRole('button', { name: 'Set up' }).click();
      expect(await axeRemarks(page)).toEqual([]);
      await page.getByLabel('Show').selectOption('all at once');
      await page.keyboard.press('Escape');
      await expect.poll(async () => page.locator('.op-tile').count()).toBe(2);
      expect(page.url()).toContain('#/op?devices=furnace1%2Cfar_away');
      await page.keyboard.press('Escape');
      await page.locator('main[data-screen="overview"]').waitFor();
    });
  });

  describe('the first steps', () => {
    test('say what is left to do, and stay away once nobody wants them', async () => {
      await visit(page, 'overview');
      const steps = page.getByRole('region', { name: 'First steps' });
      expect(await steps.locator('.is-done').allInnerTexts()).toEqual(
        expect.arrayContaining([expect.stringContaining('Devices answer')]),
      );
      await steps.getByRole('button', { name: 'Do not show again' }).click();
      await steps.waitFor({ state: 'detached' });
      await page.reload();
      await page.locator('.tile').first().waitFor();
      expect(await steps.count()).toBe(0);
    });
  });

  test('a sink that takes nothing needs attention, and the way to it is there', async () => {
    await visit(page, 'overview');
    await page.locator('.attention').getByText('plant takes nothing').click();
    await page.locator('main[data-screen="sinks"]').waitFor();
    expect(page.url()).toContain('#/sinks/plant');
  });

  test('the tab of the browser counts the alarms that wait, and shows it in its icon', async () => {
    // A device is said to be down after some tries that are further and further apart.
    await expect
      .poll(async () => page.title(), { timeout: 35_000 })
      .toBe('(2) furnace-pi · dinrail');
    const icon = await page.locator('link[rel=icon]').getAttribute('href');
    expect((await page.request.get(new URL(icon ?? '', bench.url).href)).ok()).toBe(true);
    expect(icon).toContain('icon-alarm');
    const manifest = await page.locator('link[rel=manifest]').getAttribute('href');
    const answer = await page.request.get(new URL(manifest ?? '', bench.url).href);
    expect(await answer.json()).toMatchObject({ start_url: '../', display: 'standalone' });
  });

  test('nothing went wrong in the browser', () => {
    expect(complaints).toEqual([]);
  });
});
