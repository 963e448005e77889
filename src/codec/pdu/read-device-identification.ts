import type { ByteReader } from '../../base/byte-reader.ts';
import type { ByteWriter } from '../../base/byte-writer.ts';
import {
  InvalidRequestError,
  MalformedPduError,
  ResponseMismatchError,
} from '../../base/errors.ts';
import type { PduCodec } from './pdu-codec.ts';

/** What is asked for, in stream access a whole category from an object on. V1.1b3, section 6.21. */
export interface IdentificationRequest {
  /** 1 basic (objects 0 to 2), 2 regular (to 0x7F), 3 extended (to 0xFF), 4 one single object. */
  readonly category: 1 | 2 | 3 | 4;
  /** The first object of the answer; 0 begins at the beginning. */
  readonly objectId: number;
}

export interface IdentificationResponse {
  /** What the device knows of: 1 to 3, and 0x80 more where single objects can be asked for. */
  readonly conformity: number;
  /** Where to go on asking; absent when this was all. */
  readonly nextObjectId?: number;
  readonly objects: readonly IdentificationObject[];
}

export interface IdentificationObject {
  readonly id: number;
  /** Mostly ASCII. A view into the chunk the frame arrived in. */
  readonly value: Uint8Array;
}

/** Objects that the specification gives a meaning. */
export const IDENTIFICATION_OBJECTS = [
  ...(['vendor', 'product code', 'revision', 'vendor url'] as const),
  ...(['product name', 'model name', 'application name'] as const),
] as const;

/** The MODBUS Encapsulated Interface carries several protocols; this is the one of section 6.21. */
export const MEI_READ_DEVICE_IDENTIFICATION = 0x0e;

const MORE_FOLLOWS = 0xff;

/**
 * Read Device Identification. V1.1b3, section 6.21.
 *
 * The number of objects is no check: in the specification's own example of an answer in two parts each
 * part states the objects of both. The bytes have to end where an object ends, and no part has more objects than
 * it states.
 */
export const readDeviceIdentification: PduCodec<IdentificationRequest, IdentificationResponse> = {
  functionCode: 0x2b,
  encodeRequest(out, { category, objectId }) {
    if (!Number.isInteger(objectId) || objectId < 0 || objectId > 0xff) {
      throw new InvalidRequestError(`object is ${objectId}, expected 0..255`);
    }
    out.u8(MEI_READ_DEVICE_IDENTIFICATION).u8(category).u8(objectId);
  },
  decodeRequest(input) {
    const [mei, category, objectId] = [input.u8(), input.u8(), input.u8()];
    input.end();
    if (mei !== MEI_READ_DEVICE_IDENTIFICATION) {
      throw new InvalidRequestError(`interface type is ${mei}, expected 14`);
    }
    if (category < 1 || category > 4) {
      throw new InvalidRequestError(`category is ${category}, expected 1..4`);
    }
    return { category: category as IdentificationRequest['category'], objectId };
  },
  encodeResponse(out, response, { category }) {
    const { conformity, nextObjectId, objects } = response;
    out.u8(MEI_READ_DEVICE_IDENTIFICATION).u8(category).u8(conformity);
    out.u8(nextObjectId === undefined ? 0 : MORE_FOLLOWS).u8(nextObjectId ?? 0);
    writeObjects(out.u8(objects.length), objects);
  },
  decodeResponse(input, { category }) {
    expectByte(input, 'interface type', MEI_READ_DEVICE_IDENTIFICATION);
    expectByte(input, 'category', category);
    const [conformity, more, next] = [input.u8(), input.u8(), input.u8()];
    const objects = readObjects(input, input.u8());
    if (more !== MORE_FOLLOWS) return { conformity, objects };
    // A device that sends us back would be asked for ever.
    const last = objects.at(-1)?.id ?? -1;
    if (next <= last) throw new MalformedPduError(`object ${next} is to follow object ${last}`);
    return { conformity, nextObjectId: next, objects };
  },
  // The least there can be: how long the answer is stands in the lengths of its objects.
  responseSize: () => 6,
};

function writeObjects(out: ByteWriter, objects: readonly IdentificationObject[]): void {
  for (const { id, value } of objects) out.u8(id).u8(value.length).bytes(value);
}

function readObjects(input: ByteReader, stated: number): readonly IdentificationObject[] {
  const objects: IdentificationObject[] = [];
  while (input.remaining > 0) {
    const id = input.u8();
    objects.push({ id, value: input.bytes(input.u8()) });
  }
  if (objects.length > stated || (stated > 0 && objects.length === 0)) {
    throw new MalformedPduError(`${objects.length} objects, and ${stated} are stated`);
  }
  return objects;
}

function expectByte(input: ByteReader, what: string, expected: number): void {
  const found = input.u8();
  if (found !== expected) {
    throw new ResponseMismatchError(`${what} is ${found}, expected ${expected}`);
  }
}
