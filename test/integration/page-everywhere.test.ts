/** Every screen of the page: on every width, for fingers, keyboards and screen readers. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeRemarks, PageBench, screenNames, visit } from '../support/page-bench.ts';
import { missing } from '../support/peers.ts';

/** Not served by a gateway yet. */
const LATER: readonly string[] = ['settings', 'workbench'];
const SCREENS = screenNames().filter((name) => !LATER.includes(name));
const SIZES = [
  [360, 640],
  [390, 844],
  [768, 1024],
  [1366, 768],
  [1920, 1080],
  [3840, 2160],
] as const;

/** What sticks out to the right of the window, the outermost first: `div.rows 1204`. */
const STICKS_OUT = `(() => {
  const limit = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= limit) return [];
  return [...document.querySelectorAll('main *, .bar *, .nav *')]
    .filter((element) => element.getBoundingClientRect().right > limit + 1)
    .map((element) => element.tagName + '.' + element.className + ' ' + Math.round(element.getBoundingClientRect().right))
    .slice(0, 5);
})()`;

/**
 * What is too small for a finger (WCAG 2.2, 2.5.5 and 2.5.8): controls lower or narrower than so many pixels. A link within
 * a text, or in a row of a table, is an exception where it has the room of its row to itself.
 */
const TOO_SMALL = (least: number): string => `(() => {
  const isInText = (element) => element.matches('main a:not(.button), button.link, input[type=checkbox], .skip, a.line-name');
  return [...document.querySelectorAll('a[href], button, input, select, textarea, [tabindex="0"]')]
    .filter((element) => element.checkVisibility() && !isInText(element))
    .filter((element) => {
      const { width, height } = element.getBoundingClientRect();
      return height < ${least} - 0.5 || width < ${least} - 0.5;
    })
    .map((element) => element.outerHTML.slice(0, 160));
})()`;

describe.skipIf(missing('chromium'))('every screen of the page', () => {
  let bench: PageBench;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    bench = await PageBench.start();
    page = await bench.open({ colorScheme: 'light', reducedMotion: 'reduce' });
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.locator('.lamp-live').waitFor();
    await page.locator('.attention').getByText('The furnace is too hot').waitFor();
  }, 60_000);

  afterAll(async () => {
    await bench.close();
  });

  test('is offered by this site', async () => {
    const offered = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.nav a')].map((link) => link.getAttribute('href'))`,
    );
    expect(offered).toEqual(SCREENS.map((name) => `#/${name}`));
  });

  describe.each(SIZES)('in a window of %i x %i', (width, height) => {
    test('shows nothing beyond its edge', async () => {
      await page.setViewportSize({ width, height });
      for (const screen of SCREENS) {
        await visit(page, screen);
        expect(await page.evaluate(STICKS_OUT), screen).toEqual([]);
      }
    });
  });

  test('for whoever has text of twice the size it shows nothing beyond the edge of a desk or a tablet', async () => {
    const browser = await PageBench.browser('--blink-settings=defaultFontSize=32');
    const large = await bench.open({}, bench.url, browser);
    await large.locator('.lamp-live').waitFor();
    for (const width of [768, 1366]) {
      await large.setViewportSize({ width, height: 768 });
      for (const screen of SCREENS) {
        await visit(large, screen);
        expect(await large.evaluate(STICKS_OUT), `${screen} ${width}`).toEqual([]);
      }
    }
    await browser.close();
  });

  test.each([
    ['a desk', 1366, 768],
    ['a phone', 360, 640],
  ])('has controls large enough for fingers on %s', async (_, width, height) => {
    await page.setViewportSize({ width, height });
    for (const screen of SCREENS) {
      await visit(page, screen);
      const least = screen === 'op' ? 48 : 40;
      expect(await page.evaluate(TOO_SMALL(least)), screen).toEqual([]);
    }
  });

  describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
    test.each(SCREENS)('can be used by everybody: axe has no remark on %s', async (screen) => {
      await page.setViewportSize({ width: 1366, height: 768 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await visit(page, screen);
      expect(await axeRemarks(page)).toEqual([]);
    });
  });

  test('nothing went wrong in the browser', () => {
    expect(complaints).toEqual([]);
  });
});
