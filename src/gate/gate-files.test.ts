import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GateBench, MemoryFolder, SETPOINT } from '../../test/support/gate-bench.ts';
import { verifyAudit } from './audit-read.ts';
import { gateFolder, type GateFiles } from './gate-files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gate-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.each<[string, () => Promise<GateFiles>]>([
  ['of the computer', async () => gateFolder(join(folder, 'new', 'gate'))],
  ['in memory', async () => new MemoryFolder()],
])('a folder %s', (_, make) => {
  test('appends, cuts, replaces and removes', async () => {
    const files = await make();
    await files.append('a', bytes('one'));
    await files.append('a', bytes('two'));
    await files.truncate('a', 4);
    await files.replace('b', bytes('old'));
    await files.replace('b', bytes('new'));
    const text = async (name: string) => String(Buffer.from((await files.read(name)) ?? []));

    expect([await text('a'), await text('b'), [...(await files.list())].sort()]).toEqual([
      ...['onet', 'new', ['a', 'b']],
    ]);
    await files.remove('a');
    expect(await files.read('a')).toBeUndefined();
  });

  test('has nothing against a file that is not there', async () => {
    const files = await make();
    await files.truncate('a', 0);
    await files.remove('a');

    expect(await files.list()).toEqual([]);
  });
});

test('the gate keeps its audit in real files that others cannot read', async () => {
  const files = await gateFolder(folder);
  const bench = await GateBench.open([SETPOINT], { files });
  expect(await bench.write(5)).toMatchObject({ outcome: 'confirmed' });
  await bench.restart();
  await bench.write(6);

  expect(await verifyAudit(files)).toMatchObject({ state: 'sound', records: 6 });
  const { mode } = await stat(join(folder, 'audit-000000000000.jsonl'));
  expect(mode & 0o077).toBe(0);
});
