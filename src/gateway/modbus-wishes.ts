import { addressOf } from '../concentrator/access-list.ts';
import type { Wished } from '../concentrator/served-unit.ts';
import { EXCEPTION } from '../codec/pdu/exception.ts';
import type { WriteDoor } from '../gate/write-door.ts';
import type { WriteCode, WriteRequest, WriteResult } from '../gate/write-request.ts';

/** Clients wait a few seconds for an answer, and ask again: a wish does not outlive that, in milliseconds. */
const TTL_MS = 2_000;

/** What became of the wishes of a client. */
export interface WishOutcome {
  /** Undefined: the device has all of them. */
  readonly exception: number | undefined;
  /** The first that it has not. */
  readonly problem?: WriteResult & { readonly point: string };
}

/** Brings a client's write to the gate, and says what its answer is. */
export async function bringWishes(
  { wishes, client, request: { peer } }: Wished,
  gate: Pick<WriteDoor, 'write' | 'writeAll'>,
): Promise<WishOutcome> {
  const who = {
    name: client,
    role: 'operator',
    from: addressOf(peer) ?? peer,
    door: 'modbus',
  } as const;
  const requests: WriteRequest[] = wishes.map(({ id, value }) => ({
    ...{ point: id, value, who, ttlMs: TTL_MS },
  }));
  const [first] = requests;
  const results =
    requests.length === 1 && first !== undefined
      ? [await gate.write(first)]
      : await gate.writeAll(requests);
  const failed = results.filter(
    ({ outcome }) => outcome !== 'confirmed' && outcome !== 'unchanged',
  );
  // What was stopped was stopped by another of them.
  const cause = failed.find(({ code }) => code !== 'batch-stopped') ?? failed[0];
  if (cause === undefined) return { exception: undefined };
  const point = requests[results.indexOf(cause)]?.point ?? '';
  return { exception: exceptionOf(cause), problem: { ...cause, point } };
}

const { illegalFunction, illegalDataAddress, illegalDataValue } = EXCEPTION;
const { serverDeviceFailure, serverDeviceBusy, gatewayTargetFailed } = EXCEPTION;

/** Application Protocol V1.1b3, section 7. What is not listed is a failure of the server, exception 4. */
const EXCEPTIONS: Partial<Record<WriteCode, number>> = {
  // Nobody, or not this one, may do such a thing.
  ...{ 'writes-off': illegalFunction, 'device-off': illegalFunction, role: illegalFunction },
  address: illegalFunction,
  // Not there.
  ...{ 'unknown-point': illegalDataAddress, 'not-writable': illegalDataAddress },
  'invalid-request': illegalDataAddress,
  // Not this value.
  ...{ type: illegalDataValue, enum: illegalDataValue, 'not-encodable': illegalDataValue },
  ...{ range: illegalDataValue, step: illegalDataValue, 'max-change': illegalDataValue },
  // Not now: the same may be asked again.
  ...{ maintenance: serverDeviceBusy, 'queue-full': serverDeviceBusy, expired: serverDeviceBusy },
  ...{ rate: serverDeviceBusy, closed: serverDeviceBusy, interlock: serverDeviceBusy },
  // The device behind us does not say what has to be known, or does not answer.
  ...{ 'device-down': gatewayTargetFailed, quality: gatewayTargetFailed },
  ...{ stale: gatewayTargetFailed, 'interlock-unknown': gatewayTargetFailed },
  ...{ 'present-unknown': gatewayTargetFailed, 'not-sent': gatewayTargetFailed },
  'no-answer': gatewayTargetFailed,
};

export function exceptionOf({ code }: Pick<WriteResult, 'code'>): number {
  return EXCEPTIONS[code] ?? serverDeviceFailure;
}
