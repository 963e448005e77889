import { expect, test, vi } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { AnswerBuffer } from './answer-buffer.ts';
import type { Fault, Interceptor } from './fault.ts';
import { MbapServerCore } from './mbap-core.ts';
import { serverCounters } from './service.ts';
import { plainImage, type PendingWrite, type UnitHooks, type WriteVerdict } from './unit-tables.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const spaceless = (text: string): string => text.replaceAll(' ', '');

function setUp(hooks: UnitHooks, interceptor?: Interceptor) {
  const tables = plainImage({ coils: 10, holding: 10, writable: true }, hooks);
  const clock = new ManualClock();
  const counters = serverCounters();
  const late: string[] = [];
  const core = new MbapServerCore(
    { units: tables, unknownUnit: 'exception', interceptor, clock, counters },
    '10.0.0.5:4711',
    (frame) => late.push(Buffer.from(frame).toString('hex').toUpperCase()),
  );
  const out = new AnswerBuffer();
  const ask = (bytes: string): string => {
    out.reuse();
    const chunk = hex(bytes);
    core.receive(chunk, clock.now(), out);
    // What has to wait must not depend on memory that others write to.
    chunk.fill(0xee);
    return out.view().toString('hex').toUpperCase();
  };
  return { tables, clock, counters, late, core, ask };
}

/** A verdict that is not there yet. */
function pendingVerdict() {
  let resolve: (verdict: WriteVerdict) => void = () => undefined;
  const promise = new Promise<WriteVerdict>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const WRITE = '0001 0000 0009 01 10 0002 0001 02 BEEF';
const READ = '0002 0000 0006 01 03 0002 0001';

test.each([
  ['a coil', '05 0003 FF00', 'coil', 3, [1]],
  ['coils', '0F 0003 0003 01 05', 'coil', 3, [1, 0, 1]],
  ['a register', '06 0002 BEEF', 'holding', 2, [0xbeef]],
  ['registers', '10 0002 0002 04 0001 0002', 'holding', 2, [1, 2]],
  ['a register behind its mask', '16 0002 00F0 0025', 'holding', 2, [0x15]],
  ['the write of a read and write', '17 0000 0001 0002 0001 02 0007', 'holding', 2, [7]],
] as const)(
  'a gate sees %s before it happens, and may refuse it',
  (_, pdu, table, start, values) => {
    const seen: PendingWrite[] = [];
    const { tables, ask } = setUp({
      beforeWrite(write) {
        seen.push(write);
        return 4;
      },
    });
    tables.holding.set(2, 0x12);
    const body = hex(pdu);
    const answer = ask(`0001 0000 00${(body.length + 1).toString(16).padStart(2, '0')} 09 ${pdu}`);
    const functionCode = body[0] ?? 0;
    expect(answer).toBe(`00010000000309${(functionCode | 0x80).toString(16).toUpperCase()}04`);
    expect(seen.map((write) => ({ ...write, values: [...write.values] }))).toEqual([
      {
        ...{ table, start, count: values.length, values: [...values], functionCode },
        ...{ unitId: 9, peer: '10.0.0.5:4711' },
      },
    ]);
    expect([...tables.holding.registers(0, 10)]).toEqual([0, 0, 0x12, 0, 0, 0, 0, 0, 0, 0]);
    expect([...tables.coil.bits(0, 10)]).toEqual(Array(10).fill(0));
  },
);

test('a gate is not asked about a write that is refused anyway', () => {
  const beforeWrite = vi.fn();
  const { ask } = setUp({ beforeWrite });
  ask('0001 0000 0006 01 06 000A 0001');
  expect(beforeWrite).not.toHaveBeenCalled();
});

test('a gate that takes its time keeps its client waiting, and nobody else', async () => {
  const verdict = pendingVerdict();
  const { tables, ask, late, clock } = setUp({ beforeWrite: async () => verdict.promise });
  expect(ask(WRITE)).toBe('');
  expect(ask(READ)).toBe(spaceless('0002 0000 0005 01 03 02 0000'));
  expect(tables.holding.get(2)).toBe(0);
  verdict.resolve(undefined);
  await clock.run(0);
  expect(late).toEqual([spaceless('0001 0000 0006 01 10 0002 0001')]);
  expect(tables.holding.get(2)).toBe(0xbeef);
});

test.each([
  ['refuses', async (): Promise<WriteVerdict> => Promise.resolve(6), '06'],
  ['fails', async (): Promise<WriteVerdict> => Promise.reject(new Error('no')), '04'],
])('nothing is written when a slow gate %s', async (_, beforeWrite, exception) => {
  const { tables, ask, late, clock, counters } = setUp({ beforeWrite });
  ask(WRITE);
  await clock.run(0);
  expect(late).toEqual([`0001000000030190${exception}`]);
  expect(tables.holding.get(2)).toBe(0);
  expect(counters).toMatchObject({ answers: 1, exceptions: 1 });
});

test('a client with 16 answers outstanding is told that the server is busy', () => {
  const { ask, counters } = setUp({ beforeWrite: async () => new Promise(() => undefined) });
  for (let index = 0; index < 16; index += 1) expect(ask(WRITE)).toBe('');
  expect(ask(WRITE)).toBe(spaceless('0001 0000 0003 01 90 06'));
  expect(counters.busy).toBe(1);
});

test('an answer that is ready after its connection ended goes nowhere, and is counted', async () => {
  const verdict = pendingVerdict();
  const { core, ask, late, counters, clock } = setUp({ beforeWrite: async () => verdict.promise });
  ask(WRITE);
  core.close();
  verdict.resolve(undefined);
  await clock.run(0);
  expect(late).toEqual([]);
  expect(counters.withheld).toBe(1);
});

test.each<[string, Fault, string[], number]>([
  ['answers late', { delayMs: 50 }, ['0001 0000 0006 01 10 0002 0001'], 0xbeef],
  ['does not answer, and does nothing', { answer: 'none' }, [], 0],
  ['refuses', { answer: { exception: 6 } }, ['0001 0000 0003 01 90 06'], 0],
  ['damages its answer', { answer: 'corrupt' }, ['0001 0000 0006 01 10 FF02 0001'], 0xbeef],
])('a simulated device %s', async (_, fault, answers, register) => {
  const { tables, clock, ask, late } = setUp({}, () => fault);
  expect(ask(WRITE)).toBe('');
  await clock.run(49);
  if (fault.delayMs !== undefined) expect(late).toEqual([]);
  await clock.run(1);
  expect(late).toEqual(answers.map(spaceless));
  expect(tables.holding.get(2)).toBe(register);
});

test('a simulated device sends its previous answer again, frame for frame', async () => {
  let fault: Fault | undefined;
  const { tables, clock, ask, late, counters } = setUp({}, () => fault);
  fault = { answer: 'previous' };
  ask(READ);
  await clock.run(0);
  // There was none before.
  expect([late, counters.withheld]).toEqual([[], 1]);
  fault = undefined;
  ask(READ);
  fault = { answer: 'previous' };
  ask(WRITE);
  await clock.run(0);
  expect(late).toEqual([spaceless('0002 0000 0005 01 03 02 0000')]);
  expect(tables.holding.get(2)).toBe(0xbeef);
  fault = { answer: { exception: 6 } };
  ask(READ);
  fault = { answer: 'previous' };
  ask(WRITE);
  await clock.run(0);
  expect(late.slice(1)).toEqual(Array(2).fill(spaceless('0002 0000 0003 01 83 06')));
});

test('an interceptor sees the request, and lets it pass', () => {
  const interceptor = vi.fn<Interceptor>(() => undefined);
  const { ask } = setUp({}, interceptor);
  expect(ask(READ)).toBe(spaceless('0002 0000 0005 01 03 02 0000'));
  expect(interceptor).toHaveBeenCalledExactlyOnceWith({
    ...{ unitId: 1, functionCode: 3, peer: '10.0.0.5:4711' },
    pdu: Uint8Array.from(hex('03 0002 0001')),
  });
});

test.each([
  ['an address that is not there', '0001 0000 0006 01 03 0009 0002', 2, 3, 'read hr:9+2'],
  ['a function that is not there', '0001 0000 0002 01 07', 1, 7, 'function 7'],
  ['a write that the gate refuses', '0001 0000 0006 01 06 0002 0001', 4, 6, 'write hr:2'],
])('%s is told to whoever listens', (_, bytes, exception, functionCode, request) => {
  const onRefused = vi.fn();
  const { ask } = setUp({ beforeWrite: () => 4, onRefused });
  ask(bytes);
  const refusal = { exception, functionCode, request, unitId: 1, peer: '10.0.0.5:4711' };
  expect(onRefused).toHaveBeenCalledExactlyOnceWith(refusal);
});

test('a slow refusal is told, too; what is answered is not', async () => {
  const onRefused = vi.fn();
  const { ask, clock } = setUp({ beforeWrite: async () => Promise.resolve(6), onRefused });
  ask(READ);
  expect(onRefused).not.toHaveBeenCalled();
  ask(WRITE);
  await clock.run(0);
  expect(onRefused).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ exception: 6, request: 'write hr:2+1' }),
  );
});
