/**
 * What a value costs from its registers to the journal on the disk: `node bench/poll-to-journal.ts`.
 * How to read it: bench/README.md.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { silentLogger } from '../src/base/log.ts';
import { systemClock } from '../src/base/system-clock.ts';
import type { LineCounters, ModbusClient } from '../src/client/client.ts';
import type { AddressRange } from '../src/codec/pdu/address-range.ts';
import type { PduCodec } from '../src/codec/pdu/pdu-codec.ts';
import { Recorder } from '../src/delivery/recorder.ts';
import { Engine } from '../src/engine/engine.ts';
import type { LineSetup } from '../src/engine/setup.ts';
import { openJournal } from '../src/journal/open-journal.ts';
import { parsePoints } from '../src/profile/points.ts';
import { short, textTable } from './table.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    devices: { type: 'string', default: '100' },
  },
});
const DEVICES = Number(options.devices);
const FLOATS = 62;
const EVERY_MS = 50;

/** Answers at once with 125 registers, of which a share changes from one answer to the next. */
class InstantClient implements ModbusClient {
  readonly url = 'bench://line';
  readonly counters: LineCounters = {
    ...{ requests: 0, answers: 0, exceptions: 0, timeouts: 0, damaged: 0, late: 0, foreign: 0 },
    ...{ connects: 0, connectFailures: 0, busyMs: 0 },
  };
  readonly #registers = new Uint8Array(250);
  readonly #view = new DataView(this.#registers.buffer);
  readonly #changing: number;
  #answers = 0;

  constructor(share: number) {
    this.#changing = Math.round(FLOATS * share);
  }

  async connect(): Promise<void> {
    // Nothing to connect to.
  }

  async request<Request, Response>(
    _codec: PduCodec<Request, Response>,
    _unit: number,
    request: Request,
  ): Promise<Response> {
    const { start, count } = request as AddressRange;
    this.#answers += 1;
    for (let n = 0; n < this.#changing; n += 1) {
      this.#view.setFloat32(n * 4, 200 + ((this.#answers + n) % 1_000) / 8);
    }
    return this.#registers.slice(start * 2, (start + count) * 2) as Response;
  }

  close(): void {
    // Nothing is open.
  }
}

const { points } = parsePoints(
  Object.fromEntries(Array.from({ length: FLOATS }, (_, n) => [`p${n}`, `hr:${n * 2} f32`])),
);

function lines(share: number): readonly LineSetup[] {
  return Array.from({ length: DEVICES }, (_, index) => ({
    name: `line${index}`,
    inFlight: 1,
    client: new InstantClient(share),
    devices: [
      {
        ...{ name: `device${index}`, unit: 1, timeoutMs: 1_000, retries: 0 },
        plan: { strategy: 'auto' as const, registers: 125, bits: 2_000, gap: 0 },
        points: points.map((point) => ({ point, everyMs: EVERY_MS, staleMs: 10_000 })),
      },
    ],
  }));
}

async function measure(share: number): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dinrail-bench-'));
  const journal = await openJournal({ folder, clock: systemClock });
  const engine = new Engine('bench', lines(share), systemClock, silentLogger);
  const parts = { site: engine, journal, clock: systemClock, logger: silentLogger };
  const recorder = new Recorder(parts);
  await recorder.start();
  let values = 0;
  engine.subscribe((_, refreshed) => void (values += refreshed.points.length));
  engine.start();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const [before, cpu, kept] = [values, process.cpuUsage(), recorder.status().samples];
  await new Promise((resolve) => setTimeout(resolve, Number(options.seconds) * 1_000));
  const used = process.cpuUsage(cpu);
  const seconds = (used.user + used.system) / 1e6;
  const polled = values - before;
  const recorded = recorder.status().samples - kept;
  const skipped = engine.devices().reduce((sum, device) => sum + device.skipped, 0);
  engine.stop();
  recorder.stop();
  await journal.sync();
  await journal.close();
  rmSync(folder, { recursive: true });
  return [
    share === 1 ? 'every value changes' : `${Math.round(share * 100)} % change`,
    short(polled / Number(options.seconds)),
    short(recorded / Number(options.seconds)),
    short(polled / seconds),
    ((seconds / polled) * 1e6).toFixed(2),
    String(skipped),
  ];
}

console.log(
  `${DEVICES} devices, ${FLOATS} floats each, every ${EVERY_MS} ms; target 1M per core second`,
);
const header = ['', 'polled/s', 'kept/s', 'per core s', 'µs each', 'skipped'];
console.log(textTable([header, await measure(0.1), await measure(1)]));
