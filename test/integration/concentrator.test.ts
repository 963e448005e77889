import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { Concentrator } from '../../src/concentrator/concentrator.ts';
import type { WrittenEntry } from '../../src/concentrator/map-entry.ts';
import { MeterLog } from '../../src/concentrator/meter-log.ts';
import type { RegisterPoint } from '../../src/profile/point.ts';
import type { ModbusServer } from '../../src/server/listen-tcp.ts';
import type { Sample } from '../../src/telemetry/sample.ts';
import { sitePoint } from '../support/fake-site.ts';
import { missing, PYTHON, startPeer } from '../support/peers.ts';
import { registerPoint } from '../support/points.ts';

const run = promisify(execFile);
const FIELD = join(import.meta.dirname, 'pymodbus_field.py');

/** Writes and as many reads; the long run has 10,000. */
const ROUNDS = Number(process.env['CONCENTRATOR_ROUNDS'] ?? 2_000);

/** Linux answers on all of 127.0.0.0/8, so that each client has an address of its own. */
const ESP32 = '127.0.0.2';
const OPTA = '127.0.0.3';

function entry(name: string, over: Partial<RegisterPoint>): WrittenEntry {
  const id = `pv1.${name}`;
  return { id, register: registerPoint({ name, ...over }), point: sitePoint(id) };
}

const by = (divide: number): RegisterPoint['scale'] => ({ multiply: 1, divide, offset: 0 });

const ENTRIES = [
  entry('p_ac', { address: 0 }),
  entry('p_dc', { address: 1 }),
  entry('v_dc', { address: 2, scale: by(10) }),
  entry('i_dc', { address: 3, scale: by(100) }),
  entry('g', { address: 4 }),
  entry('t_cell', { address: 5, type: 'i16', scale: by(10) }),
  entry('time', { address: 6, type: 'unix32', count: 2 }),
];

let server: ModbusServer;
let concentrator: Concentrator;
let printed: string[];
let updates: (readonly Sample[])[];

beforeEach(async () => {
  const log = new MeterLog();
  printed = [];
  updates = [];
  concentrator = new Concentrator({
    units: { any: { written: [{ name: 'pv1', entries: ENTRIES }] } },
    allow: [
      { from: ESP32, access: 'write', name: 'ESP32 over WiFi' },
      { from: OPTA, access: 'read', name: 'Opta over Ethernet' },
      { from: '127.0.0.1', access: 'write', name: 'this machine' },
    ],
    clock: systemClock,
    events: {
      onBlock(update) {
        updates.push(update.touched);
        printed.push(log.receivedLine(update));
      },
      onServed(read) {
        const line = log.servedLine(read);
        if (line !== undefined) printed.push(line);
      },
    },
  });
  server = await concentrator.listen({ port: 0, limits: { requestsPerSecond: Infinity } });
});

afterEach(async () => {
  await server.close();
  concentrator.close();
});

interface Field {
  readonly ready: Promise<void>;
  /** Lets it begin; resolves with what it tells. */
  readonly go: () => Promise<Record<string, unknown>>;
}

function field(role: 'write' | 'read', source: string): Field {
  const args = [FIELD, String(server.port), role, source, String(ROUNDS)];
  const child = spawn(PYTHON, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ready: lines.next().then(({ value }) => {
      expect(value).toBe('ready');
    }),
    async go() {
      child.stdin.end('go\n');
      const { value } = await lines.next();
      return JSON.parse(String(value)) as Record<string, unknown>;
    },
  };
}

function mbpoll(...args: readonly string[]): readonly string[] {
  return ['-0', '-t', '4', '-r', '0', ...args, '-p', String(server.port), '127.0.0.1'];
}

describe.skipIf(missing('mbpoll', 'pymodbus'))(
  'an array that writes and a controller that reads',
  () => {
    test('print what the manual shows', async () => {
      const sample = ['250', '260', '485', '536', '850', '456', '22150', '5600'];
      const { stdout: refused } = await run('mbpoll', mbpoll('-1', '-c', '8')).catch(
        (error: unknown) => ({ stdout: (error as { stderr: string }).stderr }),
      );
      expect(refused).toContain('Target device failed to respond');
      await run('mbpoll', [...mbpoll(), ...sample]);
      const { stdout } = await run('mbpoll', mbpoll('-1', '-c', '8'));
      expect([...stdout.matchAll(/^\[\d\]:\s+(\d+)/gm)].map(([, value]) => value)).toEqual(sample);
      expect(printed).toEqual([
        '[RX FROM ESP32] 2016-01-01T06:00:00+00:00 | P_ac=250.0W P_dc=260.0W V_dc=48.50V I_dc=5.36A ' +
          'G=850.0W/m² T_cell=45.6°C | Total RX: 1',
        '[TX TO OPTA] Served registers 0-7 | Total served: 1',
      ]);
    });

    test(
      `never show half of a write, in ${ROUNDS} of them and as many reads`,
      { timeout: 90_000 },
      async () => {
        await run('mbpoll', [...mbpoll(), ...['1', '2', '3', '4', '5', '6', '7', '8']]);
        const polled: number[] = [];
        const poller = await startPeer(
          'mbpoll',
          mbpoll('-c', '8', '-l', '20'),
          /^\[7\]/,
          (line) => {
            const [, value] = /^\[\d\]:\s+(\d+)/.exec(line) ?? [];
            if (value !== undefined) polled.push(Number(value));
          },
        );
        const [array, controller] = [field('write', ESP32), field('read', OPTA)];
        await Promise.all([array.ready, controller.ready]);
        const [written, read] = await Promise.all([array.go(), controller.go()]);
        await poller.stop();
        expect(written).toMatchObject({ blocks: ROUNDS, failed: 0 });
        expect(read).toMatchObject({ blocks: ROUNDS, failed: 0, torn: 0, write: 1 });
        // They were at it at the same time.
        expect(read['different']).toBeGreaterThan(ROUNDS / 20);
        // The very last line may be cut short: mbpoll is stopped while it prints.
        for (let at = 0; at + 8 < polled.length; at += 8) {
          const [first = 0] = polled.slice(at);
          const whole = Array.from({ length: 8 }, (_, index) => (first * (index + 1)) % 65_536);
          expect(polled.slice(at, at + 8)).toEqual(whole);
        }
        expect(updates).toHaveLength(ROUNDS + 1);
        for (const samples of updates) {
          const [{ value: k } = { value: 0 }, { value: twice } = { value: 0 }] = samples;
          expect(Number(twice)).toBe((Number(k) * 2) % 65_536);
          expect(samples).toHaveLength(7);
        }
        expect(printed.filter((line) => line.startsWith('[RX FROM ESP32]'))).toHaveLength(
          ROUNDS + 1,
        );
        expect(printed.findLast((line) => line.startsWith('[RX'))).toContain(
          `Total RX: ${ROUNDS + 1}`,
        );
        expect(concentrator.clients()).toMatchObject([
          { name: 'ESP32 over WiFi', writes: ROUNDS, refused: 0 },
          { name: 'Opta over Ethernet', reads: ROUNDS, writes: 0, refused: 1 },
          { name: 'this machine' },
          { name: 'unlisted', refused: 0 },
        ]);
      },
    );
  },
);
