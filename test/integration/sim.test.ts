import { afterEach, describe, expect, test } from 'vitest';
import { missing } from '../support/peers.ts';
import { runProgramToEnd, startProgram, type Program } from '../support/program.ts';

let sim: Program | undefined;
afterEach(async () => {
  await sim?.end('SIGTERM');
  sim = undefined;
});

/** Starts a simulated device; gives where it answers. */
async function simulate(...args: string[]): Promise<string> {
  sim = startProgram(['sim', ...args]);
  const [, where = ''] = await sim.said(/^(\S+) answers as/m);
  return where;
}

const LISTEN = ['--listen', 'rtu+tcp://127.0.0.1:0'];
const ONCE = ['--retries', '0', '--timeout', '300ms', '-f', 'plain'];

test('each unit is a device of its own, and others are silent', async () => {
  const where = await simulate('tti/dyeing-rtu', '-u', '1,2', ...LISTEN);
  const batch = ['-p', 'tti/dyeing-rtu', 'batch', ...ONCE];
  const [one, two, three] = await Promise.all(
    ['1', '2', '3'].map(async (unit) => runProgramToEnd(['read', where, '-u', unit, ...batch])),
  );
  expect(one?.stdout).toMatch(/^TTI-\d{6}\n$/);
  expect(two?.stdout).toMatch(/^TTI-\d{6}\n$/);
  expect(two?.stdout).not.toBe(one?.stdout);
  expect(three?.code).toBe(5);
});

test.each([
  ['--drop', '100%', 5],
  ['--exception', '6', 6],
  ['--crc', '100%', 7],
  ['--late', '100%:1s', 5],
  ['--silent', '1s/1s', 5],
])('%s %s is what a reader meets', async (fault, how, code) => {
  const where = await simulate('eurotherm/3216', fault, how, ...LISTEN);
  const read = await runProgramToEnd(['read', where, 'hr:1', ...ONCE]);
  expect(read.code).toBe(code);
});

test('an answer at the pace of 1200 baud takes its time', async () => {
  const where = await simulate('eurotherm/3216', '--pace', '1200', ...LISTEN);
  const startedAt = performance.now();
  const { code } = await runProgramToEnd(['read', where, 'hr:1+30', '--timeout', '5s']);
  // 8 and 65 characters of 8.3 ms.
  expect(performance.now() - startedAt).toBeGreaterThan(600);
  expect(code).toBe(0);
});

test.each([
  [['--drop', '5'], /--drop: "5", expected such as 5%/],
  [['--pace', '9600'], /--pace is for RTU over TCP/],
  [['--pty', '--listen', '1502'], /keep one of them/],
  [['--drop', '60%', '--crc', '60%'], /add up to 120 %/],
])('%j is refused before anything listens', async (words, said) => {
  const { code, stderr } = await runProgramToEnd(['sim', 'eurotherm/3216', ...words]);
  expect(stderr).toMatch(said);
  expect(code).toBe(2);
});

describe.skipIf(missing('socat'))('a pseudo-terminal', () => {
  test('is a serial line to whoever opens its other end', async () => {
    const where = await simulate('eurotherm/3216', '--pty', '--pace', '9600', '-u', '7');
    expect(where).toMatch(/^serial:\/dev\//);
    const read = ['read', where, '-u', '7', '-p', 'eurotherm/3216', 'setpoint', '-f', 'plain'];
    expect((await runProgramToEnd(read)).stdout).toBe('750\n');
    expect((await sim?.end('SIGINT'))?.code).toBe(0);
  });
});

test('without socat there is a sentence that says so', async () => {
  const { code, stderr } = await runProgramToEnd(['sim', 'eurotherm/3216', '--pty'], { PATH: '' });
  expect(stderr).toMatch(/--pty needs the program socat/);
  expect(code).toBe(4);
});
