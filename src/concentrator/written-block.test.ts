import { describe, expect, test } from 'vitest';
import { askerOf } from '../../test/support/ask-units.ts';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { registerPoint } from '../../test/support/points.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import { Concentrator } from './concentrator.ts';
import type { WrittenEntry } from './map-entry.ts';
import type { UnitSpec, WrittenBlockSpec } from './unit-spec.ts';
import type { BlockUpdate } from './written-block.ts';

function entry(name: string, over: Partial<RegisterPoint>): WrittenEntry {
  const id = `pv1.${name}`;
  const { unit } = over;
  const point = sitePoint(id, unit === undefined ? {} : { unit });
  return { id, register: registerPoint({ name, ...over }), point };
}

const by = (divide: number): RegisterPoint['scale'] => ({ multiply: 1, divide, offset: 0 });

/** The register map of the solar array. */
const ENTRIES = [
  entry('p_ac', { address: 0, unit: 'W', valid: [0, 10_000] }),
  entry('p_dc', { address: 1, valid: [0, 10_000] }),
  entry('v_dc', { address: 2, scale: by(10) }),
  entry('i_dc', { address: 3, scale: by(100) }),
  entry('g', { address: 4 }),
  entry('t_cell', { address: 5, type: 'i16', scale: by(10) }),
  entry('time', { address: 6, type: 'unix32', count: 2 }),
];

const SAMPLE = '00FA 0104 01E5 0218 0352 01C8 5686 15E0';
const WRITE = `10 0000 0008 10 ${SAMPLE}`;

function setUp(over: Partial<WrittenBlockSpec> = {}, unit: Partial<UnitSpec> = {}) {
  const clock = new ManualClock();
  const updates: BlockUpdate[] = [];
  const silent: (readonly Sample[])[] = [];
  const concentrator = new Concentrator({
    units: { any: { written: [{ name: 'pv1', entries: ENTRIES, ...over }], ...unit } },
    clock,
    events: {
      onBlock: (update) => updates.push(update),
      onSilent: (_, samples) => silent.push(samples),
    },
  });
  return { clock, updates, silent, concentrator, ask: askerOf(concentrator.units, clock) };
}

function valuesOf(samples: readonly Sample[]): Record<string, unknown> {
  return Object.fromEntries(
    samples.map(({ point, value, cause }) => [point.name, value ?? cause ?? 'nothing']),
  );
}

const DECODED = {
  ...{ p_ac: 250, p_dc: 260, v_dc: 48.5, i_dc: 5.36, g: 850, t_cell: 45.6 },
  time: 1_451_628_000,
};

describe('one write of a client', () => {
  test.each([
    ['16', WRITE],
    ['23', `17 0000 0001 0000 0008 10 ${SAMPLE}`],
  ])('with function %s is one update with all of its values', (code, pdu) => {
    const { ask, updates, clock } = setUp({}, { compat: 'zeros' });
    clock.advance(1_000);
    ask(pdu);
    expect(updates).toHaveLength(1);
    const [update] = updates;
    expect(update).toMatchObject({
      ...{ block: 'pv1', unitId: 1, peer: '127.0.0.1:40000', functionCode: Number(code) },
      ...{ at: clock.wallMicros(), warnings: [] },
      image: [250, 260, 485, 536, 850, 456, 0x5686, 0x15e0],
    });
    expect(valuesOf(update!.samples)).toEqual(DECODED);
    expect(update!.touched).toEqual(update!.samples);
    for (const { at, quality } of update!.touched) {
      expect([at, quality]).toEqual([clock.wallMicros(), 'good']);
    }
    expect(update!.samples.at(-1)?.raw).toEqual([0x5686, 0x15e0]);
  });

  test('is whole when its update is told, and before that nothing of it can be read', () => {
    const clock = new ManualClock();
    const seen: string[] = [];
    const concentrator: Concentrator = new Concentrator({
      units: { any: { written: [{ name: 'pv1', entries: ENTRIES }] } },
      clock,
      events: { onBlock: () => seen.push(ask('03 0000 0008')) },
    });
    const ask = askerOf(concentrator.units, clock);
    expect(ask('03 0000 0008')).toBe('830B');
    ask(WRITE);
    expect(seen).toEqual([`0310${SAMPLE.replaceAll(' ', '')}`]);
  });

  test.each([
    ['a byte count that is wrong', `10 0000 0008 0F ${SAMPLE}`, '9003'],
    ['an end outside', `10 0001 0008 10 ${SAMPLE}`, '9002'],
    ['an address behind', '06 0008 0001', '8602'],
  ])('with %s changes nothing and is no update', (_, pdu, answer) => {
    const { ask, updates } = setUp();
    ask(WRITE);
    expect(ask(pdu)).toBe(answer);
    expect(updates).toHaveLength(1);
    expect(ask('03 0000 0008')).toBe(`0310${SAMPLE.replaceAll(' ', '')}`);
  });

  test('times of updates grow, also when the calendar goes back', () => {
    const { ask, updates, clock } = setUp();
    ask(WRITE);
    clock.stepWall(-5_000_000);
    ask(WRITE);
    ask(WRITE);
    const [first = 0, second, third] = updates.map(({ at }) => at);
    expect([second, third]).toEqual([first + 1, first + 2]);
  });
});

describe('a part of a block', () => {
  test('is taken; the update shows the whole block and says what was touched', () => {
    const { ask, updates, clock } = setUp();
    ask(WRITE);
    clock.advance(500);
    expect(ask('06 0001 00FF')).toBe('06000100FF');
    const update = updates[1]!;
    expect(valuesOf(update.samples)).toEqual({ ...DECODED, p_dc: 255 });
    expect(valuesOf(update.touched)).toEqual({ p_dc: 255 });
    expect(update.samples[0]?.at).toBe(updates[0]?.at);
    expect(update.image).toHaveLength(8);
  });

  test('makes known what it holds, and a value only when all of it was written', () => {
    const { ask, updates } = setUp();
    ask('06 0006 5686');
    expect(valuesOf(updates[0]!.samples)).toEqual({
      ...{ p_ac: 'not-written-yet', p_dc: 'not-written-yet', v_dc: 'not-written-yet' },
      ...{ i_dc: 'not-written-yet', g: 'not-written-yet', t_cell: 'not-written-yet' },
      time: 'not-written-yet',
    });
    expect(ask('03 0006 0001')).toBe('03025686');
    expect(ask('03 0006 0002')).toBe('830B');
    ask('06 0007 15E0');
    expect(valuesOf(updates[1]!.touched)).toEqual({ time: 1_451_628_000 });
  });

  test('is laid over zeros where simple servers are imitated', () => {
    const { ask, updates } = setUp({}, { compat: 'zeros' });
    expect(ask('03 0000 0008')).toBe(`0310${'0'.repeat(32)}`);
    ask('06 0000 0005');
    expect(updates[0]?.image).toEqual([5, 0, 0, 0, 0, 0, 0, 0]);
    expect(valuesOf(updates[0]!.touched)).toEqual({ p_ac: 5 });
  });

  test('is refused where values must not be cut, and nothing of it is kept', () => {
    const { ask, updates } = setUp({ partial: 'refuse' });
    ask(WRITE);
    expect(ask('06 0007 0001')).toBe('8602');
    expect(ask('10 0005 0002 04 0001 0002')).toBe('9002');
    expect(ask('06 0000 0001')).toBe('0600000001');
    expect(ask('03 0000 0008')).toBe(`03100001${SAMPLE.replaceAll(' ', '').slice(4)}`);
    expect(updates).toHaveLength(2);
  });

  test('a mask changes what is known, and what is not known cannot be masked', () => {
    const { ask, updates } = setUp();
    expect(ask('16 0000 FF00 0055')).toBe('960B');
    ask(WRITE);
    expect(ask('16 0000 FF00 0055')).toBe('160000FF000055');
    expect(valuesOf(updates[1]!.touched)).toEqual({ p_ac: 0x55 });
  });
});

describe('a value outside its range', () => {
  const TOO_MUCH = `10 0000 0002 04 2711 0104`;

  test('is bad, and said', () => {
    const { ask, updates } = setUp();
    expect(ask(TOO_MUCH)).toBe('1000000002');
    expect(valuesOf(updates[0]!.touched)).toEqual({ p_ac: 'out-of-range', p_dc: 260 });
    expect(updates[0]?.warnings).toEqual(['pv1.p_ac is 10001 W, expected 0 to 10000']);
  });

  test('is taken with a warning where that is enough', () => {
    const { ask, updates } = setUp({ outOfRange: 'warn' });
    ask(TOO_MUCH);
    expect(valuesOf(updates[0]!.touched)).toEqual({ p_ac: 10_001, p_dc: 260 });
    expect(updates[0]?.touched[0]?.quality).toBe('good');
    expect(updates[0]?.warnings).toHaveLength(1);
  });

  test('refuses the whole write with exception 3 where that is wanted', () => {
    const { ask, updates } = setUp({ outOfRange: 'refuse' });
    ask(WRITE);
    expect(ask(TOO_MUCH)).toBe('9003');
    expect(ask('06 0000 2711')).toBe('8603');
    expect(ask('06 0000 2710')).toBe('0600002710');
    expect(updates).toHaveLength(2);
  });
});

describe('a block that nobody writes any more', () => {
  const readAll = '03 0000 0008';
  const written = `0310${SAMPLE.replaceAll(' ', '')}`;

  test.each([
    ['answers 0B', {}, '830B'],
    ['holds its values where that is wanted', { whenStale: 'hold' }, written],
    ['shows a sentinel', { whenStale: { sentinel: 0x8000 } }, `0310${'8000'.repeat(8)}`],
  ] as const)('%s, and is told once', (_, over, answer) => {
    const { ask, clock, silent } = setUp({ staleMs: 30_000, ...over });
    ask(WRITE);
    clock.advance(29_999);
    expect([ask(readAll), silent]).toEqual([written, []]);
    clock.advance(1);
    expect(ask(readAll)).toBe(answer);
    expect(silent).toHaveLength(1);
    expect(silent[0]).toHaveLength(7);
    expect(silent[0]?.[0]).toMatchObject({ quality: 'stale', cause: 'not-written', value: 250 });
    expect(silent[0]?.[0]?.at).toBe(clock.wallMicros());
    expect(clock.nextAlarm()).toBe(Infinity);
    ask(WRITE);
    expect(ask(readAll)).toBe(written);
  });

  test('is silent point by point: a register that is still written stays', () => {
    const { ask, clock, silent } = setUp({ staleMs: 30_000 });
    ask(WRITE);
    clock.advance(20_000);
    ask('06 0000 0001');
    clock.advance(10_000);
    expect(ask('03 0000 0001')).toBe('03020001');
    expect(ask('03 0001 0001')).toBe('830B');
    expect(silent.map((samples) => samples.length)).toEqual([6]);
    clock.advance(20_000);
    expect(silent.map((samples) => samples.length)).toEqual([6, 1]);
  });

  test('does not come back by half a value', () => {
    const { ask, clock, updates } = setUp({ staleMs: 30_000 });
    ask(WRITE);
    clock.advance(30_000);
    ask('06 0007 15E1');
    expect(ask('03 0006 0002')).toBe('830B');
    expect(valuesOf(updates[1]!.touched)).toEqual({ time: 'not-written-yet' });
  });

  test('leaves no alarm behind when it is closed', () => {
    const { ask, clock, concentrator } = setUp({ staleMs: 30_000 });
    ask(WRITE);
    concentrator.close();
    expect(clock.nextAlarm()).toBe(Infinity);
  });
});

describe('coils', () => {
  const coils = [
    entry('pump', { table: 'coil', address: 10, type: 'bool' }),
    entry('valve', { table: 'coil', address: 12, type: 'bool' }),
  ];

  test('are written one by one and many at a time', () => {
    const { ask, updates } = setUp({ entries: coils });
    expect(ask('05 000A FF00')).toBe('05000AFF00');
    expect(valuesOf(updates[0]!.samples)).toEqual({ pump: true, valve: 'not-written-yet' });
    expect(updates[0]?.image).toEqual([1, undefined, undefined]);
    expect(ask('01 000A 0003')).toBe('810B');
    expect(ask('0F 000A 0003 01 04')).toBe('0F000A0003');
    expect(valuesOf(updates[1]!.samples)).toEqual({ pump: false, valve: true });
    expect(updates[1]?.image).toEqual([0, 0, 1]);
    expect(ask('01 000A 0003')).toBe('010104');
    expect(ask('05 000D FF00')).toBe('8502');
  });
});

test('what the site says of written points does not touch the image', () => {
  const { ask, clock, concentrator } = setUp();
  const site = new FakeSite(clock);
  site.usePoints(ENTRIES.map(({ point }) => point));
  concentrator.attach(site);
  ask(WRITE);
  site.answer({ 'pv1.p_ac': 1 });
  site.fail(['pv1.p_ac'], 'stale', 'timeout');
  expect(ask('03 0000 0001')).toBe('030200FA');
});

test('two blocks that touch can be written at once, and are two updates', () => {
  const [first, second] = [ENTRIES.slice(0, 2), ENTRIES.slice(2)];
  const { ask, updates } = setUp(
    { entries: first },
    {
      written: [
        { name: 'pv1', entries: first },
        { name: 'pv2', entries: second },
      ],
    },
  );
  ask(WRITE);
  expect(updates.map(({ block, image }) => [block, image.length])).toEqual([
    ['pv1', 2],
    ['pv2', 6],
  ]);
});

test('the registers of a device tell of blocks that clients write, too', () => {
  const status = [{ device: 'pv1', table: 'holding', address: 100 }] as const;
  const { ask, clock, updates } = setUp({ staleMs: 30_000 }, { status });
  expect(ask('03 0064 0002')).toBe('03040002FFFF');
  ask(WRITE);
  clock.advance(5_000);
  expect(ask('03 0064 0002')).toBe('030400000005');
  clock.advance(25_000);
  expect(ask('03 0064 0002')).toBe('03040001001E');
  expect(updates).toHaveLength(1);
});

test('what the site says of written points does not touch the registers of their device', () => {
  const status = [{ device: 'pv1', table: 'holding', address: 100 }] as const;
  const { ask, clock, concentrator } = setUp({}, { status });
  const site = new FakeSite(clock);
  site.usePoints(ENTRIES.map(({ point }) => point));
  ask(WRITE);
  clock.advance(5_000);
  concentrator.attach(site);
  expect(ask('03 0064 0002')).toBe('030400000005');
  site.answer({ 'pv1.p_ac': 1 });
  expect(ask('03 0064 0002')).toBe('030400000005');
});
