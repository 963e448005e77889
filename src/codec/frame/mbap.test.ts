import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FramingError } from '../../base/errors.ts';
import { encodeMbap, MbapDeframer, type MbapFrame } from './mbap.ts';

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

function drain(deframer: MbapDeframer): MbapFrame[] {
  const frames: MbapFrame[] = [];
  for (let frame = deframer.next(); frame !== undefined; frame = deframer.next()) {
    frames.push(frame);
  }
  return frames;
}

// Each row is checked in both directions, so a codec cannot agree with itself and still be wrong.
const vectors = [
  {
    name: 'request: read 3 holding registers at 0x006B (V1.1b3 section 6.3)',
    bytes: hex('1501 0000 0006 11 03 006B 0003'),
    frame: { transactionId: 0x1501, unitId: 0x11, pdu: hex('03 006B 0003') },
  },
  {
    name: 'response: exception 2, illegal data address',
    bytes: hex('1501 0000 0003 11 83 02'),
    frame: { transactionId: 0x1501, unitId: 0x11, pdu: hex('83 02') },
  },
  {
    name: 'the shortest frame: a bare function code',
    bytes: hex('FFFF 0000 0002 FF 07'),
    frame: { transactionId: 0xffff, unitId: 0xff, pdu: hex('07') },
  },
  {
    name: 'the longest frame',
    bytes: Uint8Array.of(...hex('0000 0000 00FE 01'), ...new Uint8Array(253).fill(3)),
    frame: { transactionId: 0, unitId: 1, pdu: new Uint8Array(253).fill(3) },
  },
];

describe.each(vectors)('$name', ({ bytes, frame }) => {
  test('encodes', () => {
    expect(encodeMbap(frame)).toEqual(bytes);
  });

  test('decodes, one byte at a time', () => {
    const deframer = new MbapDeframer();
    for (const [index] of bytes.entries()) {
      expect(deframer.next()).toBeUndefined();
      deframer.push(bytes.subarray(index, index + 1));
    }
    expect(deframer.next()).toEqual(frame);
  });

  test('decodes two frames that arrive together', () => {
    const deframer = new MbapDeframer();
    deframer.push(Uint8Array.of(...bytes, ...bytes));
    expect([deframer.next(), deframer.next(), deframer.next()]).toEqual([frame, frame, undefined]);
  });
});

test('frames may be taken after several chunks', () => {
  const [first, second] = [vectors[0]!, vectors[1]!];
  const deframer = new MbapDeframer();
  deframer.push(Uint8Array.of(...first.bytes, ...second.bytes.subarray(0, 3)));
  deframer.push(second.bytes.subarray(3));
  expect(drain(deframer)).toEqual([first.frame, second.frame]);
});

test('a frame in one chunk is not copied, and one in two chunks does not change afterwards', () => {
  const bytes = Uint8Array.from(vectors[0]!.bytes);
  const deframer = new MbapDeframer();
  deframer.push(bytes);
  expect(deframer.next()?.pdu.buffer).toBe(bytes.buffer);
  deframer.push(bytes.subarray(0, 8));
  expect(deframer.next()).toBeUndefined();
  deframer.push(bytes.subarray(8));
  const split = deframer.next();
  deframer.push(vectors[1]!.bytes.subarray(0, 8));
  deframer.next();
  expect(split).toEqual(vectors[0]!.frame);
});

test.each([
  ['a foreign protocol id', '0000 0001 0006', 'protocol id is 1'],
  ['a length without a PDU', '0000 0000 0001', 'length field is 1'],
  ['a length of nothing', '0000 0000 0000', 'length field is 0'],
  ['a length no frame can have', '0000 0000 00FF', 'length field is 255'],
])('refuses %s before its body arrives', (_, header, message) => {
  for (const size of [1, 6]) {
    const deframer = new MbapDeframer();
    const cut = (): void => {
      for (let at = 0; at < 6; at += size) {
        deframer.push(hex(header).subarray(at, at + size));
        deframer.next();
      }
    };
    expect(cut).toThrow(message);
  }
});

const someFrame = fc.record({
  transactionId: fc.integer({ min: 0, max: 0xffff }),
  unitId: fc.integer({ min: 0, max: 0xff }),
  pdu: fc.uint8Array({ minLength: 1, maxLength: 253 }),
});

test('any frames, cut anywhere, come out as they went in', () => {
  fc.assert(
    fc.property(
      fc.array(someFrame, { maxLength: 6 }),
      fc.array(fc.nat({ max: 600 }), { minLength: 1 }),
      (frames, sizes) => {
        const stream = Uint8Array.from(frames.flatMap((frame) => [...encodeMbap(frame)]));
        const deframer = new MbapDeframer();
        const out: MbapFrame[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const size = 1 + (sizes[turn % sizes.length] ?? 0);
          deframer.push(stream.slice(at, at + size));
          out.push(...drain(deframer));
          at += size;
        }
        expect(out).toEqual(frames);
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});

test('no bytes do anything but give frames or end the stream', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (chunks) => {
      const deframer = new MbapDeframer();
      try {
        for (const chunk of chunks) {
          deframer.push(chunk);
          for (const { pdu } of drain(deframer)) expect(pdu.length).toBeGreaterThan(0);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(FramingError);
      }
    }),
    { seed: 1, numRuns: 2_000 },
  );
});
