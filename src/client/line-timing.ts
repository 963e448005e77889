import type { SerialSettings } from '../transport/serial.ts';

/** How time passes on a line, in milliseconds. */
export interface LineTiming {
  /** One character on the wire; 0 where bytes take no time worth counting. */
  readonly charMs: number;
  /** Silence before every request, from the last byte sent or received. */
  readonly gapMs: number;
  /** Silence after which a frame that has begun will not be completed. */
  readonly silenceMs: number;
}

/** Above this speed the pauses no longer shrink. MODBUS over Serial Line V1.02, section 2.5.1.1. */
const FIXED_ABOVE_BAUD = 19_200;
const FIXED_T35_MS = 1.75;
const T35_CHARACTERS = 3.5;
/** USB adapters hand out what they have received in lumps, 16 ms apart, and we may be late to look. */
const SILENCE_MS = 50;

/**
 * The pauses of the specification: 3.5 characters of silence before every request. A character is a
 * start bit, the data bits, a parity bit if there is one, and the stop bits: 10 bits with 8N1, 11 with 8E1.
 * `pauseMs` is for devices that need longer to turn round.
 */
export function serialTiming(settings: SerialSettings, pauseMs = 0): LineTiming {
  const { baud, dataBits, parity, stopBits } = settings;
  const bits = 1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits;
  const charMs = (bits * 1000) / baud;
  const t35 = baud > FIXED_ABOVE_BAUD ? FIXED_T35_MS : T35_CHARACTERS * charMs;
  return { charMs, gapMs: t35 + pauseMs, silenceMs: Math.max(SILENCE_MS, t35) };
}

/**
 * RTU frames in a TCP stream. The far end keeps the pauses of its own line; the short one here lets an
 * answer that was doubled on the way arrive before the next question leaves.
 */
export function networkTiming(pauseMs = 2): LineTiming {
  return { charMs: 0, gapMs: pauseMs, silenceMs: SILENCE_MS };
}
