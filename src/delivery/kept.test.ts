import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sitePoint } from '../../test/support/fake-site.ts';
import type { Point, Value } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import { KeptSamples, MAX_KEPT } from './kept.ts';
import { restoreSample, storeSample } from './sample-text.ts';
import { diskFiles } from './sink-files.ts';
import { changeStoredSink, readSinkFolder } from './sink-folder.ts';

const NOW = 1_767_225_600_000_000;

function sample(at: number, value?: Value, over: Partial<Point> = {}): Sample {
  const quality = value === undefined ? 'bad' : 'good';
  const point = sitePoint('d.a', over);
  return { point, ...(value !== undefined && { value }), quality, at, requestedAt: at };
}

/** What another program reads from the file that this one wrote. */
function reread(text: string, type = 'influx'): { kept: KeptSamples; damaged: number } {
  const kept = new KeptSamples(type);
  return { kept, damaged: kept.load(text) };
}

function written(kept: KeptSamples): string {
  return kept.takeChanges()?.text ?? '';
}

test.each<[Value | undefined]>([
  [749.6],
  [-0],
  [NaN],
  [Infinity],
  [2n ** 64n - 1n],
  ['batch "7"\n'],
  [true],
  [undefined],
])('a sample comes back from its text as it was: %s', (value) => {
  const original = sample(NOW, value, { enum: new Map([[1, 'run']]), unit: '°C' });
  expect(restoreSample(JSON.parse(JSON.stringify(storeSample(original))))).toEqual(original);
});

test('the quarantine holds 10,000; the oldest leaves it, and is counted', () => {
  const kept = new KeptSamples('influx');
  for (let at = 0; at < MAX_KEPT + 3; at += 1)
    kept.reject({ sample: sample(at, 1), reason: 'x' }, NOW);
  expect([kept.quarantined, kept.dropped]).toEqual([MAX_KEPT, 3]);
  expect(kept.entries()[0]?.at).toBe(3);
});

test('no more than 10,000 are held; the oldest goes into the quarantine', () => {
  const kept = new KeptSamples('zabbix');
  for (let at = 0; at < MAX_KEPT + 3; at += 1)
    kept.defer({ sample: sample(at, 1), reason: 'x' }, NOW);
  expect([kept.held, kept.quarantined]).toEqual([MAX_KEPT, 3]);
  expect(kept.entries()[0]?.reason).toBe('x; too many wait');
});

test('a sample is kept once, however often it is refused', () => {
  const kept = new KeptSamples('influx');
  kept.reject({ sample: sample(1, 5), reason: 'x' }, NOW);
  kept.reject({ sample: sample(1, 5), reason: 'y' }, NOW);
  expect(kept.entries()).toMatchObject([{ id: 2, reason: 'y' }]);
});

test('lines are appended, and the file is written anew when most of it is not needed', () => {
  const kept = new KeptSamples('influx');
  kept.reject({ sample: sample(1, 5), reason: 'x' }, NOW);
  expect(kept.takeChanges()?.mode).toBe('replace');
  let appended = 0;
  for (let at = 2; at < 5_000; at += 1) {
    kept.reject({ sample: sample(at, 5), reason: 'x' }, NOW);
    kept.discard();
    const changes = kept.takeChanges();
    if (changes?.mode === 'append') appended += 1;
    else expect(changes?.text.split('\n').length).toBeLessThan(5);
  }
  expect(appended).toBeGreaterThan(4_900);
  expect(appended).toBeLessThan(4_998);
});

test('numbers are not given again after a restart', () => {
  const kept = new KeptSamples('influx');
  kept.reject({ sample: sample(1, 5), reason: 'x' }, NOW);
  kept.discard();
  const { kept: next } = reread(written(kept));
  next.reject({ sample: sample(2, 5), reason: 'x' }, NOW);
  expect(next.entries().map(({ id }) => id)).toEqual([2]);
});

test('a line cut off at the end is left out; a damaged one is counted; the others stay', () => {
  const kept = new KeptSamples('influx');
  for (let at = 1; at < 4; at += 1) kept.reject({ sample: sample(at, at), reason: 'x' }, NOW);
  const text = written(kept);
  const cut = reread(text.slice(0, -20));
  expect([cut.damaged, cut.kept.quarantined]).toEqual([0, 2]);
  const lines = text.split('\n');
  const damaged = reread([lines[0], lines[1]?.slice(3), ...lines.slice(2)].join('\n'));
  expect([damaged.damaged, damaged.kept.quarantined]).toEqual([1, 2]);
});

test('on a real disk: files beside each other, read and changed while no gateway runs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dinrail-sinks-'));
  try {
    const name = 'ä/b';
    expect(await readSinkFolder(folder)).toEqual([]);
    const kept = new KeptSamples('influx');
    kept.reject({ sample: sample(1, 5), reason: 'x' }, NOW);
    kept.reject({ sample: sample(2, 6), reason: 'y' }, NOW);
    await diskFiles.write(join(folder, `${encodeURIComponent(name)}.kept`), written(kept));
    await diskFiles.write(
      join(folder, `${encodeURIComponent(name)}.cursor`),
      '{"version":1,"type":"influx","live":7,"ranges":[[1,3]],"paused":false}\n',
    );
    const change = { isPaused: true, discard: [1], retry: [2], now: NOW };
    expect(await changeStoredSink(folder, name, change)).toBe(2);
    expect(await readSinkFolder(folder)).toEqual([
      {
        name: 'ä/b',
        cursor: { type: 'influx', live: 7, ranges: [{ from: 1, to: 3 }], isPaused: true },
        quarantine: [],
        held: 1,
      },
    ]);
    expect((await readdir(folder)).filter((file) => file.endsWith('.new'))).toEqual([]);
    await expect(changeStoredSink(folder, 'other', { now: NOW })).rejects.toThrow(
      'no sink "other"',
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
