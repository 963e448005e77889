import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { openJournal } from '../../src/journal/open-journal.ts';
import { listenTcp, type ModbusServer } from '../../src/server/listen-tcp.ts';
import { plainImage } from '../../src/server/unit-tables.ts';
import { influxQuery, startInfluxd, type SeriesServer } from '../support/influxd.ts';
import { missing } from '../support/peers.ts';
import { startProgram, type Program } from '../support/program.ts';
import { freePort } from '../support/reference-device.ts';

/** Real kills of the whole program; more of them outside CI: DINRAIL_KILLS=200. */
const KILLS = Number(process.env['DINRAIL_KILLS'] ?? 10);
const POLL_MS = 50;
describe.skipIf(missing('influxd'))('a gateway that is killed again and again', () => {
  let folder: string;
  let influxd: SeriesServer;
  let device: ModbusServer;
  /** What the device has said: 1, 2, 3 … */
  let said = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dinrail-kills-'));
    influxd = await startInfluxd();
    await influxQuery(influxd.url, 'CREATE DATABASE plant');
    const image = plainImage(
      { holding: 2 },
      {
        beforeRead() {
          said += 1;
          image.holding.set(0, said & 0xffff);
          return undefined;
        },
      },
    );
    device = await listenTcp({ port: 0, units: image, clock: systemClock });
    const page = await freePort();
    writeFileSync(
      join(folder, 'gateway.yaml'),
      JSON.stringify({
        version: 1,
        web: { listen: page },
        data: 'kept',
        devices: {
          counter: {
            at: `tcp://127.0.0.1:${device.port}`,
            every: `${POLL_MS}ms`,
            points: { n: 'hr:0 u16' },
          },
        },
        sinks: { influx: { type: 'influx', url: influxd.url, database: 'plant' } },
      }),
    );
  });

  afterAll(async () => {
    await device.close();
    await influxd.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  async function started(): Promise<Program> {
    const program = startProgram(['run', join(folder, 'gateway.yaml')]);
    await program.said(/counter: answers/);
    return program;
  }

  /** Waits until the device has said so much more: the gateway is at work. */
  async function polled(count: number): Promise<void> {
    const until = said + count;
    while (said < until) await new Promise((resolve) => setImmediate(resolve));
  }

  async function stored(): Promise<readonly { time: number; n: number }[]> {
    // A last good value that nothing confirms any more is sent again, and says so.
    const rows = await influxQuery(influxd.url, 'SELECT n, n_quality FROM dinrail');
    return rows
      .filter(({ n_quality: quality }) => quality === null)
      .map(({ time, n }) => ({ time: Number(time), n: Number(n) }));
  }

  test(`loses nothing that is in its journal, with ${KILLS} kills and the server killed twice`, async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      if (kill === 3 || kill === 6) await influxd.kill();
      const program = await started();
      await polled(10 + ((kill * 7) % 13));
      if (kill === 4 || kill === 7) await influxd.start();
      await program.end('SIGKILL');
    }
    const program = await started();
    await polled(20);
    const { code } = await program.end('SIGTERM');
    expect(code).toBe(0);

    // Once more, so that what the stop has left is delivered; it says so itself.
    const last = await started();
    await delivered(join(folder, 'gateway.yaml'));
    await last.end('SIGTERM');

    const kept = await inJournal(join(folder, 'kept', 'journal'));
    const arrived = await stored();
    expect(arrived.length).toBeGreaterThan(KILLS);
    const times = new Map(arrived.map(({ time, n }) => [time, n]));
    const notThere = kept.filter(({ time, n }) => times.get(time) !== n);
    // The very last ones are on their way when the last run is stopped.
    expect(notThere.slice(0, -10)).toEqual([]);
    // A value comes once: the device never says the same twice.
    expect(new Set(arrived.map(({ n }) => n)).size).toBe(arrived.length);
    // Nothing stands at another moment than that of its reading.
    const moments = new Set(kept.map(({ time }) => time));
    expect(arrived.filter(({ time }) => !moments.has(time))).toEqual([]);
  }, 120_000);
});

async function delivered(file: string): Promise<void> {
  const { web } = JSON.parse(readFileSync(file, 'utf8')) as { web: { listen: number } };
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${web.listen}/api/v1/sinks`);
    const [sink] = (await answer.json()) as { waiting: number; delivered: number }[];
    if (sink !== undefined && sink.delivered > 5 && sink.waiting < 10) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function inJournal(folder: string): Promise<readonly { time: number; n: number }[]> {
  const journal = await openJournal({ folder, clock: systemClock });
  const found: { time: number; n: number }[] = [];
  for (let from = journal.first; from < journal.head;) {
    const { records, next, lost } = await journal.read(from, { samples: 1_000 });
    expect(lost).toBe(0);
    for (const record of records) {
      if (record.kind !== 'samples') continue;
      for (const { value, quality, at } of record.samples) {
        if (quality === 'good') found.push({ time: Math.floor(at / 1_000), n: Number(value) });
      }
    }
    from = next;
  }
  await journal.close();
  return found;
}
