/** The page when the gateway falls silent, is updated, or stands behind a proxy. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeRemarks, PageBench, SCREENS, visit } from '../support/page-bench.ts';
import { PathProxy } from '../support/path-proxy.ts';
import { missing } from '../support/peers.ts';

const PASSWORD = 'correct horse battery';

/** Presses everything on the screen that can be pressed, and whatever comes up then, and shuts that again. */
const PRESS_ALL = `(async () => {
  const pause = () => new Promise((resolve) => setTimeout(resolve, 30));
  const press = (within) => {
    const buttons = [...document.querySelectorAll(within + ' button:not(:disabled)')];
    for (const button of buttons) button.click();
    return buttons.length;
  };
  press('main');
  await pause();
  press('dialog[open] form');
  await pause();
  for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
  await pause();
})()`;

/** Asked with a body, and nothing changes by them. */
const QUESTIONS = /^POST \/api\/v1\/config\/(check|edit)$/;
const LOGIN = 'listen: 127.0.0.1:0, login: always';

describe.skipIf(missing('chromium'))('the page of a gateway', () => {
  let bench: PageBench;
  let proxy: PathProxy;
  let page: Page;

  beforeAll(async () => {
    bench = await PageBench.start({ web: `{ ${LOGIN} }` });
    proxy = await PathProxy.start('/plants/one', () => Number(new URL(bench.url).port));
    page = await bench.open({}, proxy.url);
  }, 60_000);

  afterAll(async () => {
    await bench.close();
    await proxy.close();
  });

  const isLive = async (): Promise<void> => page.locator('.lamp-live').waitFor();
  const isLost = async (): Promise<void> => page.locator('.lamp-lost').waitFor();
  const cookies = async () => page.context().cookies();

  async function logIn(button: string): Promise<void> {
    await page.getByLabel('Name').fill('ana');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: button }).click();
    await isLive();
  }

  describe('behind a proxy that takes a path away', () => {
    test('the first user is made, and the session is for this gateway alone', async () => {
      const [, code = ''] = /first user: \S+(#\S+)/.exec(bench.log.join('\n')) ?? [];
      await page.goto(`${proxy.url}${code}`);
      await page.reload();
      await page.getByText('has no user yet').waitFor();
      expect(await axeRemarks(page)).toEqual([]);
      await logIn('Make');
      expect(await cookies()).toMatchObject([{ path: '/plants/one/api/v1', httpOnly: true }]);
    });

    test('whoever logs out has no session left, and can log in again', async () => {
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByLabel('Password').waitFor();
      expect(await cookies()).toEqual([]);
      expect(await axeRemarks(page)).toEqual([]);
      await logIn('Log in');
    });

    test('what is written goes through to the device', async () => {
      await page.evaluate(`location.hash = '#/points?point=furnace1.setpoint'`);
      await page.getByRole('button', { name: 'Write …' }).click();
      await page.getByLabel('New value °C').fill('760');
      await page.getByRole('button', { name: 'Write 760 °C' }).click();
      await page.locator('.write-result[data-outcome="confirmed"]').waitFor();
      expect(bench.tables.holding.get(2)).toBe(760);
      await page.keyboard.press('Escape');
    });
  });

  test('cut off, it says so within 3 s, and nothing that is pressed on any screen is sent, then or later', async () => {
    const offered = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.nav a')].map((link) => link.getAttribute('href').slice(2))`,
    );
    expect(SCREENS).toEqual(expect.arrayContaining(offered));
    const places = [...offered, 'devices/furnace1', 'points?point=furnace1.setpoint'];
    // What a screen shows for the first time it has to ask for, and might not get.
    for (const place of places) await visit(page, place);
    proxy.changes.length = 0;
    proxy.hold();
    const heldAt = performance.now();
    await isLost();
    expect(performance.now() - heldAt).toBeLessThan(5_000);
    for (const place of places) {
      await visit(page, place);
      await page.evaluate(PRESS_ALL);
      // What could be pressed and was then dropped says so: it should not have been there to be pressed.
      expect(await page.locator('.notice').allInnerTexts(), place).toEqual([]);
    }
    await visit(page, 'alarms');
    const acknowledge = page.getByRole('button', { name: 'Acknowledge' }).first();
    expect(await acknowledge.isDisabled()).toBe(true);
    proxy.release();
    await isLive();
    await expect.poll(async () => acknowledge.isEnabled()).toBe(true);
    expect(proxy.changes.filter((change) => !QUESTIONS.test(change))).toEqual([]);
  });

  test('a gateway that comes back as another version brings its page along, but takes nothing from whoever types', async () => {
    await bench.stopGateway();
    await bench.startGateway();
    await page.goto(bench.url);
    await isLive();
    await page.evaluate(`globalThis.isOldPage = true`);
    await bench.stopGateway();
    await bench.startGateway({ version: '2' });
    await expect.poll(async () => page.evaluate(`globalThis.isOldPage`)).toBe(undefined);
    await isLive();

    await page.keyboard.press('?');
    await page.evaluate(`globalThis.isOldPage = true`);
    await bench.stopGateway();
    await bench.startGateway({ version: '3' });
    await page.getByText('The gateway was updated.').waitFor();
    expect(await page.evaluate(`globalThis.isOldPage`)).toBe(true);
  });
});
