import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { expect, test } from 'vitest';

/** Each layer and what it may import besides itself. Anything not listed is forbidden. */
const LAYERS: Record<string, readonly string[]> = {
  base: [],
  codec: ['base'],
  transport: ['base'],
  telemetry: ['base'],
  expression: ['base'],
  profile: ['base', 'codec', 'expression'],
  client: ['base', 'codec', 'transport'],
  server: ['base', 'codec', 'transport'],
  traffic: ['base', 'codec', 'client'],
  sink: ['base', 'telemetry'],
  can: ['base', 'telemetry', 'transport'],
  journal: ['base', 'telemetry'],
  delivery: ['base', 'telemetry', 'journal', 'expression'],
  outage: ['base', 'telemetry', 'journal'],
  history: ['base', 'telemetry'],
  text: ['base', 'telemetry'],
  alarm: ['base', 'telemetry', 'expression'],
  gate: ['base', 'telemetry', 'expression', 'profile'],
  workbench: ['base', 'profile', 'gate'],
  engine: ['base', 'codec', 'client', 'profile', 'telemetry', 'expression', 'gate', 'workbench'],
  exchange: ['base', 'telemetry', 'journal', 'expression'],
  concentrator: ['base', 'codec', 'transport', 'server', 'profile', 'telemetry'],
  simulate: ['base', 'codec', 'transport', 'profile', 'server'],
  service: ['base', 'telemetry'],
  config: ['base', 'profile', 'expression', 'can', 'exchange'],
  api: [
    'base',
    'profile',
    'telemetry',
    'journal',
    'delivery',
    'history',
    'gate',
    'alarm',
    'traffic',
    'exchange',
    'outage',
    'workbench',
  ],
  settings: ['base', 'config', 'api'],
  tui: ['base', 'telemetry', 'api'],
  gateway: [
    ...['base', 'codec', 'transport', 'client', 'server', 'profile', 'expression', 'telemetry'],
    ...['sink', 'engine', 'simulate', 'config', 'api', 'journal', 'delivery', 'history', 'text'],
    ...['concentrator', 'gate', 'alarm', 'can', 'traffic', 'exchange', 'outage', 'workbench'],
  ],
  cli: [
    ...['base', 'codec', 'transport', 'client', 'server', 'profile', 'expression', 'telemetry'],
    ...['sink', 'engine', 'simulate', 'config', 'api', 'gateway'],
    ...['journal', 'delivery', 'history', 'text', 'concentrator', 'gate', 'service', 'tui', 'can'],
    ...['exchange', 'settings'],
  ],
};

/** Each third-party package and the one file or folder that may import it. */
const DOORS: Record<string, string> = {
  commander: 'cli/command.ts',
  fastify: 'api/',
  pino: 'gateway/log.ts',
  serialport: 'transport/serial.ts',
  yaml: 'config/',
  zod: 'config/',
};

const SRC = join(import.meta.dirname, '../../src');
const IMPORT = /(?:^(?:import|export)[^'"]*?from |^import |\bimport\()'([^']+)'/gm;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /(?<!\.test)\.ts$/.test(file));

const inLayers = files.filter((file) => file.includes('/')); // src/*.ts are public entries, of no layer

function layerOf(file: string): string {
  return file.split('/')[0] ?? '';
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(IMPORT)].map(([, specifier = '']) => specifier);
}

test('every folder of src is a known layer', () => {
  expect(Object.keys(LAYERS)).toEqual(expect.arrayContaining(inLayers.map(layerOf)));
});

test.each(inLayers)('%s imports only from layers below its own', (file) => {
  const layer = layerOf(file);
  const allowed = [layer, ...(LAYERS[layer] ?? [])];
  for (const specifier of importsOf(file)) {
    if (!specifier.startsWith('.')) continue;
    const target = posix.join(dirname(file), specifier);
    expect(allowed, `${file} imports ${specifier}`).toContain(layerOf(target));
  }
});

test('the terminal page knows of the API what the page knows: its contract', () => {
  for (const file of inLayers.filter((name) => layerOf(name) === 'tui')) {
    const api = importsOf(file).filter((specifier) => specifier.startsWith('../api/'));
    expect(new Set(['../api/contract.ts', ...api]), file).toEqual(new Set(['../api/contract.ts']));
  }
});

test.each(files)('%s reaches each third-party package through its one door', (file) => {
  for (const specifier of importsOf(file)) {
    if (specifier.startsWith('.') || specifier.startsWith('node:')) continue;
    const door = DOORS[specifier];
    expect(door, `${file} imports ${specifier}, which has no door`).toBeDefined();
    expect(file, `${specifier} is imported outside its door`).toMatch(new RegExp(`^${door ?? ''}`));
  }
});

/** What `dinrail/modbus` may reach: the protocol stack alone. */
const PROTOCOL_LAYERS = ['base', 'codec', 'transport', 'client', 'server'];

test('dinrail/modbus reaches no layer above the protocol stack', () => {
  for (const specifier of importsOf('modbus.ts')) {
    expect(PROTOCOL_LAYERS).toContain(layerOf(posix.join('.', specifier)));
  }
});

/** What of the program the page runs: pure functions of values and texts. Types it takes from anywhere. */
const RUN_BY_PAGE = [
  ...['codec/value/', 'profile/interpretations.ts', 'profile/address.ts'],
  ...['base/standing.ts', 'base/line-diff.ts'],
];

test('the page runs nothing of the program but pure functions of values and texts', () => {
  const web = join(SRC, '../web/src');
  const runs = /^(?:import|export)(?! type)[^'"]*?from '((?:\.\.\/)+src\/[^']+)'/gm;
  const scripts = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(?<!\.test)\.tsx?$/.test(file),
  );
  for (const file of scripts) {
    for (const [, path = ''] of readFileSync(join(web, file), 'utf8').matchAll(runs)) {
      const target = path.replace(/^(?:\.\.\/)+src\//, '');
      const isAllowed = RUN_BY_PAGE.some((allowed) => target.startsWith(allowed));
      expect(isAllowed, `${file} runs ${target}`).toBe(true);
    }
  }
});
