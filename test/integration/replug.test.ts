import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { silentLogger } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { utcIso } from '../../src/base/time-format.ts';
import { loadSite } from '../../src/config/load-site.ts';
import { startGateway } from '../../src/gateway/gateway.ts';
import { serveTransport } from '../../src/server/serve-transport.ts';
import { plainImage } from '../../src/server/unit-tables.ts';
import type { Site } from '../../src/telemetry/site.ts';
import { dialerFor, parseEndpoint } from '../../src/transport/endpoint.ts';
import { missing, ptyPair } from '../support/peers.ts';

/** The longest pause before a lost port is tried again, and what a busy machine adds, in milliseconds. */
const RECONNECT_MS = 1_000;
const SLACK_MS = 1_500;

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** An adapter with a device behind it that holds `value`; the result pulls it out. */
async function plugIn(near: string, far: string, value: number): Promise<() => Promise<void>> {
  const cable = await ptyPair(near, far);
  const port = await dialerFor(parseEndpoint(`serial:${far} 19200 8E1`)).dial(
    new AbortController().signal,
  );
  const tables = plainImage({ holding: 1 });
  tables.holding.set(0, value);
  const server = serveTransport(port, { units: new Map([[7, tables]]), clock: systemClock });
  let isIn = true;
  const pull = async (): Promise<void> => {
    if (!isIn) return;
    isIn = false;
    server.close();
    await cable.stop();
  };
  ends.push(pull);
  return pull;
}

async function startSite(folder: string, near: string): Promise<Site> {
  const file = join(folder, 'gateway.yaml');
  writeFileSync(
    file,
    `version: 1
web: { listen: none }
defaults: { every: 100ms, timeout: 200ms, retries: 0, stale: 1m }
devices: { d: { at: "serial:${near} 19200 8E1", unit: 7, points: { v: hr:0 u16 } } }
`,
  );
  const { site, issues } = await loadSite(file, { env: {}, profilesDirs: [] });
  expect(issues).toEqual([]);
  const gateway = await startGateway(site!, {
    clock: systemClock,
    logger: silentLogger,
    stdout: new Writable({ write: (_chunk, _encoding, done) => done() }),
    formatTime: utcIso,
    version: '0',
    webRoot: folder,
    exit: () => undefined,
  });
  ends.push(async () => gateway.stop());
  return gateway.site;
}

test.skipIf(missing('socat')).each([
  ['at once', async () => Promise.resolve()],
  [
    'after the device was given up',
    async (site: Site) =>
      expect.poll(() => site.devices()[0]?.state, { timeout: 10_000 }).toBe('silent'),
  ],
])('an adapter that is pulled out and plugged in again %s is polled again', async (_, wait) => {
  const folder = mkdtempSync(join(tmpdir(), 'dinrail-replug-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const [near, far] = [join(folder, 'near'), join(folder, 'far')];
  const pull = await plugIn(near, far, 1);
  const site = await startSite(folder, near);
  const sample = () => site.sample('d.v');
  await expect.poll(sample, { timeout: 5_000 }).toMatchObject({ value: 1, quality: 'good' });

  await pull();
  const lost = { value: 1, quality: 'stale', cause: 'no-connection' };
  await expect.poll(sample, { timeout: 5_000 }).toMatchObject(lost);
  await wait(site);

  // The same name, and another device node behind it.
  await plugIn(near, far, 2);
  const [device] = site.devices();
  const pauseMs = Math.max(0, ((device?.nextTryAt ?? 0) - systemClock.wallMicros()) / 1000);
  const timeout = pauseMs + RECONNECT_MS + SLACK_MS;
  await expect.poll(sample, { timeout }).toMatchObject({ value: 2, quality: 'good' });
  expect(site.devices()).toMatchObject([{ state: 'good' }]);
});
