import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../base/log.ts';
import type { DeviceConfig } from '../config/site-config.ts';
import type { PlannedRead } from '../profile/read-plan.ts';
import { RefusedBlocks } from './refused-blocks.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dinrail-blocks-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const meter = { name: 'meter', line: 'bus', unit: 1, profile: 'a/b' } as DeviceConfig;
const block: PlannedRead = { table: 'holding', start: 3, count: 10, points: [] };

test('what a device has refused is known after a restart', () => {
  new RefusedBlocks(folder, silentLogger).of(meter).add(block);
  const again = new RefusedBlocks(folder, silentLogger).of(meter);
  expect([
    again.has(block),
    again.has({ ...block, count: 9 }),
    again.has({ ...block, table: 'input' }),
  ]).toEqual([true, false, false]);
});

test.each([{ unit: 2 }, { line: 'other' }, { profile: 'c/d' }, { name: 'meter2' }])(
  'another device knows nothing of it: %j',
  (over) => {
    new RefusedBlocks(folder, silentLogger).of(meter).add(block);
    expect(new RefusedBlocks(folder, silentLogger).of({ ...meter, ...over }).has(block)).toBe(
      false,
    );
  },
);

test.each(['', '{', 'null', '[]'])('a damaged file (%j) is begun anew', (content) => {
  writeFileSync(join(folder, 'refused-blocks.json'), content);
  const blocks = new RefusedBlocks(folder, silentLogger).of(meter);
  expect(blocks.has(block)).toBe(false);
  blocks.add(block);
  expect(new RefusedBlocks(folder, silentLogger).of(meter).has(block)).toBe(true);
});

test('a folder that cannot be written costs a warning only', () => {
  writeFileSync(join(folder, 'file'), '');
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (text: string) => warnings.push(text) };
  const blocks = new RefusedBlocks(join(folder, 'file'), logger).of(meter);
  blocks.add(block);
  expect(blocks.has(block)).toBe(true);
  expect(warnings.at(-1)).toMatch(/are not remembered/);
});
