/**
 * What turning samples into line protocol costs, beside the Point class of the official client, in one
 * run: `node bench/line-protocol.ts`. How to read it: bench/README.md.
 */
import { parseArgs } from 'node:util';
import { Point as OfficialPoint } from '@influxdata/influxdb-client';
import { LineEncoder } from '../src/sink/influx/line-encoder.ts';
import { SeriesBook } from '../src/sink/influx/series.ts';
import type { Point } from '../src/telemetry/point.ts';
import type { Sample } from '../src/telemetry/sample.ts';
import { median, short, textTable } from './table.ts';

const { values: options } = parseArgs({
  options: {
    /** Milliseconds of one measurement. */
    ms: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '5' },
  },
});

const START = 1_772_188_649_412_000;
const DEVICES = 50;
const POINTS = 20;

/** A device tells all of its points at one moment, or each of them at its own. */
const CASES = [
  { name: 'a line per value', stepMicros: 1_000, digits: 1 },
  { name: '20 values on a line', stepMicros: 0, digits: 1 },
  { name: 'floats of 32 bits', stepMicros: 1_000, digits: undefined },
] as const;

type Case = (typeof CASES)[number];

const points: readonly Point[] = Array.from({ length: DEVICES * POINTS }, (_, index) => {
  const device = `device${Math.floor(index / POINTS)}`;
  const name = `point${index % POINTS}`;
  return {
    ...{ id: `${device}.${name}`, device, name, address: `hr:${index % POINTS}`, type: 'u16' },
    ...{ kind: 'gauge', category: 'energy', writable: false, everyMs: 1_000 },
    tags: { hall: 'north', line: '3' },
  };
});

function samplesOf({ stepMicros, digits }: Case): readonly Sample[] {
  return points.map((point, index) => {
    const at = START + Math.floor(index / POINTS) * 1_000_000 + (index % POINTS) * stepMicros;
    const raw = 200 + Math.sin(index) * 60;
    const value = digits === undefined ? Math.fround(raw) : Number(raw.toFixed(digits));
    return { point, value, quality: 'good', at, requestedAt: at, goodAt: at };
  });
}

/** A new encoder knows no point yet; the first call makes their forms, as in the sink. */
const encoder = new LineEncoder(
  new SeriesBook({}, { site: 'plant', model: () => undefined }),
  'ms',
);

function ours(samples: readonly Sample[]): string {
  return encoder.encode(samples).lines.join('\n');
}

/** As its documentation shows it: one Point per line, and a field for each value of the moment. */
function official(samples: readonly Sample[]): string {
  const lines: string[] = [];
  let current: OfficialPoint | undefined;
  let last: Sample | undefined;
  const flush = (): void => {
    const line = current?.toLineProtocol({ convertTime: (time) => String(time) });
    if (line !== undefined) lines.push(line);
  };
  for (const sample of samples) {
    const { point, at, value } = sample;
    if (last?.at !== at || last.point.device !== point.device) {
      flush();
      current = new OfficialPoint(point.category).tag('device', point.device).tag('site', 'plant');
      for (const [key, text] of Object.entries(point.tags ?? {})) current.tag(key, text);
      current.timestamp(Math.floor(at / 1_000));
      last = sample;
    }
    current?.floatField(point.name, value);
  }
  flush();
  return lines.join('\n');
}

/** Values per second of processor time, so that a busy machine spoils it less. */
function measure(encode: typeof ours, samples: readonly Sample[]): number {
  const until = performance.now() + Number(options.ms);
  const before = process.cpuUsage();
  let encoded = 0;
  let bytes = 0;
  while (performance.now() < until) {
    // The copy into bytes belongs to it, and has the strings joined which were only tied together.
    bytes += Buffer.from(encode(samples)).byteLength;
    encoded += samples.length;
  }
  if (bytes === 0) throw new Error('nothing was encoded');
  const { user, system } = process.cpuUsage(before);
  return (encoded / (user + system)) * 1e6;
}

const sorted = (text: string): string => text.split('\n').map(sortFields).join('\n');
/** The official class sorts fields; ours keeps the order of the points, which means the same. */
function sortFields(line: string): string {
  const [head = '', fields = '', time = ''] = line.split(' ');
  return [head, fields.split(',').sort().join(','), time].join(' ');
}

const rows = [['values per second of one core', 'dinrail', 'Point class', 'ratio']];
for (const kind of CASES) {
  const samples = samplesOf(kind);
  if (sorted(ours(samples)) !== sorted(official(samples))) {
    throw new Error(`${kind.name}: the two say different things`);
  }
  const rates: { own: number; other: number }[] = [];
  for (let round = 0; round <= Number(options.rounds); round += 1) {
    const rate = { own: measure(ours, samples), other: measure(official, samples) };
    // In the first round the compilers are still at work.
    if (round > 0) rates.push(rate);
  }
  const own = median(rates.map((rate) => rate.own));
  const other = median(rates.map((rate) => rate.other));
  const ratio = median(rates.map((rate) => rate.own / rate.other));
  rows.push([kind.name, short(own), short(other), ratio.toFixed(2)]);
}
console.log(textTable(rows));
