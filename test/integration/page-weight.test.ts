import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { build, type Rolldown } from 'vite';

const WEB = join(import.meta.dirname, '../../web');
/** Bytes, as sent. A slow line, such as a modem of a plant, brings 10 kB in a second. */
const MOST_AT_FIRST = 80_000;
const MOST_FOR_A_SCREEN = 120_000;
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

type Way = 'imports' | 'dynamicImports';

/** A chunk, and everything that it fetches by these ways, beyond what is there. */
function withImports(name: string, ways: readonly Way[], found: Set<string>): ReadonlySet<string> {
  if (found.has(name)) return found;
  found.add(name);
  const file = files.find(({ fileName }) => fileName === name);
  if (file?.type !== 'chunk') return found;
  for (const other of ways.flatMap((way) => file[way])) withImports(other, ways, found);
  return found;
}

/** The first file of the page, and what must be there before it can run, styles among it. */
function atFirst(): ReadonlySet<string> {
  const entry = files.find((file) => file.type === 'chunk' && file.isEntry);
  const others = [...weights.keys()].filter((name) => /\.(html|css)$/.test(name));
  return withImports(entry?.fileName ?? '', ['imports'], new Set(others));
}

/** The languages that are fetched by whoever reads them, the lightest first. */
function translations(): readonly string[] {
  const names = [...weights.keys()].filter((name) => /\/(id|ru)-[^/]*\.js$/.test(name));
  return names.sort((a, b) => weigh([a]) - weigh([b]));
}

test('what a browser needs for the first screen is light', () => {
  expect(weigh(atFirst())).toBeLessThan(MOST_AT_FIRST);
});

test('whoever opens any screen first, in the heaviest language, waits for no more than that', () => {
  const entry = files.find((file) => file.type === 'chunk' && file.isEntry);
  const screens = entry?.type === 'chunk' ? entry.dynamicImports : [];
  expect(screens.length).toBeGreaterThan(3);
  for (const screen of screens) {
    const needed = new Set([...atFirst(), translations().at(-1) ?? '']);
    const all = withImports(screen, ['imports', 'dynamicImports'], needed);
    expect(weigh(all), screen).toBeLessThan(MOST_FOR_A_SCREEN);
  }
});

test('all screens in one language are light, the heaviest language as well', () => {
  expect(translations()).toHaveLength(2);
  const [light = ''] = translations();
  expect(weigh(weights.keys()) - weigh([light])).toBeLessThan(MOST_EVER);
});
