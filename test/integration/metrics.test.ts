import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type Api } from '../../src/api/server.ts';
import { silentLogger } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { FakeSite, sitePoint } from '../support/fake-site.ts';
import { missing, startPeer, type Peer } from '../support/peers.ts';
import { freePort } from '../support/reference-device.ts';

describe.skipIf(missing('prometheus'))('a Prometheus server', () => {
  const site = new FakeSite(systemClock);
  let api: Api;
  let folder: string;
  let prometheus: Peer;
  let url: string;

  beforeAll(async () => {
    site.usePoints([
      sitePoint('furnace1.pv', { unit: '°C' }),
      sitePoint('furnace1.old', { unit: '°C' }),
      sitePoint('meter.energy', { unit: 'kWh', kind: 'counter' }),
      sitePoint('bms.state', { kind: 'state', enum: new Map([[2, 'a "quoted" \\ state']]) }),
    ]);
    site.useDevice({ name: 'furnace1' });
    site.useLine({ name: 'bus' });
    site.answer({ 'furnace1.pv': 749.6, 'furnace1.old': 5, 'meter.energy': 2.5, 'bms.state': 2 });
    site.fail(['furnace1.old'], 'stale', 'timeout');
    const listen = { host: '127.0.0.1', port: 0 };
    const common = { site, clock: systemClock, logger: silentLogger, version: '1.2.3' };
    api = await startApi({ ...common, listen, webRoot: '/nowhere' });
    folder = mkdtempSync(join(tmpdir(), 'dinrail-prometheus-'));
    const config = join(folder, 'prometheus.yml');
    writeFileSync(
      config,
      JSON.stringify({
        global: { scrape_interval: '1s' },
        scrape_configs: [
          { job_name: 'dinrail', static_configs: [{ targets: [`127.0.0.1:${api.port}`] }] },
        ],
      }),
    );
    url = `http://127.0.0.1:${await freePort()}`;
    const address = `--web.listen-address=${url.slice('http://'.length)}`;
    const store = `--storage.tsdb.path=${folder}/data`;
    const args = [`--config.file=${config}`, store, address];
    prometheus = await startPeer('prometheus', args, /Server is ready to receive web requests/);
  });

  afterAll(async () => {
    await prometheus.stop();
    await api.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a query finds, by its labels without those that the server adds. */
  async function found(query: string): Promise<unknown> {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = (await answer.json()) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    return data.result.map(({ metric, value }) => [metric['point'] ?? metric['state'], value[1]]);
  }

  test('collects what is known, and knows what is not', async () => {
    await expect.poll(async () => found('up'), { timeout: 15_000 }).toEqual([[undefined, '1']]);
    expect(await found('dinrail_temperature_celsius')).toEqual([['pv', '749.6']]);
    expect(await found('dinrail_energy_joules_total')).toEqual([['energy', '9000000']]);
    expect(await found('dinrail_state{state="a \\"quoted\\" \\\\ state"}')).toHaveLength(1);
  });

  test('has nothing to say against how it is written', async () => {
    const input = await (await fetch(new URL('/metrics', api.url))).text();
    const { stdout, stderr, status } = spawnSync('promtool', ['check', 'metrics'], {
      input,
      encoding: 'utf8',
    });
    expect(stdout + stderr).toBe('');
    expect(status).toBe(0);
  });
});
