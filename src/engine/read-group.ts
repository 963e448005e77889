import { InvalidRequestError } from '../base/errors.ts';
import type { AddressRange } from '../codec/pdu/address-range.ts';
import type { PduCodec } from '../codec/pdu/pdu-codec.ts';
import { decodedValues, readDecoder, type DecodedValues } from '../profile/decode.ts';
import type { PlannedRead } from '../profile/read-plan.ts';
import type { Ageing } from './ageing.ts';
import type { Rail } from './rail.ts';
import { READ_CODECS, dataSize, rawOf } from './planned-read.ts';

/** One planned read with everything that its answer needs, made once. */
export interface ReadGroup extends Ageing {
  readonly read: PlannedRead;
  readonly codec: PduCodec<AddressRange, Uint8Array>;
  readonly range: AddressRange;
  /** Decodes the data of an answer into `decoded`. */
  take(data: Uint8Array): void;
  readonly decoded: DecodedValues;
  /** A read that the device refuses is asked again only from then on, milliseconds of the clock. */
  refusedUntil: number;
}

/** Binds a planned read to its slots on the rail. */
export function readGroup(
  rail: Rail,
  device: string,
  read: PlannedRead,
  staleMs: number,
): ReadGroup {
  const { points, decode } = readDecoder(read);
  const slots = points.map(({ name }) => slotOf(rail, `${device}.${name}`));
  const data = new Uint8Array(dataSize(read));
  const decoded = decodedValues(points.length);
  const bySlot = new Map(slots.map((slot, index) => [slot, points[index]]));
  return {
    read,
    codec: READ_CODECS[read.table],
    range: { start: read.start, count: read.count },
    rail: rail.group(slots, (slot) => rawOf(bySlot.get(slot), read, data)),
    staleMs,
    take(received) {
      // The bytes of the answer are the connection's; this copy serves the raw view later.
      data.set(received);
      decode(data, decoded);
    },
    decoded,
    freshness: 'unread',
    confirmedAt: NaN,
    refusedUntil: -Infinity,
  };
}

function slotOf(rail: Rail, id: string): number {
  const slot = rail.slotOf(id);
  if (slot === undefined) throw new InvalidRequestError(`no point is named ${id}`);
  return slot;
}
