import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SinkUnavailableError } from '../base/errors.ts';
import { utcIso } from '../base/time-format.ts';
import { eventRecord, eventSample } from '../telemetry/event.ts';
import type { Point } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Sink } from '../telemetry/sink.ts';
import { csvSink } from './csv-sink.ts';
import { jsonLinesFileSink } from './file-sink.ts';
import { jsonLinesSink, textLinesSink } from './line-sink.ts';

const point: Point = {
  ...{ id: 'furnace1.pv', device: 'furnace1', name: 'pv', address: 'hr:1', type: 'i16' },
  ...{ unit: '°C', kind: 'gauge', writable: false, everyMs: 1000 },
};
/** 2026-02-27T23:59:59Z */
const AT = 1_772_236_799_000_000;

function sample(over: Partial<Sample> = {}): Sample {
  return { point, value: 750, quality: 'good', at: AT, requestedAt: AT, ...over };
}

const signal = new AbortController().signal;
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dinrail-sink-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function read(...parts: string[]): string {
  return readFileSync(join(folder, ...parts), 'utf8');
}

describe('CSV', () => {
  const write = async (sink: Sink, ...samples: Sample[]): Promise<unknown> =>
    sink.write(samples, signal, 'live');

  test('rows go to a file per device and day, each with its head line once', async () => {
    const sink = csvSink(join(folder, '{device}', '{date}.csv'), utcIso);
    await write(sink, sample(), sample({ at: AT + 1_000_000, value: 751 }));
    await write(sink, sample({ value: 749 }));
    expect(read('furnace1', '2026-02-27.csv')).toBe(
      'time,device,point,value,unit,quality\n' +
        '2026-02-27T23:59:59.000Z,furnace1,pv,750,°C,good\n' +
        '2026-02-27T23:59:59.000Z,furnace1,pv,749,°C,good\n',
    );
    expect(read('furnace1', '2026-02-28.csv')).toContain('00:00:00.000Z,furnace1,pv,751');
  });

  test('what is not known is an empty field, and text is quoted where it must be', async () => {
    const sink = csvSink(join(folder, 'all.csv'), utcIso);
    const { value: _, ...unknown } = sample();
    await write(sink, { ...unknown, quality: 'bad' }, sample({ value: 'a "b", c' }));
    expect(read('all.csv').split('\n').slice(1)).toEqual([
      '2026-02-27T23:59:59.000Z,furnace1,pv,,°C,bad',
      '2026-02-27T23:59:59.000Z,furnace1,pv,"a ""b"", c",°C,good',
      '',
    ]);
  });

  test('a folder that cannot be made keeps the batch for later', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(write(csvSink(join(folder, 'file', 'x.csv'), utcIso), sample())).rejects.toThrow(
      SinkUnavailableError,
    );
  });
});

describe('JSON lines', () => {
  test('a file gets one object per line, and is appended to after a restart', async () => {
    for (const value of [1, 2]) {
      const sink = jsonLinesFileSink(join(folder, 'deep', 'x.jsonl'), utcIso);
      await sink.write([sample({ value })], signal, 'live');
      await sink.close();
    }
    const values = read('deep', 'x.jsonl')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { value: number }).value);
    expect(values).toEqual([1, 2]);
  });

  test('a file whose disk is away makes the sink unavailable, and works when it is back', async () => {
    writeFileSync(join(folder, 'disk'), '');
    const sink = jsonLinesFileSink(join(folder, 'disk', 'x.jsonl'), utcIso);
    await expect(sink.write([sample()], signal, 'live')).rejects.toThrow(SinkUnavailableError);
    rmSync(join(folder, 'disk'));
    await sink.write([sample()], signal, 'live');
    await sink.close();
    expect(read('disk', 'x.jsonl')).toContain('"value":750');
  });

  test.each([
    ['a file', async (it: Sample) => inFile(it)],
    ['a stream', async (it: Sample) => inStream(jsonLinesSink, it)],
    ['a stream of sentences', async (it: Sample) => inStream(textLinesSink, it)],
  ])('%s gets an event as an object with what happened, when and to what', async (_, written) => {
    const record = eventRecord({
      ...{ type: 'alarm.raised', at: AT, source: 'furnace1/pv', subject: 'furnace1.pv.hi' },
      data: { priority: 'high', value: 750 },
    });
    const event = eventSample({ ...record, epoch: 1, sequence: 7 });
    if (event === undefined) throw new Error('no event');
    expect(await written(event)).toBe(
      '{"type":"alarm.raised","time":"2026-02-27T23:59:59.000Z","source":"furnace1/pv",' +
        '"subject":"furnace1.pv.hi","data":{"priority":"high","value":750}}\n',
    );
  });

  async function inFile(it: Sample): Promise<string> {
    const sink = jsonLinesFileSink(join(folder, 'x.jsonl'), utcIso);
    await sink.write([it], signal, 'live');
    await sink.close();
    return read('x.jsonl');
  }

  async function inStream(make: typeof jsonLinesSink, it: Sample): Promise<string> {
    const output = new PassThrough();
    await make(output, utcIso).write([it], signal, 'live');
    return String(output.read());
  }

  test('a stream gets objects or sentences', async () => {
    const [json, text] = [new PassThrough(), new PassThrough()];
    await jsonLinesSink(json, utcIso).write([sample()], signal, 'live');
    await textLinesSink(text, utcIso).write(
      [sample({ cause: 'timeout', quality: 'stale' })],
      signal,
      'live',
    );
    expect(String(json.read())).toMatch(/^\{"device":"furnace1".*\}\n$/);
    expect(String(text.read())).toBe(
      '2026-02-27T23:59:59.000Z  furnace1.pv  750 °C  stale (timeout)\n',
    );
  });
});
