import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeRtu, RtuDeframer, type AwaitedFrame, type RtuPiece } from './rtu.ts';

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

function drain(
  deframer: RtuDeframer,
  awaited: readonly AwaitedFrame[] = [],
  echo?: Uint8Array,
): RtuPiece[] {
  const pieces: RtuPiece[] = [];
  for (let piece = deframer.next(awaited, echo); piece !== undefined;) {
    pieces.push(piece);
    piece = deframer.next(awaited, echo);
  }
  return pieces;
}

/** `1:0304000A000B` for a frame, `~FFEE` for noise. */
function shown(pieces: readonly RtuPiece[]): string[] {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  return pieces.map((piece) =>
    piece.kind === 'frame' ? `${piece.unitId}:${text(piece.pdu)}` : `~${text(piece.bytes)}`,
  );
}

const ANSWER = encodeRtu(1, hex('03 04 000A 000B'));
const AWAITED = { unitId: 1, functionCode: 3, frameSize: ANSWER.length };
const EXCEPTION = encodeRtu(1, hex('83 02'));
const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

test('a frame is the unit id, the PDU and the checksum with its low byte first', () => {
  expect(encodeRtu(1, hex('03 0000 000A'))).toEqual(hex('01 03 0000 000A C5CD'));
});

describe('among bytes it finds', () => {
  const rows: [string, Uint8Array, string[]][] = [
    ['the answer', ANSWER, ['1:0304000a000b']],
    ['an exception', EXCEPTION, ['1:8302']],
    ['an answer twice', joined(ANSWER, ANSWER), ['1:0304000a000b', '1:0304000a000b']],
    ['an answer behind noise', joined(hex('00 FE'), ANSWER), ['~00fe', '1:0304000a000b']],
    ['an answer in front of noise', joined(ANSWER, hex('55 55')), ['1:0304000a000b', '~5555']],
    ['the answer of another unit', encodeRtu(2, hex('06 0001 0002')), ['2:0600010002']],
    ['a wrong checksum', hex('01 03 04 000A 000B 0000'), ['~010304000a000b0000']],
    [
      'an answer behind one with a wrong checksum',
      joined(hex('01 03 04 000A 000B 0000'), ANSWER),
      ['~010304000a000b0000', '1:0304000a000b'],
    ],
    [
      'the data of another answer, which look like ours, to be data',
      encodeRtu(2, joined(hex('03'), Uint8Array.of(ANSWER.length), ANSWER)),
      [`2:0309${Buffer.from(ANSWER).toString('hex')}`],
    ],
  ];

  test.each(rows)('%s', (_, bytes, pieces) => {
    for (const size of [1, 2, 3, bytes.length]) {
      const deframer = new RtuDeframer();
      const out: RtuPiece[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        deframer.push(bytes.subarray(at, at + size));
        out.push(...drain(deframer, [AWAITED]));
      }
      deframer.silence();
      out.push(...drain(deframer, [AWAITED]));
      // How noise is cut depends on how it arrives, and matters to nobody.
      expect(
        shown(out)
          .join(' ')
          .replaceAll(/(?<=~\w+) ~/g, ''),
      ).toBe(pieces.join(' '));
    }
  });
});

test('an answer is whole as soon as its last byte is there, and waits for no silence', () => {
  const deframer = new RtuDeframer();
  deframer.push(ANSWER.subarray(0, -1));
  expect(drain(deframer, [AWAITED])).toEqual([]);
  deframer.push(ANSWER.subarray(-1));
  expect(shown(drain(deframer, [AWAITED]))).toEqual(['1:0304000a000b']);
});

test('what begins like a longer frame is waited for until silence says that it is none', () => {
  const deframer = new RtuDeframer();
  deframer.push(joined(hex('07 03 F0'), ANSWER));
  expect(drain(deframer, [AWAITED])).toEqual([]);
  deframer.silence();
  expect(shown(drain(deframer, [AWAITED]))).toEqual(['~0703f0', '1:0304000a000b']);
});

test('a function whose length nothing tells is found by the length of its question', () => {
  const vendor = encodeRtu(1, hex('64 01 02 03'));
  const deframer = new RtuDeframer();
  deframer.push(vendor);
  expect(shown(drain(deframer, [{ unitId: 1, functionCode: 0x64, frameSize: 7 }]))).toEqual([
    '1:64010203',
  ]);
});

test('an echo is a frame of its own, and the answer follows it', () => {
  const request = encodeRtu(1, hex('03 0000 0002'));
  const deframer = new RtuDeframer();
  deframer.push(joined(request, ANSWER));
  expect(shown(drain(deframer, [AWAITED], request))).toEqual(['1:0300000002', '1:0304000a000b']);
});

test('a long stretch of noise leaves in parts and takes no more memory', () => {
  const deframer = new RtuDeframer();
  let given = 0;
  let taken = 0;
  for (let turn = 0; turn < 50; turn += 1) {
    const chunk = new Uint8Array(100).fill(0x03);
    given += deframer.push(chunk);
    for (const { bytes } of drain(deframer, [AWAITED])) taken += bytes.length;
    expect(deframer.pending).toBeLessThanOrEqual(512);
  }
  expect(given).toBe(5_000);
  expect(taken + deframer.pending).toBe(5_000);
});

test('whatever arrives comes out once, in order, as frames and noise', () => {
  const part = fc.oneof(
    fc.constant(ANSWER),
    fc.constant(EXCEPTION),
    fc.uint8Array({ minLength: 1, maxLength: 40 }),
    fc
      .tuple(fc.integer({ min: 1, max: 3 }), fc.uint8Array({ minLength: 1, maxLength: 6 }))
      .map(([unitId, pdu]) => encodeRtu(unitId, pdu)),
  );
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 8 }),
      fc.integer({ min: 1, max: 300 }),
      (parts, size) => {
        const stream = joined(...parts);
        const deframer = new RtuDeframer();
        const out: Uint8Array[] = [];
        const collect = (): void => {
          out.push(...drain(deframer, [AWAITED]).map(({ bytes }) => bytes));
        };
        for (let at = 0; at < stream.length;) {
          at += deframer.push(stream.subarray(at, at + size));
          collect();
        }
        deframer.silence();
        collect();
        expect(joined(...out)).toEqual(stream);
        expect(deframer.pending).toBe(0);
      },
    ),
    { seed: 1, numRuns: 1_000 },
  );
});
