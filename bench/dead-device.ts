/**
 * What devices that do not answer cost their neighbours, in real time: `node bench/dead-device.ts`.
 * How to read it: bench/README.md.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/base/system-clock.ts';
import { serveTransport } from '../src/server/serve-transport.ts';
import { plainImage } from '../src/server/unit-tables.ts';
import { pacedTransport, Wire } from '../src/simulate/paced-transport.ts';
import { dialerFor, parseEndpoint } from '../src/transport/endpoint.ts';
import { missing, ptyPair } from '../test/support/peers.ts';
import { compileProgram, pause, startDevices, startGateway } from './gateway/run.ts';
import { median, textTable } from './table.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '20' } } });

const MAIN = await compileProgram();
const SECONDS = Number(values.seconds);
const WARM_UP_MS = 5_000;
const EVERY_MS = 250;
const MOST_OFF = 0.1;

/** Times at which the unit that answers was asked, at 9600 baud, alone or beside one that is silent. */
async function askedAt(withSilent: boolean): Promise<readonly number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dinrail-bench-'));
  const [near, far] = [join(folder, 'near'), join(folder, 'far')];
  const cable = await ptyPair(near, far);
  const port = await dialerFor(parseEndpoint(`serial:${far} 9600 8N1`)).dial(
    new AbortController().signal,
  );
  const times: number[] = [];
  const server = serveTransport(pacedTransport(port, new Wire(systemClock, 10_000 / 9600)), {
    units: new Map([[1, plainImage({ holding: 10 })]]),
    clock: systemClock,
    interceptor: () => {
      times.push(performance.now());
      return undefined;
    },
  });
  const device = (unit: number): string =>
    `  u${unit}: { line: bus, unit: ${unit}, every: ${EVERY_MS}ms, points: { a: hr:0 u16, b: hr:9 u16 } }\n`;
  const gateway = await startGateway(
    MAIN,
    `lines: { bus: "serial:${near} 9600 8N1" }\ndevices:\n${device(1)}${withSilent ? device(2) : ''}`,
  );
  try {
    // A device that falls silent delays its neighbours once; what follows is measured.
    await pause(WARM_UP_MS);
    times.length = 0;
    await pause(SECONDS * 1000);
    return [...times];
  } finally {
    await gateway.stop();
    server.close();
    await cable.stop();
    rmSync(folder, { recursive: true });
  }
}

async function serialLine(): Promise<void> {
  const rows = [['9600 baud, every 250 ms', 'polls', 'mean', 'median', '99 %', 'longest', '']];
  for (const withSilent of [false, true]) {
    const times = await askedAt(withSilent);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? NaN));
    const sorted = [...gaps].sort((a, b) => a - b);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const isWithin = Math.abs(mean - EVERY_MS) <= EVERY_MS * MOST_OFF;
    if (!isWithin) process.exitCode = 1;
    rows.push([
      withSilent ? 'beside a silent unit' : 'alone',
      String(times.length),
      ...[
        mean,
        median(gaps),
        sorted[Math.floor(sorted.length * 0.99)] ?? NaN,
        sorted.at(-1) ?? NaN,
      ].map((ms) => `${ms.toFixed(1)} ms`),
      isWithin ? '' : 'MISSED',
    ]);
  }
  console.log(textTable(rows));
}

const DEVICES = 50;
const SILENT = 10;

async function network(): Promise<void> {
  const peers = await startDevices(DEVICES, { registers: 10, silent: SILENT });
  const devices = peers.ports.map(
    (port, index) =>
      `  d${index}: { at: "tcp://127.0.0.1:${port}", every: 1s, points: { a: hr:0 u16 } }\n`,
  );
  const gateway = await startGateway(MAIN, `devices:\n${devices.join('')}`);
  try {
    await pause(WARM_UP_MS);
    const before = await gateway.devices();
    const startedAt = performance.now();
    await pause(SECONDS * 1000);
    const after = await gateway.devices();
    const rounds = Math.floor((performance.now() - startedAt) / 1000);
    const healthy = after.flatMap((device, index) => {
      const old = before[index];
      return index < SILENT || old === undefined ? [] : [{ device, old }];
    });
    const least = Math.min(...healthy.map(({ device, old }) => device.polls - old.polls));
    const lost = healthy.reduce(
      (sum, { device: { skipped, failures }, old }) =>
        sum + skipped + failures - old.skipped - old.failures,
      0,
    );
    const silent = after.filter(({ state }) => state === 'silent').length;
    const isWithin = lost === 0 && least >= rounds - 1 && silent === SILENT;
    if (!isWithin) process.exitCode = 1;
    console.log(
      `${DEVICES} TCP devices every second, ${silent} of them accept and never answer: the other ` +
        `${healthy.length} had at least ${least} of ${rounds} polls, ${lost} lost${isWithin ? '' : '  MISSED'}`,
    );
  } finally {
    await gateway.stop();
    peers.child.kill();
  }
}

if (!missing('socat')) await serialLine();
await network();
process.exit();
