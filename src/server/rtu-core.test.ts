import { describe, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { crc16 } from '../codec/frame/crc16.ts';
import { AnswerBuffer } from './answer-buffer.ts';
import { RtuServerCore } from './rtu-core.ts';
import { serverCounters } from './service.ts';
import { plainImage } from './unit-tables.ts';

const SILENCE_MS = 10;

/** A frame of hex, its checksum added. */
function frame(text: string): Buffer {
  const body = Buffer.from(text.replaceAll(' ', ''), 'hex');
  const crc = crc16(body);
  return Buffer.concat([body, Buffer.of(crc & 0xff, crc >> 8)]);
}

function damaged(text: string): Buffer {
  const bytes = frame(text);
  bytes[bytes.length - 1] = ~(bytes[bytes.length - 1] ?? 0);
  return bytes;
}

/** Units 1 and 2 on a line; 9 belongs to somebody else. */
function setUp() {
  const image = { coils: 20, discrete: 20, holding: 200, input: 200, writable: true };
  const [one, two] = [plainImage(image), plainImage(image)];
  one.holding.setRegisters(0, [1, 2, 3]);
  const clock = new ManualClock();
  const counters = serverCounters();
  const units = new Map([
    [1, one],
    [2, two],
  ]);
  const service = {
    units,
    unknownUnit: 'silence',
    interceptor: undefined,
    clock,
    counters,
  } as const;
  const core = new RtuServerCore(service, 'serial', SILENCE_MS, () => undefined);
  const out = new AnswerBuffer();
  const ask = (...chunks: Uint8Array[]): string => {
    out.reuse();
    for (const chunk of chunks) core.receive(chunk, clock.now(), out);
    return out.view().toString('hex');
  };
  /** Time passes, and the alarm rings when it is due. */
  const silence = (ms = SILENCE_MS): string => {
    clock.advance(ms);
    out.reuse();
    if (core.silenceAt <= clock.now()) core.silence(out);
    return out.view().toString('hex');
  };
  return { one, two, clock, counters, core, ask, silence };
}

const READ = '01 03 0000 0002';
const ANSWER = frame('01 03 04 0001 0002').toString('hex');

test.each([
  ['01 03 0000 0003', '01 03 06 0001 0002 0003'],
  ['01 01 0000 0003', '01 01 01 00'],
  ['01 02 0000 0003', '01 02 01 00'],
  ['01 04 0000 0001', '01 04 02 0000'],
  ['01 05 0001 FF00', '01 05 0001 FF00'],
  ['01 06 0001 BEEF', '01 06 0001 BEEF'],
  ['01 0F 0000 0009 02 FF01', '01 0F 0000 0009'],
  ['01 10 0000 0002 04 0001 0002', '01 10 0000 0002'],
  ['01 16 0000 00F2 0025', '01 16 0000 00F2 0025'],
  ['01 17 0000 0001 0001 0001 02 BEEF', '01 17 02 0001'],
  ['01 03 00C8 0001', '01 83 02'],
])('%s is answered with %s at its last byte, whole or byte by byte', (asked, answered) => {
  const bytes = frame(asked);
  expect(setUp().ask(bytes)).toBe(frame(answered).toString('hex'));
  const { ask, core } = setUp();
  expect(ask(...[...bytes.subarray(0, -1)].map((byte) => Uint8Array.of(byte)))).toBe('');
  expect(ask(bytes.subarray(-1))).toBe(frame(answered).toString('hex'));
  expect(core.silenceAt).toBe(Infinity);
});

describe('what is never answered', () => {
  test('a frame with a wrong checksum', () => {
    const { ask, silence, counters, one } = setUp();
    expect(ask(damaged('01 06 0001 BEEF')) + silence()).toBe('');
    expect(one.holding.get(1)).toBe(2);
    expect(counters).toMatchObject({ damaged: 1, requests: 0 });
  });

  test('a unit of somebody else', () => {
    const { ask, silence, counters } = setUp();
    expect(ask(frame('09 03 0000 0002')) + silence()).toBe('');
    expect(counters).toMatchObject({ foreign: 1, damaged: 0, requests: 0 });
  });

  test('a broadcast, which every unit obeys', () => {
    const { ask, silence, one, two } = setUp();
    expect(ask(frame('00 06 0001 BEEF')) + silence()).toBe('');
    expect([one.holding.get(1), two.holding.get(1)]).toEqual([0xbeef, 0xbeef]);
  });
});

describe('silence', () => {
  test('ends a damaged stretch; nothing is answered before it', () => {
    const { ask, silence } = setUp();
    expect(ask(damaged(READ), frame(READ))).toBe('');
    silence();
    expect(ask(frame(READ))).toBe(ANSWER);
  });

  test('has passed even when its alarm is late', () => {
    const { ask, clock } = setUp();
    ask(damaged(READ));
    clock.advance(SILENCE_MS);
    expect(ask(frame(READ))).toBe(ANSWER);
  });

  test('counts from the last byte', () => {
    const { ask, silence } = setUp();
    ask(damaged(READ));
    silence(SILENCE_MS - 1);
    ask(Uint8Array.of(0x55));
    silence(SILENCE_MS - 1);
    expect(ask(frame(READ))).toBe('');
  });

  test('ends the beginning of a frame that stops', () => {
    const { ask, silence, counters } = setUp();
    ask(frame(READ).subarray(0, 5));
    silence();
    expect(counters.damaged).toBe(1);
    expect(ask(frame(READ))).toBe(ANSWER);
  });

  test('ends a request whose length is not known, which is then answered', () => {
    const { ask, silence } = setUp();
    expect(ask(frame('01 2B 0E 01 00'))).toBe('');
    expect(silence()).toBe(frame('01 AB 01').toString('hex'));
  });

  test('ends a bare function code, which is then answered', () => {
    const { ask, silence } = setUp();
    expect(ask(frame('01 03'))).toBe('');
    expect(silence()).toBe(frame('01 83 03').toString('hex'));
  });

  test('ends a request that is longer than its byte count says, which is then answered', () => {
    const { ask, silence, counters, one } = setUp();
    const long = frame('01 10 0000 0000 00 0007 0008 0009');
    expect(ask(long.subarray(0, 11), long.subarray(11))).toBe('');
    expect(silence()).toBe(frame('01 90 03').toString('hex'));
    expect(one.holding.get(0)).toBe(1);
    expect(counters).toMatchObject({ damaged: 0, exceptions: 1 });
  });

  test('is waited for no longer than a frame is long', () => {
    const { ask, counters, core } = setUp();
    ask(Uint8Array.from({ length: 256 }, () => 0x55));
    expect(counters.damaged).toBe(1);
    ask(Buffer.alloc(100_000, 0x55));
    expect(counters.damaged).toBe(1);
    expect(core.silenceAt).toBe(SILENCE_MS);
  });
});

describe('beside other devices on the line', () => {
  test.each([
    ['an answer to a read', '09 03 04 0001 0002'],
    ['an answer to a coil read', '09 01 01 05'],
    ['an answer to a write', '09 10 0000 0002'],
    ['an answer to a mask write', '09 16 0000 00F2 0025'],
    ['an exception', '09 83 02'],
  ])('%s of another unit does not hide the request behind it', (_, answer) => {
    const { ask, counters } = setUp();
    expect(ask(frame('09 03 0000 0002'), Buffer.concat([frame(answer), frame(READ)]))).toBe(ANSWER);
    expect(counters).toMatchObject({ foreign: 2, damaged: 0, requests: 1 });
  });
});

test('requests for several units in one chunk are answered in their order', () => {
  const { ask } = setUp();
  const asked = Buffer.concat([frame(READ), frame('02 03 0000 0001'), frame(READ)]);
  const second = frame('02 03 02 0000').toString('hex');
  expect(ask(asked)).toBe(ANSWER + second + ANSWER);
});
