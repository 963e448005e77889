import type { PendingRead, PendingWrite, UnitTables } from '../unit-tables.ts';

/** A request PDU where it lies in the chunk it came in, and whom it is for. */
export interface Question {
  tables: UnitTables;
  unitId: number;
  peer: string;
  bytes: Uint8Array;
  /** Where the function code is. */
  at: number;
  /** Bytes of the PDU, function code included. */
  length: number;
}

/**
 * One function as a server answers it. `judge` looks at everything before `perform` does anything,
 * so a refused request changes nothing.
 */
export interface ServerFunction {
  /** Exception code that the request deserves, in the order of the specification's diagrams; or 0. */
  judge(question: Question): number;
  /** What a hook may refuse; only functions that read have it. */
  pendingRead?(question: Question): PendingRead;
  /** What a hook may refuse; only functions that write have it. */
  pendingWrite?(question: Question): PendingWrite;
  /** Does it, and writes the data behind the function code to `out`; gives the number of bytes. */
  perform(question: Question, out: Uint8Array, to: number): number;
}

/** Two bytes, high byte first; 0 where there are none, so check the length before. */
export function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Writes two bytes, high byte first. */
export function putU16(out: Uint8Array, to: number, value: number): void {
  out[to] = value >> 8;
  out[to + 1] = value;
}

/** Repeats the first `size` bytes behind the function code, as the answers of writes do. */
export function echo({ bytes, at }: Question, size: number, out: Uint8Array, to: number): number {
  for (let index = 0; index < size; index += 1) out[to + index] = bytes[at + 1 + index] ?? 0;
  return size;
}
