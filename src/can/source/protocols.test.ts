import { describe, expect, test } from 'vitest';
import { copyFrame, formatFrame, formatId, type CanFrame } from '../frame.ts';
import { parseCandumpLine, CandumpLine } from './candump-line.ts';
import type { CanProtocol, ProtocolListener } from './protocol.ts';
import { SlcanProtocol } from './slcan.ts';
import { SocketcandProtocol } from './socketcand.ts';

interface Heard {
  readonly frames: string[];
  readonly raw: CanFrame[];
  readonly sent: string[];
  readonly refused: string[];
  damaged: number;
  ready: number;
}

function heard(make: (listener: ProtocolListener) => CanProtocol): {
  readonly heard: Heard;
  readonly protocol: CanProtocol;
  readonly push: (text: string) => void;
} {
  const all: Heard = { frames: [], raw: [], sent: [], refused: [], damaged: 0, ready: 0 };
  const protocol = make({
    frame(frame) {
      all.frames.push(frame.isError ? `error ${formatId(frame)}` : formatFrame(frame));
      all.raw.push(copyFrame(frame));
    },
    damaged: () => (all.damaged += 1),
    send: (bytes) => all.sent.push(new TextDecoder().decode(bytes)),
    ready: () => (all.ready += 1),
    refused: (reason) => all.refused.push(reason),
  });
  protocol.begin();
  return {
    ...{ heard: all, protocol },
    push: (text) => protocol.push(new TextEncoder().encode(text)),
  };
}

describe('a line of candump', () => {
  test.each([
    ['(1623766061.103112) can0 1834CCE8#0104040700484144', '1834CCE8#0104040700484144'],
    ['(1623766061.103112) can0 7FF#', '7FF#'],
    ['1834CCE8#01.04', '1834CCE8#0104'],
    ['can0 123#R', '123#R'],
    ['can0 123#R4', '123#R4'],
    ['can0 123#0102030405060708_B', '123#0102030405060708'],
    ['(1.0) vcan0 00000123##1' + 'AB'.repeat(64), '00000123##1' + 'AB'.repeat(64)],
    ['(1.0) vcan0 123##0', '123##0'],
    ['  (1.0) can0 123#01 R\r', '123#01'],
  ])('%s', (line, frame) => {
    expect(formatFrame(parseCandumpLine(line)!)).toBe(frame);
  });

  test.each([
    ...[
      'can0',
      '123#0',
      '123#0G',
      '800#00',
      '2000000G#00',
      '123#010203040506070809',
      '(x) can0 1#00',
    ],
    ...[
      '(1.0 can0 123#00',
      '12345678901#00',
      '#',
      '',
      '# a comment',
      '123##',
      '40000000#00',
      '123#_',
    ],
  ])('%j is none', (line) => {
    const parsed = parseCandumpLine(line);
    expect(parsed === undefined || line === '123#_').toBe(true);
  });

  test('an error frame is one, with its class', () => {
    expect(parseCandumpLine('(1.0) can0 20000004#0004000000000000')).toMatchObject({
      isError: true,
      id: 4,
    });
  });

  test('its time is read to the microsecond', () => {
    const line = new CandumpLine();
    const bytes = new TextEncoder().encode('(1623766061.103112) can0 123#00');
    expect([line.read(bytes, bytes.length), line.at]).toEqual(['frame', 1_623_766_061_103_112]);
  });
});

describe('slcan', () => {
  const start = (): ReturnType<typeof heard> => heard((it) => new SlcanProtocol(250_000, it));

  test('opens with its bit rate', () => {
    expect(start().heard.sent).toEqual(['\r\r', 'C\r', 'S5\r', 'O\r']);
    expect(start().heard.ready).toBe(1);
  });

  test.each([
    ['t1232AABB\r', '123#AABB'],
    ['T1834CCE880104040700484144\r', '1834CCE8#0104040700484144'],
    ['T1834CCE8801040407004841441A2B\r', '1834CCE8#0104040700484144'],
    ['r1230\r', '123#R'],
    ['R000001234\r', '00000123#R4'],
    ['d1239' + 'AB'.repeat(12) + '\r', '123##0' + 'AB'.repeat(12)],
    ['B00000123F' + 'CD'.repeat(64) + '\r', '00000123##1' + 'CD'.repeat(64)],
    ['b1230\r', '123##1'],
  ])('%j', (text, frame) => {
    const { heard: all, push, protocol } = start();
    push(text);
    expect([all.frames, all.damaged]).toEqual([[frame], 0]);
    // And back, without the time.
    const bytes = protocol.encode(all.raw[0]!)!;
    expect(text.startsWith(new TextDecoder().decode(bytes).slice(0, -1))).toBe(true);
  });

  test.each([
    ...[
      't123\r',
      't12\r',
      't1239AABB\r',
      't1232AAB\r',
      't1232AABG\r',
      't8002AABB\r',
      'T20000000' + '0\r',
    ],
    ...['x\r', 't1232AABBCC\r', 'noise\r', 'tttttttttt\r', `${'t'.repeat(300)}\r`],
  ])('%j is counted as damaged', (text) => {
    const { heard: all, push } = start();
    push(`${text}t1230\r`);
    expect([all.frames, all.damaged]).toEqual([['123#'], 1]);
  });

  test('answers and bells are no damage', () => {
    const { heard: all, push } = start();
    push('\r\r\u0007V1013\rN0001\rz\rZ\rF00\r');
    expect(all.damaged).toBe(0);
  });

  test('frames come out whatever the pieces are', () => {
    for (let size = 1; size < 12; size += 1) {
      const { heard: all, push } = start();
      const text = 'T1834CCE82AABB\rt1231FF\r'.repeat(3);
      for (let at = 0; at < text.length; at += size) push(text.slice(at, at + size));
      expect(all.frames).toHaveLength(6);
    }
  });
});

describe('socketcand', () => {
  const start = (): ReturnType<typeof heard> => heard((it) => new SocketcandProtocol('can0', it));
  const ready = (): ReturnType<typeof heard> => {
    const rig = start();
    rig.push('< hi >< ok >< ok >');
    return rig;
  };

  test('opens its bus step by step', () => {
    const { heard: all, push } = start();
    push('< h');
    expect(all.sent).toEqual([]);
    push('i >');
    expect(all.sent).toEqual(['< open can0 >']);
    push('< ok >');
    expect([all.sent.at(-1), all.ready]).toEqual(['< rawmode >', 0]);
    push('< ok >');
    expect(all.ready).toBe(1);
  });

  test.each([
    ['< frame 123 23.424242 11 22 33 44 >', '123#11223344'],
    ['< frame 123 23.424242 11223344 >', '123#11223344'],
    ['< frame 7FF 1.0 >', '7FF#'],
    ['< frame 1834CCE8 1623766061.103112 0104040700484144 >', '1834CCE8#0104040700484144'],
    ['< frame 9834CCE8 1.0 01 >', '1834CCE8#01'],
    ['< fdframe 123 01 1.000001 ' + 'AB'.repeat(64) + ' >', '123##1' + 'AB'.repeat(64)],
    ['< error 20000004 1.0 >', 'error 00000004'],
  ])('%s', (text, frame) => {
    const { heard: all, push } = ready();
    push(text);
    expect([all.frames, all.damaged]).toEqual([[frame], 0]);
  });

  test.each([
    ...['< frame 123 23 11 >', '< frame 123 1.0 1 >', '< frame 800 1.0 11 >', '< frame G 1.0 11 >'],
    ...[
      '< frame 123 1.0 11 22 33 44 55 66 77 88 99 >',
      '< what >',
      '< frame 123 1.0 xx >',
      'noise >',
    ],
    ...['<<< < frame 123 1.0 zz >', `< ${'f'.repeat(1_000)} >`],
  ])('%s is counted as damaged', (text) => {
    const { heard: all, push } = ready();
    push(`${text} < frame 123 1.0 >`);
    expect(all.frames).toEqual(['123#']);
    expect(all.damaged).toBeGreaterThan(0);
  });

  test('what was cut off before a message is damage, and the message is read', () => {
    const { heard: all, push } = ready();
    push('ame 123 1.0 11 < frame 124 1.0 22 >');
    expect([all.frames, all.damaged]).toEqual([['124#22'], 1]);
  });

  test('a bus that the server has not is refused with its words', () => {
    const { heard: all, push } = start();
    push('< hi >< error could not open bus >');
    expect(all.refused).toEqual(['could not open bus']);
  });

  test('sends data frames, once the bus is open', () => {
    const frame = parseCandumpLine('181FE8F4#14')!;
    expect(start().protocol.encode(frame)).toBeUndefined();
    const { protocol } = ready();
    expect(new TextDecoder().decode(protocol.encode(frame))).toBe('< send 181FE8F4 1 14 >');
    expect(protocol.encode(parseCandumpLine('123#R')!)).toBeUndefined();
  });
});
