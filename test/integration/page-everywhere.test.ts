/** Every screen of the page, on windows of every width and for fingers. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PageBench, PLACES, SCREENS, visit } from '../support/page-bench.ts';
import { missing } from '../support/peers.ts';

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
      if (message.type() === 'error')
        complaints.push(`${message.text()} ${message.location().url}`);
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
      for (const place of PLACES) {
        await visit(page, place);
        expect(await page.evaluate(STICKS_OUT), place).toEqual([]);
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

  test.each(['id-ID', 'ru-RU'])('its words in %s fit a phone and a tablet', async (locale) => {
    const other = await bench.open({ locale });
    await other.locator('.lamp-live').waitFor();
    for (const width of [360, 768]) {
      await other.setViewportSize({ width, height: 768 });
      for (const place of PLACES) {
        await visit(other, place);
        expect(await other.evaluate(STICKS_OUT), `${place} ${width}`).toEqual([]);
      }
      // A second line would take the room of what the screen is for.
      await visit(other, 'overview');
      expect((await other.locator('.bar').boundingBox())?.height, String(width)).toBeLessThan(60);
    }
    expect(await other.evaluate('document.documentElement.lang')).toBe(locale.slice(0, 2));
    await other.context().close();
  });

  test('says what is wrong where it cannot start', async () => {
    const bare = await bench.open({ javaScriptEnabled: false });
    await bare.getByText('This page has not started. It needs JavaScript').waitFor();
    await bare.context().close();
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

  test('nothing went wrong in the browser', () => {
    expect(complaints).toEqual([]);
  });
});
