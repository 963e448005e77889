import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FrameDescriber } from './describe-frame.ts';
import { emptyFrame, frameOfKey, type CanFrame } from './frame.ts';
import { encodeMessage } from './encode-message.ts';
import { CAUSES, MessageTable, type WantedSignal } from './message-table.ts';
import { parseDbc } from './parse-dbc.ts';
import { parseCandumpLine } from './source/candump-line.ts';
import { putRaw, signalStep, wideRawOf } from './signal-step.ts';

const FOLDER = join(import.meta.dirname, 'vectors');
const BATTERY = join(import.meta.dirname, '../../examples/battery');

function dbcOf(path: string): ReturnType<typeof parseDbc>['dbc'] {
  const { dbc, issues } = parseDbc(readFileSync(path, 'utf8'));
  expect(issues).toEqual([]);
  return dbc;
}

function frameWith(key: number, hex: string): CanFrame {
  const bytes = Buffer.from(hex, 'hex');
  const frame = { ...emptyFrame(), ...frameOfKey(key), length: bytes.length };
  frame.data.set(bytes);
  return frame;
}

/** `{ Voltage01: '14.77' }`, or the cause in brackets. */
function shown(describer: FrameDescriber, frame: CanFrame): Record<string, string> {
  const signals = describer.describe(frame)?.signals ?? [];
  return Object.fromEntries(
    signals.map(({ signal, value, cause }) => [signal.name, cause ?? String(value)]),
  );
}

describe('what an independent decoder says of the same frames', () => {
  const dbc = dbcOf(join(FOLDER, 'vectors.dbc'));
  const rows = readFileSync(join(FOLDER, 'vectors.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' '));
  const describer = new FrameDescriber(dbc.messages);

  test('there are hundreds of them', () => {
    expect(rows.length).toBeGreaterThan(400);
  });

  test.each(rows)('%s %s', (name = '', hex = '', ...values) => {
    const message = dbc.messages.find((one) => one.name === name)!;
    const expected = values.map((text) => text.split('=') as [string, string]);
    const found = shown(describer, frameWith(message.key, hex));
    expect(Object.keys(found).sort()).toEqual(expected.map(([signal]) => signal).sort());
    for (const [signal, value] of expected) {
      const number = Number(value);
      // Beyond 2^53 the digits count; a fraction of so large a number is rounded twice.
      if (/^-?\d{16,}$/.test(value)) expect(BigInt(found[signal]!)).toBe(BigInt(value));
      else if (Math.abs(number) < 2 ** 52) expect(Number(found[signal])).toBe(number);
      else expect(Math.abs(Number(found[signal]) / number - 1)).toBeLessThan(3e-16);
    }
  });
});

describe('the frames of a battery', () => {
  const describer = new FrameDescriber(dbcOf(join(BATTERY, 'anzen.dbc')).messages);
  test.each([
    [
      '1834CCE8#0104040700484144',
      { State: 4, SystemTemperature: 32, DiodeTemperature: 25, ContactorTemperature: 28 },
    ],
    [
      '1834CCE8#023E9D3E9D3EAC50',
      { SystemCurrent: 2.9, HallCurrent: 2.9, ShuntCurrent: 4.4, StateOfCharge: 80 },
    ],
    [
      '1834CCE8#0315E3166600F163',
      { SystemVoltage: 560.3, InverterVoltage: 573.4, SupplyVoltage: 24.1, StateOfHealth: 99 },
    ],
    ['1834CCE8#043EF83E62470564', { CumulativeDischarge: 12, AbsoluteDischarge: -3 }],
    ['1830CCE8#010139B2393439D3', { Voltage01: 14.77, Voltage02: 14.644, Voltage03: 14.803 }],
    ['1830CCE8#0D25398139BB0000', { First: 37, Voltage37: 14.721, Voltage38: 14.779 }],
    ['1831CCE8#0101424242404243', { Temperature01: 26, Temperature04: 24, Temperature06: 27 }],
    [
      '183ECCE8#4139E9391A444540',
      {
        HighestVoltage: 14.825,
        LowestVoltage: 14.618,
        HighestTemperature: 29,
        LowestTemperature: 24,
      },
    ],
    [
      '183FCCE8#0450002015E33E9D',
      { Output5: 1, Output1: 0, StackVoltage: 560.3, SystemCurrent: 2.9 },
    ],
  ])('%s', (line, values) => {
    const found = shown(describer, parseCandumpLine(line)!);
    const numbers = Object.fromEntries(
      Object.entries(found).map(([name, text]) => [name, Number(text)]),
    );
    expect(numbers).toMatchObject(values);
  });

  test('the 38 monoblocks of a cycle sum to 560.374 V, beside 560.3 V of the system', () => {
    let [sum, count] = [0, 0];
    for (const line of readFileSync(join(BATTERY, 'cycle.log'), 'utf8').split('\n')) {
      const found = shown(describer, parseCandumpLine(line) ?? emptyFrame());
      for (const [name, value] of Object.entries(found)) {
        if (!/^Voltage\d\d$/.test(name)) continue;
        sum += Number(value);
        count += 1;
      }
    }
    expect([count, Number(sum.toFixed(6))]).toEqual([38, 560.374]);
  });
});

describe('what is no value', () => {
  const dbc = dbcOf(join(BATTERY, 'anzen.dbc'));
  const message = dbc.messages.find(({ name }) => name === 'MonoblockVoltages')!;
  const signal = message.signals.find(({ name }) => name === 'Voltage38')!;
  const wanted: WantedSignal = { message, signal, invalid: new Set([0]), valid: [1, 20] };

  test.each([
    ['1830CCE8#0D25398139BB0000', 14.779, undefined],
    ['1830CCE8#0D2539810000', NaN, 'sentinel'],
    ['1830CCE8#0D253981FFFF', NaN, 'out-of-range'],
    ['1830CCE8#0D25398139', NaN, 'short-frame'],
  ])('%s', (line, value, cause) => {
    const table = new MessageTable([wanted], { frame: () => undefined, part: () => undefined });
    expect(table.accept(parseCandumpLine(line)!)).toBe(true);
    expect(CAUSES[table.causes[0]!]).toBe(cause);
    if (cause === undefined) expect(table.numbers[0]).toBe(value);
  });

  test.each(['1830CCE8#R8', '20000004#0000000000000000', '1831CCE8#0101424242404243'])(
    '%s is not decoded',
    (line) => {
      const table = new MessageTable([wanted], { frame: () => undefined, part: () => undefined });
      expect(table.accept(parseCandumpLine(line)!)).toBe(false);
    },
  );
});

test('what is put into a frame is found in it again, and nothing else changes', () => {
  for (const order of ['little', 'big'] as const) {
    for (const form of ['unsigned', 'signed'] as const) {
      for (const length of [1, 5, 8, 13, 24, 33, 52, 64]) {
        for (let start = 0; start < 64; start += 1) {
          const from = order === 'big' ? (start >> 3) * 8 + 7 - (start & 7) : start;
          if (from + length > 64) continue;
          const step = signalStep({ start, length, order, form });
          const full = new Uint8Array(8).fill(0xff);
          putRaw(step, full, 0n);
          const zeros = [...full]
            .join()
            .match(/\b\d+\b/g)!
            .map(Number);
          const ones = zeros.reduce(
            (sum, byte) => sum + byte.toString(2).replaceAll('0', '').length,
            0,
          );
          expect(ones).toBe(64 - length);
          const value = form === 'signed' ? -1n : 2n ** BigInt(length) - 1n;
          putRaw(step, full, value);
          expect(wideRawOf(step, full)).toBe(value);
          expect(full.every((byte) => byte === 0xff)).toBe(true);
        }
      }
    }
  }
});

describe('a frame that asks', () => {
  const dbc = dbcOf(join(BATTERY, 'anzen.dbc'));
  const find = (name: string): (typeof dbc.messages)[number] =>
    dbc.messages.find((one) => one.name === name)!;

  test('says what it is told, with its multiplexor', () => {
    const frame = encodeMessage(find('Question'), { Code: 0x14 });
    expect([frame.id, frame.isExtended, frame.length, frame.data[0]]).toEqual([
      0x181fe8f4,
      true,
      8,
      0x14,
    ]);
    const volts = encodeMessage(find('MonoblockVoltages'), { Voltage38: 14.779 });
    expect([...volts.data.subarray(0, 8)]).toEqual([0x0d, 0, 0, 0, 0x39, 0xbb, 0, 0]);
    expect([...encodeMessage(find('Status'), { SystemCurrent: -2.9 }).data.subarray(0, 3)]).toEqual(
      [2, 0x3e, 0x63],
    );
  });

  test.each([
    ['Question', { Kode: 1 }, 'Question has no signal Kode, did you mean Code?'],
    ['Question', { Code: 256 }, 'Question.Code is 256, expected 0..255'],
    ['Status', { State: 1, SystemVoltage: 1 }, 'SystemVoltage is in no frame with this Page'],
  ])('%s %o is refused', (name, values, message) => {
    expect(() => encodeMessage(find(name), values as Record<string, number>)).toThrow(message);
  });
});
