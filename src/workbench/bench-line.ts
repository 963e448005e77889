import type { Table } from '../profile/point.ts';

/** Registers or bits that somebody wants to see. */
export interface BenchQuestion {
  /** Modbus unit id; it need not be one of a configured device. */
  readonly unit: number;
  readonly table: Table;
  /** Zero-based, as on the wire. */
  readonly start: number;
  readonly count: number;
}

export interface BenchAnswer {
  /** As they came: two bytes per register, or eight bits per byte, the first one lowest. */
  readonly data: Uint8Array;
  /** How long the line was busy with it, in milliseconds. */
  readonly tookMs: number;
  /** Microseconds since 1970. */
  readonly at: number;
}

/** A line that polls, as somebody reaches it who wants to look at other registers as well. */
export interface BenchLine {
  /**
   * Asks once, in time that the polls leave. Rejects with OverloadError when too many wait already,
   * NotSentError when it found no place in its time, and as `ModbusClient.request` does.
   */
  read(question: BenchQuestion, signal?: AbortSignal): Promise<BenchAnswer>;
}
