import { describe, expect, test } from 'vitest';
import {
  ADMIN,
  GateBench,
  noSpace,
  OPERATOR,
  SETPOINT,
  VIEWER,
} from '../../test/support/gate-bench.ts';
import { registerPoint } from '../../test/support/points.ts';
import { listAudit } from './audit-read.ts';
import { UNLOCK_MS, type RegisterWish } from './register-writes.ts';

const WISH: RegisterWish = {
  ...{ device: 'furnace', table: 'holding', start: 100, words: [750], who: ADMIN },
};
/** A point that nobody may write. */
const PV = { point: registerPoint({ name: 'pv', address: 50 }) };

async function open(): Promise<GateBench> {
  const bench = await GateBench.open([SETPOINT, PV]);
  await bench.gate.unlockRegisters(ADMIN, 'finding the set-point');
  return bench;
}

describe('registers without a name', () => {
  test('are written once, read back, and stand in the audit with old and new words', async () => {
    const bench = await open();
    bench.device.words[100] = 0x2ee;
    const wish = { ...WISH, words: [0x2ef], reason: 'try' };

    const result = await bench.gate.writeRegisters(wish);

    expect(result).toMatchObject({ outcome: 'confirmed', old: '02ee', readback: '02ef' });
    expect(bench.device.frames).toEqual([{ function: 6, address: 100, word: 0x2ef }]);
    const found = await listAudit(bench.folder, { point: 'furnace.hr:100' });
    expect(found.map(({ kind }) => kind)).toEqual(['result', 'intent']);
    expect(found[1]).toMatchObject({ who: ADMIN, reason: 'try', old: '02ee', value: '02ef' });
  });

  const frames: [string, Partial<RegisterWish>, frame: object][] = [
    ['several', { words: [1, 0xabcd] }, { function: 16, address: 100, words: [1, 0xabcd] }],
    ['one by 16', { function: 'multiple' }, { function: 16, address: 100, words: [750] }],
    ['a coil', { table: 'coil', words: [1] }, { function: 5, address: 100, on: true }],
  ];
  test.each(frames)('%s are one frame', async (_, wish, frame) => {
    const bench = await open();
    const result = await bench.gate.writeRegisters({ ...WISH, ...wish });
    expect(result).toMatchObject({ outcome: 'confirmed' });
    expect(bench.device.frames).toEqual([frame]);
  });

  test('are not sent again when nobody answers', async () => {
    const bench = await open();
    bench.device.answer = 'lost';
    expect(await bench.gate.writeRegisters(WISH)).toMatchObject({ outcome: 'unknown' });
    expect(bench.device.frames).toHaveLength(1);
  });

  const refusals: [string, Partial<RegisterWish>, code: string][] = [
    ['while locked for this person', { who: { ...ADMIN, name: 'jo' } }, 'locked'],
    ['of this person at another place', { who: { ...ADMIN, from: '10.1.1.1' } }, 'locked'],
    ['by an operator', { who: OPERATOR }, 'role'],
    ['from an address that may not', { who: { ...ADMIN, from: '192.168.1.1' } }, 'address'],
    ['of another device', { device: 'press' }, 'device-off'],
    ['that are those of a point with limits', { start: 2 }, 'named'],
    ['that reach into such a point', { start: 1, words: [1, 2] }, 'named'],
    ['that are those of a point that nobody may write', { start: 50 }, 'named'],
    ['of more than a frame carries', { words: Array<number>(124).fill(1) }, 'not-writable'],
  ];
  test.each(refusals)('%s are refused, and nothing is sent', async (_, wish, code) => {
    const bench = await open();
    expect(await bench.gate.writeRegisters({ ...WISH, ...wish })).toMatchObject({ code });
    expect(bench.device.frames).toEqual([]);
    const [last] = await listAudit(bench.folder, { kind: 'result' });
    expect(last).toMatchObject({ outcome: 'refused', code });
  });

  test('of a point of another device at the same unit of the same line are refused', async () => {
    const bench = await GateBench.open([SETPOINT, { ...PV, device: 'twin' }]);
    await bench.gate.unlockRegisters(ADMIN, 'x');
    const wish = { ...WISH, start: 50 };
    expect(await bench.gate.writeRegisters(wish)).toMatchObject({ code: 'read-back' });
    const places = new Map([
      ['furnace', 'bus 1'],
      ['twin', 'bus 1'],
    ]);
    bench.gate.configure({ ...bench.setup, places });
    expect(await bench.gate.writeRegisters(wish)).toMatchObject({ code: 'named' });
  });

  test('where writing is off are refused', async () => {
    const bench = await open();
    bench.gate.configure({ ...bench.setup, writes: 'off' });
    expect(await bench.gate.writeRegisters(WISH)).toMatchObject({ code: 'writes-off' });
  });
});

describe('unlocking', () => {
  test('holds for ten minutes, for whoever has said why', async () => {
    const bench = await open();
    expect(bench.gate.unlocks()).toMatchObject([{ who: 'root', why: 'finding the set-point' }]);
    await bench.clock.run(UNLOCK_MS - 1);
    expect(await bench.gate.writeRegisters(WISH)).toMatchObject({ outcome: 'confirmed' });
    await bench.clock.run(1);
    expect(await bench.gate.writeRegisters(WISH)).toMatchObject({ code: 'locked' });
    expect(bench.gate.unlocks()).toEqual([]);
  });

  test('can be taken back, and both stand in the audit', async () => {
    const bench = await open();
    await bench.gate.lockRegisters(ADMIN);
    expect(await bench.gate.writeRegisters(WISH)).toMatchObject({ code: 'locked' });
    const notes = await listAudit(bench.folder, { kind: 'note', name: 'root' });
    expect(notes).toMatchObject([
      { topic: 'lock-registers' },
      { topic: 'unlock-registers', message: 'finding the set-point' },
    ]);
  });

  test('does not outlive the program', async () => {
    const bench = await open();
    await bench.restart();
    expect(await bench.gate.writeRegisters(WISH)).toMatchObject({ code: 'locked' });
  });

  test.each([
    [OPERATOR, 'why', 'role'],
    [VIEWER, 'why', 'role'],
    [ADMIN, '  ', 'invalid-request'],
    [{ ...ADMIN, from: '192.168.1.1' }, 'why', 'address'],
  ])('by %o because of "%s" is refused', async (who, why, code) => {
    const bench = await GateBench.open([SETPOINT]);
    expect(await bench.gate.unlockRegisters(who, why)).toMatchObject({ code });
    expect(bench.gate.unlocks()).toEqual([]);
  });

  test('that the audit does not take does not hold', async () => {
    const bench = await GateBench.open([SETPOINT]);
    bench.folder.before = () => {
      throw noSpace();
    };
    expect(await bench.gate.unlockRegisters(ADMIN, 'x')).toMatchObject({ code: 'audit-failed' });
    expect(bench.gate.unlocks()).toEqual([]);
  });
});
