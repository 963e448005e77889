import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Program } from '../../scripts/setup/npm.mjs';
import { fetchNode, privateNodePath } from '../../scripts/setup/private-node.mjs';

/** A program that says it is Node 99.1.2, packed the way the registry packs Node. */
const PACKED = { package: 'node-test', version: '99.1.2', megabytes: 0 };

let folder: string;
let home: string;
let tarball: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-node-'));
  home = join(folder, 'home');
  tarball = pack('#!/bin/sh\necho v99.1.2\n');
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

describe('a private Node', () => {
  test('is unpacked, and not fetched again', async () => {
    const path = await fetchNode(home, pin(), npmThatDelivers(tarball));
    expect(path).toBe(privateNodePath(home, pin()));
    expect(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout).toBe('v99.1.2\n');
    expect(readdirSync(home)).toEqual(['node-test-99.1.2']);

    await expect(fetchNode(home, pin(), npmThatFails())).resolves.toBe(path);
  });

  test('with another hash than the pinned one is refused, and nothing of it is kept', async () => {
    const other = { ...pin(), integrity: `sha512-${'A'.repeat(86)}==` };
    await expect(fetchNode(home, other, npmThatDelivers(tarball))).rejects.toThrow(
      /not the one dinrail knows[\s\S]*expected sha512-AAAA[\s\S]*found {4}sha512-/,
    );
    expect(readdirSync(home)).toEqual([]);
  });

  test('that does not run on this machine is refused', async () => {
    tarball = pack('#!/bin/sh\nexit 127\n');
    await expect(fetchNode(home, pin(), npmThatDelivers(tarball))).rejects.toThrow(
      /99\.1\.2 does not run on this machine .* install Node 24 yourself/,
    );
    expect(readdirSync(home)).toEqual([]);
  });

  test('that npm cannot deliver leaves nothing', async () => {
    await expect(fetchNode(home, pin(), npmThatFails())).rejects.toThrow(
      'npm could not fetch node-test@99.1.2',
    );
    expect(readdirSync(home)).toEqual([]);
  });

  test('is said to need tar where there is none', async () => {
    const { PATH } = process.env;
    process.env['PATH'] = folder;
    try {
      await expect(fetchNode(home, pin(), npmThatDelivers(tarball))).rejects.toThrow(
        /the program tar does not start/,
      );
    } finally {
      process.env['PATH'] = PATH;
    }
    expect(readdirSync(home)).toEqual([]);
  });

  test('is fetched anew after a run that was killed, and what that left goes', async () => {
    mkdirSync(join(home, 'partial-node', 'package', 'bin'), { recursive: true });
    writeFileSync(join(home, 'partial-node', 'package', 'bin', 'node'), 'half of it');
    const path = await fetchNode(home, pin(), npmThatDelivers(tarball));
    expect(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout).toBe('v99.1.2\n');
    expect(readdirSync(home)).toEqual(['node-test-99.1.2']);
  });

  test('is whole when two runs fetch it at once', async () => {
    const both = [1, 2].map(async () => fetchNode(home, pin(), npmThatDelivers(tarball)));
    const path = privateNodePath(home, pin());
    expect(await Promise.all(both)).toEqual([path, path]);
    expect(readdirSync(home)).toEqual(['node-test-99.1.2']);
  });
});

function pin() {
  const hash = createHash('sha512').update(readFileSync(tarball)).digest('base64');
  return { ...PACKED, integrity: `sha512-${hash}` };
}

function pack(program: string): string {
  mkdirSync(join(folder, 'package', 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package', 'bin', 'node'), program);
  chmodSync(join(folder, 'package', 'bin', 'node'), 0o755);
  const file = join(folder, 'node-test-99.1.2.tgz');
  spawnSync('tar', ['-czf', file, '-C', folder, 'package']);
  return file;
}

/** Understands `npm pack` as far as it is used here. */
function npmThatDelivers(file: string): Program {
  return npmOf(`
    const { copyFileSync } = require('node:fs');
    const { basename, join } = require('node:path');
    const [command, name, ...options] = process.argv.slice(2);
    if (command !== 'pack' || name !== 'node-test@99.1.2') process.exit(9);
    const folder = options[options.indexOf('--pack-destination') + 1];
    const file = ${JSON.stringify(file)};
    copyFileSync(file, join(folder, basename(file)));
  `);
}

function npmThatFails(): Program {
  return npmOf('process.exit(1)');
}

function npmOf(source: string): Program {
  const script = join(folder, 'fake-npm.cjs');
  writeFileSync(script, source);
  return { command: process.execPath, prefix: [script], shell: false };
}
