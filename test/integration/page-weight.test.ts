import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { build, type Rolldown } from 'vite';

const WEB = join(import.meta.dirname, '../../web');
/** Bytes, as sent. A slow line, such as a modem of a plant, brings 10 kB in a second. */
const MOST_AT_FIRST = 80_000;
const MOST_EVER = 160_000;

/** Bytes of each file, by name. */
const weights = new Map<string, number>();
let files: readonly (Rolldown.OutputChunk | Rolldown.OutputAsset)[] = [];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dinrail-weight-'));
  // In an environment of tests what is built is some kilobytes heavier.
  vi.stubEnv('NODE_ENV', 'production');
  const built = await build({
    ...{ root: WEB, configFile: join(WEB, 'vite.config.ts'), logLevel: 'silent' },
    build: { outDir: folder },
  });
  vi.unstubAllEnvs();
  if (!('output' in built)) throw new Error('not one build');
  files = built.output;
  for (const file of files) {
    const body = file.type === 'chunk' ? file.code : file.source;
    weights.set(file.fileName, gzipSync(body, { level: 9 }).length);
  }
});

afterAll(async () => rm(folder, { recursive: true }));

function weigh(names: Iterable<string>): number {
  return [...names].reduce((sum, name) => sum + (weights.get(name) ?? 0), 0);
}

/** A chunk, and everything that has to be there before it can run. */
function withImports(name: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(name)) return found;
  found.add(name);
  const file = files.find(({ fileName }) => fileName === name);
  if (file?.type === 'chunk') for (const other of file.imports) withImports(other, found);
  return found;
}

test('what a browser needs for the first screen is light', () => {
  const entry = files.find((file) => file.type === 'chunk' && file.isEntry);
  const others = [...weights.keys()].filter((name) => /\.(html|css)$/.test(name));
  expect(weigh([...withImports(entry?.fileName ?? ''), ...others])).toBeLessThan(MOST_AT_FIRST);
});

test('all screens in one language are light, the heaviest language as well', () => {
  const translations = [...weights.keys()].filter((name) => /\/(id|ru)-[^/]*\.js$/.test(name));
  expect(translations).toHaveLength(2);
  const light = translations.map((name) => weigh([name])).sort((a, b) => a - b)[0] ?? 0;
  expect(weigh(weights.keys()) - light).toBeLessThan(MOST_EVER);
});
