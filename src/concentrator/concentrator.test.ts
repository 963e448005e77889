import { describe, expect, test, vi } from 'vitest';
import { askerOf } from '../../test/support/ask-units.ts';
import { FakeTransport } from '../../test/support/fake-transport.ts';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { registerPoint } from '../../test/support/points.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { encodeRtu } from '../codec/frame/rtu.ts';
import { silentLogger } from '../base/log.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { Value } from '../telemetry/point.ts';
import { Concentrator, type ConcentratorOptions } from './concentrator.ts';
import type { MapEntry, StalePolicy } from './map-entry.ts';
import type { UnitSpec } from './unit-spec.ts';

function entry(id: string, over: Partial<RegisterPoint>): MapEntry {
  return { id, register: registerPoint({ name: id, ...over }) };
}

const POWER = entry('pv1.power', { address: 0, type: 'f32', count: 2 });
const ENERGY = entry('pv1.energy', { address: 2, type: 'u64', count: 4 });
const TEMPERATURE = entry('pv1.temperature', {
  ...{ address: 6, type: 'i16', scale: { multiply: 1, divide: 10, offset: 0 } },
});
const RUNNING = entry('pv1.running', { table: 'coil', address: 3, type: 'bool' });
const NAME = entry('pv1.name', { address: 7, type: 'str', size: 4, count: 2 });
const BIT0 = entry('pv1.bit0', { address: 9, type: 'bool', bit: 0 });
const BIT5 = entry('pv1.bit5', { address: 9, type: 'bool', bit: 5 });
const ENTRIES = [POWER, ENERGY, TEMPERATURE, RUNNING, NAME, BIT0, BIT5];

const GOOD: Readonly<Record<string, Value>> = {
  'pv1.power': 1.5,
  'pv1.energy': 9_223_372_036_854_775_809n,
  'pv1.temperature': -4.5,
  'pv1.running': true,
  'pv1.name': 'PV01',
  'pv1.bit0': true,
  'pv1.bit5': true,
};

interface SetUp extends Partial<Omit<ConcentratorOptions, 'units'>> {
  readonly spec?: UnitSpec;
  readonly whenStale?: StalePolicy;
}

function setUp({ spec, whenStale, ...options }: SetUp = {}) {
  const clock = new ManualClock();
  const site = new FakeSite(clock);
  site.usePoints(ENTRIES.map(({ id }) => sitePoint(id)));
  const block = { entries: ENTRIES, ...(whenStale !== undefined && { whenStale }) };
  const units = { any: spec ?? { blocks: [block] } };
  const concentrator = new Concentrator({ units, clock, ...options });
  concentrator.attach(site);
  return { clock, site, concentrator, ask: askerOf(concentrator.units, clock) };
}

const plain = (text: string): string => text.replaceAll(' ', '');

describe('values of the site', () => {
  test.each([
    ['a float of two registers', '03 0000 0002', '03 04 3FC00000'],
    ['64 bits, exactly', '03 0002 0004', '03 08 8000000000000001'],
    ['a scaled number below zero', '03 0006 0001', '03 02 FFD3'],
    ['a text', '03 0007 0002', '03 04 50563031'],
    ['bits that share a register', '03 0009 0001', '03 02 0021'],
    ['a coil', '01 0003 0001', '01 01 01'],
    ['all of it as input registers, too', '04 0000 0002', '04 04 3FC00000'],
    ['a coil as discrete input', '02 0003 0001', '02 01 01'],
    ['what is not in the map', '03 000A 0001', '83 02'],
    ['a write to what is only served', '06 0006 0001', '86 02'],
    ['a write to a coil that is only served', '05 0003 FF00', '85 02'],
  ])('%s', (_, asked, answered) => {
    const { site, ask } = setUp();
    site.answer(GOOD);
    expect(ask(asked)).toBe(plain(answered));
  });

  test('are served from the first moment, as the site knew them', () => {
    const clock = new ManualClock();
    const site = new FakeSite(clock);
    site.usePoints([sitePoint(POWER.id)]);
    site.answer({ [POWER.id]: 1.5 });
    const concentrator = new Concentrator({
      units: new Map([[7, { blocks: [{ entries: [POWER] }] }]]),
      clock,
    });
    concentrator.attach(site);
    const ask = askerOf(concentrator.units, clock);
    expect(ask('03 0000 0002', 7)).toBe('03043FC00000');
    expect(ask('03 0000 0002', 1)).toBe('830B');
    concentrator.close();
    expect(site.listeners).toBe(0);
  });

  test('that were never read answer 0B, and not 0', () => {
    const { ask } = setUp();
    for (const { address, count } of ENTRIES.map(({ register }) => register)) {
      if (address !== 3) expect(ask(`03 000${address} 000${count}`)).toBe('830B');
    }
    expect(ask('01 0003 0001')).toBe('810B');
  });

  test('of one answer change together, and are all there when anybody hears of it', () => {
    const { site, ask } = setUp();
    const seen: string[] = [];
    site.subscribe(() => seen.push(ask('03 0000 0007')));
    site.answer({ ...GOOD, 'pv1.power': 2, 'pv1.energy': 1, 'pv1.temperature': 1 });
    expect(seen).toEqual([plain('03 0E 40000000 0000000000000001 000A')]);
  });

  test('that do not fit into their registers are unknown, and counted', () => {
    const { site, ask, concentrator } = setUp();
    site.answer(GOOD);
    site.answer({ 'pv1.temperature': 99_999, 'pv1.name': 'too long for it' });
    expect(ask('03 0006 0001')).toBe('830B');
    expect(ask('03 0007 0001')).toBe('830B');
    expect(concentrator.unfit).toBe(2);
    site.answer({ 'pv1.temperature': 1 });
    expect(ask('03 0006 0001')).toBe('0302000A');
  });
});

describe('a value that is not good', () => {
  const policies: readonly (readonly [string, SetUp, stale: string, unread: string])[] = [
    ['answers 0B by default', {}, '83 0B', '83 0B'],
    ['holds the last one where that is wanted', { whenStale: 'hold' }, '03 04 3FC00000', '83 0B'],
    [
      'answers a sentinel where that is wanted',
      ...([{ whenStale: { sentinel: 0x7fc0 } }, '03 04 7FC07FC0', '03 04 7FC07FC0'] as const),
    ],
    [
      'holds the last one, and 0 before the first, where simple servers are imitated',
      ...([
        { spec: { blocks: [{ entries: ENTRIES }], compat: 'zeros' } },
        ...['03 04 3FC00000', '03 04 00000000'],
      ] as const),
    ],
    [
      'answers 0B after the first, where only zeros before it are wanted',
      ...([
        { spec: { blocks: [{ entries: ENTRIES, whenStale: 'exception' }], compat: 'zeros' } },
        ...['83 0B', '03 04 00000000'],
      ] as const),
    ],
  ];

  test.each(policies)('%s', (_, options, stale, unread) => {
    for (const quality of ['stale', 'bad'] as const) {
      const { site, ask } = setUp(options);
      expect(ask('03 0000 0002')).toBe(plain(unread));
      site.answer(GOOD);
      expect(ask('03 0000 0002')).toBe('03043FC00000');
      site.fail([POWER.id], quality, 'timeout');
      expect(ask('03 0000 0002')).toBe(plain(stale));
      expect(ask('03 0002 0004')).toBe('03088000000000000001');
      site.answer({ [POWER.id]: 2 });
      expect(ask('03 0000 0002')).toBe('030440000000');
    }
  });

  test('makes a read fail that only touches it, and a bit its whole register', () => {
    const { site, ask } = setUp();
    site.answer(GOOD);
    site.fail([POWER.id, BIT5.id], 'stale', 'timeout');
    expect(ask('03 0001 0002')).toBe('830B');
    expect(ask('03 0009 0001')).toBe('830B');
    site.answer({ [BIT5.id]: false });
    expect(ask('03 0009 0001')).toBe('03020001');
    site.fail([BIT0.id, BIT5.id], 'stale', 'timeout');
    site.answer({ [BIT5.id]: true });
    expect(ask('03 0009 0001')).toBe('830B');
    site.answer({ [BIT0.id]: false });
    expect(ask('03 0009 0001')).toBe('03020020');
  });

  test('that is a bit has a sentinel of its own', () => {
    const { site, ask } = setUp({ whenStale: { sentinel: 0xffff } });
    site.answer({ ...GOOD, [BIT5.id]: false });
    site.fail([BIT5.id, RUNNING.id], 'bad', 'timeout');
    expect(ask('03 0009 0001')).toBe('03020021');
    expect(ask('01 0003 0001')).toBe('010101');
  });
});

describe('what exists', () => {
  test('is every table where simple servers are imitated, and 99 holding registers', () => {
    const { ask } = setUp({ spec: { compat: 'zeros' } });
    expect(ask('04 FFFF 0001')).toBe('04020000');
    expect(ask('01 FFFF 0001')).toBe('010100');
    expect(ask('02 0000 0001')).toBe('020100');
    expect(ask('03 0062 0001')).toBe('03020000');
    expect(ask('03 0063 0001')).toBe('8302');
  });

  test('holes can be read across', () => {
    const hole = { table: 'holding', start: 2, count: 1 } as const;
    const entries = [entry('pv1.power', { address: 1 }), entry('pv1.energy', { address: 3 })];
    const { ask, site } = setUp({ spec: { blocks: [{ entries }], holes: [hole] } });
    site.answer({ 'pv1.power': 5, 'pv1.energy': 6 });
    expect(ask('03 0001 0003')).toBe('03060005FFFF0006');
  });

  test('input registers of their own are no mirror', () => {
    const entries = [entry('pv1.power', { address: 1, table: 'input' })];
    const { ask, site } = setUp({ spec: { blocks: [{ entries }] } });
    site.answer({ 'pv1.power': 5 });
    expect(ask('04 0001 0001')).toBe('04020005');
    expect(ask('03 0001 0001')).toBe('8302');
  });
});

describe('the registers of a device', () => {
  const status = [{ device: 'pv1', table: 'holding', address: 100 }] as const;
  const spec: UnitSpec = { blocks: [{ entries: ENTRIES }], status };

  test('tell how good its values are and how old the newest is', () => {
    const { site, ask, clock, concentrator } = setUp({ spec });
    expect(ask('03 0064 0002')).toBe('03040002FFFF');
    site.answer(GOOD);
    expect(ask('03 0064 0002')).toBe('030400000000');
    clock.advance(65_000);
    expect(ask('03 0064 0002')).toBe('030400000041');
    site.fail([POWER.id], 'stale', 'timeout');
    expect(ask('03 0064 0002')).toBe('030400010041');
    site.fail([POWER.id], 'bad', 'timeout');
    expect(ask('03 0064 0002')).toBe('030400020041');
    site.answer(GOOD);
    expect(ask('03 0064 0002')).toBe('030400000000');
    clock.advance(5_000);
    site.answer(GOOD);
    expect(ask('03 0064 0002')).toBe('030400000000');
    concentrator.close();
    expect(clock.nextAlarm()).toBe(Infinity);
  });

  test('end at 65534 s, and do not mind the calendar', () => {
    const { site, ask, clock } = setUp({ spec });
    site.answer(GOOD);
    clock.stepWall(-3_600_000_000);
    clock.advance(2_000);
    expect(ask('03 0065 0001')).toBe('03020002');
    clock.advance(70_000_000);
    expect(ask('03 0065 0001')).toBe('0302FFFE');
  });
});

describe('who may do what', () => {
  const allow = [
    { from: '192.168.1.0/24', access: 'write', name: 'ESP32 over WiFi' },
    { from: '192.168.2.0/24', access: 'read', name: 'Opta over Ethernet' },
  ] as const;
  const [esp32, opta, stranger] = ['192.168.1.7:5', '192.168.2.8:6', '10.0.0.1:7'];

  test('is asked at each request, refused with exception 1, counted and logged by name', () => {
    const warn = vi.fn();
    const onDenied = vi.fn();
    const point = sitePoint('pv1.limit');
    const written = { ...entry('pv1.limit', { address: 50 }), point };
    const { ask, concentrator, clock } = setUp({
      ...{ allow, logger: { ...silentLogger, warn }, events: { onDenied } },
      spec: { written: [{ name: 'pv1', entries: [written] }] },
    });
    expect(ask('06 0032 0007', 1, esp32)).toBe('0600320007');
    expect(ask('03 0032 0001', 1, opta)).toBe('03020007');
    expect(ask('06 0032 0008', 1, opta)).toBe('8601');
    expect(ask('10 0032 0001 02 0008', 1, opta)).toBe('9001');
    expect(ask('17 0032 0001 0032 0001 02 0008', 1, opta)).toBe('9701');
    expect(ask('03 0032 0001', 1, stranger)).toBe('8301');
    expect(ask('03 0032 0001', 1, 'serial')).toBe('8301');
    expect(ask('03 0032 0001', 1, esp32)).toBe('03020007');
    expect(concentrator.clients()).toEqual([
      { name: 'ESP32 over WiFi', reads: 1, writes: 1, refused: 0 },
      { name: 'Opta over Ethernet', reads: 2, writes: 0, refused: 3 },
      { name: 'unlisted', reads: 0, writes: 0, refused: 2 },
    ]);
    expect(onDenied).toHaveBeenCalledTimes(5);
    expect(warn).toHaveBeenCalledTimes(2);
    expect(warn.mock.calls[0]).toEqual([
      'write refused: the access list does not allow it',
      {
        ...{ client: 'Opta over Ethernet', peer: opta, unit: 1, exception: 1 },
        request: 'write hr:50+1',
      },
    ]);
    expect(warn.mock.calls[1]?.[1]).toMatchObject({ client: 'unlisted', more: 2 });
    clock.advance(10_000);
    ask('06 0032 0008', 1, opta);
    expect(warn.mock.lastCall?.[1]).toMatchObject({ client: 'Opta over Ethernet', more: 1 });
  });

  test('is this machine alone when nothing is said', () => {
    const { ask, site } = setUp();
    site.answer(GOOD);
    expect(ask('03 0006 0001', 1, '127.0.0.1:9')).toBe('0302FFD3');
    expect(ask('03 0006 0001', 1, '[::1]:9')).toBe('0302FFD3');
    expect(ask('03 0006 0001', 1, 'serial')).toBe('0302FFD3');
    expect(ask('03 0006 0001', 1, '192.168.1.7:9')).toBe('8301');
  });
});

test('an address that does not exist is logged with the address, once in a while', () => {
  const warn = vi.fn();
  const onRefused = vi.fn();
  const { ask, clock } = setUp({ logger: { ...silentLogger, warn }, events: { onRefused } });
  for (let turn = 0; turn < 5; turn += 1) ask('03 0063 0002');
  ask('06 0006 0001');
  ask('03 0000 0002');
  ask('03 0000 0000');
  const peer = '127.0.0.1:40000';
  const message = 'no such address, or not to be written';
  expect(warn.mock.calls).toEqual([
    [message, { peer, unit: 1, request: 'read hr:99+2' }],
    [message, { peer, unit: 1, request: 'write hr:6', more: 4 }],
  ]);
  expect(onRefused).toHaveBeenCalledTimes(8);
  clock.advance(10_000);
  ask('03 0063 0002');
  expect(warn.mock.lastCall?.[1]).toEqual({ peer, unit: 1, request: 'read hr:99+2' });
  // Somebody who tries every address does not fill the log.
  for (let address = 100; address < 500; address += 1) {
    ask(`03 ${address.toString(16).padStart(4, '0')} 0001`);
  }
  expect(warn).toHaveBeenCalledTimes(2 + 30);
  clock.advance(10_000);
  ask('03 0063 0002');
  expect(warn.mock.lastCall?.[1]).toMatchObject({ request: 'read hr:99+2', more: 371 });
});

test('a map with mistakes is not served', () => {
  const clock = new ManualClock();
  const spec: UnitSpec = { blocks: [{ entries: [POWER, POWER] }] };
  expect(() => new Concentrator({ units: { any: spec }, clock })).toThrow('in the map twice');
});

describe('where it is served', () => {
  test('is this machine, unless it is said who may come from outside', async () => {
    const { concentrator } = setUp();
    await expect(concentrator.listen({ host: '0.0.0.0', port: 0 })).rejects.toThrow(
      'listening on 0.0.0.0 needs a list of who may do what',
    );
    const server = await concentrator.listen({ port: 0 });
    expect(server.host).toBe('127.0.0.1');
    await server.close();
    const allow = [{ from: '192.168.1.0/24', access: 'read', name: 'plant' }] as const;
    const wide = await setUp({ allow }).concentrator.listen({ host: '0.0.0.0', port: 0 });
    await wide.close();
  });

  test('may be a serial line, which hears of other units nothing', () => {
    const clock = new ManualClock();
    const transport = new FakeTransport();
    const spec: UnitSpec = { blocks: [{ entries: [TEMPERATURE] }] };
    const concentrator = new Concentrator({ units: new Map([[7, spec]]), clock });
    const { counters } = concentrator.serve(transport);
    const ask = (unit: number): void => {
      transport.receive(encodeRtu(unit, Uint8Array.of(3, 0, 6, 0, 1)));
      clock.advance(2);
    };
    ask(7);
    expect(transport.written).toEqual([encodeRtu(7, Uint8Array.of(0x83, 0x0b))]);
    ask(8);
    expect(transport.written).toHaveLength(1);
    expect(counters).toMatchObject({ requests: 1, foreign: 1 });
  });
});
