/** What `GET /api/v1/traffic` answers: frames behind `after`, or the newest. */
export interface TrafficJson {
  /** The oldest that is kept, and the one that comes next. */
  first: number;
  next: number;
  frames: readonly FrameJson[];
}

export interface FrameJson {
  /** Counts up over all lines. */
  seq: number;
  /** ISO 8601, and the same in milliseconds since 1970 with their fractions. */
  time: string;
  atMs: number;
  line: string;
  direction: 'sent' | 'received';
  /** What became of a received one; `timeout`: none came in time. */
  outcome?: 'answer' | 'late' | 'foreign' | 'damaged' | 'timeout';
  unit?: number;
  function?: number;
  /** `read holding 1 +5`, `750 750 0 86 750`, `exception 2 illegal address`. */
  summary: string;
  /** `01 03 00 01 00 05 D4 09`. */
  hex: string;
}

/** What `GET /api/v1/traffic/frames/{seq}` answers. */
export interface ExplainedFrameJson extends FrameJson {
  /** Every byte is in one part, in their order. */
  parts: readonly FramePartJson[];
}

export interface FramePartJson {
  /** Of its first byte, and behind its last. */
  from: number;
  to: number;
  name: string;
  text: string;
}

/** One of what `GET /api/v1/traffic/troubles` answers: frames kept around a fault, to be saved as a capture. */
export interface TroubleJson {
  id: number;
  time: string;
  line: string;
  outcome: 'timeout' | 'damaged';
  frames: number;
}
