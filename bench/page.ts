/**
 * What the page costs with 2,000 points of which every one changes every second: the browser that draws
 * it, and the gateway that feeds twenty of them. How to read it: bench/README.md.
 */
import { get } from 'node:http';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type CDPSession } from 'playwright-core';
import { cpuSeconds } from './child.ts';
import { compileProgram, memoryMb, pause, startDevices, startGateway } from './gateway/run.ts';
import { textTable } from './table.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '15' } } });
const MS = Number(values.seconds) * 1000;

const DEVICES = 20;
const REGISTERS = 100;
const PAGES = 20;
const WARM_UP_MS = 4_000;
const MOST = { drawing: 0.2, serving: 0.1, firstValueMs: 1_000 };

/** A screen, and the part of it that has a value. */
const SCREENS = [
  ['overview', '.value'],
  ['points', '.value'],
  ['devices/d0', '.value'],
  ['alarms', '.lamp-live'],
] as const;

/** Processor time of the browser so far, in seconds: what draws pages, and everything. */
async function browserSeconds(session: CDPSession): Promise<{ pages: number; all: number }> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const sum = (all: typeof processInfo): number =>
    all.reduce((total, { cpuTime }) => total + cpuTime, 0);
  return {
    pages: sum(processInfo.filter(({ type }) => type === 'renderer')),
    all: sum(processInfo),
  };
}

interface Drawn {
  readonly firstValueMs: number;
  readonly pages: number;
  readonly all: number;
}

/** Opens a screen in a browser of its own, and watches it. */
async function draw(url: string, screen: string, part: string): Promise<Drawn> {
  const browser: Browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--headless', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1366, height: 850 } });
    // What a browser does once at its start is not the page's.
    await page.goto('about:blank');
    const asked = performance.now();
    await page.goto(`${url}#/${screen}`, { waitUntil: 'commit' });
    await page.locator(part).first().waitFor();
    const firstValueMs = performance.now() - asked;
    await pause(WARM_UP_MS);
    const session = await browser.newBrowserCDPSession();
    const [before, startedAt] = [await browserSeconds(session), performance.now()];
    await pause(MS);
    const after = await browserSeconds(session);
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      firstValueMs,
      pages: (after.pages - before.pages) / seconds,
      all: (after.all - before.all) / seconds,
    };
  } finally {
    await browser.close();
  }
}

/** What a page holds open while somebody looks, with nobody who draws. Gives the bytes so far, and its end. */
function follow(url: string): { readonly bytes: () => number; readonly end: () => void } {
  let bytes = 0;
  const request = get(new URL('/api/v1/events', url), (response) => {
    response.on('data', (chunk: Buffer) => (bytes += chunk.length));
  });
  request.on('error', () => undefined);
  return { bytes: () => bytes, end: () => request.destroy() };
}

async function shareOfCore(pid: number | undefined): Promise<number> {
  const [before, startedAt] = [cpuSeconds(pid), performance.now()];
  await pause(MS);
  return (cpuSeconds(pid) - before) / ((performance.now() - startedAt) / 1000);
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const isMissed = (value: number, most: number): string => {
  if (value <= most) return '';
  process.exitCode = 1;
  return 'MISSED';
};

const main = await compileProgram();
const peers = await startDevices(DEVICES, { registers: REGISTERS, changing: 1 });
const points = Array.from({ length: REGISTERS }, (_, at) => `      r${at}: hr:${at} u16\n`).join(
  '',
);
const devices = peers.ports.map(
  (port, index) =>
    `  d${index}:\n    at: tcp://127.0.0.1:${port}\n    every: 1s\n    points:\n${points}`,
);
const gateway = await startGateway(main, `devices:\n${devices.join('')}`);
try {
  await pause(WARM_UP_MS);
  const drawn = [['screen', 'first value ms', '', 'draws, of a core', '', 'whole browser']];
  for (const [screen, part] of SCREENS) {
    const { firstValueMs, pages, all } = await draw(gateway.url, screen, part);
    drawn.push([
      ...[screen, firstValueMs.toFixed(0), isMissed(firstValueMs, MOST.firstValueMs)],
      ...[percent(pages), isMissed(pages, MOST.drawing), percent(all)],
    ]);
  }
  console.log(textTable(drawn));
  const alone = await shareOfCore(gateway.pid);
  const followers = Array.from({ length: PAGES }, () => follow(gateway.url));
  await pause(WARM_UP_MS);
  const bytes = (): number => followers.reduce((sum, one) => sum + one.bytes(), 0);
  const before = bytes();
  const followed = await shareOfCore(gateway.pid);
  const kilobytes = (bytes() - before) / MS / PAGES;
  const { now } = memoryMb(gateway.pid);
  for (const one of followers) one.end();
  console.log(
    textTable([
      ['gateway', 'of a core', '', 'KB/s for each', 'RSS MB'],
      ['no page', percent(alone), '', '', ''],
      [
        ...[`${PAGES} pages`, percent(followed), isMissed(followed - alone, MOST.serving)],
        ...[kilobytes.toFixed(0), now.toFixed(0)],
      ],
    ]),
  );
} finally {
  await gateway.stop();
  peers.child.kill();
}
