/**
 * What the terminal page costs: a battery of 80 points, of which every one changes 20 times a second, so that
 * each frame is another one. The whole way is measured, from the text of the event stream to the bytes
 * for the terminal, in a process that does nothing else.
 */
import { parseArgs } from 'node:util';
import { systemClock } from '../src/base/system-clock.ts';
import { sleep } from '../src/base/clock.ts';
import type { DeltaEvent, SampleJson } from '../src/api/contract.ts';
import { runTui } from '../src/tui/app.ts';
import { EventStreamReader } from '../src/tui/event-stream.ts';
import type { SourceListener, TuiSource } from '../src/tui/source.ts';
import type { Terminal, TerminalListener } from '../src/tui/terminal.ts';
import { batterySnapshot } from '../test/support/tui-scene.ts';
import { textTable } from './table.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
  },
});
const seconds = Number(options.seconds);
const TARGET = 0.05;
const DELTAS_PER_SECOND = 20;

interface Run {
  readonly screen: string;
  readonly columns: number;
  readonly rows: number;
}

const RUNS: readonly Run[] = [
  { screen: '1', columns: 80, rows: 24 },
  { screen: '2', columns: 80, rows: 24 },
  { screen: '3', columns: 80, rows: 24 },
  { screen: '1', columns: 200, rows: 60 },
  { screen: '2', columns: 200, rows: 60 },
];

const NAMES: Readonly<Record<string, string>> = { 1: 'overview', 2: 'points', 3: 'matrix' };

const rows = [['screen', 'frames/s', 'of a core', 'KB/s to the terminal']];
let worst = 0;
for (const run of RUNS) {
  const { share, frames, bytes } = await measure(run);
  worst = Math.max(worst, share);
  rows.push([
    `${NAMES[run.screen] ?? ''} ${run.columns}x${run.rows}`,
    (frames / seconds).toFixed(1),
    `${(share * 100).toFixed(1)} %`,
    (bytes / seconds / 1000).toFixed(1),
  ]);
}
console.log(textTable(rows));
console.log(
  `\ntarget: less than ${TARGET * 100} % of a core; the most was ${(worst * 100).toFixed(1)} %`,
);
process.exitCode = worst < TARGET ? 0 : 1;

async function measure({ screen, columns, rows: height }: Run) {
  let listener: TerminalListener | undefined;
  const written = { frames: 0, bytes: 0 };
  const terminal: Terminal = {
    size: { columns, rows: height },
    unreadBytes: 0,
    write(text) {
      written.frames += 1;
      written.bytes += Buffer.byteLength(text);
    },
    open(heard) {
      listener = heard;
      return () => undefined;
    },
  };
  const stop = new AbortController();
  const ended = runTui({
    ...{ terminal, source: changingSource(stop.signal), clock: systemClock, palette: 'colour' },
    ...{ ascii: false, signal: stop.signal, save: async () => '' },
  });
  listener?.keys(screen);
  await sleep(systemClock, 1_500);
  const before = { ...written, cpu: process.cpuUsage(), at: performance.now() };
  await sleep(systemClock, seconds * 1_000);
  const { user, system } = process.cpuUsage(before.cpu);
  const share = (user + system) / 1_000 / (performance.now() - before.at);
  stop.abort();
  await ended;
  return {
    share,
    frames: written.frames - before.frames,
    bytes: written.bytes - before.bytes,
  };
}

/** Says as text, as a gateway does, that every value has changed. The texts are made beforehand. */
function changingSource(signal: AbortSignal): TuiSource {
  const snapshot = batterySnapshot();
  const texts = [0, 1].map((turn) => {
    const values = snapshot.values.map((sample): SampleJson =>
      typeof sample.value === 'number' ? { ...sample, value: sample.value + turn } : sample,
    );
    const delta: DeltaEvent = { time: snapshot.time, values };
    return `event: delta\ndata: ${JSON.stringify(delta)}\n\n`;
  });
  return {
    where: 'bench',
    open(listener: SourceListener) {
      const reader = new EventStreamReader(listener);
      void (async () => {
        await sleep(systemClock, 10);
        reader.push(`event: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`);
        for (let turn = 0; !signal.aborted; turn += 1) {
          reader.push(texts[turn % 2] ?? '');
          await sleep(systemClock, 1_000 / DELTAS_PER_SECOND);
        }
      })();
      return () => undefined;
    },
    sinks: async () => undefined,
    frames: async () => undefined,
    writes: async () => undefined,
    write: async () => ({ ok: false, text: '' }),
  };
}
