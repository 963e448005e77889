import { describe, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { registerPoint } from '../../test/support/points.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { AnswerBuffer } from '../server/answer-buffer.ts';
import { MbapServerCore } from '../server/mbap-core.ts';
import { serverCounters } from '../server/service.ts';
import type { RegisterPoint } from '../profile/point.ts';
import { Concentrator } from './concentrator.ts';
import type { MapEntry } from './map-entry.ts';
import type { Wished } from './served-unit.ts';

function entry(id: string, over: Partial<RegisterPoint>, isWritable = true): MapEntry {
  return { id, isWritable, register: registerPoint({ name: id, ...over }) };
}

const ENTRIES = [
  entry('f.sp', { address: 0, type: 'i16', scale: { multiply: 1, divide: 10, offset: 0 } }),
  entry('f.rate', { address: 1, type: 'f32', count: 2 }),
  entry('f.pv', { address: 3 }, false),
  entry('f.on', { table: 'coil', address: 7, type: 'bool' }),
  entry('f.mode', { address: 9 }),
];

/** A unit whose clients' writes are answered when the test says so. */
function setUp(access: 'read' | 'write' = 'write') {
  const clock = new ManualClock();
  const site = new FakeSite(clock);
  site.usePoints(ENTRIES.map(({ id }) => sitePoint(id)));
  const wished: Wished[] = [];
  let settle: (exception: number | undefined) => void = () => undefined;
  const concentrator = new Concentrator({
    units: { any: { blocks: [{ entries: ENTRIES }] } },
    ...{ clock, allow: [{ from: 'loopback', access, name: 'PLC' }] },
    events: {
      async onWishes(one) {
        wished.push(one);
        return new Promise((resolve) => (settle = resolve));
      },
    },
  });
  concentrator.attach(site);
  site.answer({ 'f.sp': 20, 'f.rate': 1.5, 'f.pv': 7, 'f.on': false });
  const service = {
    ...{
      units: concentrator.units,
      unknownUnit: 'exception' as const,
      interceptor: undefined,
      clock,
    },
    counters: serverCounters(),
  };
  const later: string[] = [];
  const hex = (frame: Uint8Array): string =>
    Buffer.from(frame.subarray(7)).toString('hex').toUpperCase();
  const core = new MbapServerCore(service, '127.0.0.1:5', (frame) => later.push(hex(frame)));
  const ask = (pdu: string): string => {
    const out = new AnswerBuffer();
    const body = Buffer.from(pdu.replaceAll(' ', ''), 'hex');
    core.receive(Buffer.from([0, 1, 0, 0, 0, body.length + 1, 1, ...body]), clock.now(), out);
    return hex(out.view());
  };
  const answer = async (exception?: number): Promise<string | undefined> => {
    settle(exception);
    await new Promise((resolve) => setImmediate(resolve));
    return later.shift();
  };
  return { site, ask, answer, wishes: () => wished.map(({ wishes }) => wishes) };
}

describe('a write to values of devices', () => {
  test.each([
    ['one register', '06 0000 00FA', [{ id: 'f.sp', value: 25 }]],
    ['below zero', '06 0000 FFF6', [{ id: 'f.sp', value: -1 }]],
    ['a value of two registers', '10 0001 0002 04 40200000', [{ id: 'f.rate', value: 2.5 }]],
    [
      ...(['several', '10 0000 0003 06 00FA 4020 0000'] as const),
      [
        { id: 'f.sp', value: 25 },
        { id: 'f.rate', value: 2.5 },
      ],
    ],
    ['a coil', '05 0007 FF00', [{ id: 'f.on', value: true }]],
    ['coils', '0F 0007 0001 01 01', [{ id: 'f.on', value: true }]],
    ['a mask over what is known', '16 0000 00F0 000F', [{ id: 'f.sp', value: 20.7 }]],
  ])('is a wish: %s', async (_, asked, wishes) => {
    const { ask, answer, wishes: wished } = setUp();
    expect(ask(asked)).toBe('');
    expect(wished()).toEqual([wishes]);
    const code = asked.slice(0, 2);
    expect((await answer())?.slice(0, 2)).toBe(code);
  });

  test.each([
    ['half of a value', '06 0001 4020', '8602'],
    ['a value that is only served', '06 0003 0001', '8602'],
    ['one of each', '10 0000 0004 08 00FA 4020 0000 0001', '9002'],
    ['registers that are no value', '10 0001 0002 04 7FC00000', '9003'],
    ['a mask over what is not known', '16 0009 00F0 000F', '960B'],
  ])('is refused: %s', (_, asked, answered) => {
    const { ask, wishes } = setUp();
    expect(ask(asked)).toBe(answered);
    expect(wishes()).toEqual([]);
  });

  test('waits without holding up what comes behind it, and shows nothing of itself before', async () => {
    const { ask, answer, site } = setUp();
    expect(ask('06 0000 00FA')).toBe('');
    expect(ask('03 0000 0001')).toBe('030200C8');
    site.answer({ 'f.sp': 25 });
    expect(await answer()).toBe('06000000FA');
    expect(ask('03 0000 0001')).toBe('030200FA');
  });

  test('what the device made of it is what stands there afterwards', async () => {
    const { ask, answer, site } = setUp();
    ask('06 0000 00FA');
    site.answer({ 'f.sp': 25 });
    site.answer({ 'f.sp': 24 });
    await answer();
    expect(ask('03 0000 0001')).toBe('030200F0');
  });

  test('that is refused changes nothing, and says why', async () => {
    const { ask, answer } = setUp();
    ask('06 0000 00FA');
    expect(await answer(6)).toBe('8606');
    expect(ask('03 0000 0001')).toBe('030200C8');
  });

  test('is not even a wish of a client that may only read', () => {
    const { ask, wishes } = setUp('read');
    expect(ask('06 0000 00FA')).toBe('8601');
    expect(wishes()).toEqual([]);
  });
});
