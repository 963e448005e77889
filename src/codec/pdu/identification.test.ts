import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../base/byte-reader.ts';
import { ByteWriter } from '../../base/byte-writer.ts';
import { MalformedPduError, ResponseMismatchError } from '../../base/errors.ts';
import { rtuResponseSize } from '../frame/rtu-response-size.ts';
import {
  readDeviceIdentification,
  type IdentificationRequest,
  type IdentificationResponse,
} from './read-device-identification.ts';
import { reportServerId } from './report-server-id.ts';

const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'ascii'));

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

function bytes(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts.map((part) => (typeof part === 'string' ? hex(part) : part)))); // prettier-ignore
}

const company = ascii('Company identification');
const BASIC: IdentificationRequest = { category: 1, objectId: 0 };

// The examples of MODBUS Application Protocol V1.1b3, section 6.21. The lengths of the product codes are
// those of the texts, which the printed ones are not.
const vectors: readonly {
  name: string;
  request: IdentificationRequest;
  asked: Uint8Array;
  response: IdentificationResponse;
  answered: Uint8Array;
}[] = [
  {
    name: 'basic identification in one answer',
    request: BASIC,
    asked: hex('0E 01 00'),
    response: {
      conformity: 1,
      objects: [
        { id: 0, value: company },
        { id: 1, value: ascii('Product code XX') },
        { id: 2, value: ascii('V2.11') },
      ],
    },
    answered: bytes(
      ...['0E 01 01 00 00 03', '00 16', company, '01 0F', ascii('Product code XX')],
      ...['02 05', ascii('V2.11')],
    ),
  },
  {
    name: 'the first of two answers',
    request: BASIC,
    asked: hex('0E 01 00'),
    response: {
      conformity: 1,
      nextObjectId: 2,
      objects: [
        { id: 0, value: company },
        { id: 1, value: ascii('Product code XXXXXXXXXXXXXXXX') },
      ],
    },
    answered: bytes(
      ...['0E 01 01 FF 02 02', '00 16', company, '01 1D', ascii('Product code XXXXXXXXXXXXXXXX')],
    ),
  },
  {
    name: 'the second of two answers',
    request: { category: 1, objectId: 2 },
    asked: hex('0E 01 02'),
    response: { conformity: 1, objects: [{ id: 2, value: ascii('V2.11') }] },
    answered: bytes('0E 01 01 00 00 01', '02 05', ascii('V2.11')),
  },
];

describe.each(vectors)('device identification: $name', ({ request, asked, response, answered }) => {
  test('is asked and understood', () => {
    const out = new ByteWriter();
    readDeviceIdentification.encodeRequest(out, request);
    expect(out.take()).toEqual(asked);
    expect(readDeviceIdentification.decodeRequest(new ByteReader(asked))).toEqual(request);
  });

  test('is answered and understood', () => {
    const out = new ByteWriter();
    readDeviceIdentification.encodeResponse(out, response, request);
    expect(out.take()).toEqual(answered);
    expect(readDeviceIdentification.decodeResponse(new ByteReader(answered), request)).toEqual(
      response,
    );
  });

  test('is a frame on a serial line as soon as its last byte is there, and not before', () => {
    const frame = Uint8Array.of(7, 0x2b, ...answered, 0xaa, 0xbb);
    expect(rtuResponseSize(frame, 0, frame.length)).toBe(frame.length);
    for (let end = 2; end < frame.length; end += 1) {
      expect(rtuResponseSize(frame, 0, end) ?? frame.length).toBeGreaterThan(end);
    }
  });

  test('is malformed when cut within an object', () => {
    const cut = new ByteReader(answered.subarray(0, answered.length - 1));
    expect(() => readDeviceIdentification.decodeResponse(cut, request)).toThrow(MalformedPduError);
  });
});

describe('device identification', () => {
  test('is accepted where each part states the objects of all, as the specification prints it', () => {
    const printed = bytes('0E 01 01 00 00 03', '02 05', ascii('V2.11'));
    const { objects } = readDeviceIdentification.decodeResponse(new ByteReader(printed), BASIC);
    expect(objects.map(({ id }) => id)).toEqual([2]);
  });

  test.each([
    ['of another interface', '0D 01 01 00 00 00', ResponseMismatchError],
    ['of another category', '0E 02 01 00 00 00', ResponseMismatchError],
    ['with more objects than stated', '0E 01 01 00 00 00 00 01 41', MalformedPduError],
    ['that lacks all it states', '0E 01 01 00 00 02', MalformedPduError],
    ['that leads in a circle', '0E 01 01 FF 00 01 00 01 41', MalformedPduError],
  ])('%s is refused', (_, answered, error) => {
    const input = new ByteReader(hex(answered));
    expect(() => readDeviceIdentification.decodeResponse(input, BASIC)).toThrow(error);
  });

  test.each([
    ['0D 01 00', 'invalid-request'],
    ['0E 05 00', 'invalid-request'],
    ['0E 01', 'malformed-pdu'],
    ['0E 01 00 00', 'malformed-pdu'],
  ])('a request of %s is refused', (asked, code) => {
    expect(() => readDeviceIdentification.decodeRequest(new ByteReader(hex(asked)))).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test('cannot be asked for an object no byte can name', () => {
    expect(() =>
      readDeviceIdentification.encodeRequest(new ByteWriter(), { category: 4, objectId: 256 }),
    ).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });
});

describe('report server id', () => {
  test('is asked with the function code alone and answered with what the maker likes (6.13)', () => {
    const out = new ByteWriter();
    reportServerId.encodeRequest(out);
    expect(out.take()).toEqual(new Uint8Array());
    const data = bytes('11 FF', ascii('METER 3'));
    reportServerId.encodeResponse(out.clear(), data);
    expect(out.take()).toEqual(bytes('09', data));
    expect(reportServerId.decodeResponse(new ByteReader(bytes('09', data)))).toEqual(data);
  });

  test.each(['', '02 41', '01 41 42'])('is malformed as "%s"', (answered) => {
    expect(() => reportServerId.decodeResponse(new ByteReader(hex(answered)))).toThrow(
      MalformedPduError,
    );
  });
});
