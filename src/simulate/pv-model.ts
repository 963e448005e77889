import type { Value } from '../profile/point.ts';
import { wave, type Model } from './model.ts';

/** How often the logger at the array sends a sample. */
const SAMPLE_MS = 10_000;
/** From sunrise to sunset. The nights are left out: nobody looks at a simulator to see zeros. */
const DAY_MS = 720_000;
/** It begins in the middle of the morning. */
const START_MS = 200_000;

/** Irradiance at noon without clouds. */
const NOON_W_PER_M2 = 930;
const AMBIENT_CELSIUS = 20;
/** What the sun adds to the cells. */
const CELSIUS_PER_W_PER_M2 = 25.6 / 850;
const VOLTS = 48.5;
const VOLTS_PER_CELSIUS = -0.16;
const CELSIUS_AT_VOLTS = 45.6;
const AMPERES_PER_W_PER_M2 = 5.36 / 850;
/** Below this the inverter sleeps. */
const MIN_W_PER_M2 = 20;
/** Watts that the inverter takes for itself. */
const OWN_WATTS = 4;

/**
 * A small array under a sun with clouds. One sample every ten seconds, whose numbers belong together:
 * cells warm with the sun, warm cells have less voltage, power is voltage times current.
 */
export function pvModel(): Model {
  let sampled = -1;
  let sample: ReadonlyMap<string, Value> = new Map();
  return {
    values(elapsedMs, wallMicros) {
      const slot = Math.floor(elapsedMs / SAMPLE_MS);
      if (slot !== sampled) sample = sampleAt(slot * SAMPLE_MS, Math.floor(wallMicros / 1e6));
      sampled = slot;
      return sample;
    },
  };
}

function sampleAt(elapsedMs: number, unixSeconds: number): ReadonlyMap<string, Value> {
  const day = ((elapsedMs + START_MS) % DAY_MS) / DAY_MS;
  // Clouds of two sizes; what they let through is a matter of moments, not of the hour.
  const clear =
    0.9 + 0.08 * wave(elapsedMs, 47_000) - 0.25 * Math.max(0, wave(elapsedMs, 131_000)) ** 3;
  const g = Math.round(NOON_W_PER_M2 * Math.sin(Math.PI * day) * clear);
  const cells = round(AMBIENT_CELSIUS + g * CELSIUS_PER_W_PER_M2, 1);
  const asleep = g < MIN_W_PER_M2;
  const volts = asleep ? 0 : round(VOLTS + (cells - CELSIUS_AT_VOLTS) * VOLTS_PER_CELSIUS, 1);
  const amperes = asleep ? 0 : round(g * AMPERES_PER_W_PER_M2, 2);
  const dc = Math.round(volts * amperes);
  return new Map<string, Value>([
    ['p_ac', Math.max(0, Math.round(0.978 * dc - OWN_WATTS))],
    ['p_dc', dc],
    ['v_dc', volts],
    ['i_dc', amperes],
    ['g', g],
    ['t_cell', cells],
    ['time', unixSeconds],
  ]);
}

function round(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}
