import { beforeEach, describe, expect, test } from 'vitest';
import { benchDevice, PortBench, type Arrived } from '../../test/support/port-bench.ts';
import { InvalidRequestError, OverloadError } from '../base/errors.ts';
import type { RegisterDoor } from '../gate/register-writes.ts';
import type { BenchQuestion } from './bench-line.ts';
import { MAX_SCAN } from './scan-job.ts';
import { Workbench } from './workbench.ts';

const RANGE: BenchQuestion = { unit: 1, table: 'holding', start: 150, count: 100 };

let bench: PortBench;
let workbench: Workbench;

function open(delayOf: (arrived: Arrived) => number | undefined = () => 10): void {
  bench = new PortBench({ kind: 'tcp', devices: [benchDevice({ pv: 'hr:1 u16' })], delayOf });
  workbench = new Workbench({
    lineOf: (name) => bench.engine.bench(name),
    registers: undefined as unknown as RegisterDoor,
    planName: async () => ({ message: '', hint: '' }),
    clock: bench.clock,
  });
  bench.engine.start();
}

beforeEach(async () => {
  open();
  await bench.clock.run(100);
});

const scanOf = () => workbench.scans()[0];

describe('a scan', () => {
  test('says which registers there are, and which of them change', async () => {
    await workbench.scan('line', RANGE);
    expect(scanOf()).toMatchObject({ state: 'finding', judged: 0, line: 'line', unit: 1 });
    await bench.clock.run(3_000);
    bench.unit(1).holding.setRegisters(160, [7]);
    await bench.clock.run(20_000);
    expect(scanOf()).toMatchObject({
      ...{ state: 'done', judged: 100, missing: 50, silent: 0, round: 4, rounds: 4 },
      found: [{ start: 150, count: 50 }],
      changes: [{ address: 160, first: 0, last: 7 }],
    });
  });

  test('leaves four fifths of the time of its line', async () => {
    await workbench.scan('line', { ...RANGE, count: 2_000 });
    await bench.clock.run(20_000);
    const guests = bench.arrived.filter(({ text }) => !text.includes(' 1+1')).length;
    expect(scanOf()?.state).toBe('finding');
    expect(guests).toBeGreaterThan(300);
    expect((guests * 10) / 20_000).toBeLessThanOrEqual(0.2);
    expect(bench.engine.devices()[0]).toMatchObject({ state: 'good', skipped: 0 });
  });

  test('of a unit that is not there ends, and says so', async () => {
    open(({ unit }) => (unit === 9 ? undefined : 10));
    await workbench.scan('line', { ...RANGE, unit: 9 });
    await bench.clock.run(60_000);
    expect(scanOf()).toMatchObject({ state: 'failed', problem: 'unit 9 does not answer' });
  });

  test('can be stopped, and keeps what it has found', async () => {
    await workbench.scan('line', RANGE);
    await bench.clock.run(500);
    expect(workbench.stopScan('1')).toBe(true);
    const asked = bench.arrived.length;
    await bench.clock.run(900);
    expect(scanOf()).toMatchObject({ state: 'stopped', found: [{ start: 150, count: 50 }] });
    expect(bench.arrived.length - asked).toBeLessThanOrEqual(1);
    expect(workbench.stopScan('2')).toBe(false);
  });

  test('is the only one of its line until it is over', async () => {
    await workbench.scan('line', RANGE);
    await expect(workbench.scan('line', RANGE)).rejects.toThrow(OverloadError);
    workbench.stopScan('1');
    await expect(workbench.scan('line', RANGE)).resolves.toMatchObject({ id: '2' });
  });

  test('ends with its line', async () => {
    await workbench.scan('line', RANGE);
    bench.engine.stop();
    await bench.clock.run(100);
    expect(scanOf()).toMatchObject({ state: 'failed' });
  });
});

describe('what no line could be asked is refused:', () => {
  const rows: [Partial<BenchQuestion>, string][] = [
    [{ unit: 256 }, 'unit is 256, expected 0 to 255'],
    [{ start: -1 }, 'start is -1, expected 0 to 65535'],
    [{ count: 126 }, 'count is 126, expected 1 to 125'],
    [{ table: 'coil', count: 2001 }, 'count is 2001, expected 1 to 2000'],
    [{ count: 0 }, 'count is 0, expected 1 to 125'],
    [{ start: 65_500, count: 100 }, '65500 and 100 more end behind address 65535'],
  ];
  test.each(rows)('%o', async (question, message) => {
    const asked = workbench.read('line', { ...RANGE, ...question });
    await expect(asked).rejects.toThrow(new InvalidRequestError(message));
  });

  test('another line, or too long a scan', async () => {
    await expect(workbench.read('other', RANGE)).rejects.toThrow('no line other is asked');
    const long = workbench.scan('line', { ...RANGE, count: MAX_SCAN + 1 });
    await expect(long).rejects.toThrow('expected 1 to 10000');
  });
});
