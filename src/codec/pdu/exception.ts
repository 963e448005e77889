import { MalformedPduError } from '../../base/errors.ts';

/** Set in the function code of an answer that says no. V1.1b3, section 7. */
export const EXCEPTION_FLAG = 0x80;

/** Why a device says no, by the names of V1.1b3, section 7. */
export const EXCEPTION = {
  illegalFunction: 0x01,
  illegalDataAddress: 0x02,
  illegalDataValue: 0x03,
  serverDeviceFailure: 0x04,
  acknowledge: 0x05,
  serverDeviceBusy: 0x06,
  memoryParityError: 0x08,
  gatewayPathUnavailable: 0x0a,
  gatewayTargetFailed: 0x0b,
} as const;

export interface ExceptionPdu {
  /** Of the request that was refused, without the flag. */
  readonly functionCode: number;
  readonly exception: number;
}

export function isException(pdu: Uint8Array): boolean {
  return ((pdu[0] ?? 0) & EXCEPTION_FLAG) !== 0;
}

export function encodeException({ functionCode, exception }: ExceptionPdu): Uint8Array {
  return Uint8Array.of(functionCode | EXCEPTION_FLAG, exception);
}

/** Throws MalformedPduError for anything but a flagged function code and one exception code. */
export function decodeException(pdu: Uint8Array): ExceptionPdu {
  const [flagged = 0, exception = 0] = pdu;
  if (pdu.length !== 2 || !isException(pdu)) {
    throw new MalformedPduError(`${pdu.length} bytes are no exception, expected 2`);
  }
  // Codes above 0x0B are a vendor's own, and passed on; 0 is the code of nothing.
  if (exception === 0) throw new MalformedPduError('exception code is 0, expected 1..255');
  return { functionCode: flagged & ~EXCEPTION_FLAG, exception };
}
