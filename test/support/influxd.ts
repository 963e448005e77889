import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPeer, type Peer } from './peers.ts';
import { freePort } from './reference-device.ts';

/** A server of time series of our own: ports of 127.0.0.1, a folder that goes with it. */
export interface SeriesServer {
  readonly url: string;
  /** Ends it at once, as a power cut does to the process. */
  kill(): Promise<void>;
  /** Starts it again with the same address and folder. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

/** InfluxDB 1.x. With `auth` every request has to name a user. */
export async function startInfluxd({ auth = false } = {}): Promise<SeriesServer> {
  const folder = mkdtempSync(join(tmpdir(), 'dinrail-influxd-'));
  const [port, backupPort] = [await freePort(), await freePort()];
  const config = join(folder, 'influxdb.conf');
  writeFileSync(
    config,
    `reporting-disabled = true
bind-address = "127.0.0.1:${backupPort}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
[http]
  bind-address = "127.0.0.1:${port}"
  auth-enabled = ${auth}
  log-enabled = false
[monitor]
  store-enabled = false
`,
  );
  return await seriesServer(`http://127.0.0.1:${port}`, folder, async () =>
    startPeer('influxd', ['-config', config], /Listening on HTTP/),
  );
}

export async function startVictoriaMetrics(): Promise<SeriesServer> {
  const folder = mkdtempSync(join(tmpdir(), 'dinrail-victoria-'));
  const port = await freePort();
  const args = [`-storageDataPath=${folder}/data`, `-httpListenAddr=127.0.0.1:${port}`];
  return await seriesServer(`http://127.0.0.1:${port}`, folder, async () =>
    startPeer('victoria-metrics', args, /started VictoriaMetrics/),
  );
}

/** A server may say that it has started a little before its port is open. */
async function listening(url: string): Promise<void> {
  for (const deadline = performance.now() + 10_000; performance.now() < deadline;) {
    const isOpen = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isOpen) return;
  }
}

async function seriesServer(
  url: string,
  folder: string,
  run: () => Promise<Peer>,
): Promise<SeriesServer> {
  let peer = await run();
  await listening(url);
  return {
    url,
    async kill() {
      peer.child.kill('SIGKILL');
      await peer.stop();
    },
    async start() {
      peer = await run();
      await listening(url);
    },
    async remove() {
      await peer.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One row of an answer to InfluxQL: by column, numbers as the server has written them. */
export type InfluxRow = Readonly<Record<string, unknown>>;

/** Asks InfluxDB 1.x. Times come in the unit of `epoch`; `login` is `user:password`. */
export async function influxQuery(
  url: string,
  query: string,
  { epoch = 'ms', login = ':' } = {},
): Promise<readonly InfluxRow[]> {
  const response = await fetch(`${url}/query`, {
    method: 'POST',
    headers: login === ':' ? {} : { authorization: `Basic ${btoa(login)}` },
    body: new URLSearchParams({ q: query, db: 'plant', epoch }),
  });
  const answer = JSON.parse(await response.text(), exactly) as InfluxAnswer;
  const result = answer.results?.[0];
  const error = answer.error ?? result?.error;
  if (error !== undefined) throw new Error(`${query}: ${error}`);
  return (result?.series ?? []).flatMap(({ columns, values }) =>
    values.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]]))),
  );
}

interface InfluxAnswer {
  readonly error?: string;
  readonly results?: {
    readonly error?: string;
    readonly series?: { readonly columns: string[]; readonly values: unknown[][] }[];
  }[];
}

/** Whole numbers that a double cannot hold become bigint. */
function exactly(_key: string, value: unknown, { source }: { source?: string } = {}): unknown {
  const isWide = typeof value === 'number' && !Number.isSafeInteger(value);
  return isWide && source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}
