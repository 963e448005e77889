import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../src/base/log.ts';
import { ManualClock } from '../../src/base/manual-clock.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Notifier } from '../../src/service/notifier.ts';
import { Supervision } from '../../src/service/supervision.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openNotifySocket, type NotifySocket } from '../support/notify-socket.ts';
import { missing } from '../support/peers.ts';
import { registerPoint } from '../support/points.ts';
import { startProgram } from '../support/program.ts';

let folder: string;
let socket: NotifySocket;
const ends: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-service-'));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  rmSync(folder, { recursive: true });
});

const WATCHDOG_MS = 800;
const WAIT = { timeout: 10_000, interval: 20 };

function site(more = ''): string {
  const file = join(folder, 'gateway.yaml');
  // Nobody answers there: a device that is away is no reason to be restarted.
  writeFileSync(
    file,
    `version: 1
web: { listen: none }
defaults: { every: 200ms, timeout: 100ms, retries: 0 }
devices: { d: { at: tcp://127.0.0.1:1, points: { v: hr:0 u16 } } }
${more}`,
  );
  return file;
}

function count(assignment: string): number {
  return socket.messages.filter((message) => message.includes(assignment)).length;
}

test.skipIf(missing('systemd-notify'))(
  'systemd hears that a site runs, lives, reads its file again and stops',
  { timeout: 30_000 },
  async () => {
    socket = await openNotifySocket(folder);
    ends.push(async () => socket.stop());
    const program = startProgram(['run', site()], {
      NOTIFY_SOCKET: socket.path,
      WATCHDOG_USEC: String(WATCHDOG_MS * 1_000),
    });
    ends.push(async () => program.end('SIGKILL'));
    await expect.poll(() => socket.messages[0]?.[0], WAIT).toBe('READY=1');
    await expect.poll(() => count('WATCHDOG=1'), WAIT).toBeGreaterThanOrEqual(3);
    await expect.poll(() => count('STATUS=0 of 1 devices answer; not: d'), WAIT).toBe(1);

    program.child.kill('SIGHUP');
    await expect.poll(() => count('READY=1'), WAIT).toBe(2);
    const begin = socket.messages.findIndex((message) => message.includes('RELOADING=1'));
    expect(socket.messages[begin]?.[1]).toMatch(/^MONOTONIC_USEC=\d+$/);
    expect(socket.messages.findLastIndex((message) => message[0] === 'READY=1')).toBeGreaterThan(
      begin,
    );

    const { code } = await program.end('SIGTERM');
    expect(code).toBe(0);
    expect(socket.messages.at(-1)).toContain('STOPPING=1');
  },
);

test.skipIf(missing('systemd-notify'))(
  'a watchdog for another process, and a socket that nobody reads, are no reason to stop',
  { timeout: 30_000 },
  async () => {
    const program = startProgram(['run', site()], {
      NOTIFY_SOCKET: join(folder, 'nobody'),
      WATCHDOG_USEC: '800000',
      WATCHDOG_PID: '1',
    });
    ends.push(async () => program.end('SIGKILL'));
    await program.said(/systemd does not hear us/);
    expect((await program.end('SIGTERM')).code).toBe(0);
  },
);

test('a question that never ends leaves systemd without a sign of life, in time', async () => {
  const clock = new ManualClock();
  const client = new FakeClient(clock);
  client.unit(1, { 0: 1 });
  const line = {
    ...{ name: 'line', client, inFlight: 1 },
    devices: [
      {
        ...{ name: 'd', unit: 1, timeoutMs: 200, retries: 0 },
        plan: { strategy: 'auto', registers: 125, bits: 2000, gap: 10 },
        points: [{ point: registerPoint({ name: 'v' }), everyMs: 1_000, staleMs: 3_000 }],
      },
    ],
  } as const;
  const engine = new Engine('test', [line], clock, silentLogger);
  const signs: number[] = [];
  const notifier = new Notifier(async (message) => {
    if (message.includes('WATCHDOG=1')) signs.push(clock.now());
    return Promise.resolve();
  }, silentLogger);
  engine.start();
  const supervision = new Supervision({
    ...{ notifier, clock, logger: silentLogger, watchdogMs: 30_000, status: () => '' },
    standstillMs: () => engine.standstillMs(),
  });
  supervision.ready();
  await clock.run(120_000);
  expect(signs.at(-1)).toBe(120_000);
  client.request = async () => new Promise(() => undefined);
  await clock.run(120_000);
  // It hangs from 120 s on; a turn may take 10.4 s, and half the watchdog's time is left to slowness.
  expect(signs.at(-1)).toBeLessThan(150_000);
});
