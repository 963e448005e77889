import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp, type ModbusServer } from '../../src/server/listen-tcp.ts';
import { plainImage, type UnitTables } from '../../src/server/unit-tables.ts';
import { missing, PYTHON, startPeer } from '../support/peers.ts';

const run = promisify(execFile);
const SESSION = join(import.meta.dirname, 'pymodbus_session.py');
const LIMITS = join(import.meta.dirname, 'pymodbus_limits.py');

const cleanUps: (() => Promise<void>)[] = [];
let tables: UnitTables;

beforeEach(() => {
  tables = plainImage({ coils: 3000, discrete: 3000, holding: 3000, input: 3000, writable: true });
  tables.discrete.setBits(5, [1, 0, 1, 1, 0, 0, 0, 1]);
  tables.input.setRegisters(7, [10, 20, 65535]);
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function serve(framing: 'mbap' | 'rtu'): Promise<ModbusServer> {
  const units = new Map([[1, tables]]);
  const server = await listenTcp({ port: 0, units, framing, clock: systemClock });
  cleanUps.push(async () => server.close());
  return server;
}

/** What mbpoll prints of values: `[10]: 	7` for each. */
function printed(output: string): string[] {
  return [...output.matchAll(/^\[\d+\]:\s+(\S+)/gm)].map(([, value = '']) => value);
}

describe.skipIf(missing('mbpoll'))('mbpoll', () => {
  const tableOf = { coil: '0', discrete: '1', input: '3', holding: '4' } as const;

  test.each([
    ['discrete', 5, ['1', '0', '1', '1', '0', '0', '0', '1']],
    ['input', 7, ['10', '20', '65535']],
  ] as const)('reads the %s table', async (table, start, values) => {
    const { port } = await serve('mbap');
    const where = ['-0', '-t', tableOf[table], '-r', String(start), '-c', String(values.length)];
    const { stdout } = await run('mbpoll', ['-1', ...where, '-p', String(port), '127.0.0.1']);
    expect(printed(stdout).map((value) => value.replace(/\(.*/, ''))).toEqual(values);
  });

  test.each([
    ['coil', ['1']],
    ['coil', ['1', '0', '1', '1']],
    ['holding', ['4711']],
    ['holding', ['1', '2', '65535']],
  ] as const)('writes the %s table, %j, and reads it back', async (table, values) => {
    const { port } = await serve('mbap');
    const where = ['-0', '-t', tableOf[table], '-r', '100', '-p', String(port), '127.0.0.1'];
    const written = await run('mbpoll', [...where, ...values]);
    expect(written.stdout).toContain(`Written ${values.length} reference`);
    const { stdout } = await run('mbpoll', ['-1', '-c', String(values.length), ...where]);
    expect(printed(stdout).map((value) => value.replace(/\(.*/, ''))).toEqual(values);
  });

  test('is told that an address does not exist, and that a unit does not answer', async () => {
    const { port } = await serve('mbap');
    const ask = async (...args: string[]): Promise<string> => {
      const where = ['-0', '-1', '-t', '4', ...args, '-p', String(port), '127.0.0.1'];
      const { stdout, stderr } = await run('mbpoll', where).catch(
        (error: unknown) => error as { stdout: string; stderr: string },
      );
      return stdout + stderr;
    };
    expect(await ask('-r', '3000')).toContain('Illegal data address');
    expect(await ask('-r', '0', '-a', '2')).toContain('Target device failed to respond');
  });

  test.skipIf(missing('socat'))('reads and writes over RTU frames from a serial port', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dinrail-'));
    cleanUps.push(async () => rm(folder, { recursive: true }));
    const { port } = await serve('rtu');
    const line = join(folder, 'line');
    const socat = await startPeer(
      'socat',
      ['-d', '-d', `pty,raw,echo=0,link=${line}`, `tcp:127.0.0.1:${port},nodelay`],
      /starting data transfer loop/,
    );
    cleanUps.push(async () => socat.stop());
    const where = ['-m', 'rtu', '-b', '115200', '-P', 'none', '-0', '-t', '4', '-r', '20', line];
    expect((await run('mbpoll', [...where, '7', '8', '9'])).stdout).toContain(
      'Written 3 reference',
    );
    expect(printed((await run('mbpoll', ['-1', '-c', '3', ...where])).stdout)).toEqual([
      '7',
      '8',
      '9',
    ]);
    expect([...tables.holding.registers(20, 3)]).toEqual([7, 8, 9]);
  });
});

describe.skipIf(missing('pymodbus'))('pymodbus', () => {
  test.each([
    ['mbap', 'socket'],
    ['rtu', 'rtu'],
  ] as const)('uses every function over %s', async (framing, framer) => {
    const { port, counters } = await serve(framing);
    const { stdout } = await run(PYTHON, [SESSION, String(port), framer]);
    expect(JSON.parse(stdout)).toEqual([
      'done',
      'done',
      { bits: [1, 0, 1, 1, 0, 0, 0, 0] },
      { bits: [1, 0, 1, 1, 0, 0, 0, 1] },
      'done',
      'done',
      'done',
      { registers: [1, 0xbeef, 65535, 0x17] },
      { registers: [10, 20, 65535] },
      { registers: [1, 7] },
      { exception: 2 },
      { registers: Array<number>(125).fill(0) },
    ]);
    expect(counters).toMatchObject({ requests: 12, answers: 12, exceptions: 1, damaged: 0 });
  });

  test.each([
    ['mbap', 'socket'],
    ['rtu', 'rtu'],
  ] as const)(
    'over %s gets the most it may ask for, and an exception for more',
    async (framing, framer) => {
      const { port, counters } = await serve(framing);
      const { stdout } = await run(PYTHON, [LIMITS, String(port), framer]);
      expect(JSON.parse(stdout)).toEqual([
        [
          ...['2000 bits', '2000 bits', '125 registers', '125 registers'],
          ...['done', 'done', '125 registers'],
        ],
        // Counts beyond the limit and none at all, then what begins within the table and ends behind it.
        [3, 3, 3, 2, 2, 2],
        // Functions that are not served.
        Array<number>(8).fill(1),
        ['1 registers'],
      ]);
      expect(counters).toMatchObject({ requests: 22, answers: 22, exceptions: 14, damaged: 0 });
    },
  );
});
