import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { registerPoint } from '../../test/support/points.ts';
import { InvalidRequestError } from '../base/errors.ts';
import type { ServedUnitConfig } from '../config/server-config.ts';
import { mapProblemsOf, mapFile, servedMap } from './served-map.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'dinrail-map-'))));
afterEach(async () => rm(folder, { recursive: true }));

function unit(
  points: Readonly<Record<string, number>>,
  map: ServedUnitConfig['map'] = 'generated',
): ServedUnitConfig {
  return {
    ...{ unit: 1, map, table: 'holding', start: 0, whenStale: 'exception' },
    ...{ written: [], status: [] },
    points: Object.entries(points).map(([id, address]) => ({
      id,
      register: registerPoint({ name: id, address }),
    })),
  };
}

async function addresses(
  config: ServedUnitConfig,
  file: string | undefined,
): Promise<Readonly<Record<string, number>>> {
  const { entries } = await servedMap(config, file);
  return Object.fromEntries(entries.map(({ id, register }) => [id, register.address]));
}

test('places are remembered from one start to the next, each unit on its own', async () => {
  const [one, two] = [mapFile(folder, 's', 1), mapFile(folder, 's', 2)];
  expect(await addresses(unit({ 'f.a': 9, 'f.b': 8 }), one)).toEqual({ 'f.a': 0, 'f.b': 1 });
  expect(await addresses(unit({ 'f.c': 7, 'f.b': 8 }), one)).toEqual({ 'f.c': 2, 'f.b': 1 });
  expect(await addresses(unit({ 'f.c': 7, 'f.b': 8 }), two)).toEqual({ 'f.c': 0, 'f.b': 1 });
});

test('a map that did not change is not written again', async () => {
  const file = mapFile(folder, 's', 1);
  await addresses(unit({ 'f.a': 9 }), file);
  const { ino } = await stat(file);
  await addresses(unit({ 'f.a': 9 }), file);
  expect((await stat(file)).ino).toBe(ino);
});

test('a map of the site file is what it says, and nothing is kept', async () => {
  const file = mapFile(folder, 's', 1);
  expect(await addresses(unit({ 'f.a': 9 }, 'fixed'), file)).toEqual({ 'f.a': 9 });
  await expect(readFile(file)).rejects.toThrow('ENOENT');
});

test('a file that cannot be understood, or not be written, stops it', async () => {
  const file = join(folder, 'map.json');
  await writeFile(file, '{}');
  await expect(servedMap(unit({ 'f.a': 9 }), file)).rejects.toThrow(InvalidRequestError);
  expect(await readFile(file, 'utf8')).toBe('{}');
  const nowhere = join(file, 'servers', 'map.json');
  await expect(servedMap(unit({ 'f.a': 9 }), nowhere)).rejects.toThrow(/where registers are/);
});

test('only a map that somebody wrote can be wrong', () => {
  expect(mapProblemsOf([unit({ 'f.a': 9, 'f.b': 9 })])).toEqual([]);
  expect(mapProblemsOf([unit({ 'f.a': 9, 'f.b': 9 }, 'fixed')])).toEqual([
    'f.b at hr:9+1 lies over f.a at hr:9+1',
  ]);
});
