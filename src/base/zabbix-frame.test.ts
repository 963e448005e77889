import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FramingError } from './errors.ts';
import { encodeZabbixFrame, ZabbixDeframer } from './zabbix-frame.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** A header as anybody may send it, and a body that may not fit it. */
function frame(
  flags: number,
  size: number,
  reserved: number,
  body = new Uint8Array(0),
): Uint8Array {
  const header = Buffer.alloc(13);
  header.write('ZBXD');
  header[4] = flags;
  header.writeUInt32LE(size, 5);
  header.writeUInt32LE(reserved, 9);
  return Uint8Array.from(Buffer.concat([header, body]));
}

// From the manual, "Header": the body `agent.ping` is 10 bytes.
const PING = hex('5A425844 01 0A000000 00000000 6167656E742E70696E67');

describe('a plain frame', () => {
  test('is written as the manual has it', () => {
    expect(encodeZabbixFrame(bytes('agent.ping'), 'plain')).toEqual(PING);
  });

  test('is read one byte at a time', () => {
    const deframer = new ZabbixDeframer(100);
    for (const byte of PING) {
      expect(deframer.next()).toBeUndefined();
      deframer.push(Uint8Array.of(byte));
    }
    expect(deframer.next()).toEqual(bytes('agent.ping'));
    expect(deframer.pending).toBe(0);
  });

  test('is cut from the next one', () => {
    const deframer = new ZabbixDeframer(100);
    deframer.push(Uint8Array.of(...PING, ...encodeZabbixFrame(bytes('x'), 'compressed')));
    expect([deframer.next(), deframer.next(), deframer.next()]).toEqual([
      ...[bytes('agent.ping'), bytes('x'), undefined],
    ]);
  });
});

test('what was written is read, in any form and cut anywhere', () => {
  const cases = [fc.uint8Array({ maxLength: 300 }), fc.boolean(), fc.nat(400)] as const;
  fc.assert(
    fc.property(...cases, (body, isCompressed, cut) => {
      const written = encodeZabbixFrame(body, isCompressed ? 'compressed' : 'plain');
      const deframer = new ZabbixDeframer(300);
      deframer.push(written.subarray(0, cut));
      const early = deframer.next();
      deframer.push(written.subarray(cut));
      expect(early ?? deframer.next()).toEqual(body);
    }),
    { seed: 51, numRuns: 300 },
  );
});

test('any bytes give a body, a wait or a FramingError, and nothing else', () => {
  const magic = fc.constantFrom(
    [],
    [0x5a, 0x42, 0x58, 0x44],
    [0x5a, 0x42, 0x58, 0x44, 3, 9, 0, 0, 0],
  );
  fc.assert(
    fc.property(magic, fc.uint8Array({ maxLength: 60 }), (head, rest) => {
      const deframer = new ZabbixDeframer(40);
      deframer.push(Uint8Array.of(...head, ...rest));
      try {
        const body = deframer.next();
        expect(body === undefined || body.length <= 40).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(FramingError);
      }
    }),
    { seed: 52, numRuns: 500 },
  );
});

test.each([
  ['another protocol', bytes('GET / HTTP/1.1'), 'not the Zabbix protocol'],
  ['another protocol after three bytes', bytes('ZBX!'), 'not the Zabbix protocol'],
  ['a large packet', frame(0x05, 1, 0), 'large packet (flag 0x04)'],
  ['no protocol flag', frame(0x00, 1, 0), 'flags are 0x00'],
  ['a flag of the future', frame(0x11, 1, 0), 'flags are 0x11'],
  [
    'a body beyond the limit',
    frame(0x01, 101, 0),
    'a body of 101 bytes, expected no more than 100',
  ],
  ['a body that will inflate beyond it', frame(0x03, 5, 101), 'a body of 101 bytes'],
])('%s is refused before its body arrives', (_, header, message) => {
  const deframer = new ZabbixDeframer(100);
  deframer.push(header);
  expect(() => deframer.next()).toThrow(new RegExp(message.replace(/[()]/g, String.raw`\$&`)));
});

test.each([
  ['is no zlib', bytes('hello'), 5, 'cannot be inflated'],
  ['inflates to more than it said', deflateSync(new Uint8Array(90)), 10, 'cannot be inflated'],
  ['inflates to less than it said', deflateSync(new Uint8Array(5)), 10, 'inflates to 5 bytes'],
])('a compressed body that %s is refused', (_, body, announced, message) => {
  const deframer = new ZabbixDeframer(100);
  deframer.push(frame(0x03, body.length, announced, Uint8Array.from(body)));
  expect(() => deframer.next()).toThrow(message);
});
