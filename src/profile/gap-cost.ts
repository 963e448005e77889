import type { Gaps, PlanChoice, PlanSettings } from './read-plan.ts';
import { wireTime, type LineSpeed } from './wire-time.ts';

/**
 * Gaps worth reading through on a network. The bytes cost nothing there, so that time alone would read
 * through anything; but a device spends time on each register, and the wider a gap is the more likely a
 * hole is in it. The measure is that of a serial line, which often is what lies behind.
 */
export const NETWORK_GAPS: Gaps = { registers: 16, bits: 256 };

/** What a serial line behind a network is taken to be: the specification's own default, 19200 8E1. */
export const TYPICAL_SERIAL: LineSpeed = { baud: 19_200, bitsPerCharacter: 11, turnaroundMs: 5 };

/**
 * The widest gaps whose characters take no longer than one more request: both its frames without data,
 * the device's turnaround, both silences and the pause of the line.
 */
export function gapsWorthReading(speed: LineSpeed, pauseMs: number): Gaps {
  const requestMs = wireTime({ table: 'holding', count: 0 }, speed).ms + pauseMs;
  const characters = requestMs / ((speed.bitsPerCharacter * 1000) / speed.baud);
  return { registers: Math.floor(characters / 2), bits: Math.floor(characters) * 8 };
}

/** The plan with its gap decided: a number that somebody wrote stands, `auto` becomes `gaps`. */
export function decideGap(plan: PlanChoice, gaps: Gaps = NETWORK_GAPS): PlanSettings {
  const { gap, ...others } = plan;
  return { ...others, gap: gap === 'auto' ? gaps : gap };
}
