import { isBitTable } from './format.ts';
import type { PlannedRead } from './read-plan.ts';

/** A serial line as far as time on it depends on it. */
export interface LineSpeed {
  /** Bits per second. */
  readonly baud: number;
  /** Bits of one character with start, parity and stop: 10 for 8N1, 11 for 8E1, 8O1 and 8N2. */
  readonly bitsPerCharacter: number;
  /** How long the device thinks, in milliseconds. */
  readonly turnaroundMs: number;
}

export interface WireTime {
  /** Bytes of the whole RTU frames, checksum included. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** From the first bit of the request to where the next request may begin, in milliseconds. */
  readonly ms: number;
}

/** Unit, function, address, count, checksum. */
const REQUEST_BYTES = 8;
/** Unit, function, byte count, checksum. */
const RESPONSE_OVERHEAD = 5;

/** What one planned read costs on a serial line: both frames, the device's pause, both silences. */
export function wireTime(
  { table, count }: Pick<PlannedRead, 'table' | 'count'>,
  { baud, bitsPerCharacter, turnaroundMs }: LineSpeed,
): WireTime {
  const data = isBitTable(table) ? Math.ceil(count / 8) : count * 2;
  const responseBytes = RESPONSE_OVERHEAD + data;
  const characterMs = (bitsPerCharacter * 1000) / baud;
  // MODBUS over Serial Line V1.02, section 2.5.1.1: above 19200 baud the silence is fixed.
  const silenceMs = baud > 19_200 ? 1.75 : 3.5 * characterMs;
  return {
    requestBytes: REQUEST_BYTES,
    responseBytes,
    ms: (REQUEST_BYTES + responseBytes) * characterMs + turnaroundMs + 2 * silenceMs,
  };
}
